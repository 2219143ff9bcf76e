//! Templates as `CloudFormation` would see them, by way of the Python programs in `tests/judges`.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use serde_json::Value;

pub const TEMPLATES: [&str; 3] = ["access-foundation.yaml", "access-saml.yaml", "access-jwt.yaml"];

/// A template with all intrinsic functions resolved for one file of values.
pub struct Rendered {
    /// The name of the file of values.
    pub name: String,
    /// The template's file name.
    pub template: String,
    pub document: Value,
}

impl Rendered {
    pub fn resources(&self) -> impl Iterator<Item = (&str, &str, &Value)> {
        let resources = self.document["Resources"].as_object().expect("a template has resources");
        resources.iter().map(|(id, resource)| {
            (id.as_str(), resource["Type"].as_str().expect("a resource has a type"), &resource["Properties"])
        })
    }

    pub fn of_type<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = (&'a str, &'a Value)> {
        self.resources().filter(move |(_, other, _)| *other == kind).map(|(id, _, properties)| (id, properties))
    }

    pub fn properties(&self, id: &str) -> &Value {
        let found = &self.document["Resources"][id]["Properties"];
        assert!(found.is_object(), "{} has no resource {id}", self.name);
        found
    }

    pub fn output(&self, name: &str) -> &str {
        self.document["Outputs"][name]["Value"].as_str().unwrap_or_else(|| panic!("{} has no output {name}", self.name))
    }
}

static RENDERED: LazyLock<BTreeMap<String, Rendered>> = LazyLock::new(|| {
    let files = std::fs::read_dir(here("templates/values")).expect("the values");
    files.map(|file| rendered(file.expect("a file").path())).map(|one| (one.name.clone(), one)).collect()
});

/// What a file of values makes of its template.
pub fn render(name: &str) -> &'static Rendered {
    &RENDERED[name]
}

/// What every file of values makes of its template.
pub fn render_all() -> &'static BTreeMap<String, Rendered> {
    &RENDERED
}

fn rendered(values: PathBuf) -> Rendered {
    let name = values.file_stem().expect("a name").to_string_lossy().into_owned();
    let template = read_json(&values)["template"].as_str().expect("values name their template").to_owned();
    let arguments = [infrastructure().join(&template), values];
    let said = judge("template_render.py", "requirements-templates.txt", &arguments);
    let document = serde_json::from_str(&said.unwrap_or_else(|said| panic!("{name}: {said}"))).expect("JSON");
    Rendered { name, template, document }
}

/// Runs one of the Python programs: its output, or what it said when it failed.
pub fn judge(program: &str, requirements: &str, arguments: &[PathBuf]) -> Result<String, String> {
    let python = Command::new(here("../../scripts/python-with")).arg(here("judges").join(requirements)).output();
    let python = python.expect("scripts/python-with runs");
    assert!(python.status.success(), "{}", String::from_utf8_lossy(&python.stderr));
    let python = String::from_utf8(python.stdout).expect("a path");
    let output = Command::new(python.trim()).arg(here("judges").join(program)).args(arguments).output();
    let output = output.expect("Python runs");
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).expect("text"))
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

pub fn here(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(path)
}

pub fn infrastructure() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../infrastructure")
}

pub fn read_json(path: &Path) -> Value {
    let text = std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn cfn_lint_finds_nothing() {
    let templates = TEMPLATES.map(|name| infrastructure().join(name));
    let found = judge("template_lint.py", "requirements-templates.txt", &templates).expect("cfn-lint runs");
    assert_eq!(found, "[]", "cfn-lint found something");
}

#[test]
fn every_template_is_transformed_in_every_variant() {
    let rendered = render_all();
    for template in TEMPLATES {
        assert!(rendered.values().filter(|one| one.template == template).count() >= 2, "{template} has variants");
    }
    for one in rendered.values() {
        let left = one.document.to_string();
        for mark in ["Fn::", "\"Ref\":", "AWS::Serverless", "${"] {
            assert!(!left.contains(mark), "{} still holds {mark}", one.name);
        }
    }
}
