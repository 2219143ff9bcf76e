//! `slipway access`: who comes into a domain, and what keeps everybody else out.

mod check;
mod connect;
mod installation;
mod map;
mod policy;
mod printable;
mod rotate_certificate;

use clap::{Args, Subcommand};

pub use check::CheckError;
pub use connect::ReachError;
pub use map::MapError;
pub use rotate_certificate::CertificatesError;

use super::{Ending, Session};
use crate::error::Error;

/// Say and check who comes into a domain.
#[derive(Debug, Args)]
pub struct Access {
    /// What to do.
    #[command(subcommand)]
    verb: AccessVerb,
}

/// What can be done about access.
#[derive(Debug, Subcommand)]
enum AccessVerb {
    /// Print the policies that let the broker in and keep everybody else out.
    Policy(policy::Policy),
    /// Say whether policies allow a request, and by which statement.
    Check(check::Check),
    /// Say who comes in, in the mapping table.
    Map(map::Map),
    /// Trust a new signing certificate of an identity provider, and no longer an old one.
    RotateCertificate(rotate_certificate::RotateCertificate),
}

impl Access {
    /// Does it.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        match self.verb {
            AccessVerb::Policy(verb) => verb.run(session),
            AccessVerb::Check(verb) => verb.run(session).await,
            AccessVerb::Map(verb) => verb.run(session).await,
            AccessVerb::RotateCertificate(verb) => verb.run(session).await,
        }
    }
}
