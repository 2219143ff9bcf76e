//! `slipway access map list`: who stands in the table.

use std::collections::HashMap;

use clap::Args;
use presigned_access::mapping::{Person, Row};
use presigned_access::names::{DomainId, ProfileName};
use serde::Serialize;

use super::Table;
use super::stored::{Stored, StoredError};
use crate::commands::access::printable::printable;
use crate::commands::{Ending, Session, output};
use crate::error::Error;

/// Show entries.
#[derive(Debug, Args)]
pub struct List {
    #[command(flatten)]
    table: Table,
    /// Only entries of this domain.
    #[arg(long, value_name = "ID")]
    domain: Option<DomainId>,
    /// Only entries of this profile, in any spelling.
    #[arg(long, value_name = "NAME")]
    profile: Option<ProfileName>,
    /// The most entries that one answer of DynamoDB holds.
    #[arg(long, value_name = "NUMBER", hide = true, value_parser = clap::value_parser!(i32).range(1..))]
    page_size: Option<i32>,
}

/// An item of the table.
#[derive(Serialize)]
#[serde(untagged)]
enum Line {
    /// One that the functions read.
    Entry {
        #[serde(flatten)]
        row: Row,
        /// Others with the same profile.
        #[serde(rename = "shares-profile-with", skip_serializing_if = "Vec::is_empty")]
        sharing: Vec<Person>,
    },
    /// One that they refuse.
    Broken {
        #[serde(flatten)]
        person: Person,
        problem: String,
    },
}

impl List {
    /// Reads, and changes nothing.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let (domain, profile) = (self.domain, self.profile);
        let people = self.table.open(session).await?;
        let mut lines = lines(&people.all(self.page_size).await?);
        lines.retain(|line| line.is_of(domain.as_ref(), profile.as_ref()));
        for line in &lines {
            line.warn(session);
        }
        if session.json() {
            output::json(&lines);
        } else {
            output::data(&table(&lines));
        }
        Ok(Ending::Done)
    }
}

fn lines(entries: &[Stored]) -> Vec<Line> {
    let rows: Vec<_> = entries.iter().map(|entry| (entry.person(), entry.row())).collect();
    let mut profiles: HashMap<(DomainId, ProfileName), Vec<Person>> = HashMap::new();
    for (person, row) in &rows {
        if let Ok(row) = row {
            let place = (row.access.domain.clone(), row.access.profile.clone());
            profiles.entry(place).or_default().push(person.clone());
        }
    }
    let line = |(person, row): (Person, Result<Row, StoredError>)| match row {
        Ok(row) => {
            let together = &profiles[&(row.access.domain.clone(), row.access.profile.clone())];
            let sharing = together.iter().filter(|other| **other != person).cloned().collect();
            Line::Entry { row, sharing }
        }
        Err(problem) => Line::Broken { person, problem: problem.to_string() },
    };
    rows.into_iter().map(line).collect()
}

impl Line {
    /// Whether the line passes the filters. One that cannot be read is in no domain, and is shown where none is asked for.
    fn is_of(&self, domain: Option<&DomainId>, profile: Option<&ProfileName>) -> bool {
        match self {
            Self::Entry { row, .. } => {
                domain.is_none_or(|domain| row.access.domain == *domain)
                    && profile.is_none_or(|profile| row.access.profile == *profile)
            }
            Self::Broken { .. } => domain.is_none() && profile.is_none(),
        }
    }

    fn warn(&self, session: &Session) {
        match self {
            Self::Entry { sharing, .. } if sharing.is_empty() => {}
            Self::Entry { row, sharing } => session.reporter.warn(format!(
                "`{}` shares profile `{}` of {} with {} other{}: one home folder for all of them",
                printable(&row.person.subject),
                row.access.profile,
                row.access.domain,
                sharing.len(),
                if sharing.len() == 1 { "" } else { "s" },
            )),
            Self::Broken { person, problem } => session.reporter.warn(format!(
                "`{}` of `{}` is refused: {}",
                printable(&person.subject),
                printable(&person.issuer),
                printable(problem)
            )),
        }
    }

    fn cells(&self) -> [String; 8] {
        match self {
            Self::Broken { person, .. } => {
                let dash = || "-".to_owned();
                let (issuer, subject) = (printable(&person.issuer), printable(&person.subject));
                [issuer, subject, dash(), dash(), dash(), dash(), "refused".to_owned(), dash()]
            }
            Self::Entry { row, .. } => {
                let state = if row.access.enabled { "enabled" } else { "disabled" };
                [
                    printable(&row.person.issuer),
                    printable(&row.person.subject),
                    row.access.domain.to_string(),
                    row.access.profile.to_string(),
                    row.access.landing.to_string(),
                    duration(row.access.session.seconds()),
                    state.to_owned(),
                    row.note.as_deref().map_or_else(|| "-".to_owned(), printable),
                ]
            }
        }
    }
}

fn table(lines: &[Line]) -> String {
    let head = ["ISSUER", "SUBJECT", "DOMAIN", "PROFILE", "LANDING", "SESSION", "STATE", "NOTE"];
    let mut rows = vec![head.map(str::to_owned)];
    rows.extend(lines.iter().map(Line::cells));
    output::columns(&rows)
}

/// `12 h`, `90 min`, or seconds where nothing else is exact.
fn duration(seconds: i32) -> String {
    match seconds {
        seconds if seconds % 3_600 == 0 => format!("{} h", seconds / 3_600),
        seconds if seconds % 60 == 0 => format!("{} min", seconds / 60),
        seconds => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_told_in_the_largest_unit_that_is_exact() {
        let told = [43_200, 5_400, 1_801].map(duration);
        assert_eq!(told, ["12 h", "90 min", "1801 s"]);
    }
}
