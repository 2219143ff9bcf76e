//! The steps that bring an image from its recipe to its domains. Each looks before it acts, so that a killed run is
//! finished by the next one.

mod build;
mod error;
mod publish;
mod register;
mod sandbox;
mod secrets;
mod services;
mod verify;

pub use build::{build, find_built};
pub use error::StepError;
pub use publish::{Published, publish, published, pushed_digest};
pub use register::{Registered, attach, register, registered};
pub use sandbox::{SandboxError, sandbox_options};
pub use secrets::{SecretError, read_secrets};
pub use services::{ConnectError, Services, account};
pub use verify::{keep_report, verify};
