//! The signing certificates of identity providers.

use std::fs;
use std::path::PathBuf;

use serde_json::{Value, json};

use crate::cloud::{Ended, cloud};

const PROVIDER: &str = "https://portal.sso.eu-west-1.amazonaws.com/saml/assertion/x";

/// A certificate that somebody else made, in a file.
struct Made {
    pem: String,
    sha256: String,
    file: PathBuf,
}

fn made(kind: &str, story: &str) -> Made {
    let told: Value = serde_json::from_str(&cloud().judge(&["certificate", kind])).expect("a certificate");
    let pem = told["pem"].as_str().expect("PEM").to_owned();
    let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("access-{story}-{kind}.pem"));
    fs::write(&file, &pem).expect("a file");
    Made { pem, sha256: told["sha256"].as_str().expect("a digest").to_owned(), file }
}

impl Made {
    fn path(&self) -> &str {
        self.file.to_str().expect("a path in UTF-8")
    }
}

/// Settings as `saml-acs` reads them, in a parameter of this story.
fn settings(story: &str, certificates: &Value) -> String {
    let name = format!("/{story}/saml/configuration");
    let document = json!({
        "domains": ["d-one"],
        "saml": {"service-provider": {
            "entity-id": "https://sp.example/metadata", "acs": "https://sp.example/saml",
            "providers": [{"entity-id": PROVIDER, "certificates": certificates}],
        }},
    });
    cloud().judge(&["parameter", &name, &document.to_string()]);
    name
}

fn written(parameter: &str) -> Value {
    serde_json::from_str(&cloud().judge(&["read", parameter])).expect("settings")
}

fn pinned(parameter: &str) -> Value {
    written(parameter)["saml"]["service-provider"]["providers"][0]["certificates"].clone()
}

fn rotate(parameter: &str, what: &[&str]) -> Ended {
    cloud().slipway(&[&["rotate-certificate", "--parameter", parameter, "--yes"], what].concat())
}

#[test]
fn a_new_certificate_stands_beside_the_old_one_until_that_is_removed() {
    let (old, new) = (made("old", "rotation"), made("large", "rotation"));
    let parameter = settings("rotation", &json!([old.pem]));
    let before = written(&parameter);

    let added = rotate(&parameter, &[new.path()]).with_code(0);
    assert_eq!(added.stdout, format!("added {}\n", new.sha256), "OpenSSL's digest");
    assert!(added.stderr.contains("= CN=old signing\n") && added.stderr.contains("+ CN=large signing\n"));
    assert!(added.stderr.contains("RSA, 3072 bits") && added.stderr.contains(&old.sha256), "{}", added.stderr);
    assert_eq!(pinned(&parameter), json!([old.pem, new.pem]), "as they were made, byte for byte");

    let again = rotate(&parameter, &[new.path()]).with_code(0);
    assert_eq!(again.stdout, "the certificate is trusted already\n");

    let lower = old.sha256.replace(':', "").to_lowercase();
    let removed = rotate(&parameter, &["--remove", &lower]).with_code(0);
    assert_eq!(removed.stdout, format!("removed {}\n", old.sha256));
    assert_eq!(pinned(&parameter), json!([new.pem]));
    let mut after = written(&parameter);
    after["saml"]["service-provider"]["providers"][0]["certificates"] = json!([old.pem]);
    assert_eq!(after, before, "everything else is as it was");
}

#[test]
fn certificates_in_parameters_of_their_own_are_rotated_there() {
    let (old, new) = (made("old", "apart"), made("new", "apart"));
    let parameter = settings("apart", &json!([{"parameters-under": "/apart/saml/certificates"}]));
    cloud().judge(&["parameter", "/apart/saml/certificates/1", &old.pem]);
    let before = written(&parameter);
    rotate(&parameter, &[new.path()]).with_code(0);
    let name = format!("/apart/saml/certificates/{}", &new.sha256.replace(':', "").to_lowercase()[..16]);
    assert_eq!(cloud().judge(&["read", &name]).trim_end(), new.pem.trim_end());
    let listed = rotate(&parameter, &["--list", "--json"]).with_code(0).json();
    assert_eq!(listed.as_array().map(Vec::len), Some(2));
    rotate(&parameter, &["--remove", &old.sha256]).with_code(0);
    assert_eq!(cloud().judge(&["read", "/apart/saml/certificates/1"]).trim(), "", "the old parameter is gone");
    assert_eq!(written(&parameter), before, "the settings only name the path");
    let last = rotate(&parameter, &["--remove", &new.sha256]).with_code(1);
    assert!(last.stderr.starts_with("error: this is the last certificate"), "{}", last.stderr);
}

#[test]
fn what_should_not_be_trusted_is_refused_before_anybody_is_asked() {
    let parameter = "/nowhere/configuration";
    for (kind, words) in [
        ("weak", "has 1024 bits"),
        ("elliptic", "not an RSA key"),
        ("over", "ended at"),
        ("key", "private key never leaves the provider"),
    ] {
        let refused = rotate(parameter, &[made(kind, "refused").path()]).with_code(1);
        assert!(refused.stderr.contains(words), "{kind}: {}", refused.stderr);
        assert!(refused.stderr.contains("hint: "), "{kind}: {}", refused.stderr);
        assert!(!refused.stderr.contains("-----"), "nothing of the file is repeated");
    }
    let one = made("old", "texts").pem;
    for (text, words) in [
        (String::new(), "0 certificates"),
        (one.repeat(2), "2 certificates"),
        (one.replace("-----END CERTIFICATE-----", ""), "cut off"),
        (one.replacen("MII", "MIA", 1), "cannot be read"),
    ] {
        let file = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("access-text.pem");
        fs::write(&file, text).expect("a file");
        let refused = rotate(parameter, &[file.to_str().expect("a path")]).with_code(1);
        assert!(refused.stderr.contains(words), "{words}: {}", refused.stderr);
    }
}

#[test]
fn text_around_a_certificate_and_other_line_ends_do_not_matter() {
    let (old, new) = (made("old", "around"), made("new", "around"));
    let parameter = settings("around", &json!([old.pem]));
    fs::write(&new.file, format!("Bag Attributes\r\n  x\r\n{}", new.pem.replace('\n', "\r\n"))).expect("a file");
    rotate(&parameter, &[new.path()]).with_code(0);
    assert_eq!(pinned(&parameter)[1], json!(new.pem));
}

#[test]
fn the_only_certificate_that_is_not_over_stays() {
    let (over, valid) = (made("over", "last"), made("valid", "last"));
    let parameter = settings("last", &json!([over.pem, valid.pem]));
    let refused = rotate(&parameter, &["--remove", &valid.sha256]).with_code(1);
    assert!(refused.stderr.contains("only certificate of provider"), "{}", refused.stderr);
    assert!(refused.stderr.contains("hint: add the provider's new certificate first"), "{}", refused.stderr);
    let unknown = rotate(&parameter, &["--remove", "00:11"]).with_code(1);
    assert!(unknown.stderr.contains("no certificate with the fingerprint `00:11`"), "{}", unknown.stderr);
    assert_eq!(pinned(&parameter), json!([over.pem, valid.pem]));
    rotate(&parameter, &["--remove", &over.sha256]).with_code(0);
    assert_eq!(pinned(&parameter), json!([valid.pem]));
}

#[test]
fn a_list_shows_who_is_trusted_until_when() {
    let (over, valid) = (made("over", "list"), made("valid", "list"));
    let parameter = settings("list", &json!([over.pem, valid.pem]));
    let listed = rotate(&parameter, &["--list"]).with_code(0);
    assert!(listed.stdout.starts_with(&format!("provider {PROVIDER}\n= CN=over signing\n")), "{}", listed.stdout);
    assert_eq!(listed.stdout.matches(", over\n").count(), 1, "{}", listed.stdout);
    let json = rotate(&parameter, &["--list", "--json"]).with_code(0).json();
    assert_eq!((&json[0]["over"], &json[1]["over"]), (&json!(true), &json!(false)));
    assert_eq!((&json[1]["sha256"], &json[1]["key-bits"]), (&json!(valid.sha256), &json!(2048)));
}

#[test]
fn a_change_by_somebody_else_while_a_person_is_asked_is_not_overwritten() {
    let (old, new) = (made("old", "crossed"), made("new", "crossed"));
    let parameter = settings("crossed", &json!([old.pem]));
    let theirs =
        json!({"providers": [{"entity-id": PROVIDER, "certificates": [old.pem], "signed": "both"}]}).to_string();
    let (code, said) = cloud().while_asked(
        &["parameter", &parameter, &theirs],
        &["rotate-certificate", "--parameter", &parameter, new.path()],
    );
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("somebody else changed what is trusted meanwhile; nothing was written"), "{said}");
    assert_eq!(cloud().judge(&["read", &parameter]).trim(), theirs);
}

#[test]
fn settings_that_are_none_are_told_with_the_way_out() {
    let missing = rotate("/not/there", &["--list"]).with_code(1);
    assert!(missing.stderr.contains("cannot read the parameter `/not/there`"), "{}", missing.stderr);
    assert!(missing.stderr.contains("ConfigurationParameter"), "{}", missing.stderr);
    cloud().judge(&["parameter", "/empty/configuration", "{}"]);
    let empty = rotate("/empty/configuration", &["--list"]).with_code(1);
    assert!(empty.stderr.contains("the settings name no identity provider"), "{}", empty.stderr);
    let parameter = settings("named", &json!(["x"]));
    let other = rotate(&parameter, &["--list", "--provider", "https://other.example"]).with_code(1);
    assert!(other.stderr.contains(&format!("hint: known: {PROVIDER}")), "{}", other.stderr);
    let broken = rotate(&parameter, &["--list"]).with_code(1);
    assert!(broken.stderr.contains("certificate 1 of provider"), "{}", broken.stderr);
}
