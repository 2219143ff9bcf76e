//! The name of a DynamoDB table.

use std::fmt;
use std::str::FromStr;

/// 3 to 255 letters, digits, `_`, `.` and `-` (`DynamoDB`, "Naming rules").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableName(String);

/// Why a text is not the name of a table.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a table's name has 3 to 255 letters, digits, `_`, `.` and `-`")]
pub struct TableNameError;

impl FromStr for TableName {
    type Err = TableNameError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let permitted = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        let right = (3..=255).contains(&text.len()) && text.bytes().all(permitted);
        if right { Ok(Self(text.to_owned())) } else { Err(TableNameError) }
    }
}

impl TableName {
    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for TableName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_what_dynamodb_takes() {
        for good in ["abc", "presigned-access.people_2"] {
            assert!(good.parse::<TableName>().is_ok(), "`{good}` should be a name");
        }
        for (bad, why) in [("ab", "short"), ("people table", "a space"), ("tabelle-ä", "no ASCII"), ("", "nothing")] {
            assert!(bad.parse::<TableName>().is_err(), "`{bad}` should be refused: {why}");
        }
        assert!("x".repeat(256).parse::<TableName>().is_err(), "too long");
    }
}
