//! What happens when AWS or the function itself fails: nobody comes in, and nobody learns why.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::routing::post;
use presigned_access::functions::audit::Journal;
use presigned_access::functions::clock::Clock;
use presigned_access::functions::configuration::Source;
use presigned_access::functions::desk::Desk;
use presigned_access::functions::saml_acs::SamlAcs;
use serde_json::{Value, json};
use slipway_sandbox::Fault;

use crate::Outcome;
use crate::outside::{Wanted, response};
use crate::requests::{Answered, posted};
use crate::world::{World, answered, invocation};

/// An address where nobody listens.
fn nobody() -> std::io::Result<String> {
    Ok(format!("http://{}", std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?))
}

/// A service that answers everything with this; `None` never answers.
async fn answering(value: Option<Value>) -> std::io::Result<String> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let answer = move || {
        let value = value.clone();
        async move {
            match value {
                Some(value) => axum::Json(value),
                None => std::future::pending().await,
            }
        }
    };
    let router = axum::Router::new().route("/", post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(format!("http://{address}"))
}

async fn login(world: &World) -> Result<Answered, Box<dyn std::error::Error>> {
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    Ok(answered(&function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await))
}

/// A page in plain words with this status, and nothing but.
fn page(world: &World, answer: &Answered, status: u16, code: &str) {
    assert_eq!((answer.status, world.log.codes().last().map(String::as_str)), (status, Some(code)));
    assert!(answer.body.contains("<h1>This did not work just now</h1>"), "{}", answer.body);
    assert_eq!(answer.location(), None);
    for word in ["AWS", "Throttling", "DynamoDB", "SageMaker", "Exception", code] {
        assert!(!answer.body.contains(word), "{word} in {}", answer.body);
    }
    assert_eq!((world.log.count("Failed"), world.log.count("Minted")), (1, 0));
}

#[tokio::test]
async fn without_the_table_of_used_assertions_nobody_comes_in() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let configuration = world.saml_configuration().await?;
    let gone = nobody()?;
    let broken = World::with(|_, surroundings| surroundings.endpoints.dynamodb = Some(gone)).await?;
    broken.profile("alice").await?;
    let function = broken.saml_acs(&configuration).await?;
    let answer = answered(&function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await);
    page(&broken, &answer, 503, "replay.unavailable");
    assert_eq!(broken.mints().await?, 0);
    // A table that is not there is a mistake of ours.
    let mut configuration = configuration;
    configuration["saml"]["replay-table"] = json!("no-such-table");
    let function = world.saml_acs(&configuration).await?;
    let answer = answered(&function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await);
    page(&world, &answer, 500, "replay.failed");
    assert_eq!(world.mints().await?, 0);
    Ok(())
}

#[tokio::test]
async fn a_throttled_sagemaker_is_a_page_in_plain_words() -> Outcome {
    let fault =
        Fault::Throttle { operation: "CreatePresignedDomainUrl".to_owned(), calls: None, probability: None, seed: 0 };
    let world = World::with(|options, _| options.faults = vec![fault]).await?;
    world.profile("alice").await?;
    page(&world, &login(&world).await?, 503, "mint.busy");
    assert_eq!(world.mints().await?, 2, "it was tried again once");
    Ok(())
}

#[tokio::test]
async fn one_throttled_call_is_made_up_for() -> Outcome {
    let fault = Fault::Throttle {
        operation: "CreatePresignedDomainUrl".to_owned(),
        calls: Some(1),
        probability: None,
        seed: 0,
    };
    let world = World::with(|options, _| options.faults = vec![fault]).await?;
    world.profile("alice").await?;
    assert_eq!(login(&world).await?.status, 302);
    Ok(())
}

#[tokio::test]
async fn a_sagemaker_that_refuses_is_told_to_administrators_only() -> Outcome {
    let fault = Fault::Fail {
        operation: "CreatePresignedDomainUrl".to_owned(),
        error: "AccessDeniedException".to_owned(),
        message: "User is not authorized because of vpce-1".to_owned(),
        times: 5,
    };
    let world = World::with(|options, _| options.faults = vec![fault]).await?;
    world.profile("alice").await?;
    page(&world, &login(&world).await?, 500, "mint.denied");
    assert!(world.log.text().contains("because of vpce-1"), "{}", world.log.text());
    Ok(())
}

#[tokio::test]
async fn a_person_without_a_profile_is_refused() -> Outcome {
    let world = World::new().await?;
    let answer = login(&world).await?;
    assert_eq!((answer.status, world.log.codes()), (403, vec!["mint.profile-missing".to_owned()]));
    Ok(())
}

#[tokio::test]
async fn an_address_that_leads_elsewhere_is_not_followed() -> Outcome {
    let url = "https://d-abc.studio.eu-west-1.sagemaker.aws.evil.example/auth?token=stolen";
    let liar = answering(Some(json!({ "AuthorizedUrl": url }))).await?;
    let world = World::with(|_, surroundings| surroundings.endpoints.sagemaker = Some(liar)).await?;
    let answer = login(&world).await?;
    page(&world, &answer, 500, "mint.location");
    world.log.keeps(&[url]);
    assert!(!answer.body.contains("evil"));
    Ok(())
}

#[tokio::test]
async fn an_aws_that_never_answers_does_not_hold_the_function() -> Outcome {
    let silent = answering(None).await?;
    let world = World::with(|_, surroundings| {
        surroundings.endpoints.sagemaker = Some(silent);
        surroundings.limits.attempt = Duration::from_millis(300);
        surroundings.limits.call = Duration::from_millis(400);
    });
    let world = world.await?;
    page(&world, &login(&world).await?, 503, "mint.unavailable");
    Ok(())
}

#[tokio::test]
async fn a_function_ends_before_lambda_ends_it() -> Outcome {
    let silent = answering(None).await?;
    let world = World::with(|_, surroundings| surroundings.endpoints.sagemaker = Some(silent)).await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let mut soon = invocation();
    soon.limit = Duration::from_secs(2);
    let answer = answered(&function.handle(posted(&response(&Wanted::of("alice"))?, &[]), soon).await);
    page(&world, &answer, 503, "internal.late");
    Ok(())
}

#[tokio::test]
async fn a_panic_is_a_page_and_a_line() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let panics = Arc::new(AtomicBool::new(false));
    let (armed, time) = (Arc::clone(&panics), world.desk.clock.clone());
    let clock = Clock::telling(move || {
        assert!(!armed.swap(false, Ordering::SeqCst), "a mistake in the program");
        time.now()
    });
    let desk = Desk { journal: Journal::new("test", world.log.clone()), clock };
    let source = Source::Inline(world.saml_configuration().await?.to_string());
    let function = Arc::new(SamlAcs::start(desk, &world.aws, source).await?);
    panics.store(true, Ordering::SeqCst);
    let answer = answered(&function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await);
    page(&world, &answer, 500, "internal.panic");
    let again = function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await;
    assert_eq!(again.status(), 302, "the function goes on");
    Ok(())
}

/// A log that is full.
struct Full;

impl std::io::Write for Full {
    fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
        Err(std::io::Error::other("no space"))
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn without_a_line_in_the_log_nobody_comes_in() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let desk = Desk { journal: Journal::new("test", Full), clock: world.desk.clock.clone() };
    let source = Source::Inline(world.saml_configuration().await?.to_string());
    let function = Arc::new(SamlAcs::start(desk, &world.aws, source).await?);
    let answer = answered(&function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await);
    assert_eq!((answer.status, answer.location()), (500, None));
    Ok(())
}
