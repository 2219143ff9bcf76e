//! Workbench releases that SageMaker has offered, and until when it supports them (facts 1.3).

use jiff::civil::Date;

/// A release line of Workbench on SageMaker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Release {
    /// Year and month, by which SageMaker names it: `2026.08`.
    pub name: &'static str,
    /// The full version that SageMaker's servers run; a session image has to have the same.
    pub version: &'static str,
    /// The last day of support, where AWS has announced one.
    pub retires: Option<Date>,
}

/// How a release stands on a given day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Support {
    /// Supported, with no end near.
    Supported,
    /// Ends within sixty days.
    RetiresSoon(Date),
    /// Has ended.
    Retired(Date),
}

const fn retires(name: &'static str, version: &'static str, year: i16, month: i8, day: i8) -> Release {
    Release { name, version, retires: Some(Date::constant(year, month, day)) }
}

/// From AWS's page "RStudio versioning" as quoted in facts 1.3, read on 2026-11-23.
const RELEASES: [Release; 3] = [
    retires("2024.04", "2024.04.2+764.pro1", 2026, 4, 30),
    retires("2025.05", "2025.05.1+513.pro3", 2026, 12, 5),
    retires("2026.08", "2026.08.2+200.pro1", 2028, 1, 31),
];

/// The release of a given year and month, such as `2026.08`.
pub fn release(name: &str) -> Option<Release> {
    RELEASES.into_iter().find(|release| release.name == name)
}

impl Release {
    /// How it stands on `today`.
    pub fn support(&self, today: Date) -> Support {
        match self.retires {
            Some(end) if today > end => Support::Retired(end),
            Some(end) if (end - today).get_days() <= 60 => Support::RetiresSoon(end),
            _ => Support::Supported,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_retires_on_its_day() -> Result<(), &'static str> {
        let old = release("2025.05").ok_or("known")?;
        let end = Date::constant(2026, 12, 5);
        assert_eq!(old.support(Date::constant(2026, 6, 1)), Support::Supported);
        assert_eq!(old.support(Date::constant(2026, 11, 23)), Support::RetiresSoon(end));
        assert_eq!(old.support(Date::constant(2026, 12, 6)), Support::Retired(end));
        Ok(())
    }
}
