//! Sizes as people write them.

use std::fmt;
use std::str::FromStr;

use super::name::NameError;

/// A number of bytes, written in decimal units as `docker image ls` and AWS do: `8 GB`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ByteSize(pub u64);

const UNITS: [(&str, u64); 4] = [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)];

impl FromStr for ByteSize {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let parsed = || {
            let (unit, factor) = UNITS.iter().find(|(unit, _)| text.ends_with(unit))?;
            let number: u64 = text.strip_suffix(unit)?.trim_end().parse().ok()?;
            number.checked_mul(*factor)
        };
        parsed().map(Self).ok_or_else(|| NameError {
            text: text.to_owned(),
            kind: "a size",
            rule: "write a whole number and a unit, such as `8 GB`",
        })
    }
}

impl fmt::Display for ByteSize {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some((unit, factor)) = UNITS.iter().find(|(_, factor)| self.0 >= *factor) else {
            return write!(f, "{} B", self.0);
        };
        let tenths = self.0 / (factor / 10);
        match tenths % 10 {
            0 => write!(f, "{} {unit}", tenths / 10),
            tenth => write!(f, "{}.{tenth} {unit}", tenths / 10),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_and_written_in_decimal_units() {
        assert_eq!("8 GB".parse(), Ok(ByteSize(8_000_000_000)));
        assert_eq!("500MB".parse(), Ok(ByteSize(500_000_000)));
        assert_eq!(ByteSize(1_530_000_000).to_string(), "1.5 GB");
        assert_eq!(ByteSize(12).to_string(), "12 B");
        for bad in ["8", "8 GiB", "-1 GB", "1.5 GB", "GB"] {
            assert!(bad.parse::<ByteSize>().is_err(), "`{bad}` should be refused");
        }
    }
}
