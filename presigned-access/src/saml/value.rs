//! Values that name a person or a place.

/// The longest value, in bytes.
const LONGEST: usize = 256;

/// Whether a value is taken as it stands: not empty, not too long, no white space around it and no control characters.
/// Nothing is trimmed or otherwise repaired, so that two values never meet in one person.
pub(super) fn is_plain(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= LONGEST
        && value.trim() == value
        && !value.chars().any(|c| c.is_control() || is_invisible(c))
}

/// Characters that show nothing or turn what stands around them.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_values_as_they_stand_or_not_at_all() {
        for good in ["alice", "alice@corp.example", "Zoë Ö", "90676e2a1b-1234", "a b"] {
            assert!(is_plain(good), "{good}");
        }
        let long = "a".repeat(LONGEST + 1);
        for bad in
            ["", " alice", "alice\n", "al\u{0}ice", "al\tice", "alice\u{a0}", "al\u{200b}ice", "\u{202e}ecila", &long]
        {
            assert!(!is_plain(bad), "{bad:?}");
        }
    }
}
