//! `slipway apply`: the whole chain.

use std::collections::BTreeMap;
use std::path::PathBuf;

use clap::Args;
use futures_util::stream::{self, StreamExt as _};
use serde::Serialize;

use super::consent::consent;
use super::plan::{look, saved};
use super::session::domains;
use super::{Ending, Selection, Session, output};
use crate::engine::{DockerEngine, Secret};
use crate::error::Error;
use crate::git;
use crate::pipeline::{self, Published, Registered, Services, StepError};
use crate::plan::{ImagePlan, Plan, Wanted};
use crate::sagemaker::AttachedImage;
use crate::spec::name::{DomainId, ImageName};
use crate::spec::{Project, Target};

/// Bring images all the way: build, verify, push, register, attach.
#[derive(Debug, Args)]
pub struct Apply {
    #[command(flatten)]
    selection: Selection,
    /// Apply without asking.
    #[arg(long, short)]
    yes: bool,
    /// Apply only if the plan is still the one in this file, which `slipway plan --out` wrote.
    #[arg(long, value_name = "FILE")]
    plan: Option<PathBuf>,
    /// Begin no further image after one has failed.
    #[arg(long)]
    fail_fast: bool,
}

/// What the steps of one run share.
struct Run<'a> {
    session: &'a Session,
    project: &'a Project,
    target: &'a Target,
    services: &'a Services,
    engine: Option<DockerEngine>,
    secrets: BTreeMap<ImageName, Vec<Secret>>,
}

/// An image that went all the way, but for its domains.
#[derive(Serialize)]
struct Arrived {
    published: Published,
    registered: Registered,
}

/// What a run did.
#[derive(Default, Serialize)]
struct Outcome {
    images: Vec<Arrived>,
    domains: BTreeMap<DomainId, Vec<AttachedImage>>,
    failed: Vec<String>,
}

impl Apply {
    /// Shows the plan, asks, carries it out.
    pub async fn run(self, session: &Session) -> Result<Ending, Error> {
        let project = session.project()?;
        let target = session.target(&project)?;
        let wanted = session.wanted(&project, target, &self.selection)?;
        let services = Services::connect(target, &domains(&wanted)).await?;
        let result = self.plan_and_carry_out(session, &project, target, &wanted, &services).await;
        services.close().await;
        result
    }

    async fn plan_and_carry_out(
        &self,
        session: &Session,
        project: &Project,
        target: &Target,
        wanted: &[Wanted],
        services: &Services,
    ) -> Result<Ending, Error> {
        let (plan, _) = look(services, target, wanted).await?;
        if let Some(path) = &self.plan {
            still_the_same(&plan, path)?;
        }
        if !session.quiet() && !session.json() {
            output::say(&plan.to_string());
        }
        let mut outcome = Outcome { failed: blocked(&plan), ..Outcome::default() };
        if !plan.is_empty() && plan.changed().any(|image| image.blockers.is_empty()) {
            consent(self.yes, "Apply this plan?")?;
            let run = Run::prepare(session, project, target, services, wanted, &plan).await?;
            run.carry_out(wanted, &plan, self.fail_fast, &mut outcome).await?;
        }
        show(session, &outcome);
        if outcome.failed.is_empty() { Ok(Ending::Done) } else { Err(Error::Images(outcome.failed)) }
    }
}

impl<'a> Run<'a> {
    /// Everything that can be missing is asked for before the first step.
    async fn prepare(
        session: &'a Session,
        project: &'a Project,
        target: &'a Target,
        services: &'a Services,
        wanted: &[Wanted],
        plan: &Plan,
    ) -> Result<Self, Error> {
        let builds = plan.images.iter().any(ImagePlan::builds);
        let secrets = if builds { session.secrets(project, wanted)? } else { BTreeMap::new() };
        let engine = if builds { Some(session.engine().await?) } else { None };
        Ok(Self { session, project, target, services, engine, secrets })
    }

    async fn carry_out(
        &self,
        wanted: &[Wanted],
        plan: &Plan,
        fail_fast: bool,
        outcome: &mut Outcome,
    ) -> Result<(), Error> {
        let todo =
            wanted.iter().zip(&plan.images).filter(|(_, plan)| !plan.actions.is_empty() && plan.blockers.is_empty());
        let mut arriving = stream::iter(todo)
            .map(|(one, _)| async move { (one, self.bring(one).await) })
            .buffer_unordered(self.project.build.parallel);
        while let Some((one, result)) = arriving.next().await {
            match result {
                Ok(arrived) => outcome.images.push(arrived),
                Err(error) => {
                    output::tell_step(&error);
                    outcome.failed.push(one.spec().name.to_string());
                    if fail_fast {
                        break;
                    }
                }
            }
        }
        drop(arriving);
        outcome.images.sort_by(|one, other| one.registered.image.cmp(&other.registered.image));
        self.attach(wanted, outcome).await
    }

    /// One image, from its recipe to its version. Every step looks first: what an earlier run did is not done again.
    async fn bring(&self, wanted: &Wanted) -> Result<Arrived, StepError> {
        let name = &wanted.spec().name;
        let reporter = self.session.reporter.for_image(name.as_str());
        let commit = git::last_commit(&self.project.specs_folder().join(name.as_str()));
        let published = match (pipeline::published(self.services, wanted).await?, &self.engine) {
            (Some(published), _) => published,
            (None, None) => return Err(StepError::NotPushed(wanted.tag())),
            (None, Some(engine)) => {
                let secrets = self.secrets.get(name).cloned().unwrap_or_default();
                let network = self.project.build.network;
                let id = pipeline::build(engine, wanted, network, secrets, commit.as_ref(), &reporter).await?;
                let verified = pipeline::verify(engine, &id, wanted, &reporter).await;
                pipeline::keep_report(self.project, wanted, &verified)?;
                verified?;
                pipeline::publish(engine, self.services, wanted, &reporter).await?
            }
        };
        let (services, target) = (self.services, self.target);
        let registered =
            pipeline::register(services, target, wanted, &published.digest, commit.as_ref(), &reporter).await?;
        Ok(Arrived { published, registered })
    }

    /// One update per domain for all images together, so that they do not lose each other's entries.
    async fn attach(&self, wanted: &[Wanted], outcome: &mut Outcome) -> Result<(), Error> {
        for domain in domains(wanted) {
            let attached_there = |name: &ImageName| {
                wanted.iter().any(|one| one.spec().name == *name && one.domains.iter().any(|(_, id)| *id == domain))
            };
            let images: Vec<&Registered> = outcome
                .images
                .iter()
                .map(|arrived| &arrived.registered)
                .filter(|one| attached_there(&one.image))
                .collect();
            if images.is_empty() {
                continue;
            }
            match pipeline::attach(self.services, &domain, &images, &self.session.reporter).await {
                Ok(attached) => drop(outcome.domains.insert(domain, attached.after)),
                Err(error) => {
                    output::tell_step(&error);
                    outcome.failed.extend(images.iter().map(|one| one.image.to_string()));
                }
            }
        }
        Ok(())
    }
}

/// Images that a person has to mend first count as failed; the plan has said why.
fn blocked(plan: &Plan) -> Vec<String> {
    plan.blocked().map(|image| image.image.to_string()).collect()
}

fn still_the_same(plan: &Plan, path: &PathBuf) -> Result<(), Error> {
    let file = std::fs::read_to_string(path)
        .map_err(|source| Error::Load(crate::spec::LoadError::Read { path: path.clone(), source }))?;
    if file == saved(plan) { Ok(()) } else { Err(Error::StalePlan(path.clone())) }
}

fn show(session: &Session, outcome: &Outcome) {
    if session.json() {
        return output::json(outcome);
    }
    for Arrived { published, registered } in &outcome.images {
        output::data(&format!("{} version {}", registered.image, registered.version));
        output::data(&format!("  {}:{}", published.repository, published.tag));
        output::data(&format!("  {}  ({})", published.digest, published.summary()));
    }
    for (domain, list) in &outcome.domains {
        output::data(&output::domain_list(domain, list));
    }
}
