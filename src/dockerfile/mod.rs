//! From a recipe to a build context: pure, the same input gives the same bytes.

mod context;
mod origin;
mod recipe;
mod render;
mod templates;
mod view;

pub use context::{Context, Fingerprint};
pub use origin::Origin;
pub use recipe::{Recipe, RecipeError};
pub use render::{RenderError, render};
pub use view::{FORBIDDEN_FILES, REQUIRED_VARIABLES};
