//! "Did you mean".

/// The candidate that is closest to a text, where one is close enough to be a slip of the pen.
pub fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .map(|candidate| (strsim::jaro_winkler(text, candidate), candidate))
        .filter(|(likeness, _)| *likeness > 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn suggests_only_what_is_close() {
        let known = ["versions", "default", "snapshot", "packages"];
        assert_eq!(nearest("version", known.into_iter()), Some("versions"));
        assert_eq!(nearest("pakages", known.into_iter()), Some("packages"));
        assert_eq!(nearest("colour", known.into_iter()), None);
    }
}
