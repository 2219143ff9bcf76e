//! An image as it should be in a target: a recipe, its context, and the names it will have there.

use crate::dockerfile::{Context, Fingerprint, Recipe, RenderError, render};
use crate::spec::name::{DomainId, Label};
use crate::spec::{ImageSpec, Target};

/// An image as it should be in a target.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// Spec and lock.
    pub recipe: Recipe,
    /// What it is built from.
    pub context: Context,
    /// What identifies it before it is built.
    pub fingerprint: Fingerprint,
    /// The domains it is attached to, by their names in the target.
    pub domains: Vec<(Label, DomainId)>,
}

/// Why a recipe has no place in a target.
#[derive(Debug, thiserror::Error)]
pub enum WantedError {
    /// It cannot be rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// The target lacks a domain that the spec names.
    #[error("target `{target}` has no domain `{domain}`, which `{image}` is published to")]
    Domain {
        /// The target.
        target: Label,
        /// The domain's name.
        domain: Label,
        /// The image.
        image: String,
    },
}

impl Wanted {
    /// Renders a recipe and looks up the names of its domains.
    pub fn new(recipe: Recipe, target: &Target) -> Result<Self, WantedError> {
        let context = render(&recipe)?;
        let spec = recipe.spec();
        let domains = spec.publish.domains.iter().map(|name| match target.domain(name) {
            Some(id) => Ok((name.clone(), id)),
            None => Err(WantedError::Domain {
                target: target.name.clone(),
                domain: name.clone(),
                image: spec.name.to_string(),
            }),
        });
        let domains = domains.collect::<Result<_, _>>()?;
        Ok(Self { fingerprint: context.fingerprint(), recipe, context, domains })
    }

    /// What was declared.
    pub fn spec(&self) -> &ImageSpec {
        self.recipe.spec()
    }

    /// The tag in the registry: the image's name and the start of its fingerprint. A tag is never moved, so that it
    /// stands for one image for ever.
    pub fn tag(&self) -> String {
        format!("{}-{}", self.spec().name, self.fingerprint.short())
    }

    /// The name in the engine, before the image is pushed.
    pub fn local_name(&self) -> String {
        format!("slipway/{}:{}", self.spec().name, self.fingerprint.short())
    }
}
