//! Turns raw texts into types that cannot be wrong, and collects what does not fit.

use std::fmt::Display;
use std::str::FromStr;

use super::document::Places;
use super::problem::Problems;

/// Reads values of one file by their key paths.
pub struct Reader<'a> {
    places: &'a Places,
    problems: &'a mut Problems,
}

impl<'a> Reader<'a> {
    /// A reader for a file whose values stand at `places`.
    pub fn new(places: &'a Places, problems: &'a mut Problems) -> Self {
        Self { places, problems }
    }

    /// Reports a mistake about the value of a key.
    pub fn refuse(&mut self, path: &str, message: impl Into<String>, hint: Option<String>) {
        self.problems.error(self.places.find(path), message, "here", hint);
    }

    /// Reports something worth knowing about the value of a key.
    pub fn warn(&mut self, path: &str, message: impl Into<String>, hint: Option<String>) {
        self.problems.warning(self.places.find(path), message, "here", hint);
    }

    /// Reads a text that is there; a missing one has been reported already where it is required.
    pub fn parse<T: FromStr<Err: Display>>(&mut self, path: &str, text: Option<&str>) -> Option<T> {
        match text?.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.refuse(path, format!("`{path}`: {error}"), None);
                None
            }
        }
    }

    /// Reads every text of a list and refuses the second of two equal ones.
    pub fn parse_each<T>(&mut self, path: &str, texts: &[String]) -> Vec<T>
    where
        T: FromStr<Err: Display> + PartialEq,
    {
        let mut values = Vec::with_capacity(texts.len());
        for (index, text) in texts.iter().enumerate() {
            let item = format!("{path}[{index}]");
            let Some(value) = self.parse::<T>(&item, Some(text)) else { continue };
            if values.contains(&value) {
                self.refuse(&item, format!("`{path}` names `{text}` twice"), Some("remove one of the two".to_owned()));
            } else {
                values.push(value);
            }
        }
        values
    }

    /// Checks the version of a file's form.
    pub fn schema_version(&mut self, found: Option<i64>) {
        if let Some(version) = found.filter(|version| *version != 1) {
            let hint = "this Slipway reads `schema = 1`; a newer file needs a newer Slipway".to_owned();
            self.refuse("schema", format!("`schema` is {version}"), Some(hint));
        }
    }
}
