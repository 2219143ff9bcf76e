//! `ListAliases`.

use serde::Deserialize;
use serde_json::{Value, json};

use super::image_versions::AboutVersion;
use super::images::find;
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;

#[derive(Debug, Deserialize)]
pub struct List {
    #[serde(flatten)]
    about: AboutVersion,
    #[serde(flatten)]
    page: Page,
}

/// Aliases of one version, or of all versions of an image.
pub fn list(cloud: &Cloud, input: &List) -> Result<Value, ApiError> {
    let now = Moment::now();
    let studio = cloud.studio.read();
    let image = find(cloud, &studio, &input.about.image_name, now)?;
    let only = if input.about.names_one() { Some(input.about.number(image, now)?) } else { None };
    let versions = image.versions.iter().filter(|(number, _)| only.is_none_or(|only| only == **number));
    let aliases = versions.flat_map(|(_, version)| version.aliases.iter().map(|alias| (alias.clone(), alias)));
    let (aliases, next) = page(aliases.collect(), Order::Ascending, &input.page)?;
    Ok(json!({ "SageMakerImageVersionAliases": aliases, "NextToken": next }))
}
