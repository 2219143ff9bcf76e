//! `slipway explain`: why a rule exists.

use clap::Args;

use super::{Ending, Session, output};
use crate::error::Error;
use crate::verify::{Rule, rule, rules, rules_page};

/// Say why a rule exists, where it comes from and how to satisfy it.
#[derive(Debug, Args)]
pub struct Explain {
    /// Code of a rule, such as `SM001`; all where nothing is said.
    code: Option<String>,
    /// Print the page of all rules, in Markdown: docs/rules.md.
    #[arg(long, conflicts_with = "code")]
    markdown: bool,
}

impl Explain {
    /// Prints one rule, or the list of them.
    pub fn run(self, session: &Session) -> Result<Ending, Error> {
        if self.markdown {
            output::data(&rules_page());
            return Ok(Ending::Done);
        }
        let Some(code) = self.code else {
            if session.json() {
                output::json(&rules());
            } else {
                for rule in rules() {
                    output::data(&format!("{}  {:<8} {}", rule.code, rule.severity, rule.name));
                }
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
            let Rule { code, name, severity, why, source, fix } = found;
            output::data(&format!("{code}: {name} ({severity})\n\nWhy: {why}\nSource: {source}\nFix: {fix}"));
        }
        Ok(Ending::Done)
    }
}
