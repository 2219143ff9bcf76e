//! Specs for the tests of this module, read the way that users' specs are.

use crate::spec::{ImageSpec, load_image, load_project};

/// What every spec has to say.
pub(super) const MINIMAL: &str = r#"schema = 1
title = "Clinical R"
[base]
os = "ubuntu-22.04"
image = "public.ecr.aws/ubuntu/ubuntu:22.04"
[workbench]
version = "2026.08.2+200.pro1"
[r]
versions = ["4.5.1"]
snapshot = "2026-08-01"
[environment]
RSTUDIO_CONNECT_URL = "https://connect.example.com?a=b"
[limits]
size = "8 GB"
"#;

/// Everything that calls for a test.
pub(super) const FULL: &str = r#"schema = 1
title = "Clinical R"
[base]
os = "ubuntu-22.04"
image = "public.ecr.aws/ubuntu/ubuntu:22.04"
[workbench]
version = "2026.08.2+200.pro1"
[r]
versions = ["4.5.1", "4.4.3"]
default = "4.4.3"
snapshot = "2026-08-01"
packages = ["dplyr", "reticulate", "odbc"]
[python]
version = "3.12.11"
requirements = "requirements.txt"
[drivers]
version = "2026.07.0"
[system]
certificates = ["root.pem"]
[[check]]
name = "it's $HOME; `id`"
run = ["Rscript", "-e", "cat('one', \"$HOME\")"]
"#;

const PROJECT: &str = "schema = 1\n";
const CERTIFICATE: &str = "-----BEGIN CERTIFICATE-----\nAAAA\nBBBB\n-----END CERTIFICATE-----\n";

/// The spec that a text declares.
pub(super) fn spec(text: &str) -> ImageSpec {
    let folder = tempfile::tempdir().expect("a folder");
    let specs = folder.path().join("image-specs/clinical");
    std::fs::create_dir_all(&specs).expect("a folder");
    let files = [("image.toml", text), ("requirements.txt", "boto3==1.40.0\n"), ("root.pem", CERTIFICATE)];
    for (name, content) in files {
        std::fs::write(specs.join(name), content).expect("a file");
    }
    std::fs::write(folder.path().join("slipway.toml"), PROJECT).expect("a file");
    let project = load_project(folder.path()).expect("files").value.expect("a project");
    let loaded = load_image(&project, "clinical").expect("files");
    loaded.value.unwrap_or_else(|| panic!("{:?}", loaded.problems))
}
