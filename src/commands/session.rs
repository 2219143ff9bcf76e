//! What the verbs share: the project that is worked in, the target, how much is said.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::cli::Globals;
use crate::dockerfile::Recipe;
use crate::engine::{DockerEngine, Host, Secret};
use crate::error::Error;
use crate::lock;
use crate::pipeline::read_secrets;
use crate::plan::Wanted;
use crate::progress::Reporter;
use crate::report::{Form, Talk, reporter};
use crate::spec::name::{DomainId, ImageName};
use crate::spec::{self, ImageSpec, Place, Problem, Project, SANDBOX, Target};

use super::selection::Selection;

/// One call of the program.
#[derive(Debug)]
pub struct Session {
    globals: Globals,
    engine: OnceLock<DockerEngine>,
    /// Where progress is told.
    pub reporter: Reporter,
}

impl Session {
    /// A session with the options of every verb.
    pub fn new(globals: Globals) -> Self {
        let form = if globals.json { Form::Json } else { Form::Text };
        let talk = match (globals.quiet, globals.verbose) {
            (true, _) => Talk::Quiet,
            (false, true) => Talk::Verbose,
            (false, false) => Talk::Normal,
        };
        Self { reporter: reporter(form, talk), engine: OnceLock::new(), globals }
    }

    /// Whether results are wanted as JSON.
    pub fn json(&self) -> bool {
        self.globals.json
    }

    /// Whether only results and errors are wanted.
    pub fn quiet(&self) -> bool {
        self.globals.quiet
    }

    /// The folder that a new project would be made in.
    pub fn folder(&self) -> PathBuf {
        self.globals.project.clone().unwrap_or_else(|| PathBuf::from("."))
    }

    /// The project; mistakes in `slipway.toml` are an error.
    pub fn project(&self) -> Result<Project, Error> {
        let root = if let Some(folder) = &self.globals.project {
            folder.clone()
        } else {
            let here = std::env::current_dir().map_err(Error::CurrentFolder)?;
            spec::find_root(&here)?
        };
        let loaded = spec::load_project(&root)?;
        match loaded.value {
            Some(project) => Ok(project),
            None => Err(Error::Problems(loaded.problems)),
        }
    }

    /// The selected specs. All mistakes of all of them are one error; warnings are told.
    pub fn specs(&self, project: &Project, selection: &Selection) -> Result<Vec<ImageSpec>, Error> {
        let (specs, problems) = self.read_specs(project, selection)?;
        if problems.iter().any(|problem| !problem.is_warning()) {
            return Err(Error::Problems(problems));
        }
        for problem in &problems {
            let (file, line) = problem.place();
            let place = line.map_or_else(|| file.clone(), |line| format!("{file}:{line}"));
            self.reporter.warn(format!("{place}: {}", problem.message()));
        }
        Ok(specs)
    }

    /// The selected specs that can be read, and everything that is to be said about them.
    pub fn read_specs(
        &self,
        project: &Project,
        selection: &Selection,
    ) -> Result<(Vec<ImageSpec>, Vec<Problem>), Error> {
        let known = spec::image_names(project)?;
        if known.is_empty() {
            let message = format!("`{}` has no image spec; `slipway new NAME` makes one", project.specs);
            return Err(Error::NothingSelected(message));
        }
        // In UTC: the system's time zone would be searched for on disk, and a retirement is not a matter of hours.
        let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
        let (mut specs, mut problems) = (Vec::new(), Vec::new());
        for name in selection.choose(&known)? {
            let loaded = spec::load_image(project, &name)?;
            problems.extend(loaded.problems);
            problems.extend(loaded.value.as_ref().and_then(|spec| spec::support_of_workbench(spec, today)));
            specs.extend(loaded.value);
        }
        Ok((specs, problems))
    }

    /// Whether a target was named, rather than the sandbox meant by saying nothing.
    pub fn names_a_target(&self) -> bool {
        self.globals.target.is_some()
    }

    /// The target that was chosen.
    pub fn target<'a>(&self, project: &'a Project) -> Result<&'a Target, Error> {
        let name = self.globals.target.as_deref().unwrap_or(SANDBOX);
        project.targets.iter().find(|(known, _)| known.as_str() == name).map(|(_, target)| target).ok_or_else(|| {
            let known: Vec<&str> = project.targets.keys().map(spec::name::Label::as_str).collect();
            Error::NoSuchTarget { name: name.to_owned(), known: known.join(", ") }
        })
    }

    /// Spec and lock of an image.
    pub fn recipe(&self, project: &Project, spec: ImageSpec) -> Result<Recipe, Error> {
        let lock = lock::load(&project.specs_folder().join(spec.name.as_str()))?;
        Ok(Recipe::new(spec, lock)?)
    }

    /// The selected images as they should be in the target; a lock that cannot be built from is an error.
    pub fn wanted(&self, project: &Project, target: &Target, selection: &Selection) -> Result<Vec<Wanted>, Error> {
        let all = self.specs(project, selection)?;
        let (here, elsewhere): (Vec<ImageSpec>, Vec<ImageSpec>) =
            all.into_iter().partition(|spec| goes_to(spec, target));
        if here.is_empty() {
            let names: Vec<String> = elsewhere.iter().map(|spec| spec.name.to_string()).collect();
            let message = format!(
                "nothing goes to target `{}`: add it to `publish.targets` of {}",
                target.name,
                names.join(", ")
            );
            return Err(Error::NothingSelected(message));
        }
        here.into_iter().map(|spec| self.wanted_image(project, target, spec)).collect()
    }

    fn wanted_image(&self, project: &Project, target: &Target, spec: ImageSpec) -> Result<Wanted, Error> {
        let recipe = self.recipe(project, spec)?;
        if let Some(reason) = &recipe.lock().by_hand {
            return Err(Error::ByHand { image: recipe.spec().name.to_string(), reason: reason.clone() });
        }
        Ok(Wanted::new(recipe, target)?)
    }

    /// The values of the images' build secrets.
    pub fn secrets(&self, project: &Project, wanted: &[Wanted]) -> Result<BTreeMap<ImageName, Vec<Secret>>, Error> {
        let environment = |name: &str| std::env::var(name).ok();
        let read = |one: &Wanted| {
            let secrets = read_secrets(one.spec(), &project.root, environment)?;
            Ok((one.spec().name.clone(), secrets))
        };
        wanted.iter().map(read).collect()
    }

    /// The Docker Engine.
    pub async fn engine(&self) -> Result<DockerEngine, Error> {
        let globals = &self.globals;
        let host = Host::from_values(
            globals.docker_host.as_deref(),
            globals.docker_cert_path.as_deref(),
            globals.docker_tls_verify.as_deref(),
        )?;
        let engine = DockerEngine::connect(&host).await?;
        Ok(self.engine.get_or_init(|| engine).clone())
    }

    /// Waits until everything that ended work left in the engine is removed; to be called once, at the end.
    pub async fn settle(&self) {
        if let Some(engine) = self.engine.get() {
            engine.settle().await;
        }
    }

    /// The folder of downloads.
    pub fn cache(&self) -> PathBuf {
        let from = |variable: &str| std::env::var_os(variable).filter(|value| !value.is_empty()).map(PathBuf::from);
        let system = || from("XDG_CACHE_HOME").or_else(|| from("HOME").map(|home| home.join(".cache")));
        match &self.globals.cache {
            Some(folder) => folder.clone(),
            None => system().unwrap_or_else(std::env::temp_dir).join("slipway"),
        }
    }
}

/// The sandbox takes every image, for rehearsal.
fn goes_to(spec: &ImageSpec, target: &Target) -> bool {
    matches!(target.place, Place::Sandbox { .. }) || spec.publish.targets.contains(&target.name)
}

/// Every domain that one of the images is attached to.
pub fn domains(wanted: &[Wanted]) -> Vec<DomainId> {
    let mut ids: Vec<DomainId> = wanted.iter().flat_map(|one| one.domains.iter().map(|(_, id)| id.clone())).collect();
    ids.sort();
    ids.dedup();
    ids
}
