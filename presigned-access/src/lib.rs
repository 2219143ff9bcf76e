//! From a signed assertion or a token to a `SageMaker` Studio session, and nothing else gets in.
//!
//! Pure modules decide: they know no network and no clock of their own. `functions` brings them the time, the tables
//! and AWS, and holds what the Lambda functions in `src/bin` have in common.

#[cfg(feature = "functions")]
pub mod functions;
#[cfg(feature = "jwt")]
pub mod jwt;
pub mod landing;
pub mod mapping;
pub mod names;
pub mod policy;
#[cfg(feature = "saml")]
pub mod saml;
