//! Text inside XML that this program writes.

use std::fmt;

/// Shows text so that it can stand between tags and in a quoted attribute.
pub(super) struct Escaped<'t>(pub &'t str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0;
        while let Some(at) = rest.find(['&', '<', '>', '"', '\'']) {
            f.write_str(&rest[..at])?;
            f.write_str(match rest.as_bytes()[at] {
                b'&' => "&amp;",
                b'<' => "&lt;",
                b'>' => "&gt;",
                b'"' => "&quot;",
                _ => "&apos;",
            })?;
            rest = &rest[at + 1..];
        }
        f.write_str(rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_every_character_of_markup_and_leaves_the_rest() {
        assert_eq!(Escaped("a<b>&\"c'ü").to_string(), "a&lt;b&gt;&amp;&quot;c&apos;ü");
        assert_eq!(Escaped("").to_string(), "");
    }
}
