//! Which tests a spec calls for, in which order, and how they are run.

use std::collections::BTreeMap;
use std::time::Duration;

use crate::catalog::Family;
use crate::engine::RunOptions;
use crate::spec::name::RPackage;
use crate::spec::{ImageSpec, Python, RVersion, SpecFile};

use super::certificate;
use super::program::{self, Program};

/// For one test.
const TEST_LIMIT: Duration = Duration::from_mins(2);
/// For a program that makes many tests, such as loading two hundred R packages.
const BATCH_LIMIT: Duration = Duration::from_mins(10);
/// For what the script itself does.
const MARGIN: Duration = Duration::from_secs(30);
/// SageMaker's ordinary user (facts 1.1). Sessions run as an ordinary user too: what only root can read does not help
/// them, and is to be found here.
const USER: &str = "1000:100";
/// Programs that SageMaker asks for (facts 1.1), and that Slipway's images always have.
const PROGRAMS: [&str; 3] = ["sudo", "java", "curl"];
/// SageMaker asks for it (facts 1.1).
const REQUIRED_PACKAGE: &str = "reticulate";
/// SageMaker asks for them below `/opt/python` (facts 1.1).
const REQUIRED_MODULES: [&str; 3] = ["boto3", "awscli", "sagemaker"];

/// Every test of an image.
#[derive(Debug)]
pub(in crate::verify) struct Plan {
    pub(super) steps: Vec<Step>,
}

/// One program to run, and the tests that it decides.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) tests: Tests,
    /// Brought into the container first.
    pub(super) program: Option<Program>,
    /// Program and arguments.
    pub(super) run: Vec<String>,
    pub(super) limit: Duration,
}

/// What a step decides.
#[derive(Debug)]
pub(super) enum Tests {
    /// One test, by the program's exit status.
    One(String),
    /// A test for each name, by what the program notes about it.
    Each(Vec<String>),
}

impl Plan {
    /// The tests of an image.
    pub(in crate::verify) fn new(spec: &ImageSpec) -> Self {
        let mut steps = Vec::new();
        steps.extend(spec.r.versions.iter().flat_map(|version| r(*version, spec)));
        steps.extend(default_r(spec));
        steps.push(workbench(spec));
        if spec.drivers.is_some() {
            steps.push(shell("ODBC drivers are registered and present".to_owned(), program::DRIVERS, &[]));
        }
        steps.extend(spec.python.iter().flat_map(python));
        steps.push(shell("the locale en_US.UTF-8 works".to_owned(), program::LOCALE, &["en_US.UTF-8"]));
        steps.extend(PROGRAMS.map(|name| shell(format!("`{name}` is installed"), program::INSTALLED, &[name])));
        steps.extend(spec.system.certificates.iter().flat_map(|file| certificates(file, spec.base.os.family())));
        steps.extend(spec.checks.iter().map(|check| Step {
            tests: Tests::One(check.name.to_string()),
            program: None,
            run: check.run.clone(),
            limit: TEST_LIMIT,
        }));
        Self { steps }
    }

    /// The names of all tests, in order.
    pub(in crate::verify) fn tests(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().flat_map(|step| step.tests.names()).map(String::as_str)
    }
}

impl Tests {
    /// The names of the tests.
    pub(super) fn names(&self) -> &[String] {
        match self {
            Self::One(name) => std::slice::from_ref(name),
            Self::Each(names) => names,
        }
    }
}

/// How the container of a plan is run.
pub(in crate::verify) fn options(plan: &Plan) -> RunOptions {
    let writable_places = [("HOME", "/tmp/home"), ("TMPDIR", "/tmp")];
    RunOptions {
        user: Some(USER.to_owned()),
        environment: BTreeMap::from(writable_places.map(|(name, path)| (name.to_owned(), path.to_owned()))),
        timeout: plan.steps.iter().map(|step| step.limit).sum::<Duration>() + MARGIN,
        ..RunOptions::default()
    }
}

fn r(version: RVersion, spec: &ImageSpec) -> [Step; 2] {
    let folder = format!("/opt/R/{version}/bin");
    let answers = [&format!("R version {version}"), &format!("{folder}/R"), "--version"];
    let mut packages = vec![REQUIRED_PACKAGE];
    packages.extend(spec.r.packages.iter().map(RPackage::as_str).filter(|name| *name != REQUIRED_PACKAGE));
    [
        shell(format!("R {version} answers"), program::ANSWERS, &answers),
        Step {
            tests: Tests::Each(packages.iter().map(|package| format!("R {version} loads {package}")).collect()),
            program: Some(program::LOAD_PACKAGES),
            run: batch(format!("{folder}/Rscript"), program::LOAD_PACKAGES, &packages),
            limit: BATCH_LIMIT,
        },
    ]
}

fn default_r(spec: &ImageSpec) -> [Step; 3] {
    let default = spec.r.default;
    let versions: Vec<String> = spec.r.versions.iter().map(ToString::to_string).collect();
    let versions: Vec<&str> = versions.iter().map(String::as_str).collect();
    let answers = [&format!("R version {default}"), "R", "--version"];
    [
        shell(format!("/opt/R/default is R {default}"), program::DEFAULT_R, &[&format!("/opt/R/{default}")]),
        shell(format!("`R` is R {default}"), program::ANSWERS, &answers),
        shell("the session launcher offers every R version".to_owned(), program::R_VERSIONS, &versions),
    ]
}

fn workbench(spec: &ImageSpec) -> Step {
    let program = match spec.base.os.family() {
        Family::Debian => program::WORKBENCH_DEBIAN,
        Family::RedHat => program::WORKBENCH_RHEL,
    };
    shell(format!("Workbench {} is installed", spec.workbench), program, &[spec.workbench.as_str()])
}

fn python(python: &Python) -> [Step; 3] {
    let version = python.version;
    let interpreter = format!("/opt/python/{version}/bin/python3");
    let answers = [&format!("Python {version}"), &interpreter, "--version"];
    [
        shell(format!("Python {version} answers"), program::ANSWERS, &answers),
        Step {
            tests: Tests::Each(REQUIRED_MODULES.map(|module| format!("Python imports {module}")).to_vec()),
            program: Some(program::IMPORT_MODULES),
            run: batch(interpreter.clone(), program::IMPORT_MODULES, &REQUIRED_MODULES),
            limit: BATCH_LIMIT,
        },
        Step {
            tests: Tests::One("Python packages have what they require".to_owned()),
            program: None,
            run: [&interpreter, "-m", "pip", "--disable-pip-version-check", "check"].map(str::to_owned).to_vec(),
            limit: TEST_LIMIT,
        },
    ]
}

fn certificates(file: &SpecFile, family: Family) -> Vec<Step> {
    let bundle = family.trusted_certificates();
    let name = |number: usize| format!("certificate {} of `{}` is trusted", number + 1, file.path);
    let step = |(number, body): (usize, String)| shell(name(number), program::CERTIFICATE, &[bundle, &body]);
    certificate::bodies(&file.content).enumerate().map(step).collect()
}

/// A test by a program for the shell.
fn shell(name: String, program: Program, arguments: &[&str]) -> Step {
    let run = ["/bin/sh", &program.path()].into_iter().chain(arguments.iter().copied()).map(str::to_owned).collect();
    Step { tests: Tests::One(name), program: Some(program), run, limit: TEST_LIMIT }
}

/// A program that notes how each of `items` went.
fn batch(interpreter: String, program: Program, items: &[&str]) -> Vec<String> {
    let items = items.iter().map(|item| (*item).to_owned());
    [interpreter, program.path(), program::marks()].into_iter().chain(items).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verify::fixture::{FULL, MINIMAL, spec};

    #[test]
    fn a_full_spec_calls_for_these_tests() {
        let spec = spec(FULL);
        let plan = Plan::new(&spec);
        insta::assert_snapshot!(plan.tests().collect::<Vec<_>>().join("\n"));
    }

    #[test]
    fn what_a_spec_does_not_declare_is_not_tested() {
        let spec = spec(MINIMAL);
        let plan = Plan::new(&spec);
        let names: Vec<&str> = plan.tests().collect();
        for word in ["ODBC", "Python", "certificate"] {
            assert!(names.iter().all(|name| !name.contains(word)), "{word}: {names:?}");
        }
    }

    #[test]
    fn the_container_lives_longer_than_all_limits_together() {
        let plan = Plan::new(&spec(FULL));
        let limits: Duration = plan.steps.iter().map(|step| step.limit).sum();
        assert!(options(&plan).timeout > limits);
    }
}
