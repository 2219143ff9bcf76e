//! Slipway: declared RStudio images for RStudio on Amazon SageMaker.
//!
//! `image.toml -> image.lock -> Dockerfile -> container image -> checks -> ECR -> SageMaker image version -> domain`.
//! ARCHITECTURE.md walks through the modules.

pub mod catalog;
pub mod dockerfile;
pub mod lock;
pub mod progress;
pub mod spec;
