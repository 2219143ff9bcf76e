//! Images to verify, and the specs that they are held against.

use slipway::engine::{BuildRequest, DockerEngine};
use slipway::progress::Reporter;
use slipway::spec::{ImageSpec, load_image, load_project};
use slipway::verify::{Report, RuleOutcome, TestOutcome, TestResult, verify};

use crate::fixture::{BASE, engine};

/// What every spec here has to say.
const SPEC: &str = r#"schema = 1
title = "Fixture"
[base]
os = "debian-12"
image = "example.com/debian:12"
[workbench]
version = "2026.08.2+200.pro1"
[r]
versions = ["4.2.2"]
snapshot = "2026-08-01"
packages = [PACKAGES]
[drivers]
version = "2026.07.0"
[system]
certificates = ["root.pem"]
"#;
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAABBBB\nCCCC\n-----END CERTIFICATE-----\n";

/// A spec with these packages, and with more text at its end.
pub fn spec(packages: &str, more: &str) -> ImageSpec {
    let folder = tempfile::tempdir().expect("a folder");
    let specs = folder.path().join("image-specs/fixture");
    std::fs::create_dir_all(&specs).expect("a folder");
    let text = SPEC.replace("PACKAGES", packages) + more;
    for (name, content) in [("image.toml", text.as_str()), ("root.pem", CERTIFICATE)] {
        std::fs::write(specs.join(name), content).expect("a file");
    }
    std::fs::write(folder.path().join("slipway.toml"), "schema = 1\n").expect("a file");
    let project = load_project(folder.path()).expect("files").value.expect("a project");
    let loaded = load_image(&project, "fixture").expect("files");
    loaded.value.unwrap_or_else(|| panic!("{:?}", loaded.problems))
}

/// A check of a spec, as text for [`spec`]; the command is a shell's.
pub fn check(name: &str, command: &str) -> String {
    format!("[[check]]\nname = \"{name}\"\nrun = [\"/bin/sh\", \"-c\", '''{command}''']\n")
}

/// An image with everything that the tests look for, played by shell scripts.
pub async fn fake_image(engine: &DockerEngine) -> String {
    let files = [
        ("opt/R/4.2.2/bin/R", "#!/bin/sh\necho 'R version 4.2.2 (2022-10-31) -- \"Innocent and Trusting\"'\n"),
        ("opt/R/4.2.2/bin/Rscript", include_str!("fake-rscript.sh")),
        ("usr/lib/rstudio-server/bin/rsession", "#!/bin/sh\n"),
        ("etc/rstudio/r-versions", "Path: /opt/R/4.2.2\nLabel: R 4.2.2\n"),
        ("bin/dpkg-query", "#!/bin/sh\necho 2026.08.2+200.pro1\n"),
        ("bin/odbcinst", "#!/bin/sh\necho '[SQLite]'\n[ -z \"$4\" ] || echo 'Driver = /opt/drivers/sqlite.so'\n"),
        ("opt/drivers/sqlite.so", ""),
        ("bin/locale", "#!/bin/sh\n[ \"$LC_ALL\" = en_US.UTF-8 ] && echo UTF-8\n"),
        ("bin/sudo", ""),
        ("bin/java", ""),
        ("bin/curl", ""),
        (
            "etc/ssl/certs/ca-certificates.crt",
            "-----BEGIN CERTIFICATE-----\nAAAA\nBBBBCCCC\n-----END CERTIFICATE-----\n",
        ),
    ];
    let dockerfile = format!(
        "FROM {BASE}\n\
         RUN for name in base64 chmod grep kill ln printf readlink sed tail timeout; do \
             [ -e /bin/$name ] || /bin/busybox ln -s busybox /bin/$name; done\n\
         COPY root/ /\n\
         RUN ln -s /opt/R/4.2.2 /opt/R/default && ln -s /opt/R/default/bin/R /bin/R\n\
         ENV RSTUDIO_CONNECT_URL= RSTUDIO_PACKAGE_MANAGER_URL= RSTUDIO_FORCE_NON_ZERO_EXIT_CODE=1 \
             RETICULATE_MINICONDA_ENABLED=FALSE\n"
    );
    build(engine, &dockerfile, &files).await
}

/// Builds a Dockerfile with files below `root/`.
pub async fn build(engine: &DockerEngine, dockerfile: &str, files: &[(&str, &str)]) -> String {
    let mut archive = tar::Builder::new(Vec::new());
    let files = files.iter().map(|(path, content)| (format!("root/{path}"), *content));
    for (path, content) in files.chain([("Dockerfile".to_owned(), dockerfile)]) {
        let mut header = tar::Header::new_ustar();
        header.set_size(content.len() as u64);
        header.set_mode(0o755);
        archive.append_data(&mut header, path, content.as_bytes()).expect("an entry");
    }
    let mut request = BuildRequest::new(archive.into_inner().expect("an archive"), "Dockerfile");
    request.labels.insert("slipway.fixture".into(), "built".into());
    engine.build(&request, &Reporter::silent()).await.expect("an image").id
}

/// Verifies the fake image against a spec.
pub async fn verify_fake(spec: &ImageSpec) -> Report {
    let engine = engine().await;
    let image = fake_image(&engine).await;
    verify(&engine, &image, spec, &Reporter::silent()).await.expect("a report")
}

/// The codes of the rules that were not kept, each with what is told about it.
pub fn broken(report: &Report) -> Vec<String> {
    let told = |details: &[String]| details.join("; ");
    let rules = report.rules.iter().filter_map(|result| match &result.outcome {
        RuleOutcome::Passed => None,
        RuleOutcome::Warned(details) => Some(format!("{} warned: {}", result.rule.code, told(details))),
        RuleOutcome::Failed(details) => Some(format!("{} failed: {}", result.rule.code, told(details))),
    });
    rules.collect()
}

/// The result of the test with this name.
pub fn test<'a>(report: &'a Report, name: &str) -> &'a TestResult {
    let found = report.tests.iter().find(|test| test.name == name);
    found.unwrap_or_else(|| panic!("no test `{name}` in {:?}", report.tests))
}

/// Why the test with this name failed.
pub fn reason<'a>(report: &'a Report, name: &str) -> &'a str {
    match &test(report, name).outcome {
        TestOutcome::Failed(reason) => reason,
        TestOutcome::Passed => panic!("`{name}` passed: {}", test(report, name).output),
    }
}
