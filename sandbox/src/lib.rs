//! A local AWS for rehearsing and testing Slipway: ECR, the part of `SageMaker` that concerns images and domains, STS,
//! and the OCI registry behind ECR, in one process on one loopback port with its state in one folder.
//!
//! It serves boto3, the AWS CLI, the Docker Engine and Slipway alike. Requests are checked against the official shapes,
//! asynchronous states take their time, and [`Fault`]s can be asked for. It is not a simulation of AWS's limits,
//! permissions or durability, and it must never be reachable from another machine.
//!
//! ```text
//! POST /                X-Amz-Target: SageMaker.* | AmazonEC2ContainerRegistry_V20150921.*   (JSON 1.1)
//! POST /                Action=GetCallerIdentity | AssumeRole                               (STS, query protocol)
//! /v2/...               OCI distribution specification 1.1
//! /_sandbox/...         health, stats, faults, seed: the sandbox's own talk
//! ```

mod aws;
mod clock;
mod cloud;
mod control;
mod document;
mod ecr;
mod fault;
mod identity;
mod lifecycle;
mod options;
mod registry;
mod sagemaker;
mod seed;
mod server;
mod stats;
mod sts;

pub use fault::Fault;
pub use identity::{ACCESS_KEY_ID, SECRET_ACCESS_KEY};
pub use options::{AsyncState, DomainSeed, ForeignEntry, Options, Pace};
pub use server::{Sandbox, StartError, start};
pub use stats::StatsReport;
