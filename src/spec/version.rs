//! Versions of what goes into an image. They are texts, because `4.10` is not `4.1`.

use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::name::NameError;

/// A version of three numbers: `4.5.1`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ThreePart {
    numbers: [u16; 3],
}

impl ThreePart {
    /// The first two numbers, as R writes its library folders: `4.5`.
    pub fn minor_series(self) -> String {
        let [major, minor, _] = self.numbers;
        format!("{major}.{minor}")
    }

    fn parse(text: &str, kind: &'static str, rule: &'static str) -> Result<Self, NameError> {
        let refuse = || NameError { text: text.to_owned(), kind, rule };
        let mut numbers = [0; 3];
        let mut parts = text.split('.');
        for number in &mut numbers {
            *number = parts.next().and_then(plain_number).ok_or_else(refuse)?;
        }
        if parts.next().is_some() { Err(refuse()) } else { Ok(Self { numbers }) }
    }
}

impl fmt::Display for ThreePart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        f.pad(&format!("{major}.{minor}.{patch}"))
    }
}

/// A number without sign and leading zeros, so that a version has one spelling only.
fn plain_number(text: &str) -> Option<u16> {
    let plain = text == "0"
        || (text.starts_with(|c: char| ('1'..='9').contains(&c)) && text.chars().all(|c| c.is_ascii_digit()));
    if plain { text.parse().ok() } else { None }
}

macro_rules! three_part {
    ($(#[$doc:meta])* $type:ident, $kind:literal, $rule:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(ThreePart);

        impl $type {
            /// The first two numbers.
            pub fn minor_series(self) -> String {
                self.0.minor_series()
            }
        }

        impl FromStr for $type {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                ThreePart::parse(text, $kind, $rule).map(Self)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }
    };
}

three_part!(
    /// A version of R, as in the path `/opt/R/4.5.1` (facts 3.1).
    RVersion,
    "an R version",
    "it has three numbers, such as `4.5.1`"
);

three_part!(
    /// A version of Python, as in the path `/opt/python/3.12.11` (facts 3.7).
    PythonVersion,
    "a Python version",
    "it has three numbers, such as `3.12.11`"
);

/// A version of Posit's Pro Drivers: `2026.07.0` (facts 3.5).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct DriversVersion(String);

impl DriversVersion {
    /// The version as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for DriversVersion {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let parts: Vec<&str> = text.split('.').collect();
        let shaped = matches!(parts.as_slice(), [year, month, patch]
            if digits(year, 4) && digits(month, 2) && plain_number(patch).is_some());
        if shaped {
            Ok(Self(text.to_owned()))
        } else {
            Err(NameError { text: text.to_owned(), kind: "a drivers version", rule: "it looks like `2026.07.0`" })
        }
    }
}

impl fmt::Display for DriversVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// A version of Posit Workbench: `YYYY.MM.P+BUILD.proN` (facts 3.2).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct WorkbenchVersion(String);

impl WorkbenchVersion {
    /// The version as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Year and month, by which SageMaker names the version of a domain: `2026.08` (facts 1.3).
    pub fn release(&self) -> &str {
        self.0.get(..7).expect("a version should begin with year and month")
    }

    /// The version as it stands in download names, where `+` is written `-` (facts 3.2).
    pub fn in_urls(&self) -> String {
        self.0.replace('+', "-")
    }
}

impl FromStr for WorkbenchVersion {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let shaped = || {
            let (release, build) = text.split_once('+')?;
            let (build, pro) = build.split_once(".pro")?;
            let mut parts = release.split('.');
            let (year, month, patch) = (parts.next()?, parts.next()?, parts.next()?);
            let good = digits(year, 4)
                && digits(month, 2)
                && plain_number(patch).is_some()
                && plain_number(build).is_some()
                && plain_number(pro).is_some()
                && parts.next().is_none();
            good.then_some(())
        };
        shaped().map(|()| Self(text.to_owned())).ok_or_else(|| NameError {
            text: text.to_owned(),
            kind: "a Workbench version",
            rule: "it looks like `2026.08.2+200.pro1`",
        })
    }
}

impl fmt::Display for WorkbenchVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// The day of a CRAN snapshot: `2026-08-01` (facts 3.6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SnapshotDate(jiff::civil::Date);

impl FromStr for SnapshotDate {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        let date = text.parse::<jiff::civil::Date>().ok().filter(|date| date.to_string() == text);
        date.map(Self).ok_or_else(|| NameError {
            text: text.to_owned(),
            kind: "a snapshot date",
            rule: "it is a day of the calendar such as `2026-08-01`",
        })
    }
}

impl fmt::Display for SnapshotDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Serialize for SnapshotDate {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

fn digits(text: &str, count: usize) -> bool {
    text.len() == count && text.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r_versions_have_one_spelling() {
        for good in ["4.5.1", "3.6.0", "4.10.0"] {
            assert_eq!(good.parse::<RVersion>().map(|v| v.to_string()), Ok(good.to_owned()));
        }
        for bad in ["4.5", "4.5.1.2", "04.5.1", "4.5.x", "latest", "4.5.+1", ""] {
            assert!(bad.parse::<RVersion>().is_err(), "`{bad}` should be refused");
        }
    }

    #[test]
    fn r_versions_sort_by_number() {
        let parse = |text: &str| text.parse::<RVersion>().ok();
        assert!(parse("4.10.0") > parse("4.9.1"));
    }

    #[test]
    fn workbench_versions_know_their_release_and_their_download_name() -> Result<(), NameError> {
        let version: WorkbenchVersion = "2026.08.2+200.pro1".parse()?;
        assert_eq!((version.release(), version.in_urls().as_str()), ("2026.08", "2026.08.2-200.pro1"));
        for bad in ["2026.08.2", "2026.08.2-200.pro1", "2026.8.2+200.pro1", "2026.08.2+200", "2026.08.2+200.pro1;x"] {
            assert!(bad.parse::<WorkbenchVersion>().is_err(), "`{bad}` should be refused");
        }
        Ok(())
    }

    #[test]
    fn snapshots_are_days_of_the_calendar() {
        assert!("2026-08-01".parse::<SnapshotDate>().is_ok());
        for bad in ["2026-02-30", "2026-8-1", "latest", "20260801"] {
            assert!(bad.parse::<SnapshotDate>().is_err(), "`{bad}` should be refused");
        }
    }
}
