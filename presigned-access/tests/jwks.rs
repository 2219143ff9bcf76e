//! Keys of identity providers that rotate, flood, dawdle, lie and disappear. The time of tokens and caches is an
//! argument, so hours pass at once; only the limit of two seconds for an answer is waited for.
#![cfg(feature = "functions")]

#[path = "jwks/provider.rs"]
mod provider;
#[path = "jwks/world.rs"]
mod world;

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use futures_util::future::join_all;
use presigned_access::functions::keys::{Keys, KeysError, LARGEST_ANSWER, Roots, TIMEOUT};
use presigned_access::jwt::Refusal;
use provider::{Certificate, Manner, Provider};
use serde_json::json;
use world::{World, written};

/// A token that names key number `number`, which nobody has.
fn unknown(number: usize) -> String {
    let header = URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"RS256","kid":"unknown-{number}"}}"#));
    let (_, rest) = written().cognito.tokens[0].split_once('.').expect("a token should have parts");
    format!("{header}.{rest}")
}

#[tokio::test]
async fn keys_are_fetched_once_however_many_arrive_at_once() {
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    let verdicts = join_all((0..200).map(|_| world.judge(&written().cognito.tokens[0], 0))).await;
    assert!(verdicts.iter().all(Result::is_ok), "{verdicts:?}");
    assert_eq!((provider.requests(), world.heard()), (1, vec!["fetched 1".to_owned()]));
}

#[tokio::test]
async fn ten_thousand_unknown_keys_cost_one_fetch_per_window_and_known_keys_keep_verifying() {
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    let known = &written().cognito.tokens[0];
    assert_eq!(world.judge(known, 0).await, Ok(()));
    for window in 1..=3 {
        for number in 0..10_000 {
            let second = i64::try_from(window * 10 + number / 1000).expect("seconds should fit");
            assert_eq!(world.judge(&unknown(number), second).await, Err(Refusal::KeyUnknown));
            if number % 500 == 0 {
                assert_eq!(world.judge(known, second).await, Ok(()));
            }
        }
        assert_eq!(provider.requests(), 1 + window);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_unknown_keys_at_once_cost_one_fetch() {
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    assert_eq!(world.judge(&written().cognito.tokens[0], 0).await, Ok(()));
    let flood = (0..1000).map(|number| {
        let world = world.clone();
        tokio::spawn(async move { world.judge(&unknown(number), 10).await })
    });
    for verdict in join_all(flood).await {
        assert_eq!(verdict.expect("no judgement should panic"), Err(Refusal::KeyUnknown));
    }
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn a_flood_while_the_provider_is_gone_refuses_the_flood_only() {
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    assert_eq!(world.judge(&written().cognito.tokens[0], 0).await, Ok(()));
    drop(provider.go());
    world.heard();
    for number in 0..1000 {
        assert_eq!(world.judge(&unknown(number), 10).await, Err(Refusal::KeyUnknown));
        assert_eq!(world.judge(&written().cognito.tokens[0], 10).await, Ok(()));
    }
    assert_eq!(world.heard(), ["failed keys.request"]);
}

#[tokio::test]
async fn new_keys_are_learnt_after_the_window_and_withdrawn_ones_forgotten() {
    let [old, new] = &written().cognito.tokens;
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    assert_eq!(world.judge(old, 0).await, Ok(()));
    provider.turn(Manner::keys(&written().cognito.sets[1]));
    assert_eq!(world.judge(new, 9).await, Err(Refusal::KeyUnknown));
    assert_eq!(world.judge(new, 10).await, Ok(()));
    assert_eq!(world.judge(old, 11).await, Err(Refusal::KeyUnknown));
    assert_eq!(provider.requests(), 2);
}

#[tokio::test]
async fn a_withdrawn_key_stops_verifying_after_an_hour_even_if_nobody_asks_for_another() {
    let old = &written().cognito.tokens[0];
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    assert_eq!(world.judge(old, 0).await, Ok(()));
    provider.turn(Manner::keys(&written().cognito.sets[1]));
    assert_eq!(world.judge(old, 3599).await, Ok(()));
    assert_eq!(world.judge(old, 3600).await, Err(Refusal::KeyUnknown));
}

#[tokio::test]
async fn a_wrong_answer_lets_nobody_in_and_a_right_one_ten_seconds_later_does() {
    let token = &written().cognito.tokens[0];
    let set = &written().cognito.sets[0];
    let elsewhere = Provider::start(Manner::keys(set));
    let redirect = |status| Manner::status(status, &[("location", &elsewhere.url())], set);
    let cut = |bytes: &[u8]| Manner::Answers(bytes[..bytes.len() - 5].to_vec());
    let Manner::Answers(whole) = Manner::keys(set) else { panic!("keys should be an answer") };
    for (manner, code) in [
        (Manner::status("500 Internal Server Error", &[], set), "keys.status"),
        (Manner::status("404 Not Found", &[], set), "keys.status"),
        (Manner::status("401 Unauthorized", &[], set), "keys.status"),
        (Manner::status("201 Created", &[], set), "keys.status"),
        (Manner::status("204 No Content", &[], ""), "keys.status"),
        (redirect("301 Moved Permanently"), "keys.status"),
        (redirect("302 Found"), "keys.status"),
        (redirect("307 Temporary Redirect"), "keys.status"),
        (Manner::keys("<!doctype html><title>Sign in</title>"), "keys.set.json"),
        (Manner::keys(""), "keys.set.json"),
        (Manner::keys(r#"{"keys":[]}"#), "keys.set.nothing-usable"),
        (Manner::keys(&written().careless), "keys.set.private"),
        (cut(&whole), "keys.request"),
        (Manner::Answers(b"SSH-2.0-OpenSSH_9.9\r\n".to_vec()), "keys.request"),
        (Manner::Answers(Vec::new()), "keys.request"),
    ] {
        let provider = Provider::start(manner);
        let world = World::of(&provider);
        assert_eq!(world.judge(token, 0).await, Err(Refusal::KeysUnavailable), "{code}");
        assert_eq!(world.judge(token, 9).await, Err(Refusal::KeysUnavailable), "{code}");
        assert_eq!((provider.requests(), world.heard()), (1, vec![format!("failed {code}")]));
        provider.turn(Manner::keys(set));
        assert_eq!(world.judge(token, 10).await, Ok(()), "{code}");
    }
    assert_eq!(elsewhere.requests(), 0, "redirects should not be followed");
}

#[tokio::test]
async fn no_answer_is_waited_for_longer_than_two_seconds() {
    let token = &written().cognito.tokens[0];
    for manner in [Manner::Silent, Manner::Stalls] {
        let provider = Provider::start(manner);
        let world = World::of(&provider);
        let start = Instant::now();
        let verdicts = join_all((0..20).map(|_| world.judge(token, 0))).await;
        let waited = start.elapsed();
        assert_eq!(verdicts, vec![Err(Refusal::KeysUnavailable); 20]);
        assert!(waited >= TIMEOUT && waited < TIMEOUT + Duration::from_secs(2), "{waited:?}");
        assert_eq!((provider.requests(), world.heard()), (1, vec!["failed keys.timeout".to_owned()]));
    }
}

#[tokio::test]
async fn known_keys_do_not_wait_for_a_slow_provider() {
    let [old, new] = &written().cognito.tokens;
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    assert_eq!(world.judge(old, 0).await, Ok(()));
    provider.turn(Manner::Silent);
    let waiting = tokio::spawn({
        let world = world.clone();
        async move { world.judge(new, 4000).await }
    });
    provider.wait_for_requests(2).await;
    world.heard();
    for _ in 0..100 {
        assert_eq!(world.judge(old, 4000).await, Ok(()));
    }
    assert!(!waiting.is_finished(), "known keys should be served while the fetch is under way");
    assert_eq!(world.heard(), vec!["stale 4000"; 100]);
    assert_eq!(waiting.await.expect("no judgement should panic"), Err(Refusal::KeyUnknown));
    assert_eq!(world.heard(), ["failed keys.timeout"]);
}

#[tokio::test]
async fn an_answer_may_have_64_kibibytes_and_not_one_more() {
    let set = &written().cognito.sets[0];
    for (size, verdict) in [(LARGEST_ANSWER, Ok(())), (LARGEST_ANSWER + 1, Err(Refusal::KeysUnavailable))] {
        let provider = Provider::start(Manner::keys(&format!("{set}{}", " ".repeat(size - set.len()))));
        let world = World::of(&provider);
        assert_eq!(world.judge(&written().cognito.tokens[0], 0).await, verdict, "{size} bytes");
    }
}

#[tokio::test]
async fn a_body_without_end_is_left_after_64_kibibytes() {
    let provider = Provider::start(Manner::Endless);
    let world = World::of(&provider);
    assert_eq!(world.judge(&written().cognito.tokens[0], 0).await, Err(Refusal::KeysUnavailable));
    assert_eq!(world.heard(), ["failed keys.too-large"]);
    // What the sockets of both sides hold is sent, but never read.
    assert!(provider.sent() < 16 * 1024 * 1024, "{} bytes were sent", provider.sent());
}

#[tokio::test]
async fn a_provider_that_is_gone_is_done_without_for_eight_hours_and_welcome_back() {
    let [token, new] = &written().cognito.tokens;
    let provider = Provider::start(Manner::keys(&written().cognito.sets[0]));
    let world = World::of(&provider);
    assert_eq!(world.judge(token, 0).await, Ok(()));
    let back = provider.go();
    for hour in 1..8 {
        assert_eq!(world.judge(token, hour * 3600).await, Ok(()), "hour {hour}");
        assert_eq!(world.judge(new, hour * 3600).await, Err(Refusal::KeyUnknown), "hour {hour}");
    }
    let heard = world.heard();
    assert_eq!(heard.len(), 15, "{heard:?}");
    assert_eq!(heard[1..3], ["failed keys.request", "stale 3600"]);
    assert_eq!(heard[13..], ["failed keys.request", "stale 25200"]);
    assert_eq!(world.judge(token, 28_800).await, Err(Refusal::KeysUnavailable));
    let provider = back(Manner::keys(&written().cognito.sets[0]));
    assert_eq!(world.judge(token, 28_809).await, Err(Refusal::KeysUnavailable));
    assert_eq!(world.judge(token, 28_810).await, Ok(()));
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_provider_that_was_never_there_is_asked_once_per_window() {
    let token = &written().cognito.tokens[0];
    let provider = Provider::start(Manner::Silent);
    let world = World::of(&provider);
    let back = provider.go();
    for second in 0..10 {
        assert_eq!(world.judge(token, second).await, Err(Refusal::KeysUnavailable));
    }
    assert_eq!(world.heard(), ["failed keys.request"]);
    let provider = back(Manner::keys(&written().cognito.sets[0]));
    assert_eq!(world.judge(token, 10).await, Ok(()));
    assert_eq!(provider.requests(), 1);
}

#[tokio::test]
async fn a_server_without_a_trusted_certificate_for_its_name_is_not_even_asked() {
    let set = &written().cognito.sets[0];
    let own = Certificate::of("127.0.0.1");
    let trusted = Provider::start_at("127.0.0.1:0", own, Manner::keys(set));
    let stranger = Provider::start(Manner::keys(set));
    let misnamed = Provider::start_at("127.0.0.1:0", Certificate::of("id.corp.example"), Manner::keys(set));
    for (provider, roots, verdict) in [
        (&trusted, vec![trusted.root()], Ok(())),
        (&trusted, vec![stranger.root(), trusted.root()], Ok(())),
        (&stranger, vec![], Err(Refusal::KeysUnavailable)),
        (&stranger, vec![trusted.root()], Err(Refusal::KeysUnavailable)),
        (&misnamed, vec![misnamed.root()], Err(Refusal::KeysUnavailable)),
    ] {
        let before = provider.requests();
        let world = World::new(vec![written().cognito.issuer(json!({ "url": provider.url() }))], roots);
        assert_eq!(world.judge(&written().cognito.tokens[0], 0).await, verdict);
        assert_eq!(provider.requests() - before, usize::from(verdict.is_ok()));
    }
}

#[tokio::test]
async fn a_caller_who_goes_away_in_the_middle_of_a_fetch_blocks_nobody() {
    let token = &written().cognito.tokens[0];
    let provider = Provider::start(Manner::Silent);
    let world = World::of(&provider);
    let first = tokio::spawn({
        let world = world.clone();
        async move { world.judge(token, 0).await }
    });
    provider.wait_for_requests(1).await;
    let second = tokio::spawn({
        let world = world.clone();
        async move { world.judge(token, 0).await }
    });
    first.abort();
    assert!(first.await.expect_err("the first should be gone").is_cancelled());
    assert_eq!(second.await.expect("no judgement should panic"), Err(Refusal::KeysUnavailable));
    provider.turn(Manner::keys(&written().cognito.sets[0]));
    assert_eq!(world.judge(token, 10).await, Ok(()));
}

#[tokio::test]
async fn issuers_do_not_suffer_from_each_other_and_strangers_fetch_nothing() {
    let (cognito, okta) = (&written().cognito, &written().okta);
    let lost = Provider::start(Manner::status("503 Service Unavailable", &[], ""));
    let fine = Provider::start(Manner::keys(&okta.sets[0]));
    let issuers = vec![cognito.issuer(json!({ "url": lost.url() })), okta.issuer(json!({ "url": fine.url() }))];
    let world = World::new(issuers, vec![format!("{}{}", lost.root(), fine.root())]);
    assert_eq!(world.judge(&cognito.tokens[0], 0).await, Err(Refusal::KeysUnavailable));
    assert_eq!(world.judge(&okta.tokens[0], 0).await, Ok(()));
    assert_eq!(world.judge(&okta.tokens[1], 1).await, Err(Refusal::KeyUnknown));

    let only_okta = World::new(vec![okta.issuer(json!({ "url": fine.url() }))], vec![fine.root()]);
    assert_eq!(only_okta.judge(&cognito.tokens[0], 0).await, Err(Refusal::IssuerUnknown));
    assert_eq!(only_okta.judge("not.a.token", 0).await, Err(Refusal::HeaderBase64));
    assert_eq!((lost.requests(), fine.requests()), (1, 1));
}

#[tokio::test]
async fn a_snapshot_needs_no_network() {
    let cognito = &written().cognito;
    let set: serde_json::Value = serde_json::from_str(&cognito.sets[0]).expect("a set should be JSON");
    let world = World::new(vec![cognito.issuer(json!({ "snapshot": set }))], vec![]);
    assert_eq!(world.judge(&cognito.tokens[0], 80_000).await, Ok(()));
    assert_eq!(world.judge(&cognito.tokens[1], 80_000).await, Err(Refusal::KeyUnknown));
    assert_eq!(world.heard(), Vec::<String>::new());
}

#[test]
fn trust_that_cannot_be_kept_is_refused_at_the_start() {
    let keys = |issuers, roots| Keys::new(issuers, &Roots(roots), std::sync::Arc::new(|_| ())).err();
    let issuer = || written().cognito.issuer(json!({ "url": "https://id.corp.example/keys" }));
    assert!(matches!(keys(vec![], vec![]), Some(KeysError::NoIssuer)));
    assert!(matches!(keys(vec![issuer(), issuer()], vec![]), Some(KeysError::Twice { .. })));
    for root in ["", "no certificate", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"] {
        let error = keys(vec![issuer()], vec![root.to_owned()]).expect("a bad root should be refused");
        assert!(matches!(error, KeysError::Client(_)), "{root:?}: {error}");
    }
}
