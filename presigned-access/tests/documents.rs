//! What docs/access says has to be so: every code is in the guide and no other, every alarm and metric, and every test
//! that the threat model names exists.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The first parts of codes; what else stands in quotes with dots is something else.
const FAMILIES: [&str; 12] = [
    "configuration",
    "internal",
    "jwt",
    "keys",
    "login",
    "mapping",
    "metadata",
    "mint",
    "provision",
    "replay",
    "request",
    "saml",
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// Everything between a pair of the same mark, on one line.
fn between(text: &str, mark: char) -> impl Iterator<Item = &str> {
    text.lines().flat_map(move |line| line.split(mark).skip(1).step_by(2))
}

/// The program's text below a folder, without its tests.
fn program(folder: &Path) -> String {
    let mut text = String::new();
    for entry in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
        if entry.is_dir() {
            text += &program(&entry);
        } else if entry.extension().is_some_and(|extension| extension == "rs") {
            let file = fs::read_to_string(&entry).expect("a file");
            text += file.split("#[cfg(test)]").next().unwrap_or_default();
        }
    }
    text
}

fn is_code(text: &str) -> bool {
    let (family, rest) = text.split_once('.').unwrap_or_default();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.';
    FAMILIES.contains(&family) && !rest.is_empty() && !rest.ends_with('.') && rest.chars().all(plain)
}

/// First cells of tables that are nothing but a text in backticks.
fn first_cells(page: &str) -> impl Iterator<Item = &str> {
    page.lines().filter_map(|line| line.strip_prefix("| `")?.split_once("` |").map(|(cell, _)| cell))
}

#[test]
fn every_code_stands_in_the_guide_once_and_no_other() {
    let text = program(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    // Places in the settings look like codes; they stand where mistakes are made.
    let lines = text.lines().filter(|line| !line.contains("Mistake::"));
    let codes: BTreeSet<&str> = lines.flat_map(|line| between(line, '"')).filter(|text| is_code(text)).collect();
    assert!(codes.len() > 150, "only {} codes were found", codes.len());
    let page = read("docs/access/operations.md");
    let told: Vec<&str> = first_cells(&page).filter(|cell| is_code(cell)).collect();
    let once: BTreeSet<&str> = told.iter().copied().collect();
    assert_eq!(told.len(), once.len(), "a code stands twice in docs/access/operations.md");
    let missing: Vec<_> = codes.difference(&once).collect();
    let unknown: Vec<_> = once.difference(&codes).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing in the guide: {missing:?}; no such code: {unknown:?}");
}

#[test]
fn every_alarm_and_every_metric_is_explained() {
    let templates =
        ["foundation", "jwt", "saml"].map(|name| read(&format!("infrastructure/access-{name}.yaml"))).join("\n");
    let alarms = templates.lines().filter_map(|line| line.trim().strip_prefix("AlarmName: !Sub \"${Prefix}-"));
    let alarms: BTreeSet<String> = alarms.map(|name| format!("PREFIX-{}", name.trim_end_matches('"'))).collect();
    assert!(alarms.len() > 10, "{alarms:?}");
    let page = read("docs/access/operations.md");
    let section = page.split("\n## ").find(|section| section.starts_with("Metrics and alarms")).expect("the section");
    let cells = || section.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let told = || cells().flat_map(|cell| between(cell, '`')).map(str::to_owned);
    let told_alarms: BTreeSet<String> = told().filter(|name| name.starts_with("PREFIX-")).collect();
    assert_eq!(told_alarms, alarms);
    let metrics = read("presigned-access/src/functions/metrics.rs");
    let names = metrics.lines().filter_map(|line| line.trim().strip_prefix("Self::")?.split_once("=> \""));
    let names: BTreeSet<String> = names.filter_map(|(_, name)| name.strip_suffix("\",")).map(str::to_owned).collect();
    let told_metrics: BTreeSet<String> = told().filter(|name| !name.starts_with("PREFIX-")).collect();
    assert_eq!(told_metrics, names);
}

#[test]
fn every_test_that_the_threat_model_names_exists() {
    let page = read("docs/access/threat-model.md");
    let scenarios = read("presigned-access/tests/templates/scenarios.json");
    let classes = read("presigned-access/tests/saml_attacks/verdicts.rs");
    let (mut named, mut wrong) = (0, Vec::new());
    for text in between(&page, '`') {
        let exists = if let Some(scenario) = text.strip_prefix("scenario: ") {
            scenario == "NAME" || scenarios.contains(&format!("\"what\": \"{scenario}\""))
        } else if let Some(class) = text.strip_prefix("class: ") {
            class == "NAME" || classes.contains(&format!("\"{class}\""))
        } else if let Some((file, test)) = text.split_once(".rs::") {
            let file = match file.strip_prefix("slipway:") {
                Some(file) => format!("{file}.rs"),
                None => format!("presigned-access/{file}.rs"),
            };
            fs::read_to_string(root().join(file)).is_ok_and(|text| is_test(&text, test))
        } else {
            continue;
        };
        named += 1;
        if !exists {
            wrong.push(text);
        }
    }
    assert!(named > 100, "only {named} tests are named");
    assert!(wrong.is_empty(), "the threat model names what does not exist: {wrong:#?}");
}

/// Whether a function is there and is a test.
fn is_test(text: &str, name: &str) -> bool {
    let Some((before, _)) = text.split_once(&format!("fn {name}()")) else { return false };
    let last = before.trim_end().trim_end_matches("async").trim_end().lines().last().unwrap_or_default().trim();
    last.starts_with("#[test]") || last.starts_with("#[tokio::test")
}
