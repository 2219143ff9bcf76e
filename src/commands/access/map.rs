//! `slipway access map`: who stands in the mapping table, through which the functions decide who comes in.

mod add;
mod change;
mod error;
mod list;
mod people;
mod remove;
mod stored;
mod table_name;

use clap::{Args, Subcommand};
use presigned_access::mapping::Person;

pub use error::MapError;

use self::people::People;
use self::table_name::TableName;
use super::connect::connect;
use crate::commands::{Ending, Session};
use crate::error::Error;

/// Say who comes in, in the mapping table.
#[derive(Debug, Args)]
pub struct Map {
    #[command(subcommand)]
    verb: MapVerb,
}

#[derive(Debug, Subcommand)]
enum MapVerb {
    /// Give a person an entry, or change the one that is there to what is said.
    Add(Box<add::Add>),
    /// Take a person's entry away.
    Remove(remove::Remove),
    /// Show entries.
    List(list::List),
}

impl Map {
    /// Does it.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        match self.verb {
            MapVerb::Add(verb) => verb.run(session).await,
            MapVerb::Remove(verb) => verb.run(session).await,
            MapVerb::List(verb) => verb.run(session).await,
        }
    }
}

/// Which table.
#[derive(Debug, Args)]
struct Table {
    /// Name of the mapping table.
    #[arg(long, value_name = "NAME")]
    table: TableName,
}

impl Table {
    async fn open(self, session: &Session) -> Result<People, Error> {
        Ok(People::new(connect(session).await?.dynamodb(), self.table))
    }
}

/// Whose entry.
#[derive(Debug, Args)]
struct Who {
    /// The identity provider exactly as it names itself: the entity id of SAML, the `iss` of a token.
    #[arg(long, value_name = "URL")]
    issuer: String,
    /// The person exactly as it names them: the attribute `username` of SAML, the `sub` of a token, Entra's `oid`.
    #[arg(long, value_name = "ID")]
    subject: String,
}

impl Who {
    fn person(self) -> Person {
        Person { issuer: self.issuer, subject: self.subject }
    }
}
