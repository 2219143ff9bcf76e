//! What the comparisons share.

pub mod command;
pub mod cran;
pub mod docker;
pub mod fleet;
pub mod project;
pub mod registry;
pub mod sandbox;
pub mod slipway;
pub mod table;
pub mod timing;
pub mod world;
