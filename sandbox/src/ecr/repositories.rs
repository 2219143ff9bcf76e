//! Repositories: create, describe, delete, and their switches.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Value, json};

use super::repository::{Mutability, MutabilityMode, Repository};
use super::tags::Tag;
use super::{find, find_mut, invalid};
use crate::aws::{ApiError, Order, Page, page};
use crate::clock::Moment;
use crate::cloud::Cloud;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Create {
    repository_name: String,
    #[serde(default)]
    image_tag_mutability: MutabilityMode,
    #[serde(default)]
    image_tag_mutability_exclusion_filters: Vec<ExclusionFilter>,
    #[serde(default)]
    image_scanning_configuration: ScanningConfiguration,
    encryption_configuration: Option<Value>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct ScanningConfiguration {
    #[serde(default)]
    scan_on_push: bool,
}

#[derive(Debug, Deserialize)]
struct ExclusionFilter {
    filter: String,
}

/// `CreateRepository`.
pub fn create(cloud: &Cloud, input: Create) -> Result<Value, ApiError> {
    let name = input.repository_name;
    let repository = Repository {
        created_at: Moment::now(),
        mutability: mutability(input.image_tag_mutability, input.image_tag_mutability_exclusion_filters)?,
        scan_on_push: input.image_scanning_configuration.scan_on_push,
        encryption: input.encryption_configuration.unwrap_or_else(|| json!({ "encryptionType": "AES256" })),
        lifecycle_policy: None,
        policy: None,
        resource_tags: input.tags.into_iter().map(|tag| (tag.key, tag.value)).collect(),
        image_tags: BTreeMap::new(),
        manifests: BTreeMap::new(),
        blobs: BTreeMap::new(),
    };
    let answer = json!({ "repository": shown(cloud, &name, &repository) });
    cloud.repositories.change(|repositories| {
        if repositories.contains_key(&name) {
            let words =
                format!("The repository with name '{name}' already exists in the registry with id '{}'", cloud.account);
            return Err(ApiError::client("RepositoryAlreadyExistsException", words));
        }
        repositories.insert(name, repository);
        Ok(answer)
    })
}

fn mutability(mode: MutabilityMode, filters: Vec<ExclusionFilter>) -> Result<Mutability, ApiError> {
    let takes_filters = matches!(mode, MutabilityMode::ImmutableWithExclusion | MutabilityMode::MutableWithExclusion);
    if takes_filters == filters.is_empty() {
        let constraint = "exclusion filters go with IMMUTABLE_WITH_EXCLUSION and MUTABLE_WITH_EXCLUSION only";
        return Err(invalid("imageTagMutabilityExclusionFilters", constraint));
    }
    Ok(Mutability { mode, exclusions: filters.into_iter().map(|filter| filter.filter).collect() })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Describe {
    repository_names: Option<Vec<String>>,
    #[serde(flatten)]
    page: Page,
}

/// `DescribeRepositories`.
pub fn describe(cloud: &Cloud, input: &Describe) -> Result<Value, ApiError> {
    let state = cloud.repositories.read();
    let (repositories, next) = if let Some(names) = &input.repository_names {
        let found = names.iter().map(|name| Ok(shown(cloud, name, find(cloud, &state, name)?)));
        (found.collect::<Result<Vec<_>, ApiError>>()?, None)
    } else {
        let all = state.iter().map(|(name, repository)| (name.clone(), shown(cloud, name, repository))).collect();
        page(all, Order::Ascending, &input.page)?
    };
    Ok(json!({ "repositories": repositories, "nextToken": next }))
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Delete {
    repository_name: String,
    #[serde(default)]
    force: bool,
}

/// `DeleteRepository`.
pub fn delete(cloud: &Cloud, input: &Delete) -> Result<Value, ApiError> {
    let name = &input.repository_name;
    cloud.repositories.change(|repositories| {
        let repository = find(cloud, repositories, name)?;
        if !repository.manifests.is_empty() && !input.force {
            let words = format!(
                "The repository with name '{name}' in registry with id '{}' cannot be deleted because it still \
                 contains images",
                cloud.account
            );
            return Err(ApiError::client("RepositoryNotEmptyException", words));
        }
        let answer = json!({ "repository": shown(cloud, name, repository) });
        repositories.remove(name);
        Ok(answer)
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutMutability {
    repository_name: String,
    image_tag_mutability: MutabilityMode,
    #[serde(default)]
    image_tag_mutability_exclusion_filters: Vec<ExclusionFilter>,
}

/// `PutImageTagMutability`.
pub fn put_mutability(cloud: &Cloud, input: PutMutability) -> Result<Value, ApiError> {
    let mutability = mutability(input.image_tag_mutability, input.image_tag_mutability_exclusion_filters)?;
    cloud.repositories.change(|repositories| {
        let repository = find_mut(cloud, repositories, &input.repository_name)?;
        repository.mutability = mutability;
        Ok(json!({
            "registryId": cloud.account,
            "repositoryName": input.repository_name,
            "imageTagMutability": repository.mutability.mode,
            "imageTagMutabilityExclusionFilters": exclusions(&repository.mutability),
        }))
    })
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PutScanning {
    repository_name: String,
    image_scanning_configuration: ScanningConfiguration,
}

/// `PutImageScanningConfiguration`.
pub fn put_scanning(cloud: &Cloud, input: &PutScanning) -> Result<Value, ApiError> {
    let scan_on_push = input.image_scanning_configuration.scan_on_push;
    cloud.repositories.change(|repositories| {
        find_mut(cloud, repositories, &input.repository_name)?.scan_on_push = scan_on_push;
        Ok(json!({
            "registryId": cloud.account,
            "repositoryName": input.repository_name,
            "imageScanningConfiguration": { "scanOnPush": scan_on_push },
        }))
    })
}

fn shown(cloud: &Cloud, name: &str, repository: &Repository) -> Value {
    json!({
        "repositoryArn": cloud.repository_arn(name),
        "registryId": cloud.account,
        "repositoryName": name,
        "repositoryUri": format!("{}/{name}", cloud.registry_host()),
        "createdAt": repository.created_at.wire(),
        "imageTagMutability": repository.mutability.mode,
        "imageTagMutabilityExclusionFilters": exclusions(&repository.mutability),
        "imageScanningConfiguration": { "scanOnPush": repository.scan_on_push },
        "encryptionConfiguration": repository.encryption,
    })
}

/// None rather than an empty list: AWS's shape wants at least one.
fn exclusions(mutability: &Mutability) -> Option<Vec<Value>> {
    let shown = |wildcard: &String| json!({ "filterType": "WILDCARD", "filter": wildcard });
    (!mutability.exclusions.is_empty()).then(|| mutability.exclusions.iter().map(shown).collect())
}
