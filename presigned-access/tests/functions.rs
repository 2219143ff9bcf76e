//! The functions as Lambda would call them, against the sandbox's SageMaker and moto's DynamoDB and Systems Manager, with
//! assertions and tokens of signers that share no code with them.

#[path = "functions/authorizer.rs"]
mod authorizer;
#[path = "functions/concurrency.rs"]
mod concurrency;
#[path = "functions/configuration.rs"]
mod configuration;
#[path = "functions/failures.rs"]
mod failures;
#[path = "functions/outside.rs"]
mod outside;
#[path = "functions/presigned_url.rs"]
mod presigned_url;
#[path = "functions/provision.rs"]
mod provision;
#[path = "functions/requests.rs"]
mod requests;
#[path = "functions/saml.rs"]
mod saml;
#[path = "functions/world.rs"]
mod world;

/// What a test ends with.
type Outcome = Result<(), Box<dyn std::error::Error>>;
