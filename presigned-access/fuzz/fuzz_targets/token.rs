//! The token reader: no panic, and no caller whom the issuer did not vouch for.
//!
//! The keys that signed the seeds are gone. So whatever is accepted has the signed part of a seed, byte for byte. An
//! input with line breaks is a header, claims and a signature still to be encoded, so that mutations reach the JSON;
//! one that begins with a brace is a key set.

#![no_main]

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use libfuzzer_sys::fuzz_target;
use presigned_access::jwt::{Issuer, KeySet, KeySource, bearer, issuer_of, verify};
use presigned_access_fuzz::trust::{issuers, now, seeds};

static ISSUERS: LazyLock<Vec<(Issuer, KeySet)>> = LazyLock::new(|| {
    let with_keys = |issuer: Issuer| match issuer.keys().clone() {
        KeySource::Snapshot(keys) => (issuer, keys),
        KeySource::Url(url) => unreachable!("the fuzzer has no network for {url:?}"),
    };
    issuers().into_iter().map(with_keys).collect()
});
static SIGNED: LazyLock<Vec<String>> = LazyLock::new(|| {
    let tokens = seeds("token").into_iter().map(|(_, seed)| token(&seed));
    let accepted: Vec<_> = tokens.filter(|token| is_accepted(token)).map(|token| signed(&token).to_owned()).collect();
    assert!(accepted.len() >= 2, "the seeds of every issuer should be accepted");
    accepted
});

fuzz_target!(|input: &str| {
    if input.starts_with('{') {
        if let Ok(keys) = KeySet::parse(input.as_bytes()) {
            assert!(keys.len() > 0 && keys.ids().all(|id| keys.holds(id)), "a set does not hold what it lists");
        }
        return;
    }
    let _ = bearer(input);
    let token = token(input);
    let _ = issuer_of(&token);
    if is_accepted(&token) {
        assert!(SIGNED.iter().any(|known| known == signed(&token)), "a forgery was accepted: {token}");
    }
});

fn is_accepted(token: &str) -> bool {
    ISSUERS.iter().any(|(issuer, keys)| verify(token, issuer, keys, now()).is_ok())
}

/// What the signature covers.
fn signed(token: &str) -> &str {
    token.rsplit_once('.').map_or(token, |(signed, _)| signed)
}

fn token(input: &str) -> String {
    if !input.contains('\n') {
        return input.to_owned();
    }
    let (text, signature) = input.rsplit_once('\n').unwrap_or((input, ""));
    let parts: Vec<_> = text.splitn(2, '\n').map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
    format!("{}.{signature}", parts.join("."))
}
