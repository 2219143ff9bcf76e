//! A build secret is there for the step that needs it, and nowhere afterwards.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::support::chance::Chance;
use crate::support::docker::{Images, alone, docker};
use crate::support::project::{Project, spec};
use crate::support::rehearsal::rehearsal;

/// What the base image's R packages bring along already, so that installing them takes no time.
const PACKAGES: [&str; 8] = ["R6", "withr", "rappdirs", "here", "rprojroot", "jsonlite", "png", "rlang"];
const WORD: &str = "open-sesame-4711";

#[test]
fn a_build_secret_is_read_by_its_step_and_stays_nowhere() {
    rehearsal();
    let packages = Chance::new("secrets").shuffled(&PACKAGES);
    let secret = "\n[[secret]]\nid = \"profile\"\nfrom-file = \"profile.R\"\npath = \"/root/.Rprofile\"\n";
    let project = Project::locked("discreet", &format!("{}{secret}", spec("Discreet", &packages)));
    // R runs this file of the user's at its start, which shows that the step can read it.
    let profile = format!("word <- \"{WORD}\"\nmessage(\"the step reads: \", readLines(\"/root/.Rprofile\")[1])\n");
    project.write("profile.R", &profile);
    let _alone = alone();
    let _images = Images::of("discreet");

    let built = project.run(&["build", "--verbose"]).with_code(0);
    assert!(built.stderr.contains("the step reads: ***"), "{}", built.stderr);
    project.run(&["verify"]).with_code(0);
    let name = project.local_name();
    assert!(!built.stderr.contains(WORD) && !built.stdout.contains(WORD), "the log tells it:\n{}", built.stderr);
    assert!(!docker(&["history", "--no-trunc", &name]).contains(WORD), "the history tells it");
    assert!(!docker(&["image", "inspect", &name]).contains(WORD), "the configuration tells it");
    assert!(matches_in_layers(&name, "Path: /opt/R/4.2.2") > 0, "what is in a layer is found");
    assert_eq!(matches_in_layers(&name, WORD), 0, "a layer holds it");
    assert_eq!(files_with(&project.root().join(".slipway"), WORD), 0, "a report tells it");
}

/// How many lines of an exported image, layers and all, hold a word.
fn matches_in_layers(image: &str, word: &str) -> u64 {
    let mut save = Command::new("docker").args(["save", image]).stdout(Stdio::piped()).spawn().expect("`docker save`");
    let archive = save.stdout.take().expect("a pipe");
    let counted = Command::new("grep").args(["--text", "--count", "--fixed-strings", word]).stdin(archive).output();
    assert!(save.wait().expect("`docker save`").success());
    String::from_utf8_lossy(&counted.expect("`grep`").stdout).trim().parse().expect("a count")
}

fn files_with(folder: &Path, word: &str) -> usize {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let count = |path: &Path| {
        if path.is_dir() {
            files_with(path, word)
        } else {
            usize::from(String::from_utf8_lossy(&fs::read(path).expect("a file")).contains(word))
        }
    };
    entries.map(|entry| count(&entry.expect("an entry").path())).sum()
}
