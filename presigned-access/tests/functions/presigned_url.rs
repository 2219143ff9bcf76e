//! `presigned-url`: for the person of the authorizer's context and nobody else.

use std::sync::Arc;

use presigned_access::functions::configuration::Source;
use presigned_access::functions::presigned_url::PresignedUrl;
use serde_json::{Value, json};

use crate::Outcome;
use crate::authorizer::{ISSUER, asked, authorizer, claims};
use crate::outside::token;
use crate::requests::event;
use crate::world::{DOMAIN, World, answered, invocation};

fn configuration(subjects: &[(&str, &str)]) -> Value {
    let people: Vec<_> = subjects
        .iter()
        .map(|(subject, profile)| json!({"issuer": ISSUER, "subject": subject, "domain": DOMAIN, "profile": profile}))
        .collect();
    json!({
        "audit": {"subject-key": "a key for subjects in tests"},
        "domains": [DOMAIN],
        "people": {"static": {"people": people}},
        "minting": {"longest-session-seconds": 3600},
    })
}

async fn function(world: &World, configuration: &Value) -> Result<Arc<PresignedUrl>, Box<dyn std::error::Error>> {
    let source = Source::Inline(configuration.to_string());
    Ok(Arc::new(PresignedUrl::start(world.desk.clone(), &world.aws, source).await?))
}

/// A request that an authorizer let through; API Gateway hands numbers on as text.
fn authorized(subject: &str, headers: &[(&str, &str)]) -> Value {
    let mut event = event("GET", "/presigned-url", headers, "");
    event["requestContext"]["authorizer"] =
        json!({"issuer": ISSUER, "subject": subject, "expires": "1795514400", "principalId": "x"});
    event
}

#[tokio::test]
async fn a_token_leads_through_the_authorizer_to_the_persons_own_profile() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let subject = claims()["sub"].as_str().unwrap_or_default().to_owned();
    let bearer = format!("Bearer {}", token(&claims())?);
    let verdict = authorizer(&world).await?.handle(asked(&[("authorization", &bearer)]), invocation()).await?;
    let function = function(&world, &configuration(&[(&subject, "alice")])).await?;
    let mut event = event("GET", "/presigned-url", &[], "");
    event["requestContext"]["authorizer"] = serde_json::to_value(verdict)?["context"].clone();
    let answer = answered(&function.handle(event, invocation()).await);
    assert_eq!((answer.status, &answer.minted()["profile"]), (302, &json!("alice")));
    let subjects: Vec<_> = world.log.decisions().iter().map(|line| line["subject"].clone()).collect();
    assert_eq!(subjects[0], subjects[1], "both lines are about one person");
    world.log.keeps(&[&bearer, answer.location().unwrap_or_default(), &subject]);
    Ok(())
}

#[tokio::test]
async fn neither_path_nor_query_nor_body_say_whose_session_it_is() -> Outcome {
    let world = World::new().await?;
    for profile in ["alice", "bob"] {
        world.profile(profile).await?;
    }
    let function = function(&world, &configuration(&[("a", "alice"), ("b", "bob")])).await?;
    let mut event = authorized("a", &[("x-profile", "bob"), ("x-user-profile-name", "bob")]);
    event["path"] = json!("/presigned-url/bob");
    event["resource"] = json!("/presigned-url/{profile}");
    event["pathParameters"] = json!({"profile": "bob", "userProfileName": "bob", "subject": "b"});
    event["queryStringParameters"] = json!({"profile": "bob", "subject": "b", "UserProfileName": "bob"});
    event["multiValueQueryStringParameters"] = json!({"profile": ["bob"], "subject": ["b"]});
    event["body"] = json!(r#"{"profile":"bob","subject":"b"}"#);
    let answer = answered(&function.handle(event, invocation()).await);
    assert_eq!((answer.status, &answer.minted()["profile"]), (302, &json!("alice")));
    Ok(())
}

#[tokio::test]
async fn without_an_authorizer_nobody_comes_in() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let function = function(&world, &configuration(&[("a", "alice")])).await?;
    for (context, code) in [
        (json!(null), "request.unauthorized"),
        (json!({}), "request.unauthorized"),
        (json!({"issuer": ISSUER, "expires": 1_795_514_400}), "request.unauthorized"),
        (json!({"issuer": ISSUER, "subject": "a"}), "request.unauthorized"),
        (json!({"issuer": ISSUER, "subject": ["a"], "expires": 1_795_514_400}), "request.unauthorized"),
        (json!({"claims": {"iss": ISSUER, "sub": "a"}}), "request.unauthorized"),
        (json!({"issuer": ISSUER, "subject": "a", "expires": 1_795_510_000}), "request.token-over"),
        (json!({"issuer": ISSUER, "subject": "A", "expires": 1_795_514_400}), "mapping.unknown"),
        (json!({"issuer": "https://other.example", "subject": "a", "expires": 1_795_514_400}), "mapping.unknown"),
        (json!({"issuer": ISSUER, "subject": "*", "expires": 1_795_514_400}), "mapping.unknown"),
    ] {
        let mut event = event("GET", "/presigned-url", &[("authorization", "Bearer x")], "");
        event["requestContext"]["authorizer"] = context.clone();
        let answer = answered(&function.handle(event, invocation()).await);
        assert!(matches!(answer.status, 400 | 403), "{context}");
        assert_eq!(world.log.codes().last().map(String::as_str), Some(code), "{context}");
    }
    assert_eq!(world.mints().await?, 0);
    Ok(())
}

#[tokio::test]
async fn the_address_comes_as_the_configuration_says() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let json = [("accept", "text/html, Application/JSON;q=0.9")];
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8")];
    for (form, headers, status) in
        [("redirect", &json, 302), ("json", &browser, 200), ("accepted", &browser, 302), ("accepted", &json, 200)]
    {
        let mut configuration = configuration(&[("a", "alice")]);
        configuration["presigned-url"] = json!({"answer": form});
        let function = function(&world, &configuration).await?;
        let answer = answered(&function.handle(authorized("a", headers), invocation()).await);
        assert_eq!(answer.status, status, "{form}");
        assert_eq!(answer.headers["Cache-Control"], "no-store");
        if status == 200 {
            let body: Value = serde_json::from_str(&answer.body)?;
            assert_eq!(body["expires-in-seconds"], 5);
            assert!(body["url"].as_str().is_some_and(|url| url.contains(".sagemaker.aws/")), "{body}");
            world.log.keeps(&[body["url"].as_str().unwrap_or_default()]);
        }
    }
    Ok(())
}

#[tokio::test]
async fn only_listed_origins_may_read_the_answer() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let mut configuration = configuration(&[("a", "alice")]);
    configuration["presigned-url"] = json!({"answer": "json", "origins": ["https://portal.corp.example"]});
    let function = function(&world, &configuration).await?;
    for (origin, allowed) in [
        ("https://portal.corp.example", true),
        ("https://portal.corp.example.evil.example", false),
        ("https://evil.example", false),
        ("null", false),
    ] {
        let answer = answered(&function.handle(authorized("a", &[("origin", origin)]), invocation()).await);
        let given = answer.headers.get("Access-Control-Allow-Origin").map(String::as_str);
        assert_eq!(given, allowed.then_some(origin));
        assert_eq!(answer.headers["Vary"], "Accept, Origin");
    }
    Ok(())
}
