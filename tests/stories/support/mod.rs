//! What stories need: projects, calls of the binary, a cloud to look into, an engine.

pub mod chance;
pub mod cloud;
pub mod docker;
pub mod project;
pub mod rehearsal;
pub mod run;
pub mod snapshots;
pub mod state;
pub mod waiting;
pub mod world;
