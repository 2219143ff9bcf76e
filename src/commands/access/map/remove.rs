//! `slipway access map remove`: an entry that is there no more.

use clap::Args;

use super::change::Change;
use super::error::MapError;
use super::{Table, Who};
use crate::commands::consent::consent;
use crate::commands::{Ending, Session, output};
use crate::error::Error;

/// Take a person's entry away.
#[derive(Debug, Args)]
pub struct Remove {
    #[command(flatten)]
    table: Table,
    #[command(flatten)]
    who: Who,
    /// Change the table without asking.
    #[arg(long, short)]
    yes: bool,
}

impl Remove {
    /// Looks, says what would go, asks, removes.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let person = self.who.person();
        let people = self.table.open(session).await?;
        let Some(seen) = people.find(&person).await? else {
            return Err(MapError::NoEntry { issuer: person.issuer, subject: person.subject }.into());
        };
        let change = Change::new(person.clone(), Some(&seen), None);
        if !session.quiet() && !session.json() {
            output::say(&change.plan());
        }
        consent(self.yes, "Remove this entry?")?;
        people.remove(&person, &seen).await?;
        if session.json() {
            output::json(&change);
        } else {
            output::data(&change.outcome());
            session.reporter.warn("a session that runs goes on until it ends; delete the profile's apps to end it now");
        }
        Ok(Ending::Done)
    }
}
