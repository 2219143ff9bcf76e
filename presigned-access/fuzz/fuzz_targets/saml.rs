//! The SAML reader: no panic, and no login that the provider did not sign.
//!
//! The key that signed the seeds is gone. So whatever is accepted can only repeat, word for word, what one of the seeds
//! says; anything else would be a forgery. Half of the mutations move whole elements, as wrapping attacks do, because
//! moving bytes rarely leaves XML.

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target, fuzzer_mutate};
use presigned_access::saml::{Login, RequestId, Trust, verify};
use presigned_access_fuzz::elements;
use presigned_access_fuzz::trust::{REQUEST, now, seeds, service_provider};

static TRUST: LazyLock<Trust> = LazyLock::new(|| Trust::new(service_provider()).expect("the settings should be valid"));
static PENDING: LazyLock<RequestId> = LazyLock::new(|| REQUEST.parse().expect("the request's id should be valid"));
static LOGINS: LazyLock<Vec<Login>> = LazyLock::new(|| {
    let logins: Vec<_> = seeds("saml").iter().flat_map(|(_, xml)| judge(xml)).collect();
    assert!(logins.len() >= 4, "the seeds of every kind should be accepted");
    logins
});

/// The document is judged as an answer to our request and as one that nobody asked for.
fn judge(xml: &str) -> impl Iterator<Item = Login> {
    [None, Some(&*PENDING)].into_iter().filter_map(|pending| verify(&TRUST, xml, pending, now()).ok())
}

fuzz_target!(|xml: &str| {
    for login in judge(xml) {
        assert!(LOGINS.contains(&login), "a forgery was accepted: {login:?}");
    }
});

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    if seed.is_multiple_of(2) {
        return fuzzer_mutate(data, size, max_size);
    }
    let Ok(xml) = std::str::from_utf8(&data[..size]) else {
        return fuzzer_mutate(data, size, max_size);
    };
    match elements::shuffle(xml, seed).filter(|mutated| mutated.len() <= max_size) {
        Some(mutated) => {
            data[..mutated.len()].copy_from_slice(mutated.as_bytes());
            mutated.len()
        }
        None => fuzzer_mutate(data, size, max_size),
    }
});
