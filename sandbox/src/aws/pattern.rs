//! Patterns of the models: Java's dialect, always meant for the whole text.

use std::fmt;
use std::sync::OnceLock;

use regex::Regex;
use serde::Deserialize;

/// A pattern, compiled when first used.
#[derive(Debug, Deserialize)]
#[serde(from = "String")]
pub struct Pattern {
    source: String,
    compiled: OnceLock<Compiled>,
}

#[derive(Debug)]
struct Compiled {
    /// What a leading negative look-ahead forbids at the start; the regex crate has no look-ahead.
    forbidden: Option<Regex>,
    whole: Regex,
}

impl Pattern {
    /// Whether the whole of `text` matches.
    pub fn is_match(&self, text: &str) -> bool {
        let compiled = self.compiled.get_or_init(|| Compiled::new(&self.source));
        compiled.whole.is_match(text) && !compiled.forbidden.as_ref().is_some_and(|regex| regex.is_match(text))
    }
}

impl From<String> for Pattern {
    fn from(source: String) -> Self {
        Self { source, compiled: OnceLock::new() }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.source)
    }
}

impl Compiled {
    fn new(source: &str) -> Self {
        let (forbidden, rest) = split_look_ahead(source);
        let compile = |pattern: String| Regex::new(&pattern).expect("a pattern of an embedded model should compile");
        Self {
            forbidden: forbidden.map(|inner| compile(format!(r"\A(?:{})", translate(inner)))),
            whole: compile(format!(r"\A(?:{})\z", translate(rest))),
        }
    }
}

/// `(?!INNER)REST` as its two parts.
fn split_look_ahead(source: &str) -> (Option<&str>, &str) {
    let Some(after) = source.strip_prefix("(?!") else { return (None, source) };
    let mut depth = 1_usize;
    for (at, letter) in after.char_indices() {
        match letter {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return (Some(&after[..at]), &after[at + 1..]);
        }
    }
    (None, source)
}

/// In Java `\d` and `\w` mean ASCII.
fn translate(pattern: &str) -> String {
    let mut translated = String::with_capacity(pattern.len() + 16);
    let mut in_class = false;
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter == '\\' {
            match (letters.next(), in_class) {
                (Some('d'), false) => translated.push_str("[0-9]"),
                (Some('d'), true) => translated.push_str("0-9"),
                (Some('w'), false) => translated.push_str("[0-9A-Za-z_]"),
                (Some('w'), true) => translated.push_str("0-9A-Za-z_"),
                (escaped, _) => translated.extend(['\\'].into_iter().chain(escaped)),
            }
            continue;
        }
        match letter {
            '[' => in_class = true,
            ']' => in_class = false,
            _ => {}
        }
        translated.push(letter);
    }
    translated
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_mean_what_they_mean_in_java() {
        let table = [
            (r"[a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}", "team.r-4", true, "dots and dashes inside"),
            (r"[a-zA-Z0-9]([-.]?[a-zA-Z0-9]){0,62}", "team--r", false, "two separators"),
            (r"[a-zA-Z0-9](-*[a-zA-Z0-9]){0,62}", "x-", false, "the whole text, not a part of it"),
            (r"\d+", "٣", false, "digits are ASCII"),
            (r"[\w]+", "é", false, "letters are ASCII in a class too"),
            (r"(?!\s*$).+", "   ", false, "look-ahead: not blank"),
            (r"(?!\s*$).+", " x", true, "look-ahead: not only blanks"),
            (r"(?!^[.-])^([a-zA-Z0-9-_.]+)", ".x", false, "look-ahead: no dot first"),
            (r"(?!^[.-])^([a-zA-Z0-9-_.]+)", "x.y_z-1", true, "look-ahead: a dot later"),
            (r"(^DisplayName$)|(^Description$)", "Description", true, "anchors inside groups"),
            (r".*", "a\nb", false, "a dot is not a line break"),
        ];
        for (pattern, text, expected, why) in table {
            assert_eq!(Pattern::from(pattern.to_owned()).is_match(text), expected, "{why}: {pattern} {text:?}");
        }
    }
}
