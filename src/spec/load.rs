//! Finds and reads the files of a project.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value as Json;

use super::document::{read, schema_of};
use super::image::{ImageSpec, SpecFile};
use super::image_reader::read_image;
use super::name::{ImageName, Label};
use super::problem::{Problem, Problems};
use super::project::Project;
use super::project_reader::read_project;
use super::raw::{RawImage, RawProject};
use super::reader::Reader;
use super::suggest::nearest;
use crate::catalog::{self, Support};

const PROJECT_FILE: &str = "slipway.toml";
const IMAGE_FILE: &str = "image.toml";

static IMAGE_SCHEMA: LazyLock<Json> = LazyLock::new(schema_of::<RawImage>);
static PROJECT_SCHEMA: LazyLock<Json> = LazyLock::new(schema_of::<RawProject>);

/// The JSON Schema of `image.toml`.
pub fn image_schema() -> &'static Json {
    &IMAGE_SCHEMA
}

/// The JSON Schema of `slipway.toml`.
pub fn project_schema() -> &'static Json {
    &PROJECT_SCHEMA
}

/// Why the files of a project cannot be read at all.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// No project here.
    #[error("no `slipway.toml` in `{0}` or a folder above it")]
    NoProject(PathBuf),
    /// A file that cannot be read.
    #[error("cannot read `{path}`")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// A folder of specs that cannot be listed.
    #[error("cannot list the image specs in `{path}`")]
    List {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
}

impl LoadError {
    /// What to do next.
    pub fn hint(&self) -> Option<&'static str> {
        match self {
            Self::NoProject(_) => Some("`slipway init` makes a project here; `--project DIR` names one elsewhere"),
            Self::List { .. } => Some("`slipway new NAME` makes the folder and a first spec"),
            Self::Read { .. } => None,
        }
    }
}

/// The folder of the project that `start` lies in.
pub fn find_root(start: &Path) -> Result<PathBuf, LoadError> {
    let found = start.ancestors().find(|folder| folder.join(PROJECT_FILE).is_file());
    found.map(Path::to_owned).ok_or_else(|| LoadError::NoProject(start.to_owned()))
}

/// Something read, and what is wrong or noteworthy about it.
#[derive(Debug)]
pub struct Loaded<T> {
    /// What could be read; `None` where mistakes prevent it.
    pub value: Option<T>,
    /// Mistakes and warnings in the order of the files.
    pub problems: Vec<Problem>,
}

impl<T> Loaded<T> {
    fn new(value: Option<T>, problems: Problems) -> Self {
        let value = if problems.has_errors() { None } else { value };
        Self { value, problems: problems.into_list() }
    }
}

/// Reads `slipway.toml`.
pub fn load_project(root: &Path) -> Result<Loaded<Project>, LoadError> {
    let text = read_text(&root.join(PROJECT_FILE))?;
    let mut problems = Problems::new(PROJECT_FILE, &text);
    let (raw, places) = read::<RawProject>(&text, &PROJECT_SCHEMA, &mut problems);
    let project = read_project(&raw, root, &mut Reader::new(&places, &mut problems));
    Ok(Loaded::new(project, problems))
}

/// The names of a project's image specs, sorted.
pub fn image_names(project: &Project) -> Result<Vec<String>, LoadError> {
    let folder = project.specs_folder();
    let failed = |source| LoadError::List { path: folder.clone(), source };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        if entry.path().join(IMAGE_FILE).is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    Ok(names)
}

/// Reads one image spec.
pub fn load_image(project: &Project, name: &str) -> Result<Loaded<ImageSpec>, LoadError> {
    let folder = project.specs_folder().join(name);
    let shown = format!("{}/{name}/{IMAGE_FILE}", project.specs);
    let text = read_text(&folder.join(IMAGE_FILE))?;
    let mut problems = Problems::new(&shown, &text);
    let (raw, places) = read::<RawImage>(&text, &IMAGE_SCHEMA, &mut problems);
    let image_name = match name.parse::<ImageName>() {
        Ok(image_name) => Some(image_name),
        Err(error) => {
            problems.error(None, error.to_string(), "", Some("rename the spec's folder".to_owned()));
            None
        }
    };
    // A broken document has been reported; reading it for meaning would only repeat that every key is missing.
    let readable = raw.schema.is_some() || !problems.has_errors();
    let file = SpecFile { path: shown, content: text, places };
    let spec = image_name.filter(|_| readable).and_then(|image_name| {
        let places = file.places.clone();
        let mut reader = Reader::new(&places, &mut problems);
        let spec = read_image(&image_name, &raw, file, &folder, &mut reader)?;
        check_publish(&spec, project, &mut reader);
        Some(spec)
    });
    Ok(Loaded::new(spec, problems))
}

/// What SageMaker's support of the declared Workbench means on a given day (facts 1.3).
pub fn support_of_workbench(spec: &ImageSpec, today: jiff::civil::Date) -> Option<Problem> {
    let mut problems = Problems::new(&spec.source.path, &spec.source.content);
    let span = spec.source.places.find("workbench.version");
    let release = catalog::release(spec.workbench.release())?;
    let hint = Some("AWS lists the supported versions on its page \"RStudio versioning\"".to_owned());
    match release.support(today) {
        Support::Supported if release.version == spec.workbench.as_str() => {}
        Support::Supported => {
            let message = format!("SageMaker runs Workbench {} as {}", release.name, release.version);
            problems.warning(span, message, "another build of it", hint);
        }
        Support::RetiresSoon(end) => {
            problems.warning(span, format!("SageMaker ends Workbench {} on {end}", release.name), "here", hint);
        }
        Support::Retired(end) => {
            problems.error(span, format!("SageMaker ended Workbench {} on {end}", release.name), "here", hint);
        }
    }
    problems.into_list().into_iter().next()
}

/// Targets and domains that a spec names have to stand in `slipway.toml`.
fn check_publish(spec: &ImageSpec, project: &Project, read: &mut Reader<'_>) {
    for (index, name) in spec.publish.targets.iter().enumerate() {
        let key = format!("publish.targets[{index}]");
        let Some(target) = project.targets.get(name) else {
            let hint = known_names("target", name, project.targets.keys());
            read.refuse(&key, format!("`slipway.toml` has no target `{name}`"), Some(hint));
            continue;
        };
        for (index, domain) in spec.publish.domains.iter().enumerate().filter(|(_, name)| target.domain(name).is_none())
        {
            let hint = known_names("domain", domain, target.domains.keys());
            let message = format!("target `{name}` has no domain `{domain}`");
            read.refuse(&format!("publish.domains[{index}]"), message, Some(hint));
        }
    }
}

fn known_names<'a>(kind: &str, name: &Label, known: impl Iterator<Item = &'a Label>) -> String {
    let known: Vec<&str> = known.map(Label::as_str).collect();
    match nearest(name.as_str(), known.iter().copied()) {
        Some(near) => format!("did you mean `{near}`?"),
        None if known.is_empty() => format!("`slipway.toml` declares no {kind} there"),
        None => format!("known: {}", known.join(", ")),
    }
}

fn read_text(path: &Path) -> Result<String, LoadError> {
    std::fs::read_to_string(path).map_err(|source| LoadError::Read { path: path.to_owned(), source })
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROJECT: &str = "schema = 1\n[target.research]\naccount = \"123456789012\"\nregion = \"eu-west-1\"\n\
        image-role = \"arn:aws:iam::123456789012:role/slipway-image\"\n[target.research.domains]\nstats = \"d-abc\"\n";

    const GOOD: &str = r#"schema = 1
title = "Clinical R"
[base]
os = "ubuntu-22.04"
image = "public.ecr.aws/ubuntu/ubuntu:22.04"
[workbench]
version = "2026.08.2+200.pro1"
[r]
versions = ["4.5.1", "4.4.3"]
snapshot = "2026-08-01"
packages = ["dplyr"]
[publish]
targets = ["research"]
domains = ["stats"]
"#;

    /// Every mistake as `line: message (hint)`, as a project on disk would give it.
    fn problems_of(image: &str) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a temporary folder should be possible");
        let spec = folder.path().join("image-specs/clinical");
        std::fs::create_dir_all(&spec).expect("should be writable");
        std::fs::write(folder.path().join(PROJECT_FILE), PROJECT).expect("should be writable");
        std::fs::write(spec.join(IMAGE_FILE), image).expect("should be writable");
        let project = load_project(folder.path()).expect("should be readable").value.expect("should be valid");
        let loaded = load_image(&project, "clinical").expect("should be readable");
        assert_eq!(loaded.value.is_some(), !loaded.problems.iter().any(|problem| !problem.is_warning()));
        let shown = |problem: &Problem| {
            let line = problem.place().1.map_or_else(|| "-".to_owned(), |line| line.to_string());
            let help = miette::Diagnostic::help(problem).map(|help| format!(" ({help})")).unwrap_or_default();
            format!("{line}: {problem}{help}")
        };
        loaded.problems.iter().map(shown).collect()
    }

    #[test]
    fn a_good_spec_has_no_problems() {
        assert_eq!(problems_of(GOOD), Vec::<String>::new());
    }

    #[test]
    fn all_mistakes_of_a_file_are_told_at_once() {
        let bad = r#"schema = 1
titel = "Clinical R"
[base]
os = "ubuntu-22.4"
image = "public.ecr.aws/ubuntu/ubuntu"
[workbench]
version = 2026.08
[r]
versions = ["4.5.1", 4.4]
default = "4.3.0"
snapshot = 2026-08-01
packages = ["dplyr", "dplyr", "no good"]
colour = "red"
[environment]
"BAD NAME" = "x"
[limits]
size = "30 GB"
[publish]
targets = ["reserch"]
domains = ["stat"]
"#;
        insta::assert_snapshot!(problems_of(bad).join("\n"));
    }

    #[test]
    fn a_workbench_that_sagemaker_ends_is_told_before_it_ends_and_refused_after() {
        let folder = tempfile::tempdir().expect("a temporary folder should be possible");
        let spec = folder.path().join("image-specs/clinical");
        std::fs::create_dir_all(&spec).expect("should be writable");
        std::fs::write(folder.path().join(PROJECT_FILE), PROJECT).expect("should be writable");
        let old = GOOD.replace("2026.08.2+200.pro1", "2025.05.1+513.pro3");
        std::fs::write(spec.join(IMAGE_FILE), old).expect("should be writable");
        let project = load_project(folder.path()).expect("should be readable").value.expect("should be valid");
        let spec = load_image(&project, "clinical").expect("should be readable").value.expect("should be valid");
        let told = |year, month, day| {
            let problem = support_of_workbench(&spec, jiff::civil::Date::constant(year, month, day));
            problem.map(|problem| (problem.is_warning(), problem.place().1, problem.to_string()))
        };
        assert_eq!(told(2026, 1, 1), None);
        let soon = "SageMaker ends Workbench 2025.05 on 2026-12-05".to_owned();
        assert_eq!(told(2026, 11, 24), Some((true, Some(7), soon)));
        let ended = "SageMaker ended Workbench 2025.05 on 2026-12-05".to_owned();
        assert_eq!(told(2026, 12, 6), Some((false, Some(7), ended)));
    }

    #[test]
    fn broken_toml_is_told_once() {
        assert_eq!(problems_of("schema = \n").len(), 1);
    }

    #[test]
    fn a_required_table_that_is_missing_is_named() {
        insta::assert_snapshot!(problems_of("schema = 1\ntitle = \"x\"\n").join("\n"));
    }
}
