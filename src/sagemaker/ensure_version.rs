//! Making an image version: found by what it is made of, or asked for once.

use aws_sdk_sagemaker::types::JobType;

use super::declaration::{ProgrammingLanguage, ReleaseNotes, VersionDeclaration};
use super::error::is_in_use;
use super::token::client_token;
use super::versions::{VersionState, VersionStatus, number_in_arn};
use super::wait::{self, Look};
use super::{SageMaker, SageMakerError};
use crate::aws::Failure;
use crate::progress::{Outcome, Reporter, Stage, Task};
use crate::spec::name::ImageName;

/// How often a version may turn out to be gone before we stop asking for another.
const ROUNDS: u32 = 5;

/// How often a version may be invisible right after its creation before it counts as gone.
const INVISIBLE_LOOKS: u32 = 4;

/// What became of a version that was asked for.
enum Fate {
    Created(VersionState),
    /// Deleted meanwhile, or long ago: an old token brings back an old number.
    Gone,
}

impl SageMaker {
    /// Makes sure that a version of this digest exists and is usable, and waits for it.
    ///
    /// A version of the same digest is reused, also one that is still being made, by whomever; AWS advises against two
    /// versions of one container image (facts 2.2). One that failed is not: a new one is asked for.
    pub async fn ensure_version(
        &self,
        wanted: &VersionDeclaration,
        reporter: &Reporter,
    ) -> Result<VersionState, SageMakerError> {
        let task = reporter.start(Stage::Register, format!("image version of `{}`", wanted.image));
        let result = self.publish(wanted, &task).await;
        wait::finish(task, result, |(outcome, version)| (*outcome, format!("version {}", version.number)))
            .map(|(_, version)| version)
    }

    async fn publish(
        &self,
        wanted: &VersionDeclaration,
        task: &Task,
    ) -> Result<(Outcome, VersionState), SageMakerError> {
        for gone in 0..ROUNDS {
            let survey = self.survey(&wanted.image, wanted.base_image.digest()).await?;
            let (outcome, number) = match survey.usable {
                Some(VersionState { number, status: VersionStatus::Creating, .. }) => (Outcome::Done, number),
                Some(version) => return Ok((Outcome::Cached, version)),
                None => (Outcome::Done, self.create_version(wanted, survey.failed + gone as usize, task).await?),
            };
            if let Fate::Created(version) = self.created_version(&wanted.image, number, task).await? {
                return Ok((outcome, version));
            }
        }
        Err(SageMakerError::VanishingVersions { image: wanted.image.clone(), attempts: ROUNDS })
    }

    /// Asks for a version and returns its number. While the image is being changed by somebody, it waits.
    async fn create_version(
        &self,
        wanted: &VersionDeclaration,
        spent: usize,
        task: &Task,
    ) -> Result<u32, SageMakerError> {
        let request = self
            .client
            .create_image_version()
            .image_name(wanted.image.as_str())
            .base_image(wanted.base_image.as_str())
            .client_token(client_token(wanted, spent))
            .job_type(JobType::NotebookKernel)
            .set_programming_lang(wanted.language.as_ref().map(ProgrammingLanguage::as_str).map(str::to_owned))
            .set_release_notes(wanted.release_notes.as_ref().map(ReleaseNotes::as_str).map(str::to_owned));
        let subject = format!("image `{}`", wanted.image);
        let answer = wait::until(self.pace, task, &subject, async || {
            match request.clone().send().await.map_err(Failure::from) {
                Ok(answer) => Ok(Look::Ready(answer)),
                Err(failure) if is_in_use(&failure) => Ok(Look::Wait("in use by another change".to_owned())),
                Err(source) => Err(SageMakerError::CreateVersion { image: wanted.image.clone(), source }),
            }
        })
        .await?;
        answer
            .image_version_arn()
            .and_then(number_in_arn)
            .ok_or(SageMakerError::Incomplete { subject, missing: "version ARN" })
    }

    /// Waits until the version is usable.
    async fn created_version(&self, image: &ImageName, number: u32, task: &Task) -> Result<Fate, SageMakerError> {
        let mut invisible = 0;
        wait::until(self.pace, task, &format!("version {number} of image `{image}`"), || {
            invisible += 1;
            let last_chance = invisible >= INVISIBLE_LOOKS;
            async move {
                let Some(version) = self.version(image, number).await? else {
                    return Ok(if last_chance {
                        Look::Ready(Fate::Gone)
                    } else {
                        Look::Wait("not visible".to_owned())
                    });
                };
                match version.status {
                    VersionStatus::Created => Ok(Look::Ready(Fate::Created(version))),
                    VersionStatus::Creating | VersionStatus::Other(_) => {
                        Ok(Look::Wait(format!("version {number} {}", version.status)))
                    }
                    VersionStatus::Deleting | VersionStatus::DeleteFailed => Ok(Look::Ready(Fate::Gone)),
                    VersionStatus::CreateFailed => Err(SageMakerError::VersionFailed {
                        image: image.clone(),
                        number,
                        reason: version.failure.unwrap_or_else(|| "SageMaker gave no reason".to_owned()),
                    }),
                }
            }
        })
        .await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_sagemaker::Client;
    use aws_sdk_sagemaker::operation::create_image_version::CreateImageVersionOutput;
    use aws_sdk_sagemaker::operation::describe_image_version::DescribeImageVersionOutput;
    use aws_sdk_sagemaker::operation::list_image_versions::ListImageVersionsOutput;
    use aws_sdk_sagemaker::types::{ImageVersion, ImageVersionStatus};
    use aws_smithy_mocks::{MockResponse, Rule, mock};

    use super::*;
    use crate::sagemaker::BaseImage;
    use crate::sagemaker::stubs::{refusal, sagemaker};

    /// Versions as SageMaker keeps them: numbered, with tokens that bring back what they once made.
    #[derive(Default)]
    struct World {
        versions: Vec<Held>,
        /// What the next creations end as; `CREATED` where none is left.
        ends: Vec<ImageVersionStatus>,
    }

    struct Held {
        number: i32,
        base_image: String,
        status: ImageVersionStatus,
        token: String,
        /// Its end, which comes with the second look.
        end: Option<ImageVersionStatus>,
        deleted: bool,
    }

    type Shared = Arc<Mutex<World>>;

    fn wanted(digit: char) -> VersionDeclaration {
        let digest = format!("sha256:{}", digit.to_string().repeat(64)).parse().expect("a digest");
        VersionDeclaration {
            image: "clinical".parse().expect("a name"),
            base_image: BaseImage::new("host/sagemaker", &digest).expect("a base image"),
            release_notes: None,
            language: "R 4.5.1".parse().ok(),
        }
    }

    fn list(world: &Shared) -> Rule {
        let world = Arc::clone(world);
        mock!(Client::list_image_versions).then_compute_output(move |_| {
            let world = world.lock().expect("no test panics here");
            let versions = world.versions.iter().rev().filter(|held| !held.deleted);
            let listed = versions.map(|held| {
                let version = ImageVersion::builder().version(held.number).image_version_status(held.status.clone());
                version.image_version_arn("arn").image_arn("arn").build()
            });
            ListImageVersionsOutput::builder().set_image_versions(Some(listed.collect())).build()
        })
    }

    fn describe(world: &Shared) -> Rule {
        let world = Arc::clone(world);
        mock!(Client::describe_image_version).then_compute_response(move |request| {
            let mut world = world.lock().expect("no test panics here");
            let held = world.versions.iter_mut().find(|held| request.version() == Some(held.number) && !held.deleted);
            let Some(held) = held else {
                return MockResponse::Http(refusal("ResourceNotFound", "ImageVersion does not exist"));
            };
            let answer = DescribeImageVersionOutput::builder()
                .image_version_status(held.status.clone())
                .base_image(&held.base_image)
                .failure_reason("InternalFailure");
            if let Some(end) = held.end.take() {
                held.status = end;
            }
            MockResponse::Output(answer.build())
        })
    }

    fn create(world: &Shared) -> Rule {
        let world = Arc::clone(world);
        mock!(Client::create_image_version).then_compute_output(move |request| {
            let mut world = world.lock().expect("no test panics here");
            let token = request.client_token().unwrap_or_default().to_owned();
            let known = world.versions.iter().find(|held| held.token == token).map(|held| held.number);
            let number = known.unwrap_or_else(|| {
                let number = i32::try_from(world.versions.len()).unwrap_or_default() + 1;
                let end = world.ends.pop().or(Some(ImageVersionStatus::Created));
                let base_image = request.base_image().unwrap_or_default().to_owned();
                let status = ImageVersionStatus::Creating;
                world.versions.push(Held { number, base_image, status, token, end, deleted: false });
                number
            });
            let arn = format!("arn:aws:sagemaker:eu-west-1:123456789012:image-version/clinical/{number}");
            CreateImageVersionOutput::builder().image_version_arn(arn).build()
        })
    }

    async fn ensure(world: &Shared, digit: char) -> Result<VersionState, SageMakerError> {
        let (list, describe, create) = (list(world), describe(world), create(world));
        sagemaker(&[&list, &describe, &create]).ensure_version(&wanted(digit), &Reporter::silent()).await
    }

    fn count(world: &Shared) -> usize {
        world.lock().expect("no test panics here").versions.len()
    }

    #[tokio::test]
    async fn a_digest_has_one_version_however_often_it_is_asked_for() {
        let world = Shared::default();
        let numbers = [
            ensure(&world, 'a').await.expect("a version").number,
            ensure(&world, 'b').await.expect("a version").number,
            ensure(&world, 'a').await.expect("a version").number,
        ];
        assert_eq!(numbers, [1, 2, 1]);
        assert_eq!(count(&world), 2);
    }

    #[tokio::test]
    async fn a_failed_version_is_an_error_and_the_next_run_makes_another() {
        let world = Shared::default();
        world.lock().expect("no test panics here").ends.push(ImageVersionStatus::CreateFailed);
        let error = ensure(&world, 'a').await.expect_err("the first version fails");
        assert_eq!(error.to_string(), "version 1 of image `clinical` failed: InternalFailure");
        assert_eq!(ensure(&world, 'a').await.expect("another version").number, 2);
        assert_eq!(ensure(&world, 'a').await.expect("the same version").number, 2);
    }

    #[tokio::test]
    async fn a_deleted_version_is_made_again_although_its_token_brings_it_back() {
        let world = Shared::default();
        ensure(&world, 'a').await.expect("a version");
        world.lock().expect("no test panics here").versions[0].deleted = true;
        assert_eq!(ensure(&world, 'a').await.expect("another version").number, 2);
    }

    #[tokio::test]
    async fn a_version_under_way_is_waited_for_and_not_asked_for_again() {
        let world = Shared::default();
        world.lock().expect("no test panics here").versions.push(Held {
            number: 1,
            base_image: wanted('a').base_image.to_string(),
            status: ImageVersionStatus::Creating,
            token: "of another process".into(),
            end: Some(ImageVersionStatus::Created),
            deleted: false,
        });
        let version = ensure(&world, 'a').await.expect("a version");
        assert_eq!((version.number, version.status, count(&world)), (1, VersionStatus::Created, 1));
    }

    #[tokio::test]
    async fn throttled_calls_are_repeated_until_they_pass() {
        let world = Shared::default();
        let throttled = mock!(Client::list_image_versions)
            .sequence()
            .http_response(|| refusal("ThrottlingException", "Rate exceeded"))
            .times(4)
            .output(|| ListImageVersionsOutput::builder().build())
            .build();
        let (describe, create) = (describe(&world), create(&world));
        let sagemaker = sagemaker(&[&throttled, &describe, &create]);
        let version = sagemaker.ensure_version(&wanted('a'), &Reporter::silent()).await.expect("a version");
        assert_eq!((version.number, throttled.num_calls()), (1, 5));
    }

    #[tokio::test]
    async fn endless_throttling_is_an_error_that_says_so() {
        let throttled = mock!(Client::list_image_versions)
            .sequence()
            .http_response(|| refusal("ThrottlingException", "Rate exceeded"))
            .repeatedly()
            .build();
        let error = sagemaker(&[&throttled]).versions(&wanted('a').image).await.expect_err("no answer");
        assert!(error.hint().unwrap_or_default().contains("limiting the rate"), "{error:?}");
        assert_eq!(throttled.num_calls(), 5);
    }

    #[tokio::test]
    async fn reading_takes_the_newest_usable_version() {
        let world = Shared::default();
        ensure(&world, 'a').await.expect("a version");
        world.lock().expect("no test panics here").ends.push(ImageVersionStatus::CreateFailed);
        ensure(&world, 'b').await.expect_err("a failure");
        let (list, describe) = (list(&world), describe(&world));
        let sagemaker = sagemaker(&[&list, &describe]);
        let image = wanted('a').image;
        let numbers = sagemaker.versions(&image).await.expect("versions").into_iter().map(|version| version.number);
        assert_eq!(numbers.collect::<Vec<_>>(), [2, 1]);
        let latest = sagemaker.latest_version(&image).await.expect("an answer");
        assert_eq!(latest.map(|version| version.number), Some(1));
        let failed = wanted('b').base_image.digest().clone();
        assert_eq!(sagemaker.version_with_digest(&image, &failed).await.expect("an answer"), None);
    }
}
