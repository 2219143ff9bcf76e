//! What administrators declare: `slipway.toml` and `image.toml`, from texts to types that cannot be wrong.

mod base_image;
mod document;
mod image;
mod image_reader;
mod load;
pub mod name;
mod problem;
mod project;
mod project_reader;
mod raw;
mod reader;
mod reference;
mod size;
mod suggest;
mod version;

pub use base_image::BaseImage;
pub use document::Places;
pub use image::{Base, Check, ImageSpec, MountPath, Publish, Python, R, Secret, SecretSource, SpecFile, System};
pub use load::{
    LoadError, Loaded, find_root, image_names, image_schema, load_image, load_project, project_schema,
    support_of_workbench,
};
pub use problem::Problem;
pub use project::{BuildNetwork, BuildSettings, Place, Project, SourceUrl, Sources, Target};
pub use project_reader::SANDBOX;
pub use reference::{reference, reference_page};
pub use size::ByteSize;
pub use suggest::nearest;
pub use version::{DriversVersion, PythonVersion, RVersion, SnapshotDate, WorkbenchVersion};
