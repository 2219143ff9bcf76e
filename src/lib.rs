//! Slipway: declared RStudio images for RStudio on Amazon SageMaker.
//!
//! `image.toml -> image.lock -> Dockerfile -> container image -> checks -> ECR -> SageMaker image version -> domain`.
//! ARCHITECTURE.md walks through the modules.

pub mod aws;
pub mod catalog;
pub mod cli;
pub mod commands;
pub mod credentials;
pub mod dockerfile;
pub mod engine;
pub mod error;
pub mod git;
pub mod lock;
pub mod pipeline;
pub mod plan;
pub mod progress;
pub mod registry;
pub mod report;
pub mod sagemaker;
pub mod spec;
pub mod verify;
