//! `slipway explain`: why a rule exists.

use clap::Args;

use super::{Ending, Session, output};
use crate::error::Error;
use crate::verify::{Rule, Severity, rule, rules};

/// Say why a rule exists, where it comes from and how to satisfy it.
#[derive(Debug, Args)]
pub struct Explain {
    /// Code of a rule, such as `SM001`; all where nothing is said.
    code: Option<String>,
}

impl Explain {
    /// Prints one rule, or the list of them.
    pub fn run(self, session: &Session) -> Result<Ending, Error> {
        let Some(code) = self.code else {
            if session.json() {
                output::json(&rules());
            } else {
                rules().iter().for_each(|rule| output::data(&format!("{}  {:<8} {}", rule.code, severity(rule), rule.name)));
            }
            return Ok(Ending::Done);
        };
        let code = code.to_uppercase();
        let found = rule(&code).ok_or_else(|| Error::NoSuchRule {
            code,
            known: rules().iter().map(|rule| rule.code).collect::<Vec<_>>().join(", "),
        })?;
        if session.json() {
            output::json(found);
        } else {
            let (severity, Rule { code, name, why, source, fix, .. }) = (severity(found), found);
            output::data(&format!("{code}: {name} ({severity})\n\nWhy: {why}\nSource: {source}\nFix: {fix}"));
        }
        Ok(Ending::Done)
    }
}

fn severity(rule: &Rule) -> &'static str {
    match rule.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
}
