//! The specs that ship: valid, rendered as committed, and true to the rules of design.

use std::path::Path;

use slipway::dockerfile::{Context, Recipe, render};
use slipway::lock;
use slipway::spec::{self, ImageSpec, Project};

fn project() -> Project {
    let loaded = spec::load_project(Path::new(env!("CARGO_MANIFEST_DIR"))).expect("slipway.toml should be readable");
    loaded.value.expect("slipway.toml should be valid")
}

fn recipe(project: &Project, name: &str) -> Recipe {
    let loaded = spec::load_image(project, name).expect("the spec should be readable");
    let spec: ImageSpec = loaded.value.unwrap_or_else(|| panic!("{name}: {:?}", loaded.problems));
    let lock = lock::load(&project.specs_folder().join(name)).expect("the lock should be readable");
    Recipe::new(spec, lock).expect("lock and spec should agree")
}

fn context(name: &str) -> Context {
    render(&recipe(&project(), name)).expect("the templates should be filled")
}

fn shown(context: &Context) -> String {
    let small = context.files().filter(|(path, _)| path.starts_with("slipway/") || *path == "Dockerfile");
    let shown: Vec<String> =
        small.map(|(path, content)| format!("=== {path}\n{}", String::from_utf8_lossy(content))).collect();
    shown.concat()
}

#[test]
fn clinical_renders_as_reviewed() {
    insta::assert_snapshot!(shown(&context("clinical")));
}

#[test]
fn exploration_renders_as_reviewed() {
    insta::assert_snapshot!(shown(&context("exploration")));
}

#[test]
fn demo_analysis_renders_as_reviewed() {
    insta::assert_snapshot!(shown(&context("demo-analysis")));
}

#[test]
fn demo_reporting_renders_as_reviewed() {
    insta::assert_snapshot!(shown(&context("demo-reporting")));
}

#[test]
fn committed_dockerfiles_are_what_render_writes() {
    let project = project();
    for name in spec::image_names(&project).expect("the specs should be listed") {
        let path = project.specs_folder().join(&name).join("Dockerfile");
        let committed = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        assert!(committed == context(&name).dockerfile(), "{name} differs: `slipway render` writes it");
    }
}

#[test]
fn every_instruction_that_can_fail_leads_back_to_a_key_of_its_spec() {
    let project = project();
    for name in spec::image_names(&project).expect("the specs should be listed") {
        let recipe = recipe(&project, &name);
        let context = render(&recipe).expect("the templates should be filled");
        let joined = context.dockerfile().replace("\\\n", " ");
        for instruction in joined.lines().filter(|line| line.starts_with("RUN ") || line.starts_with("COPY ")) {
            let key = context.key_of(instruction).unwrap_or_else(|| panic!("{name}: `{instruction}` has no origin"));
            let line = recipe.spec().source.line(key);
            assert!(line.is_some() || key == "environment", "{name}: `{key}` has no line");
        }
    }
}

#[test]
fn nothing_that_the_built_in_frontend_of_engine_20_10_lacks_is_used() {
    let project = project();
    for name in spec::image_names(&project).expect("the specs should be listed") {
        let dockerfile = context(&name).dockerfile().to_owned();
        for missing in ["# syntax=", "<<", "COPY --link", "ADD --checksum", "RUN --network", "--security"] {
            assert!(!dockerfile.contains(missing), "{name} uses `{missing}`");
        }
    }
}

#[test]
fn a_lock_that_disagrees_is_refused_and_names_the_field() {
    let project = project();
    let spec = spec::load_image(&project, "clinical").expect("readable").value.expect("valid");
    let lock = lock::load(&project.specs_folder().join("exploration")).expect("readable");
    let error = Recipe::new(spec, lock).expect_err("two different images should not agree");
    insta::assert_snapshot!(error);
}
