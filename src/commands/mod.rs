//! A file per verb: its arguments and its `run`.

pub mod access;
pub mod apply;
pub mod attach;
pub mod build;
pub mod completions;
mod consent;
mod each;
mod ending;
pub mod explain;
pub mod init;
pub mod lock;
pub mod man;
pub mod new;
mod output;
pub mod plan;
pub mod push;
pub mod register;
pub mod render;
pub mod sandbox;
pub mod schema;
mod selection;
mod session;
pub mod status;
pub mod validate;
pub mod verify;

pub use ending::Ending;
pub use output::tell_problems;
pub use selection::Selection;
pub use session::Session;

use crate::cli::Verb;
use crate::error::Error;

/// Runs a verb; Ctrl-C ends it cleanly.
pub async fn run(verb: Verb, session: &Session) -> Result<Ending, Error> {
    let ended = {
        let running = dispatch(verb, session);
        tokio::select! {
            ended = running => ended,
            // The future of the verb is dropped here: builds are cancelled, containers are removed.
            _ = tokio::signal::ctrl_c() => Err(Error::Interrupted),
        }
    };
    session.settle().await;
    ended
}

async fn dispatch(verb: Verb, session: &Session) -> Result<Ending, Error> {
    match verb {
        Verb::Init(verb) => verb.run(session),
        Verb::New(verb) => verb.run(session),
        Verb::Validate(verb) => verb.run(session),
        Verb::Lock(verb) => verb.run(session).await,
        Verb::Render(verb) => verb.run(session),
        Verb::Plan(verb) => verb.run(session).await,
        Verb::Apply(verb) => verb.run(session).await,
        Verb::Status(verb) => verb.run(session).await,
        Verb::Build(verb) => verb.run(session).await,
        Verb::Verify(verb) => verb.run(session).await,
        Verb::Push(verb) => verb.run(session).await,
        Verb::Register(verb) => verb.run(session).await,
        Verb::Attach(verb) => verb.run(session).await,
        Verb::Explain(verb) => verb.run(session),
        Verb::Access(verb) => Box::pin(verb.run(session)).await,
        Verb::Sandbox(verb) => verb.run(session).await,
        Verb::Schema(verb) => verb.run(),
        Verb::Completions(verb) => verb.run(),
        Verb::Man(verb) => verb.run(),
    }
}
