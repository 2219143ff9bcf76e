//! One image that went all the way, from nothing, once for all stories: what it left in ECR spares them the push of a
//! gigabyte of layers that they share with it.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use super::cloud::Cloud;
use super::docker::{Images, alone};
use super::project::{Project, TEMPORARY, spec};
use super::run::Ended;
use super::state::State;
use slipway_sandbox::StatsReport;

/// The image's name.
pub const IMAGE: &str = "rehearsal";

/// What was said and what was left by the first way.
pub struct Rehearsal {
    /// `lock`.
    pub locked: Ended,
    /// `plan`.
    pub planned: Ended,
    /// `apply --yes`.
    pub applied: Ended,
    /// `status`.
    pub status: Ended,
    /// What ECR and SageMaker held afterwards.
    pub state: State,
    /// What the sandbox was asked for.
    pub stats: StatsReport,
    /// The tag in the registry.
    pub tag: String,
    folder: PathBuf,
}

/// The spec of the image.
pub fn rehearsal_spec() -> String {
    spec("Rehearsal", &["R6"])
}

/// The rehearsal; the first story that needs it waits for it. Its engine lock is taken within, so call it without.
pub fn rehearsal() -> &'static Rehearsal {
    static REHEARSAL: OnceLock<Option<Rehearsal>> = OnceLock::new();
    // One that fails is not repeated for every story that needs it.
    let rehearsed = REHEARSAL.get_or_init(|| catch_unwind(rehearse).ok());
    rehearsed.as_ref().expect("the rehearsal failed: the first panic tells how")
}

fn rehearse() -> Rehearsal {
    super::world::up();
    let _alone = alone();
    let images = Images::of(IMAGE);
    let project = Project::new(IMAGE, &rehearsal_spec());
    let cloud = Cloud::of(&project);
    let locked = project.run(&["lock"]).with_code(0);
    let planned = project.run(&["plan"]).with_code(2);
    let tag = project.tag();
    let applied = project.run(&["apply", "--yes"]).with_code(0);
    let status = project.run(&["status"]).with_code(0);
    let (state, asked) = (cloud.state(), cloud.stats());
    cloud.close();
    drop(images);
    let folder = Path::new(TEMPORARY).join("rehearsal");
    if folder.exists() {
        fs::remove_dir_all(&folder).expect("the last run's rehearsal should go");
    }
    copy(&project.spec_folder(), &folder.join("spec"));
    copy(&project.cloud_folder(), &folder.join("cloud"));
    Rehearsal { locked, planned, applied, status, state, stats: asked, tag, folder }
}

impl Rehearsal {
    /// A project with the same image, as the rehearsal left it: there is nothing to do.
    pub fn arrived(&self) -> Project {
        let project = Project::new(IMAGE, &rehearsal_spec());
        copy(&self.folder.join("spec"), &project.spec_folder());
        self.restore(&project.cloud_folder());
        project
    }

    /// A project with the same image in ECR, of which SageMaker knows nothing yet: no engine is needed.
    pub fn pushed(&self) -> Project {
        let project = self.arrived();
        forget_sagemaker(&project.cloud_folder());
        project
    }

    /// A locked project with another image, in whose ECR are all layers that it shares with this one.
    pub fn beside(&self, image: &str, spec: &str) -> Project {
        let project = Project::locked(image, spec);
        self.reset(&project);
        project
    }

    /// Gives a project the cloud that it had at first.
    pub fn reset(&self, project: &Project) {
        let folder = project.cloud_folder();
        if folder.exists() {
            fs::remove_dir_all(&folder).expect("the old state should go");
        }
        self.restore(&folder);
        forget_sagemaker(&folder);
    }

    fn restore(&self, to: &Path) {
        copy(&self.folder.join("cloud"), to);
    }
}

fn forget_sagemaker(cloud: &Path) {
    fs::remove_file(cloud.join("sagemaker.json")).expect("a state of SageMaker");
}

/// Copies a folder; blobs, which never change, are linked where the file system can.
fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder").map(|entry| entry.expect("an entry")) {
        let (source, target): (PathBuf, PathBuf) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            copy(&source, &target);
        } else if !(from.ends_with("blobs") && fs::hard_link(&source, &target).is_ok()) {
            fs::copy(&source, &target).expect("a copy");
        }
    }
}
