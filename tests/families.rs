//! Every operating system with every set of features: the Dockerfile as reviewed, the same bytes each time, and what
//! hadolint, which knows nothing of Slipway, says about it.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value as Json;
use slipway::catalog::{Family, Os};
use slipway::dockerfile::{Recipe, render};
use slipway::lock::{Download, Lock, Locked, LockedBase, LockedPython, LockedSnapshot};
use slipway::spec::{ImageSpec, load_image, load_project};

/// What hadolint finds and we do not follow, each with the reason.
const EXCEPTIONS: [(&str, &str); 3] = [
    ("DL3008", "names of packages are declared without versions: the base image's digest and snapshot decide them"),
    ("DL3041", "the same, for dnf"),
    ("DL3033", "the same, for yum"),
];

const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

/// A set of features, and what it adds to the smallest spec.
const FEATURES: [(&str, &str); 4] = [
    ("smallest", ""),
    ("drivers", "packages = [\"odbc\"]\n[drivers]\nversion = \"2026.07.0\"\n"),
    ("python", "[python]\nversion = \"3.12.11\"\nrequirements = \"requirements.txt\"\n"),
    (
        "everything",
        "packages = [\"odbc\", \"dplyr\"]\n[drivers]\nversion = \"2026.07.0\"\n\
         [python]\nversion = \"3.12.11\"\nrequirements = \"requirements.txt\"\n\
         [system]\npackages = [\"tree\"]\ncertificates = [\"root.pem\"]\n\
         [environment]\nRSTUDIO_CONNECT_URL = \"https://connect.example.com/$HOME\"\n\
         [[secret]]\nid = \"token\"\nfrom-env = \"TOKEN\"\n",
    ),
];

fn spec(os: Os, features: &str) -> ImageSpec {
    let folder = tempfile::tempdir().expect("a folder");
    let specs = folder.path().join("image-specs/matrix");
    fs::create_dir_all(&specs).expect("a folder");
    let text = format!(
        "schema = 1\ntitle = \"Matrix\"\n[base]\nos = \"{os}\"\nimage = \"registry.example.com/base:1\"\n\
         [workbench]\nversion = \"2026.08.2+200.pro1\"\n\
         [r]\nversions = [\"4.5.1\", \"4.4.3\"]\nsnapshot = \"2026-08-01\"\n{features}"
    );
    let files = [("image.toml", text.as_str()), ("requirements.txt", "boto3==1.40.0\n"), ("root.pem", CERTIFICATE)];
    for (name, content) in files {
        fs::write(specs.join(name), content).expect("a file");
    }
    fs::write(folder.path().join("slipway.toml"), "schema = 1\n").expect("a file");
    let project = load_project(folder.path()).expect("files").value.expect("a project");
    let loaded = load_image(&project, "matrix").expect("files");
    loaded.value.unwrap_or_else(|| panic!("{os}: {:?}", loaded.problems))
}

/// A lock that agrees with a spec; its hashes are made up, because nothing is downloaded.
fn lock(spec: &ImageSpec) -> Lock {
    let ending = match spec.base.os.family() {
        Family::Debian => "deb",
        Family::RedHat => "rpm",
    };
    let download = |name: String| Download {
        url: format!("https://downloads.example.com/{name}.{ending}"),
        sha256: "0123456789abcdef".repeat(4).parse().expect("a sha256"),
        size: 1,
    };
    let requirements = |text: &str| {
        use sha2::Digest as _;
        hex::encode(sha2::Sha256::digest(text)).parse().expect("a sha256")
    };
    Lock {
        by_hand: None,
        base: LockedBase {
            image: spec.base.image.to_string(),
            digest: format!("sha256:{}", "0123456789abcdef".repeat(4)).parse().expect("a digest"),
        },
        workbench: Locked { version: spec.workbench.clone(), download: download("workbench".to_owned()) },
        r: spec.r.versions.iter().map(|version| (*version, download(format!("r-{version}")))).collect(),
        cran: LockedSnapshot {
            date: spec.r.snapshot,
            repository: format!("https://packages.example.com/{}", spec.base.os.package_manager_name()),
        },
        python: spec.python.as_ref().map(|python| LockedPython {
            build: Locked { version: python.version, download: download("python".to_owned()) },
            requirements: requirements(&python.requirements.content),
            index: "https://pypi.example.com/simple".to_owned(),
        }),
        drivers: spec
            .drivers
            .as_ref()
            .map(|version| Locked { version: version.clone(), download: download("drivers".to_owned()) }),
    }
}

fn dockerfile(os: Os, features: &str) -> String {
    let spec = spec(os, features);
    let lock = lock(&spec);
    let recipe = Recipe::new(spec, lock).expect("lock and spec should agree");
    render(&recipe).expect("the templates should be filled").dockerfile().to_owned()
}

/// Every operating system with every set of features, by name.
fn matrix() -> BTreeMap<String, String> {
    let cells = Os::all().flat_map(|os| FEATURES.map(|(name, features)| (os, name, features)));
    cells.map(|(os, name, features)| (format!("{os}-{name}"), dockerfile(os, features))).collect()
}

#[test]
fn every_operating_system_renders_as_reviewed() {
    let matrix = matrix();
    assert!(matrix.len() >= 40, "{}", matrix.len());
    for os in Os::all() {
        insta::assert_snapshot!(format!("everything_on_{os}"), matrix[&format!("{os}-everything")]);
    }
}

#[test]
fn a_second_rendering_has_the_same_bytes() {
    assert_eq!(matrix(), matrix());
}

#[test]
fn hadolint_finds_nothing_that_is_not_explained() {
    let folder = tempfile::tempdir().expect("a folder");
    let files: Vec<PathBuf> = matrix().into_iter().map(|(name, text)| written(folder.path(), &name, &text)).collect();
    let output = Command::new(hadolint()).args(["--no-fail", "--format", "json"]).args(&files).output();
    let output = output.expect("hadolint should run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let findings: Vec<Json> = serde_json::from_slice(&output.stdout).expect("hadolint writes JSON");
    let explained = |finding: &&Json| EXCEPTIONS.iter().any(|(code, _)| finding["code"] == *code);
    let unexplained: Vec<&Json> = findings.iter().filter(|finding| !explained(finding)).collect();
    assert!(unexplained.is_empty(), "{unexplained:#?}");
    for (code, reason) in EXCEPTIONS {
        let found = findings.iter().any(|finding| finding["code"] == code);
        assert!(found, "hadolint no longer finds {code}, which is explained as: {reason}");
    }
}

fn written(folder: &Path, name: &str, text: &str) -> PathBuf {
    let path = folder.join(format!("{name}.Dockerfile"));
    fs::write(&path, text).expect("a file");
    path
}

/// hadolint, out of the environment that holds the pinned version.
fn hadolint() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let output = Command::new(root.join("scripts/python-with"))
        .arg(root.join("tests/judges/requirements-hadolint.txt"))
        .output()
        .expect("scripts/python-with should run");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let python = PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end());
    python.with_file_name("hadolint")
}
