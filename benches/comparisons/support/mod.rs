//! What the comparisons share.

pub mod command;
pub mod cran;
pub mod docker;
pub mod project;
pub mod sandbox;
pub mod slipway;
pub mod table;
pub mod timing;
pub mod world;
