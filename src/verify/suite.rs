//! The tests that a spec calls for. They run in one container, as one script: a container for each would cost twenty
//! times as much as the tests themselves.

mod certificate;
mod plan;
mod program;
mod records;
mod results;
mod script;

pub(super) use plan::{Plan, options};
pub(super) use results::results;
pub(super) use script::script;
