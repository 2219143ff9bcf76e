//! `slipway access policy`: the policies, as JSON.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum as _};

use super::installation::{Installation, Kind};
use crate::commands::{Ending, Session, output};
use crate::error::Error;

/// Print the policies that let the broker in and keep everybody else out.
///
/// With one `--kind` this is the document itself; otherwise an object with a document for each kind, which `slipway
/// access check --policy FILE` reads.
#[derive(Debug, Args)]
pub struct Policy {
    /// Which policy; may be given several times, and all are printed where nothing is said.
    #[arg(long = "kind", value_name = "KIND")]
    kinds: Vec<Kind>,
    #[command(flatten)]
    installation: Installation,
}

impl Policy {
    /// Prints them.
    pub fn run(self, _session: &Session) -> Result<Ending, Error> {
        if let [kind] = self.kinds.as_slice() {
            output::json(&self.installation.document(*kind)?);
            return Ok(Ending::Done);
        }
        let kinds = if self.kinds.is_empty() { Kind::value_variants() } else { &self.kinds };
        let document = |kind: &Kind| Ok((*kind, self.installation.document(*kind)?));
        output::json(&kinds.iter().map(document).collect::<Result<BTreeMap<_, _>, Error>>()?);
        Ok(Ending::Done)
    }
}
