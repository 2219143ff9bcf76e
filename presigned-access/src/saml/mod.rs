//! SAML 2.0 responses: from a posted form to a [`Login`], or to a [`Refusal`].
//!
//! One parser and one tree serve verification and reading, so that what is read is what was signed. Everything fails
//! closed, nothing is repaired, and nothing here knows a network or a clock (presigned-access 3).
//!
//! ```text
//! form::response   body of the POST -> XML
//! verify           XML -> Login: text, tree, structure, signatures, protocol, subject, conditions, statements
//! request, cookie  a login that starts here: AuthnRequest, and the cookie that remembers it
//! metadata         what a provider's administrator is given
//! ```

pub mod certificate;
mod code;
mod conditions;
pub mod cookie;
mod document;
mod element;
mod escape;
pub mod form;
mod instant;
mod lexical;
mod login;
mod metadata;
mod refusal;
pub mod request;
mod response;
#[cfg(test)]
mod samples;
mod settings;
mod signature;
mod statements;
mod subject;
mod trust;
mod value;
mod verify;
mod vocabulary;

pub use login::{Coverage, Initiation, Login};
pub use metadata::metadata;
pub use refusal::Refusal;
pub use request::RequestId;
pub use settings::{IdentityProvider, IdpInitiated, ServiceProvider, Signed};
pub use trust::{Notice, Provider, SettingsError, Trust};
pub use verify::verify;
