//! Making an image what is declared.

use std::time::Duration;

use super::declaration::ImageDeclaration;
use super::error::{is_in_use, is_missing};
use super::images::{ImageState, ImageStatus, sagemaker_tags};
use super::wait::{self, Look};
use super::{Change, SageMaker, SageMakerError};
use crate::aws::Failure;
use crate::progress::{Outcome, Reporter, Stage, Task};
use crate::spec::name::{Description, ImageName};

/// How often a look and the change after it are repeated when another writer comes between them.
const ROUNDS: u32 = 3;

/// How often to wait for a new role. Asking fast makes the refusal stick, so each wait is long (facts 2.2).
const ROLE_WAITS: u32 = 3;

/// The length of such a wait, in polls: a minute against AWS.
const ROLE_POLLS: u32 = 12;

/// What an image needs to become what is declared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Create,
    /// Its creation had failed, so it has no versions and nothing is lost.
    Recreate,
    Update,
    Keep,
}

fn decide(found: Option<&ImageState>, wanted: &ImageDeclaration) -> Decision {
    let Some(found) = found else { return Decision::Create };
    let same = found.title.as_deref() == Some(wanted.title.as_str())
        && found.description.as_deref() == wanted.description.as_ref().map(Description::as_str)
        && found.role == wanted.role.as_str();
    match found.status {
        ImageStatus::CreateFailed => Decision::Recreate,
        // After a failed update the values shown are those that were asked for, so they prove nothing.
        ImageStatus::UpdateFailed => Decision::Update,
        _ if same => Decision::Keep,
        _ => Decision::Update,
    }
}

impl SageMaker {
    /// Makes an image what is declared and waits until it is, telling `reporter` what it waits for.
    ///
    /// An image whose creation had failed is deleted first: it has no versions. Tags are put on at creation only.
    pub async fn ensure_image(&self, wanted: &ImageDeclaration, reporter: &Reporter) -> Result<Change, SageMakerError> {
        let task = reporter.start(Stage::Register, format!("image `{}`", wanted.name));
        let result = self.bring_about(wanted, &task).await;
        wait::finish(task, result, |change| match change {
            Change::Kept => (Outcome::Cached, "as declared".to_owned()),
            Change::Created => (Outcome::Done, "created".to_owned()),
            Change::Updated => (Outcome::Done, "updated".to_owned()),
        })
    }

    async fn bring_about(&self, wanted: &ImageDeclaration, task: &Task) -> Result<Change, SageMakerError> {
        for _ in 0..ROUNDS {
            let found = self.settled_image(&wanted.name, task).await?;
            let (change, won) = match decide(found.as_ref(), wanted) {
                Decision::Keep => return Ok(Change::Kept),
                Decision::Update => (Change::Updated, self.update_image(wanted).await?),
                Decision::Create => (Change::Created, self.create_image(wanted, task).await?),
                Decision::Recreate => {
                    self.delete_failed_image(&wanted.name, task).await?;
                    (Change::Created, self.create_image(wanted, task).await?)
                }
            };
            if let Race::Won = won {
                self.usable_image(&wanted.name, task).await?;
                return Ok(change);
            }
        }
        Err(SageMakerError::ContestedImage { image: wanted.name.clone(), attempts: ROUNDS })
    }

    /// The image when it is in none of the states that pass.
    async fn settled_image(&self, name: &ImageName, task: &Task) -> Result<Option<ImageState>, SageMakerError> {
        wait::until(self.pace, task, &format!("image `{name}`"), async || {
            Ok(match self.image(name).await? {
                Some(image) if image.status.passes() => Look::Wait(image.status.to_string()),
                settled => Look::Ready(settled),
            })
        })
        .await
    }

    /// Waits for the end of a creation or an update; right after it was asked for, the image may not be visible yet.
    async fn usable_image(&self, name: &ImageName, task: &Task) -> Result<(), SageMakerError> {
        let image = wait::until(self.pace, task, &format!("image `{name}`"), async || {
            Ok(match self.image(name).await? {
                None => Look::Wait("not visible".to_owned()),
                Some(image) if image.status.passes() => Look::Wait(image.status.to_string()),
                Some(image) => Look::Ready(image),
            })
        })
        .await?;
        match image.status {
            ImageStatus::Created => Ok(()),
            status => Err(SageMakerError::ImageFailed {
                image: name.clone(),
                status,
                reason: image.failure.unwrap_or_else(|| "SageMaker gave no reason".to_owned()),
            }),
        }
    }

    async fn create_image(&self, wanted: &ImageDeclaration, task: &Task) -> Result<Race, SageMakerError> {
        let request = self
            .client
            .create_image()
            .image_name(wanted.name.as_str())
            .role_arn(wanted.role.as_str())
            .display_name(wanted.title.as_str())
            .set_description(wanted.description.as_ref().map(ToString::to_string))
            .set_tags(sagemaker_tags(&wanted.tags));
        let mut waits = 0;
        loop {
            match request.clone().send().await.map_err(Failure::from) {
                Ok(_) => return Ok(Race::Won),
                Err(failure) if is_in_use(&failure) => return Ok(Race::Lost),
                Err(failure) if waits < ROLE_WAITS && is_unready_role(&failure) => {
                    waits += 1;
                    self.wait_for_role(task).await;
                }
                Err(source) => return Err(SageMakerError::CreateImage { image: wanted.name.clone(), source }),
            }
        }
    }

    async fn wait_for_role(&self, task: &Task) {
        let pause: Duration = self.pace.interval * ROLE_POLLS;
        task.status(format!("SageMaker cannot assume the role yet; trying again in {} s", pause.as_secs()));
        tokio::time::sleep(pause).await;
    }

    async fn update_image(&self, wanted: &ImageDeclaration) -> Result<Race, SageMakerError> {
        let request = self
            .client
            .update_image()
            .image_name(wanted.name.as_str())
            .display_name(wanted.title.as_str())
            .role_arn(wanted.role.as_str());
        let request = match &wanted.description {
            Some(description) => request.description(description.as_str()),
            None => request.delete_properties("Description"),
        };
        match request.send().await.map_err(Failure::from) {
            Ok(_) => Ok(Race::Won),
            Err(failure) if is_in_use(&failure) || is_missing(&failure) => Ok(Race::Lost),
            Err(source) => Err(SageMakerError::UpdateImage { image: wanted.name.clone(), source }),
        }
    }

    async fn delete_failed_image(&self, name: &ImageName, task: &Task) -> Result<(), SageMakerError> {
        match self.client.delete_image().image_name(name.as_str()).send().await.map_err(Failure::from) {
            Ok(_) => {}
            Err(failure) if is_missing(&failure) => return Ok(()),
            Err(source) => return Err(SageMakerError::DeleteImage { image: name.clone(), source }),
        }
        wait::until(self.pace, task, &format!("image `{name}`"), async || {
            Ok(match self.image(name).await? {
                None => Look::Ready(()),
                Some(image) => Look::Wait(image.status.to_string()),
            })
        })
        .await
    }
}

/// Whether a change came before somebody else's.
enum Race {
    Won,
    Lost,
}

/// IAM shows a new role to SageMaker only after a while (facts 2.2).
fn is_unready_role(failure: &Failure) -> bool {
    failure.refusal().is_some_and(|refusal| {
        let message = refusal.message.to_lowercase();
        refusal.code == "ValidationException" && message.contains("role") && message.contains("assume")
    })
}

#[cfg(test)]
mod tests {
    use aws_sdk_sagemaker::Client;
    use aws_sdk_sagemaker::operation::create_image::CreateImageOutput;
    use aws_sdk_sagemaker::operation::delete_image::DeleteImageOutput;
    use aws_sdk_sagemaker::operation::describe_image::DescribeImageOutput;
    use aws_sdk_sagemaker::types;
    use aws_smithy_mocks::mock;

    use super::*;
    use crate::aws::Tags;
    use crate::sagemaker::stubs::{refusal, sagemaker};

    const ROLE: &str = "arn:aws:iam::123456789012:role/slipway-image";

    fn wanted() -> ImageDeclaration {
        ImageDeclaration {
            name: "clinical".parse().expect("a name"),
            title: "Clinical R".parse().expect("a title"),
            description: None,
            role: ROLE.parse().expect("a role"),
            tags: Tags::default().with("slipway:image", "clinical").expect("a tag"),
        }
    }

    fn found(status: ImageStatus, title: &str) -> ImageState {
        ImageState {
            arn: "arn".into(),
            status,
            failure: None,
            title: Some(title.into()),
            description: None,
            role: ROLE.into(),
        }
    }

    fn described(status: types::ImageStatus) -> DescribeImageOutput {
        DescribeImageOutput::builder()
            .image_arn("arn:aws:sagemaker:eu-west-1:123456789012:image/clinical")
            .image_status(status)
            .display_name("Clinical R")
            .role_arn(ROLE)
            .failure_reason("the role is not assumable")
            .build()
    }

    #[test]
    fn the_decision_follows_from_what_was_found() {
        let described =
            |text: &str| ImageState { description: Some(text.into()), ..found(ImageStatus::Created, "Clinical R") };
        let cases = [
            (None, Decision::Create, "nothing there"),
            (Some(found(ImageStatus::Created, "Clinical R")), Decision::Keep, "as declared"),
            (Some(found(ImageStatus::Created, "Other")), Decision::Update, "another title"),
            (Some(described("old words")), Decision::Update, "a description that is declared no more"),
            (Some(found(ImageStatus::CreateFailed, "Clinical R")), Decision::Recreate, "never came into being"),
            (Some(found(ImageStatus::UpdateFailed, "Clinical R")), Decision::Update, "the last update failed"),
        ];
        for (found, decision, why) in cases {
            assert_eq!(decide(found.as_ref(), &wanted()), decision, "{why}");
        }
    }

    #[tokio::test]
    async fn a_new_image_is_created_and_waited_for() {
        let describe = mock!(Client::describe_image)
            .sequence()
            .http_response(|| refusal("ResourceNotFound", "No Image with the name clinical"))
            .output(|| described(types::ImageStatus::Creating))
            .output(|| described(types::ImageStatus::Created))
            .build();
        let create = mock!(Client::create_image)
            .match_requests(|request| request.role_arn() == Some(ROLE) && request.tags().len() == 1)
            .then_output(|| CreateImageOutput::builder().build());
        let change = sagemaker(&[&describe, &create]).ensure_image(&wanted(), &Reporter::silent()).await;
        assert_eq!(change.expect("an image"), Change::Created);
        assert_eq!((describe.num_calls(), create.num_calls()), (3, 1));
    }

    #[tokio::test]
    async fn an_image_that_is_as_declared_is_left_alone() {
        let describe = mock!(Client::describe_image).then_output(|| described(types::ImageStatus::Created));
        let change = sagemaker(&[&describe]).ensure_image(&wanted(), &Reporter::silent()).await;
        assert_eq!(change.expect("an image"), Change::Kept);
        assert_eq!(describe.num_calls(), 1);
    }

    #[tokio::test]
    async fn somebody_elses_creation_at_the_same_moment_is_taken_over() {
        let describe = mock!(Client::describe_image)
            .sequence()
            .http_response(|| refusal("ResourceNotFound", ""))
            .output(|| described(types::ImageStatus::Created))
            .build();
        let create = mock!(Client::create_image)
            .then_http_response(|| refusal("ResourceInUse", "Image clinical already exists"));
        let change = sagemaker(&[&describe, &create]).ensure_image(&wanted(), &Reporter::silent()).await;
        assert_eq!(change.expect("an image"), Change::Kept);
    }

    #[tokio::test]
    async fn a_role_that_is_too_new_is_waited_for() {
        let describe = mock!(Client::describe_image)
            .sequence()
            .http_response(|| refusal("ResourceNotFound", ""))
            .output(|| described(types::ImageStatus::Created))
            .build();
        let create = mock!(Client::create_image)
            .sequence()
            .http_response(|| {
                refusal("ValidationException", "SageMaker is unable to assume role arn:aws:iam::1:role/x")
            })
            .output(|| CreateImageOutput::builder().build())
            .build();
        let change = sagemaker(&[&describe, &create]).ensure_image(&wanted(), &Reporter::silent()).await;
        assert_eq!(change.expect("an image"), Change::Created);
        assert_eq!(create.num_calls(), 2);
    }

    #[tokio::test]
    async fn an_image_that_fails_says_why_in_the_words_of_sagemaker() {
        let describe = mock!(Client::describe_image)
            .sequence()
            .http_response(|| refusal("ResourceNotFound", ""))
            .output(|| described(types::ImageStatus::CreateFailed))
            .build();
        let create = mock!(Client::create_image).then_output(|| CreateImageOutput::builder().build());
        let error = sagemaker(&[&describe, &create]).ensure_image(&wanted(), &Reporter::silent()).await;
        let error = error.expect_err("a failure").to_string();
        assert_eq!(error, "image `clinical` is CREATE_FAILED: the role is not assumable");
    }

    #[tokio::test]
    async fn a_failed_image_is_deleted_and_created_anew() {
        let describe = mock!(Client::describe_image)
            .sequence()
            .output(|| described(types::ImageStatus::CreateFailed))
            .http_response(|| refusal("ResourceNotFound", ""))
            .output(|| described(types::ImageStatus::Created))
            .build();
        let delete = mock!(Client::delete_image).then_output(|| DeleteImageOutput::builder().build());
        let create = mock!(Client::create_image).then_output(|| CreateImageOutput::builder().build());
        let change = sagemaker(&[&describe, &delete, &create]).ensure_image(&wanted(), &Reporter::silent()).await;
        assert_eq!(change.expect("an image"), Change::Created);
        assert_eq!((delete.num_calls(), create.num_calls()), (1, 1));
    }
}
