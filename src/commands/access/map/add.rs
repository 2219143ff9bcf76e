//! `slipway access map add`: an entry as it should be, whether there is one already or not.

use clap::Args;
use presigned_access::landing::Landing;
use presigned_access::mapping::{Access, Person, Row, SessionLength, item};
use presigned_access::names::{DomainId, ProfileName};

use super::change::{Change, Kind};
use super::error::MapError;
use super::stored::Stored;
use super::{Table, Who};
use crate::commands::access::printable::printable;
use crate::commands::consent::consent;
use crate::commands::{Ending, Session, output};
use crate::error::Error;

/// The longest note, in characters.
const LONGEST_NOTE: usize = 256;

/// Give a person an entry, or change the one that is there to what is said.
#[derive(Debug, Args)]
pub struct Add {
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    who: Who,
    /// The domain that the person may enter.
    #[arg(long, value_name = "ID")]
    domain: DomainId,
    /// The user profile that the person is in it.
    #[arg(long, value_name = "NAME")]
    profile: ProfileName,
    /// Where sessions begin: rstudio, jupyterlab, code-editor, canvas or studio.
    #[arg(long, value_name = "APP", default_value_t)]
    landing: Landing,
    /// How long a session may last, in hours; twelve where nothing is said.
    #[arg(long, value_name = "HOURS", conflicts_with = "session_minutes")]
    session_hours: Option<u16>,
    /// The same in minutes, 30 at least.
    #[arg(long, value_name = "MINUTES")]
    session_minutes: Option<u16>,
    /// Keep the entry, and let the person in no longer.
    #[arg(long)]
    disabled: bool,
    /// Something to remember; the functions do not read it.
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
    /// Change the table without asking.
    #[arg(long, short)]
    yes: bool,
}

impl Add {
    /// Looks, says what would change, asks, writes.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let yes = self.yes;
        let (table, row) = self.checked()?;
        let wanted = Stored::from(item::write(&row).map_err(MapError::Item)?);
        let people = table.open(session).await?;
        let seen = people.find(&row.person).await?;
        let others = people.all(None).await?;
        for warning in warnings(&row, &others) {
            session.reporter.warn(warning);
        }
        let change = Change::new(row.person, seen.as_ref(), Some(&wanted));
        if change.kind() != Kind::Keep {
            if !session.quiet() && !session.json() {
                output::say(&change.plan());
            }
            consent(yes, "Write this entry?")?;
            people.put(&wanted, seen.as_ref()).await?;
        }
        if session.json() {
            output::json(&change);
        } else {
            output::data(&change.outcome());
        }
        Ok(Ending::Done)
    }

    /// Everything that can be wrong without asking AWS.
    fn checked(self) -> Result<(Table, Row), Error> {
        let session = self.session()?;
        let person = self.who.person();
        exact("--issuer", &person.issuer)?;
        exact("--subject", &person.subject)?;
        if let Some(note) = &self.note {
            exact("--note", note)?;
            if note.chars().count() > LONGEST_NOTE {
                return Err(Error::Usage(format!("`--note` is longer than {LONGEST_NOTE} characters")));
            }
        }
        let enabled = !self.disabled;
        let access = Access { domain: self.domain, profile: self.profile, landing: self.landing, session, enabled };
        Ok((self.table, Row { person, access, note: self.note }))
    }

    fn session(&self) -> Result<SessionLength, Error> {
        let seconds = match (self.session_hours, self.session_minutes) {
            (Some(hours), _) => i64::from(hours) * 3_600,
            (None, Some(minutes)) => i64::from(minutes) * 60,
            (None, None) => return Ok(SessionLength::default()),
        };
        SessionLength::try_from(seconds)
            .map_err(|_| Error::Usage("a session lasts 30 minutes at least and 12 hours at most".to_owned()))
    }
}

/// What is compared exactly must not come with what nobody sees.
fn exact(option: &str, text: &str) -> Result<(), Error> {
    let wrong = if text.is_empty() {
        "is empty"
    } else if text.trim() != text {
        "begins or ends with a space"
    } else if text.chars().any(char::is_control) {
        "has a control character"
    } else {
        return Ok(());
    };
    Err(Error::Usage(format!("`{option}` {wrong}")))
}

/// What is allowed, and seldom meant.
fn warnings(row: &Row, others: &[Stored]) -> Vec<String> {
    let (profile, domain) = (&row.access.profile, &row.access.domain);
    let sharing: Vec<String> = others
        .iter()
        .filter_map(|other| other.row().ok())
        .filter(|other| other.person != row.person)
        .filter(|other| other.access.domain == *domain && other.access.profile == *profile)
        .map(|other| printable(&other.person.subject))
        .collect();
    let mut warnings = Vec::new();
    if !sharing.is_empty() {
        let sharing = sharing.join("`, `");
        warnings.push(format!(
            "profile `{profile}` of {domain} is also that of `{sharing}`: they share one home folder, with its files, \
             keys and running sessions"
        ));
    }
    let known = |other: &Stored| other.person().issuer == row.person.issuer;
    if !others.is_empty() && !others.iter().any(known) {
        let Person { issuer, .. } = &row.person;
        warnings.push(format!("no other entry has the issuer `{}`, which is compared exactly", printable(issuer)));
    }
    warnings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(issuer: &str, subject: &str, profile: &str) -> Row {
        let access = Access {
            domain: "d-one".parse().expect("a domain"),
            profile: profile.parse().expect("a profile"),
            landing: Landing::RStudio,
            session: SessionLength::default(),
            enabled: true,
        };
        Row { person: Person { issuer: issuer.into(), subject: subject.into() }, access, note: None }
    }

    fn stored(row: &Row) -> Stored {
        Stored::from(item::write(row).expect("an item"))
    }

    #[test]
    fn one_profile_for_two_people_is_warned_of_in_any_spelling() {
        let others = [stored(&row("i", "alice", "Team")), stored(&row("i", "bob", "bob"))];
        let told = warnings(&row("i", "carol", "team"), &others);
        assert_eq!(told.len(), 1);
        assert!(told[0].contains("`alice`") && !told[0].contains("bob"), "{told:?}");
        assert_eq!(warnings(&row("i", "alice", "Team"), &others), Vec::<String>::new(), "the person's own entry");
    }

    #[test]
    fn an_issuer_that_nobody_else_has_is_warned_of() {
        let others = [stored(&row("https://idp.example/", "alice", "alice"))];
        let told = warnings(&row("https://idp.example", "bob", "bob"), &others);
        assert!(told[0].contains("compared exactly"), "{told:?}");
        assert!(warnings(&row("i", "bob", "bob"), &[]).is_empty(), "the first entry of a table");
    }

    #[test]
    fn what_nobody_sees_is_refused() {
        for (text, why) in [("", "nothing"), (" a", "a space"), ("a\u{a0}", "a space"), ("a\tb", "a tab")] {
            assert!(exact("--subject", text).is_err(), "{why}");
        }
        assert!(exact("--subject", "domain\\Zoë *?/").is_ok());
    }
}
