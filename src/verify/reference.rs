//! The contract rules as a page for people, made from the rules themselves.

use std::fmt::Write as _;

use super::rule::rules;

const HEAD: &str = "# Verification rules

<!-- Written by `slipway explain --markdown`. A test compares the two; change src/verify/rule.rs. -->

What every built image is checked for before it is pushed. A broken rule of severity error stops the image; a warning
is told and stands in the report. `slipway explain CODE` says the same in a terminal. A code never changes its meaning.
The checks that are made from a spec (R versions, packages, drivers, Python, its own `[[check]]`s) stand in the same report.

| code | severity | what holds |
|---|---|---|
";

/// The whole page: a table of all rules and a section for each.
pub fn rules_page() -> String {
    let mut page = String::from(HEAD);
    for rule in rules() {
        let _ =
            writeln!(page, "| [{}](#{}) | {} | {} |", rule.code, rule.code.to_lowercase(), rule.severity, rule.name);
    }
    for rule in rules() {
        let _ = write!(page, "\n## {}\n\n{} ({}).\n\n", rule.code, capital(rule.name), rule.severity);
        let _ = writeln!(page, "* Why: {}.\n* Source: {}.\n* Fix: {}.", rule.why, rule.source, rule.fix);
    }
    page
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_in_docs_is_the_one_that_the_rules_give() {
        let kept = include_str!("../../docs/rules.md");
        assert!(kept == rules_page(), "docs/rules.md is old: `slipway explain --markdown > docs/rules.md` writes it");
    }
}
