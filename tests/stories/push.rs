//! Pushes that are cut off.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;
use slipway_sandbox::Fault;

use crate::support::cloud::Cloud;
use crate::support::docker::{Images, alone, id};
use crate::support::project::spec;
use crate::support::rehearsal::rehearsal;

#[test]
fn a_push_that_is_cut_off_in_the_middle_ends_with_the_right_digest() {
    let rehearsal = rehearsal();
    let _alone = alone();
    let _images = Images::of("cut");
    let project = rehearsal.beside("cut", &spec("Cut", &["R6", "withr"]));
    let cloud = Cloud::with_faults(&project, vec![Fault::CutPush { after_bytes: 1000, times: 2 }]);
    let first = project.run(&["apply", "--yes"]);
    if first.code != Some(0) {
        // The engine gave up; what is left is a matter for the next run.
        assert!(first.words().contains("error: cannot push `cut`"), "{}", first.stderr);
        project.run(&["apply", "--yes"]).with_code(0);
    }
    let (state, local, tag) = (cloud.state(), id(&project.local_name()), project.tag());
    assert!(cloud.stats().calls["Registry.StartUpload"] > cloud.stats().blobs_uploaded, "{:#?}", cloud.stats());
    cloud.close();
    let digest = &state.repositories["sagemaker-rstudio"][&tag];
    assert_eq!(whole(&project.cloud_folder(), digest), local, "the image in the registry is the one that was built");
    assert_eq!(state.list(), ["another-team 3", "cut 1"]);
    let garbage = fs::read_dir(project.cloud_folder().join("uploads")).expect("a folder").count();
    let _cloud = Cloud::of(&project);
    let left = fs::read_dir(project.cloud_folder().join("uploads")).expect("a folder").count();
    assert_eq!(left, 0, "of {garbage} half uploads none outlives the sandbox");
}

/// The image's id, after every blob of its manifest was hashed again.
fn whole(cloud: &Path, digest: &str) -> String {
    let manifest = blob(cloud, digest);
    let manifest: Value = serde_json::from_slice(&fs::read(manifest).expect("a manifest")).expect("a manifest");
    for layer in manifest["layers"].as_array().expect("layers") {
        blob(cloud, layer["digest"].as_str().expect("a digest"));
    }
    let config = manifest["config"]["digest"].as_str().expect("a digest");
    blob(cloud, config);
    config.to_owned()
}

fn blob(cloud: &Path, digest: &str) -> std::path::PathBuf {
    let hex = digest.trim_start_matches("sha256:");
    let path = cloud.join("blobs").join(hex);
    let hashed = Command::new("sha256sum").arg(&path).output().expect("`sha256sum`").stdout;
    assert!(String::from_utf8_lossy(&hashed).starts_with(hex), "{} should hash to its name", path.display());
    path
}
