//! Tokens that must not get in, each beside a twin that must.
//!
//! `PyJWT`, jwcrypto and cryptography sign them, with keys made for the run; `judges/jwt_cases.py` says what each
//! attack is and which check has to stop it.
#![cfg(feature = "jwt")]

#[path = "jwt_attacks/cases.rs"]
mod cases;

use std::collections::BTreeSet;

use cases::{cases, judge};
use presigned_access::jwt::{KeySet, Refusal, bearer, issuer_of, verify};

#[test]
fn every_attack_is_stopped_by_the_check_that_is_meant_to() {
    let cases = cases();
    assert!(cases.attacks.len() >= 400, "only {} attacks", cases.attacks.len());
    let mut wrong = Vec::new();
    for attack in &cases.attacks {
        let verdict = match &attack.authorization {
            Some(value) => bearer(value).and_then(|token| judge(cases, &attack.issuer, token)),
            None => judge(cases, &attack.issuer, &attack.token),
        };
        let code = verdict.as_ref().err().map(Refusal::code);
        if code != Some(attack.code.as_str()) {
            wrong.push(format!("{}: {}: expected {}, got {verdict:?}", attack.issuer, attack.name, attack.code));
        }
    }
    assert!(wrong.is_empty(), "{} of {} attacks:\n{}", wrong.len(), cases.attacks.len(), wrong.join("\n"));
}

#[test]
fn the_twin_of_every_attack_is_accepted_as_the_person_it_names() {
    let cases = cases();
    for attack in &cases.attacks {
        let caller = judge(cases, &attack.issuer, &attack.twin);
        let subject = caller.map(|caller| caller.subject);
        assert_eq!(subject.as_deref(), Ok(cases.subjects[&attack.issuer].as_str()), "the twin of: {}", attack.name);
    }
}

#[test]
fn unusual_but_right_tokens_are_accepted() {
    let cases = cases();
    for valid in &cases.valid {
        let caller =
            judge(cases, &valid.issuer, &valid.token).unwrap_or_else(|error| panic!("{}: {error}", valid.name));
        assert_eq!(caller.subject, valid.subject, "{}", valid.name);
        assert_eq!(caller.issuer, cases.issuers[&valid.issuer].settings.name(), "{}", valid.name);
        assert_eq!(caller.expires.as_second(), cases.now.as_second() + 3600, "{}", valid.name);
    }
}

#[test]
fn a_token_is_accepted_by_no_issuer_but_its_own() {
    let cases = cases();
    for valid in &cases.valid {
        for (name, trusted) in &cases.issuers {
            let accepted = verify(&valid.token, &trusted.settings, &trusted.keys, cases.now).is_ok();
            assert_eq!(accepted, *name == valid.issuer, "{} at {name}", valid.name);
            // Not even with the keys of its own issuer.
            let own = &cases.issuers[&valid.issuer].keys;
            let accepted = verify(&valid.token, &trusted.settings, own, cases.now).is_ok();
            assert_eq!(accepted, *name == valid.issuer, "{} at {name} with its own keys", valid.name);
        }
        assert_eq!(issuer_of(&valid.token).as_deref(), Ok(cases.issuers[&valid.issuer].settings.name()));
    }
}

#[test]
fn no_byte_of_a_token_can_be_changed() {
    let cases = cases();
    let accepted = cases.valid.iter().find(|valid| valid.issuer == "okta").expect("there should be a token of okta");
    let token = accepted.token.as_bytes();
    for place in 0..token.len() {
        for other in [b'A', b'B', b'.', b'=', b'-', 0] {
            if token[place] == other {
                continue;
            }
            let mut changed = token.to_vec();
            changed[place] = other;
            let changed = String::from_utf8(changed).expect("ASCII should stay ASCII");
            assert!(judge(cases, "okta", &changed).is_err(), "byte {place} as {other}");
        }
        assert!(judge(cases, "okta", &accepted.token[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn key_sets_are_taken_left_or_refused_as_documented() {
    let cases = cases();
    for set in &cases.key_sets {
        let verdict = KeySet::parse(set.text.as_bytes());
        match (&set.verdict, &verdict) {
            (cases::Verdict::Ids(ids), Ok(keys)) => assert_eq!(&keys.ids().collect::<Vec<_>>(), ids, "{}", set.name),
            (cases::Verdict::Code(code), Err(error)) => assert_eq!(error.code(), code, "{}", set.name),
            _ => panic!("{}: expected {:?}, got {verdict:?}", set.name, set.verdict),
        }
    }
}

/// A check that no attack reaches may as well not be there.
#[test]
fn every_refusal_of_a_token_has_an_attack() {
    let reached: BTreeSet<&str> = cases().attacks.iter().map(|attack| attack.code.as_str()).collect();
    let never: Vec<&str> = Refusal::ALL.iter().map(Refusal::code).filter(|code| !reached.contains(code)).collect();
    // That keys cannot be had is a matter of fetching them: see `jwks.rs`.
    assert_eq!(never, ["jwt.keys.unavailable"]);
}
