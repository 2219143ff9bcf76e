//! What is known about operating systems and Workbench releases: data with sources, no behaviour.

mod os;
mod workbench;

pub use os::{Family, Os, PackageTool, PublishedFor};
pub use workbench::{Release, Support, release};
