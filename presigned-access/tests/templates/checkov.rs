//! checkov's findings: each is explained in `explained.json`, and each explanation still has its finding.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::Deserialize;

use super::rendering::{here, judge, read_json, render};

/// Per template, the variant in which the most is made.
const VARIANTS: [&str; 3] = ["foundation", "saml-alone", "jwt"];

#[derive(Deserialize)]
struct Report {
    passed: usize,
    found: Vec<Finding>,
}

#[derive(Deserialize)]
struct Finding {
    check: String,
    resource: String,
    words: String,
}

/// Why a finding stands: `template`, `check`, the `resources` it is about, `reason`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Explanation {
    template: String,
    check: String,
    resources: Vec<String>,
    reason: String,
}

fn place(template: &str, check: &str, resource: &str) -> String {
    format!("{template} {check} {resource}")
}

#[test]
fn each_finding_of_checkov_is_fixed_or_explained() {
    let explained: Vec<Explanation> =
        serde_json::from_value(read_json(&here("templates/explained.json"))).expect("explanations");
    let mut reasons = BTreeMap::new();
    for one in &explained {
        assert!(one.reason.split_whitespace().count() >= 5, "{} {} has no reason", one.template, one.check);
        for resource in &one.resources {
            let known = reasons.insert(place(&one.template, &one.check, resource), &one.reason);
            assert!(known.is_none(), "{} {} is explained twice for {resource}", one.template, one.check);
        }
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut wrong = String::new();
    for variant in VARIANTS {
        let rendered = render(variant);
        let file = folder.path().join(format!("{variant}.json"));
        std::fs::write(&file, rendered.document.to_string()).expect("a file");
        let said = judge("template_checkov.py", "requirements-checkov.txt", &[file]).expect("checkov runs");
        let report: Report = serde_json::from_str(&said).expect("a report");
        assert!(report.passed >= 20, "{variant}: checkov looked at {} things only", report.passed);
        for Finding { check, resource, words } in &report.found {
            let place = place(&rendered.template, check, resource);
            if reasons.remove(&place).is_none() {
                writeln!(wrong, "not explained: {place}: {words}").expect("text");
            }
        }
    }
    for place in reasons.keys() {
        writeln!(wrong, "explained, but not found any more: {place}").expect("text");
    }
    assert!(wrong.is_empty(), "\n{wrong}");
}
