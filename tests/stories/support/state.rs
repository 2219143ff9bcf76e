//! What ECR and SageMaker hold, read with the AWS SDK.

use std::collections::BTreeMap;

use aws_sdk_ecr::types::ImageIdentifier;
use aws_sdk_sagemaker::types::{ImageVersion, RSessionAppSettings};
use serde::Serialize;

use super::cloud::Cloud;
use super::project::DOMAIN;

/// Everything that an `apply` leaves behind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct State {
    /// Digest by tag, for each repository.
    pub repositories: BTreeMap<String, BTreeMap<String, String>>,
    /// Versions by image.
    pub images: BTreeMap<String, Vec<Version>>,
    /// Names of the app image configs.
    pub configs: Vec<String>,
    /// The domain's status.
    pub domain: String,
    /// The domain's list: image, version, app image config.
    pub entries: Vec<(String, Option<i32>, String)>,
}

/// A version of a SageMaker image.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Version {
    /// Its number.
    pub number: i32,
    /// Its status.
    pub status: String,
    /// The digest of the container image that it is made of.
    pub digest: String,
}

impl State {
    /// The same without what differs from build to build: tags lose their fingerprint, and digests are called after the
    /// tag that they stand under, because the engine writes the time into an image.
    pub fn without_builds(mut self) -> Self {
        let mut names = BTreeMap::new();
        for tags in self.repositories.values_mut() {
            let plain = std::mem::take(tags).into_iter().map(|(tag, digest)| {
                let image = tag.rsplit_once('-').map_or(tag.as_str(), |(image, _)| image);
                let name = format!("digest of {image}");
                names.insert(digest, name.clone());
                (image.to_owned(), name)
            });
            *tags = plain.collect();
        }
        for version in self.images.values_mut().flatten() {
            if let Some(name) = names.get(&version.digest) {
                version.digest.clone_from(name);
            }
        }
        self
    }

    /// The versions of an image.
    pub fn versions(&self, image: &str) -> &[Version] {
        self.images.get(image).map(Vec::as_slice).unwrap_or_default()
    }

    /// The domain's list as short words, such as `rehearsal 1`.
    pub fn list(&self) -> Vec<String> {
        let word = |(image, version, _): &(String, Option<i32>, String)| match version {
            Some(version) => format!("{image} {version}"),
            None => image.clone(),
        };
        self.entries.iter().map(word).collect()
    }
}

impl Cloud {
    /// Everything, as it is now.
    pub fn state(&self) -> State {
        self.wait_for(async {
            let (domain, entries) = self.domain().await;
            State {
                repositories: self.repositories().await,
                images: self.images().await,
                configs: self.configs().await,
                domain,
                entries,
            }
        })
    }

    async fn repositories(&self) -> BTreeMap<String, BTreeMap<String, String>> {
        let client = self.aws.ecr();
        let answer = client.describe_repositories().send().await.expect("the repositories");
        let mut repositories = BTreeMap::new();
        for repository in answer.repositories() {
            let name = repository.repository_name().expect("a name");
            let listed = client.list_images().repository_name(name).send().await.expect("the images");
            repositories.insert(name.to_owned(), listed.image_ids().iter().filter_map(tagged).collect());
        }
        repositories
    }

    async fn images(&self) -> BTreeMap<String, Vec<Version>> {
        let answer = self.aws.sagemaker().list_images().send().await.expect("the images");
        let mut images = BTreeMap::new();
        for image in answer.images() {
            let name = image.image_name().expect("a name");
            images.insert(name.to_owned(), self.versions(name).await);
        }
        images
    }

    async fn versions(&self, image: &str) -> Vec<Version> {
        let client = self.aws.sagemaker();
        let answer = client.list_image_versions().image_name(image).send().await.expect("the versions");
        let mut versions = Vec::new();
        for number in answer.image_versions().iter().filter_map(ImageVersion::version) {
            let described = client.describe_image_version().image_name(image).version(number);
            let described = described.send().await.expect("the version");
            let base = described.base_image().unwrap_or_default();
            versions.push(Version {
                number,
                status: described.image_version_status().map(|status| status.as_str().to_owned()).unwrap_or_default(),
                digest: base.rsplit('@').next().unwrap_or_default().to_owned(),
            });
        }
        versions.sort_by_key(|version| version.number);
        versions
    }

    async fn configs(&self) -> Vec<String> {
        let answer = self.aws.sagemaker().list_app_image_configs().send().await.expect("the app image configs");
        let mut names: Vec<String> = answer
            .app_image_configs()
            .iter()
            .filter_map(|config| config.app_image_config_name().map(str::to_owned))
            .collect();
        names.sort();
        names
    }

    async fn domain(&self) -> (String, Vec<(String, Option<i32>, String)>) {
        let answer = self.aws.sagemaker().describe_domain().domain_id(DOMAIN).send().await.expect("the domain");
        let status = answer.status().map(|status| status.as_str().to_owned()).unwrap_or_default();
        let sessions = answer.default_user_settings().and_then(|settings| settings.r_session_app_settings());
        let entries = sessions.map(RSessionAppSettings::custom_images).unwrap_or_default();
        let words = |text: Option<&str>| text.unwrap_or_default().to_owned();
        let entries = entries.iter().map(|entry| {
            (words(entry.image_name()), entry.image_version_number(), words(entry.app_image_config_name()))
        });
        (status, entries.collect())
    }
}

fn tagged(id: &ImageIdentifier) -> Option<(String, String)> {
    Some((id.image_tag()?.to_owned(), id.image_digest()?.to_owned()))
}
