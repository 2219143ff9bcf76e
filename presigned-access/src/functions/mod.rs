//! What the Lambda functions in `src/bin` are made of: everything that knows a network or a clock.
//!
//! ```text
//! saml_acs         POST /saml, GET /login, GET /metadata       -> 302 to Studio
//! authorizer       request authorizer of a REST API            -> policy and context
//! presigned_url    behind the authorizer                       -> 302 to Studio, or JSON
//! provision        invoked directly                            -> a user profile in service
//! ```
//!
//! Each is a struct with clients and settings, and one method `handle`, which tests call without Lambda. A decision goes
//! over the [`desk`]: bounded in time, guarded against panics, written to the log, counted.
//!
//! Variables of a function: `CONFIGURATION_PARAMETER`, `CONFIGURATION_FILE` or `CONFIGURATION` (see [`configuration`]),
//! `AWS_REGION` and credentials, which Lambda sets, and `AWS_ENDPOINT_URL[_SAGEMAKER|_DYNAMODB|_SSM]` for tests.

pub mod answer;
pub mod audit;
pub mod authorizer;
pub mod clients;
pub mod clock;
pub mod configuration;
pub mod desk;
pub mod event;
pub mod failure;
pub mod invocation;
pub mod keys;
pub mod metrics;
pub mod mint;
pub mod parameters;
pub mod people;
pub mod presigned_url;
pub mod provision;
pub mod refusal;
pub mod replay;
pub mod saml_acs;
pub mod start;
