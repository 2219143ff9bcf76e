//! Who is trusted while fuzzing, and what they signed. `seeds.py` made both and kept no private key.

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use presigned_access::jwt::Issuer;
use presigned_access::saml::ServiceProvider;
use serde_json::Value;

/// The request of ours that one of the SAML seeds answers.
pub const REQUEST: &str = "_0123456789abcdef0123456789abcdef01234567";

/// The moment at which the seeds are good.
pub fn now() -> Timestamp {
    Timestamp::from_second(1_795_510_800).expect("2026-11-24T09:00:00Z should be a time")
}

/// The settings that trust the seeds' provider.
pub fn service_provider() -> ServiceProvider {
    serde_json::from_value(read("saml.json")).expect("trust/saml.json should be settings")
}

/// The issuers of the seeds' tokens, each with a snapshot of its keys.
pub fn issuers() -> Vec<Issuer> {
    serde_json::from_value(read("token.json")).expect("trust/token.json should be settings")
}

/// The seeds of a target that are text, with their names.
pub fn seeds(target: &str) -> Vec<(PathBuf, String)> {
    let folder = here().join("seeds").join(target);
    let entries = fs::read_dir(&folder).expect("the folder of seeds should be there");
    let paths = entries.map(|entry| entry.expect("the folder of seeds should be readable").path());
    paths.filter_map(|path| Some((path.clone(), fs::read_to_string(&path).ok()?))).collect()
}

fn read(name: &str) -> Value {
    let text = fs::read_to_string(here().join("trust").join(name)).expect("the trust should be there");
    serde_json::from_str(&text).expect("the trust should be JSON")
}

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
