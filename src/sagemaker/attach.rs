//! Changing the domain's list while others may be changing it too.
//!
//! There is no optimistic lock in the API (facts 2.4): read, edit, send only the list, wait, read back and compare; when
//! somebody else's list is there instead, begin again.

use std::time::Instant;

use aws_sdk_sagemaker::types::{CustomImage, RSessionAppSettings, UserSettings};

use super::domain::{AttachedImage, DomainState, DomainStatus};
use super::domain_list::{self, Edit, MOST_ENTRIES, USUAL_ENTRIES};
use super::error::is_in_use;
use super::wait::{self, Look};
use super::{Change, SageMaker, SageMakerError};
use crate::aws::Failure;
use crate::progress::{Outcome, Reporter, Stage, Task};
use crate::spec::name::{DomainId, ImageName};

/// How many updates are made before another writer is taken to be one that will not stop.
const ATTEMPTS: u32 = 6;

/// A list before and after.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attached {
    /// What had to be done.
    pub change: Change,
    /// The list as it was found.
    pub before: Vec<AttachedImage>,
    /// The list as it was read back.
    pub after: Vec<AttachedImage>,
}

/// How SageMaker took an update.
enum Sent {
    Accepted,
    /// It is busy with another one, after which the list may be another.
    Busy,
}

impl SageMaker {
    /// Gives each image of `wanted` its entry in the domain's list and leaves all other entries as they are.
    pub async fn attach(
        &self,
        domain: &DomainId,
        wanted: &[AttachedImage],
        reporter: &Reporter,
    ) -> Result<Attached, SageMakerError> {
        let task = reporter.start(Stage::Attach, format!("session images of domain `{domain}`"));
        let result = self.rewrite(domain, |current| domain_list::edit(current, wanted), reporter, &task).await;
        wait::finish(task, result, tell)
    }

    /// Takes every entry of `images` out of the domain's list and leaves all other entries as they are.
    pub async fn detach(
        &self,
        domain: &DomainId,
        images: &[ImageName],
        reporter: &Reporter,
    ) -> Result<Attached, SageMakerError> {
        let names: Vec<&str> = images.iter().map(ImageName::as_str).collect();
        let task = reporter.start(Stage::Attach, format!("session images of domain `{domain}`"));
        let result = self.rewrite(domain, |current| domain_list::without(current, &names), reporter, &task).await;
        wait::finish(task, result, tell)
    }

    async fn rewrite(
        &self,
        id: &DomainId,
        edit: impl Fn(&[AttachedImage]) -> Edit,
        reporter: &Reporter,
        task: &Task,
    ) -> Result<Attached, SageMakerError> {
        let began = Instant::now();
        let mut domain = self.settled_domain(id, task).await?;
        let before = domain.session_images.clone();
        let mut updates = 0;
        loop {
            let Edit::Replace(list) = edit(&domain.session_images) else {
                let change = if updates == 0 { Change::Kept } else { Change::Updated };
                warn_of_many(&domain, before.len(), reporter);
                return Ok(Attached { change, before, after: domain.session_images });
            };
            if updates == ATTEMPTS {
                return Err(SageMakerError::LostUpdates { domain: id.clone(), attempts: updates });
            }
            check(&domain, &list)?;
            match self.send(&domain, &list).await? {
                Sent::Accepted => {
                    updates += 1;
                    domain = self.updated_domain(id, task).await?;
                    if updates < ATTEMPTS && edit(&domain.session_images) != Edit::Keep {
                        task.status("another writer replaced the list: trying again");
                        tokio::time::sleep(self.pace.apart(updates)).await;
                        domain = self.settled_domain(id, task).await?;
                    }
                }
                Sent::Busy if began.elapsed() >= self.pace.patience => {
                    return Err(SageMakerError::TimedOut {
                        subject: format!("domain `{id}`"),
                        state: "in use by other updates".to_owned(),
                        after: began.elapsed(),
                    });
                }
                Sent::Busy => {
                    task.status("the domain is in use by another update");
                    tokio::time::sleep(self.pace.interval).await;
                    domain = self.settled_domain(id, task).await?;
                }
            }
        }
    }

    /// Sends the list and nothing else; members that are left out stay as they are (facts 2.4).
    async fn send(&self, domain: &DomainState, list: &[AttachedImage]) -> Result<Sent, SageMakerError> {
        let entries = list.iter().map(wire_entry).collect::<Result<_, _>>()?;
        let sessions = RSessionAppSettings::builder()
            .set_custom_images(Some(entries))
            .set_default_resource_spec(domain.default_resource_spec.clone())
            .build();
        let request = self
            .client
            .update_domain()
            .domain_id(domain.id.as_str())
            .default_user_settings(UserSettings::builder().r_session_app_settings(sessions).build());
        // The request's type holds every setting of a domain and would make each future around it as large.
        match Box::pin(request.send()).await.map_err(Failure::from) {
            Ok(_) => Ok(Sent::Accepted),
            Err(failure) if is_busy(&failure) => Ok(Sent::Busy),
            Err(source) => Err(SageMakerError::UpdateDomain { domain: domain.id.clone(), source }),
        }
    }

    /// The domain when it takes an update.
    async fn settled_domain(&self, id: &DomainId, task: &Task) -> Result<DomainState, SageMakerError> {
        let domain = wait::until(self.pace, task, &format!("domain `{id}`"), async || {
            let domain = self.domain(id).await?.ok_or_else(|| SageMakerError::NoDomain { domain: id.clone() })?;
            Ok(match domain.status {
                DomainStatus::Pending | DomainStatus::Updating => Look::Wait(domain.status.to_string()),
                _ => Look::Ready(domain),
            })
        })
        .await?;
        match domain.status {
            DomainStatus::InService | DomainStatus::UpdateFailed => Ok(domain),
            status => {
                Err(SageMakerError::DomainUnusable { domain: id.clone(), status, reason: reason(domain.failure) })
            }
        }
    }

    /// The domain after our update.
    async fn updated_domain(&self, id: &DomainId, task: &Task) -> Result<DomainState, SageMakerError> {
        let domain = self.settled_domain(id, task).await?;
        match domain.status {
            DomainStatus::UpdateFailed => {
                Err(SageMakerError::DomainUpdateFailed { domain: id.clone(), reason: reason(domain.failure) })
            }
            _ => Ok(domain),
        }
    }
}

fn tell(attached: &Attached) -> (Outcome, String) {
    let entries = format!("{} entries", attached.after.len());
    match attached.change {
        Change::Kept => (Outcome::Cached, entries),
        Change::Created | Change::Updated => (Outcome::Done, entries),
    }
}

/// Refuses what SageMaker would refuse, in words that say what to do.
fn check(domain: &DomainState, list: &[AttachedImage]) -> Result<(), SageMakerError> {
    if !domain.rstudio {
        return Err(SageMakerError::NoRStudio { domain: domain.id.clone() });
    }
    if list.len() > MOST_ENTRIES {
        return Err(SageMakerError::TooManyEntries { domain: domain.id.clone(), entries: list.len() });
    }
    Ok(())
}

fn warn_of_many(domain: &DomainState, before: usize, reporter: &Reporter) {
    let now = domain.session_images.len();
    if now > USUAL_ENTRIES && now > before {
        reporter.warn(format!(
            "domain `{}` has {now} session images; AWS documents a limit of {USUAL_ENTRIES} for other kinds of apps and none \
             for sessions",
            domain.id,
        ));
    }
}

fn wire_entry(entry: &AttachedImage) -> Result<CustomImage, SageMakerError> {
    let version = entry.version.map(i32::try_from).transpose().map_err(|_| SageMakerError::Incomplete {
        subject: format!("image `{}`", entry.image),
        missing: "version number",
    })?;
    Ok(CustomImage::builder()
        .image_name(&entry.image)
        .set_image_version_number(version)
        .app_image_config_name(&entry.config)
        .build())
}

/// Running apps do not go away by waiting, although SageMaker may call them a use of the domain too.
fn is_busy(failure: &Failure) -> bool {
    is_in_use(failure) && failure.refusal().is_some_and(|refusal| !refusal.message.contains("InService App"))
}

fn reason(failure: Option<String>) -> String {
    failure.unwrap_or_else(|| "SageMaker gave no reason".to_owned())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use aws_sdk_sagemaker::Client;
    use aws_sdk_sagemaker::operation::describe_domain::DescribeDomainOutput;
    use aws_sdk_sagemaker::operation::update_domain::{UpdateDomainInput, UpdateDomainOutput};
    use aws_sdk_sagemaker::types::{self, DomainSettings, RStudioServerProDomainSettings, ResourceSpec};
    use aws_smithy_mocks::{MockResponse, Rule, mock};

    use super::*;
    use crate::sagemaker::stubs::{refusal, sagemaker};

    /// A domain that behaves as the documentation says, and another writer who may get in between.
    #[derive(Default)]
    struct World {
        list: Vec<CustomImage>,
        defaults: Option<ResourceSpec>,
        /// How many of our updates the other writer undoes.
        undone: usize,
        /// How many updates are refused because the domain is busy.
        busy: usize,
        /// How many looks find the domain `Updating`.
        updating: usize,
        /// What our updates held.
        sent: Vec<UpdateDomainInput>,
    }

    fn entry(image: &str, version: impl Into<Option<u32>>) -> AttachedImage {
        AttachedImage { image: image.into(), version: version.into(), config: image.into() }
    }

    fn wire(entries: &[AttachedImage]) -> Vec<CustomImage> {
        entries.iter().map(|entry| wire_entry(entry).expect("a small version number")).collect()
    }

    fn id() -> DomainId {
        "d-abcdef123456".parse().expect("a domain id")
    }

    fn describe(world: &Arc<Mutex<World>>) -> Rule {
        let world = Arc::clone(world);
        mock!(Client::describe_domain).then_compute_output(move |_| {
            let mut world = world.lock().expect("no test panics here");
            let updating = world.updating > 0;
            world.updating = world.updating.saturating_sub(1);
            let server = RStudioServerProDomainSettings::builder().domain_execution_role_arn("role").build();
            let sessions = RSessionAppSettings::builder()
                .set_custom_images(Some(world.list.clone()))
                .set_default_resource_spec(world.defaults.clone())
                .build();
            DescribeDomainOutput::builder()
                .status(if updating { types::DomainStatus::Updating } else { types::DomainStatus::InService })
                .domain_settings(DomainSettings::builder().r_studio_server_pro_domain_settings(server).build())
                .default_user_settings(UserSettings::builder().r_session_app_settings(sessions).build())
                .build()
        })
    }

    fn update(world: &Arc<Mutex<World>>) -> Rule {
        let world = Arc::clone(world);
        mock!(Client::update_domain).then_compute_response(move |request| {
            let mut world = world.lock().expect("no test panics here");
            if world.busy > 0 {
                world.busy -= 1;
                return MockResponse::Http(refusal("ResourceInUse", "Domain is being updated"));
            }
            world.sent.push(request.clone());
            if world.undone > 0 {
                world.undone -= 1;
            } else {
                let sessions = request.default_user_settings().and_then(UserSettings::r_session_app_settings);
                world.list = sessions.map(|sessions| sessions.custom_images().to_vec()).unwrap_or_default();
            }
            world.updating = 1;
            MockResponse::Output(UpdateDomainOutput::builder().build())
        })
    }

    async fn attach(world: World, wanted: &[AttachedImage]) -> (Result<Attached, SageMakerError>, Arc<Mutex<World>>) {
        let world = Arc::new(Mutex::new(world));
        let sagemaker = sagemaker(&[&describe(&world), &update(&world)]);
        (sagemaker.attach(&id(), wanted, &Reporter::silent()).await, world)
    }

    #[tokio::test]
    async fn only_the_list_is_sent_and_foreign_entries_stay() {
        let foreign = [entry("Their.Image", None), entry("theirs", 3)];
        let (attached, world) = attach(World { list: wire(&foreign), ..World::default() }, &[entry("ours", 1)]).await;
        let attached = attached.expect("attached");
        let after = [foreign.as_slice(), &[entry("ours", 1)]].concat();
        assert_eq!(
            (attached.change, attached.before, attached.after),
            (Change::Updated, foreign.to_vec(), after.clone())
        );
        let sessions = RSessionAppSettings::builder().set_custom_images(Some(wire(&after))).build();
        let only_the_list = UpdateDomainInput::builder()
            .domain_id("d-abcdef123456")
            .default_user_settings(UserSettings::builder().r_session_app_settings(sessions).build())
            .build()
            .expect("an input");
        assert_eq!(world.lock().expect("no test panics here").sent, [only_the_list]);
    }

    #[tokio::test]
    async fn the_default_size_of_sessions_is_sent_back_where_there_is_one() {
        let spec = ResourceSpec::builder().instance_type(types::AppInstanceType::MlT3Medium).build();
        let (attached, world) =
            attach(World { defaults: Some(spec.clone()), ..World::default() }, &[entry("ours", 1)]).await;
        attached.expect("attached");
        let sent = world.lock().expect("no test panics here").sent.clone();
        let sessions = sent[0].default_user_settings().and_then(UserSettings::r_session_app_settings);
        assert_eq!(sessions.and_then(RSessionAppSettings::default_resource_spec), Some(&spec));
    }

    #[tokio::test]
    async fn a_list_that_is_right_is_not_sent() {
        let (attached, world) =
            attach(World { list: wire(&[entry("ours", 1)]), ..World::default() }, &[entry("ours", 1)]).await;
        assert_eq!(attached.expect("attached").change, Change::Kept);
        assert!(world.lock().expect("no test panics here").sent.is_empty());
    }

    #[tokio::test]
    async fn a_lost_update_is_made_again() {
        let list = wire(&[entry("theirs", 1)]);
        let (attached, world) = attach(World { list, undone: 2, ..World::default() }, &[entry("ours", 1)]).await;
        assert_eq!(attached.expect("attached").after, [entry("theirs", 1), entry("ours", 1)]);
        assert_eq!(world.lock().expect("no test panics here").sent.len(), 3);
    }

    #[tokio::test]
    async fn a_writer_who_never_stops_wins_and_is_named() {
        let (attached, world) = attach(World { undone: usize::MAX, ..World::default() }, &[entry("ours", 1)]).await;
        let error = attached.expect_err("the other writer wins");
        assert!(matches!(error, SageMakerError::LostUpdates { attempts: ATTEMPTS, .. }), "{error}");
        assert_eq!(world.lock().expect("no test panics here").sent.len(), ATTEMPTS as usize);
    }

    #[tokio::test]
    async fn a_busy_domain_is_waited_for() {
        let world = World { busy: 2, updating: 3, ..World::default() };
        let (attached, world) = attach(world, &[entry("ours", 1)]).await;
        assert_eq!(attached.expect("attached").change, Change::Updated);
        assert_eq!(world.lock().expect("no test panics here").sent.len(), 1);
    }

    #[tokio::test]
    async fn a_list_longer_than_sagemaker_takes_is_refused_before_it_is_sent() {
        let foreign: Vec<_> = (0..MOST_ENTRIES).map(|n| entry(&format!("theirs-{n}"), 1)).collect();
        let (attached, world) = attach(World { list: wire(&foreign), ..World::default() }, &[entry("ours", 1)]).await;
        assert!(matches!(attached, Err(SageMakerError::TooManyEntries { entries: 201, .. })), "{attached:?}");
        assert!(world.lock().expect("no test panics here").sent.is_empty());
    }

    #[tokio::test]
    async fn running_apps_are_not_waited_for() {
        let text = "Unable to update Domain [d-abcdef123456] with InService App. Delete all InService apps";
        let world = Arc::new(Mutex::new(World::default()));
        let update = mock!(Client::update_domain).then_http_response(move || refusal("ResourceInUse", text));
        let attached =
            sagemaker(&[&describe(&world), &update]).attach(&id(), &[entry("ours", 1)], &Reporter::silent()).await;
        let error = attached.expect_err("apps are running");
        assert!(error.hint().unwrap_or_default().contains("how to restart RStudio"), "{error:?}");
        assert_eq!(update.num_calls(), 1);
    }

    #[tokio::test]
    async fn detaching_leaves_the_others() {
        let list = wire(&[entry("ours", 1), entry("theirs", 2)]);
        let world = Arc::new(Mutex::new(World { list, ..World::default() }));
        let sagemaker = sagemaker(&[&describe(&world), &update(&world)]);
        let ours = ["ours".parse().expect("a name")];
        let detached = sagemaker.detach(&id(), &ours, &Reporter::silent()).await.expect("detached");
        assert_eq!(detached.after, [entry("theirs", 2)]);
    }
}
