//! AWS itself: where it is, who we are there, and what its refusals mean. The one place that makes SDK clients.

mod connection;
mod failure;
mod hint;
mod identity;
mod tags;
mod time;

pub use connection::{Aws, Connection, StaticCredentials};
pub use failure::{Failure, Refusal};
pub use identity::{AwsError, Identity};
pub use tags::{TagError, Tags};
pub(crate) use time::timestamp;
