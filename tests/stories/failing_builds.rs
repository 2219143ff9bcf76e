//! Builds that fail: the message names what failed, the instruction, and the line of the spec that asked for it.

use crate::support::docker::{Images, alone, docker};
use crate::support::project::{Project, spec};
use crate::support::snapshots::snapshots;

#[test]
fn a_package_that_does_not_exist_is_named_with_its_instruction_and_its_line() {
    let project = Project::locked("absent", &spec("Absent", &["R6", "nosuchpackage"]));
    let _alone = alone();
    let _images = Images::of("absent");
    let told = project.run(&["build"]).with_code(1);
    snapshots(|| insta::assert_snapshot!("a_package_that_does_not_exist", told.words()));
    assert_eq!(docker(&["image", "ls", "--quiet", "slipway/absent"]), "", "nothing was made");
}

#[test]
fn a_download_with_another_hash_fails_the_build_and_is_named() {
    let project = Project::locked("tampered", &spec("Tampered", &["R6"]));
    let _alone = alone();
    let _images = Images::of("tampered");
    let lock = std::fs::read_to_string(project.spec_folder().join("image.lock")).expect("a lock");
    let (_, r) = lock.split_once("[[r]]").expect("an R build");
    let right = r.split_once("sha256 = \"").expect("its hash").1.get(..64).expect("64 digits").to_owned();
    project.replace("image-specs/tampered/image.lock", &right, &"0123456789abcdef".repeat(4));
    let told = project.run(&["build"]).with_code(1);
    snapshots(|| insta::assert_snapshot!("a_wrong_hash", with_sorted_log(&told.words())));
    assert_eq!(docker(&["image", "ls", "--quiet", "slipway/tampered"]), "", "nothing was made");
}

/// A program's two streams reach the engine in any order.
fn with_sorted_log(words: &str) -> String {
    let lines: Vec<&str> = words.lines().collect();
    let sorted = lines.chunk_by(|one, other| is_log(one) == is_log(other)).flat_map(|block| {
        let mut block = block.to_vec();
        if block.iter().all(|line| is_log(line)) {
            block.sort_unstable();
        }
        block
    });
    sorted.collect::<Vec<_>>().join("\n")
}

fn is_log(line: &str) -> bool {
    line.starts_with("  | ")
}
