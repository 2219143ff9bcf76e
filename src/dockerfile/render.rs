//! Fills the templates.

use std::collections::BTreeMap;

use super::context::{Context, DOCKERFILE};
use super::recipe::Recipe;
use super::templates::templates;
use super::view::View;

/// A template that cannot be filled: a mistake in the program's own templates.
#[derive(Debug, thiserror::Error)]
#[error("cannot fill the template `{template}` for `{image}`")]
pub struct RenderError {
    /// The template.
    pub template: String,
    /// The image.
    pub image: String,
    /// Why.
    #[source]
    pub source: tera::Error,
}

/// Renders a recipe: no clock, no network, no daemon, no randomness.
pub fn render(recipe: &Recipe) -> Result<Context, RenderError> {
    let spec = recipe.spec();
    let view = tera::Context::from_serialize(View::new(recipe)).map_err(|source| RenderError {
        template: "view".to_owned(),
        image: spec.name.to_string(),
        source,
    })?;
    let fill = |template: String| {
        let filled = templates(spec.base.os.family()).render(&template, &view).map(String::into_bytes);
        filled.map_err(|source| RenderError { template, image: spec.name.to_string(), source })
    };
    let mut files = BTreeMap::from([
        (DOCKERFILE.to_owned(), single_spaced(&fill("Dockerfile.tera".to_owned())?)),
        ("slipway/Rprofile.site".to_owned(), fill("files/Rprofile.site.tera".to_owned())?),
        ("slipway/r-versions".to_owned(), fill("files/r-versions.tera".to_owned())?),
        (
            "slipway/install-packages.R".to_owned(),
            include_bytes!("../../dockerfiles/files/install-packages.R").to_vec(),
        ),
    ]);
    let declared = spec.system.certificates.iter().chain(spec.python.iter().map(|python| &python.requirements));
    files.extend(declared.map(|file| (file.path.clone(), file.content.clone().into_bytes())));
    Ok(Context::new(files))
}

/// Leaves one empty line where the templates' parts left several.
fn single_spaced(text: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<&str> = Vec::new();
    for line in text.lines().map(str::trim_end) {
        if !line.is_empty() || lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(line);
        }
    }
    let mut spaced = lines.join("\n");
    spaced.push('\n');
    spaced.into_bytes()
}
