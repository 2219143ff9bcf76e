//! Our verdicts over the corpus, and the judge's beside them.

use std::collections::{BTreeMap, BTreeSet};

use presigned_access::saml::{self, Refusal, RequestId, Trust};

use crate::corpus::{CORPUS, Message};
use crate::differences::DIFFERENCES;

/// What became of a message.
#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Accepted { username: String, domain: String },
    Replayed,
    Refused(&'static str),
}

impl Verdict {
    /// As the corpus writes it.
    fn code(&self) -> &'static str {
        match self {
            Self::Accepted { .. } => "accepted",
            Self::Replayed => "replayed",
            Self::Refused(code) => code,
        }
    }
}

/// The service provider, and which assertions it has seen.
///
/// Every pair and signer has its own, because the corpus uses one identifier for all assertions.
struct Service<'a> {
    trusts: &'a BTreeMap<&'a str, Trust>,
    seen: BTreeSet<(String, String)>,
}

impl Service<'_> {
    fn receive(&mut self, message: &Message) -> Verdict {
        match self.login(message) {
            Err(refusal) => Verdict::Refused(refusal.code()),
            Ok(login) => {
                assert!(login.expires > message.now(), "{message}: the assertion would be forgotten before it ends");
                if self.seen.insert((login.issuer, login.assertion_id)) {
                    Verdict::Accepted { username: login.username, domain: login.domain.to_string() }
                } else {
                    Verdict::Replayed
                }
            }
        }
    }

    fn login(&self, message: &Message) -> Result<saml::Login, Refusal> {
        let pending: Option<RequestId> =
            message.pending.as_deref().map(|id| id.parse().expect("the corpus writes request ids as we do"));
        let posted = saml::form::response(&message.form, message.base64)?;
        saml::verify(&self.trusts[message.trust.as_str()], &posted.xml, pending.as_ref(), message.now())
    }
}

/// Every message with our verdict.
fn verdicts() -> Vec<(&'static Message, Verdict)> {
    let trusts: BTreeMap<&str, Trust> = CORPUS
        .settings
        .iter()
        .map(|(name, settings)| (name.as_str(), Trust::new(settings.clone()).expect("the settings should be good")))
        .collect();
    let mut services = BTreeMap::new();
    let mut all = Vec::new();
    for message in &CORPUS.messages {
        let replays = message.class == "replay";
        let pair = (&message.class, &message.name, &message.signer, (!replays).then_some(message.side));
        let service = services.entry(pair).or_insert_with(|| Service { trusts: &trusts, seen: BTreeSet::new() });
        all.push((message, service.receive(message)));
    }
    all
}

#[test]
fn every_attack_is_refused_for_its_reason_and_every_twin_is_let_in() {
    let mut wrong = Vec::new();
    for (message, verdict) in verdicts() {
        let expected = if message.expected == "accepted" {
            verdict == Verdict::Accepted { username: message.username.clone(), domain: message.domain.clone() }
        } else {
            verdict.code() == message.expected
        };
        if !expected {
            wrong.push(format!("{message}: {verdict:?} instead of {}", message.expected));
        }
    }
    assert!(wrong.is_empty(), "{} verdicts are wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// An unexplained difference fails, and so does an explanation of nothing.
#[test]
fn every_difference_with_python3_saml_is_explained() {
    let all = verdicts();
    let mut found: BTreeMap<_, BTreeSet<String>> = BTreeMap::new();
    for ((message, verdict), judged) in all.iter().zip(&CORPUS.judged) {
        let ours = matches!(verdict, Verdict::Accepted { .. });
        if ours != judged.accepted {
            let said = format!("{}; python3-saml: {}", verdict.code(), judged.reason);
            found.entry((message.class.as_str(), message.name.as_str(), message.side)).or_default().insert(said);
        }
    }
    let explained: BTreeSet<_> = DIFFERENCES
        .iter()
        .flat_map(|difference| difference.names.iter().map(|name| (difference.class, *name, difference.side)))
        .collect();
    let unexplained: Vec<_> = found.iter().filter(|(case, _)| !explained.contains(*case)).collect();
    let stale: Vec<_> = explained.iter().filter(|case| !found.contains_key(*case)).collect();
    assert!(unexplained.is_empty() && stale.is_empty(), "unexplained: {unexplained:#?}\nstale: {stale:#?}");
    assert!(DIFFERENCES.iter().all(|difference| !difference.reason.is_empty()), "every difference has a reason");

    let accepted = all.iter().filter(|(_, verdict)| matches!(verdict, Verdict::Accepted { .. })).count();
    let cases: BTreeSet<_> = CORPUS.messages.iter().map(|message| (&message.class, &message.name)).collect();
    let classes: BTreeSet<_> = CORPUS.messages.iter().map(|message| &message.class).collect();
    println!(
        "SAML attacks: {} cases in {} classes, {} messages by two signers: {accepted} accepted, {} refused; \
         python3-saml differs in {} cases, each explained",
        cases.len(),
        classes.len(),
        all.len(),
        all.len() - accepted,
        found.len(),
    );
}

#[test]
fn the_corpus_covers_every_class_with_both_signers() {
    let mut classes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut signers: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for message in &CORPUS.messages {
        classes.entry(&message.class).or_default().insert(&message.name);
        signers.entry(&message.class).or_default().insert(&message.signer);
    }
    for class in [
        "algorithms",
        "assertions",
        "attributes",
        "audience",
        "canonical form",
        "conditions",
        "destination",
        "exclusion",
        "form",
        "identifiers",
        "in response to",
        "issuer",
        "keys",
        "namespaces",
        "parser",
        "recipient",
        "replay",
        "signature structure",
        "status",
        "subject",
        "tampering",
        "version",
        "wrapping",
    ] {
        assert!(classes[class].len() >= 12, "{class}: {} cases", classes[class].len());
        assert_eq!(signers[class].len(), 2, "{class}: {:?}", signers[class]);
    }
    assert_eq!(classes.len(), 23, "{:?}", classes.keys());
}

#[test]
fn settings_with_keys_that_cannot_be_trusted_are_refused() {
    assert!(!CORPUS.refused_settings.is_empty());
    for (reason, settings) in &CORPUS.refused_settings {
        assert!(Trust::new(settings.clone()).is_err(), "{reason}");
    }
}
