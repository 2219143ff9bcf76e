//! Pushes to a real registry, and pulls from it in a build.

use slipway::engine::{DockerEngine, LayerOutcome, PushError, PushReference, Pushed, RegistryCredentials, Store};
use slipway::progress::{Outcome, Reporter};

use crate::fixture::{BASE, Recorder, build, engine, request, unique};
use crate::registry::{PASSWORD, Registry, USER};

async fn push(engine: &DockerEngine, id: &str, repository: &str) -> Pushed {
    engine.tag(id, repository, "one").await.expect("a tag");
    let reference = PushReference { repository: repository.into(), tag: "one".into() };
    let login = Registry::login(PASSWORD);
    engine.push(&reference, &login, &Reporter::silent()).await.expect("a push")
}

fn outcomes(pushed: &Pushed) -> Vec<LayerOutcome> {
    pushed.layers.iter().map(|layer| layer.outcome).collect()
}

#[tokio::test]
async fn a_push_tells_the_digest_and_what_happened_to_each_layer() {
    let (engine, registry) = (engine().await, Registry::start().await);
    let word = unique("push");
    let dockerfile = format!("FROM {BASE}\nRUN echo {word}; dd if=/dev/urandom of=/blob bs=1024 count=3000\n");
    let id = build(&engine, &dockerfile).await;
    let repository = format!("{}/team/image", registry.host());

    let first = push(&engine, &id, &repository).await;
    assert_eq!(outcomes(&first), [LayerOutcome::Pushed, LayerOutcome::Pushed]);
    let told: Option<u64> = first.layers.iter().map(|layer| layer.bytes).sum();
    match engine.info().await.expect("a description").store {
        Store::GraphDriver(_) => assert!(told.is_some_and(|bytes| bytes > 3_000_000), "{first:?}"),
        Store::Containerd(_) => assert!(told.is_none_or(|bytes| bytes > 3_000_000), "{first:?}"),
    }
    assert_eq!(registry.manifest("team/image", "one"), (first.digest.clone(), first.manifest_size));

    let second = push(&engine, &id, &repository).await;
    assert_eq!(outcomes(&second), [LayerOutcome::Exists, LayerOutcome::Exists]);
    assert_eq!((second.bytes_sent, &second.digest), (0, &first.digest));

    let more = build(&engine, &format!("{dockerfile}RUN echo {word} > /more\n")).await;
    let third = push(&engine, &more, &repository).await;
    let sent = third.layers.iter().filter(|layer| layer.outcome == LayerOutcome::Pushed).count();
    assert_eq!((sent, third.layers.len()), (1, 3));
    assert!(third.bytes_sent < 100_000, "{third:?}");

    let elsewhere = format!("{}/other/image", registry.host());
    let mounted = push(&engine, &id, &elsewhere).await;
    assert_eq!(outcomes(&mounted), [LayerOutcome::Mounted, LayerOutcome::Mounted]);
    for name in [format!("{repository}:one"), format!("{elsewhere}:one"), id, more] {
        engine.remove_image(&name).await.expect("removal");
    }
}

#[tokio::test]
async fn a_push_reports_each_layer_as_a_task() {
    let (engine, registry) = (engine().await, Registry::start().await);
    let repository = format!("{}/tasks", registry.host());
    engine.tag(BASE, &repository, "one").await.expect("a tag");
    let reference = PushReference { repository, tag: "one".into() };
    let (recorder, reporter, _) = Recorder::new();
    let pushed = engine.push(&reference, &Registry::login(PASSWORD), &reporter).await.expect("a push");
    let expected =
        [(reference.to_string(), Some(Outcome::Done)), (format!("layer {}", pushed.layers[0].id), Some(Outcome::Done))];
    assert_eq!(recorder.tasks(), expected);
    engine.remove_image(&reference.to_string()).await.expect("removal");
}

#[tokio::test]
async fn wrong_credentials_are_denied() {
    let (engine, registry) = (engine().await, Registry::start().await);
    let repository = format!("{}/denied", registry.host());
    engine.tag(BASE, &repository, "one").await.expect("a tag");
    let reference = PushReference { repository, tag: "one".into() };
    for login in [Registry::login("wrong"), slipway::engine::Credentials::Anonymous] {
        let error = engine.push(&reference, &login, &Reporter::silent()).await.expect_err("a refusal");
        assert!(matches!(error, PushError::Denied { .. }) && error.hint().is_some(), "{error:?}");
    }
    engine.remove_image(&reference.to_string()).await.expect("removal");
}

#[tokio::test]
async fn an_image_that_does_not_exist_cannot_be_pushed() {
    let engine = engine().await;
    let reference = PushReference { repository: "127.0.0.1:1/absent".into(), tag: "one".into() };
    let login = Registry::login(PASSWORD);
    let error = engine.push(&reference, &login, &Reporter::silent()).await.expect_err("a refusal");
    assert!(matches!(&error, PushError::Refused { message, .. } if message.contains("absent")), "{error:?}");
}

#[tokio::test]
async fn a_build_pulls_its_base_with_the_credentials_of_the_request() {
    let (engine, registry) = (engine().await, Registry::start().await);
    let id = build(&engine, &format!("FROM {BASE}\nRUN echo {} > /word\n", unique("pulled"))).await;
    let repository = format!("{}/base", registry.host());
    let pushed = push(&engine, &id, &repository).await;
    for name in [format!("{repository}:one"), id] {
        engine.remove_image(&name).await.expect("removal");
    }
    let mut request = request(&format!("FROM {repository}@{}\nRUN echo {}\n", pushed.digest, unique("on-top")));
    engine.build(&request, &Reporter::silent()).await.expect_err("no credentials");
    let login = RegistryCredentials { host: registry.host(), username: USER.into(), password: PASSWORD.into() };
    request.credentials.push(login);
    let built = engine.build(&request, &Reporter::silent()).await.expect("an image");
    engine.remove_image(&built.id).await.expect("removal");
}
