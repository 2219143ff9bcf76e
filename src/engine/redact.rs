//! Keeps build secrets out of what a person sees, also when a step prints them.

use super::request::Secret;

const MASK: &str = "***";
/// Shorter lines of a secret would hide half of every log.
const SHORTEST: usize = 6;

/// Masks secrets in lines of output.
pub(super) struct Redactor {
    words: Vec<String>,
}

impl Redactor {
    /// Masks every line of every secret that is long enough to be told from ordinary text.
    pub(super) fn new(secrets: &[Secret]) -> Self {
        let mut words: Vec<String> = secrets
            .iter()
            .flat_map(|secret| String::from_utf8_lossy(&secret.value).lines().map(str::to_owned).collect::<Vec<_>>())
            .map(|line| line.trim().to_owned())
            .filter(|line| line.len() >= SHORTEST)
            .collect();
        // A secret may contain another one: the longer must go first.
        words.sort_by_key(|word| std::cmp::Reverse(word.len()));
        Self { words }
    }

    /// `line` without secrets.
    pub(super) fn clean(&self, line: String) -> String {
        self.words.iter().fold(line, |line, word| if line.contains(word) { line.replace(word, MASK) } else { line })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(value: &str) -> Secret {
        Secret { id: "token".into(), value: value.into() }
    }

    #[test]
    fn masks_every_line_of_a_secret() {
        let redactor = Redactor::new(&[secret("first-line\nsecond-line\n")]);
        assert_eq!(redactor.clean("a first-line and second-line!".into()), "a *** and ***!");
    }

    #[test]
    fn masks_the_longer_of_two_overlapping_secrets_whole() {
        let redactor = Redactor::new(&[secret("abcdef"), secret("abcdefghi")]);
        assert_eq!(redactor.clean("abcdefghi".into()), "***");
    }

    #[test]
    fn leaves_short_words_alone() {
        assert_eq!(Redactor::new(&[secret("a")]).clean("banana".into()), "banana");
    }
}
