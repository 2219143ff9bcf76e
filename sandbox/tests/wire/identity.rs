//! Who may: access keys, sessions, registry passwords.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use serde_json::json;
use slipway_sandbox::{ACCESS_KEY_ID, Options, StartError, start};

use crate::support::{Answer, Outcome, ROLE, World, basic, signature};

async fn sts(world: &World, form: &str, key: &str, token: Option<&str>) -> Result<Answer, Box<dyn std::error::Error>> {
    let mut request = Request::post(world.sandbox.endpoint())
        .header("content-type", "application/x-www-form-urlencoded")
        .header("authorization", signature(key));
    if let Some(token) = token {
        request = request.header("x-amz-security-token", token);
    }
    world.send(request.body(Body::from(form.to_owned()))?).await
}

fn text<'a>(body: &'a str, element: &str) -> &'a str {
    let (_, after) = body.split_once(&format!("<{element}>")).unwrap_or_default();
    after.split_once('<').unwrap_or_default().0
}

#[tokio::test]
async fn an_unknown_key_is_refused_in_the_words_of_each_service() -> Outcome {
    let world = World::start().await?;
    let request = Request::post(world.sandbox.endpoint())
        .header("x-amz-target", "SageMaker.ListImages")
        .header("authorization", signature("AKIAIOSFODNN7EXAMPLE"))
        .body(Body::from("{}"))?;
    let answer = world.send(request).await?;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::BAD_REQUEST, "UnrecognizedClientException"));
    assert_eq!(answer.message(), "The security token included in the request is invalid.");
    let answer = sts(&world, "Action=GetCallerIdentity", "AKIAIOSFODNN7EXAMPLE", None).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN);
    assert_eq!(text(std::str::from_utf8(&answer.body)?, "Code"), "InvalidClientTokenId");
    Ok(())
}

#[tokio::test]
async fn an_assumed_role_is_who_it_says() -> Outcome {
    let world = World::start().await?;
    let form = "Action=AssumeRole&RoleSessionName=ci&RoleArn=arn%3Aaws%3Aiam%3A%3A123456789012%3Arole%2Fx%2Fpipeline";
    let answer = sts(&world, form, ACCESS_KEY_ID, None).await?;
    let body = std::str::from_utf8(&answer.body)?;
    let (key, token) = (text(body, "AccessKeyId"), text(body, "SessionToken"));
    let answer = sts(&world, "Action=GetCallerIdentity", key, Some(token)).await?;
    let body = std::str::from_utf8(&answer.body)?;
    assert_eq!(text(body, "Arn"), "arn:aws:sts::123456789012:assumed-role/pipeline/ci");
    let answer = sts(&world, "Action=GetCallerIdentity", key, None).await?;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "a session key without its token");
    Ok(())
}

#[tokio::test]
async fn the_registry_wants_the_password_of_ecr() -> Outcome {
    let world = World::start().await?;
    let ping = |authorization: Option<String>| {
        let mut request = Request::get(format!("{}/v2/", world.sandbox.endpoint()));
        if let Some(authorization) = authorization {
            request = request.header("authorization", authorization);
        }
        request.body(Body::empty())
    };
    for stranger in [None, Some(basic("AWS", "guess")), Some(basic("me", "")), Some("Bearer x".to_owned())] {
        let answer = world.send(ping(stranger)?).await?;
        assert_eq!((answer.status, answer.registry_code().as_str()), (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"));
        let challenge = format!("Basic realm=\"{}/\",service=\"ecr.amazonaws.com\"", world.sandbox.endpoint());
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
    let answer = world.registry(Method::GET, "/v2/", &[], "").await?;
    assert_eq!((answer.status, answer.header("docker-distribution-api-version")), (StatusCode::OK, "registry/2.0"));
    Ok(())
}

#[tokio::test]
async fn unknown_operations_are_refused() -> Outcome {
    let world = World::start().await?;
    for target in ["SageMaker.CreateUnicorn", "DynamoDB_20120810.GetItem", "nonsense"] {
        assert_eq!(world.aws(target, json!({})).await?.error(), "UnknownOperationException", "{target}");
    }
    Ok(())
}

#[tokio::test]
async fn every_operation_of_the_models_is_served() -> Outcome {
    let world = World::start().await?;
    for (prefix, model) in [
        ("SageMaker", include_str!("../../models/sagemaker.json")),
        ("AmazonEC2ContainerRegistry_V20150921", include_str!("../../models/ecr.json")),
    ] {
        let model: serde_json::Value = serde_json::from_str(model)?;
        for (operation, _) in model["operations"].as_object().into_iter().flatten() {
            let input = fitting(&model, operation);
            let answer = world.aws(&format!("{prefix}.{operation}"), input.clone()).await?;
            let unserved = ["UnknownOperationException", "SerializationException", "InternalFailure"];
            assert!(!unserved.contains(&answer.error().as_str()), "{operation}: {:?}", answer.body);
            assert!(!answer.message().contains("failed to satisfy constraint: Member"), "{operation}: {input}");
        }
    }
    Ok(())
}

/// The smallest input that the shapes of an operation let pass.
fn fitting(model: &serde_json::Value, operation: &str) -> serde_json::Value {
    let shape = &model["operations"][operation]["input"]["shape"];
    value_of(model, shape.as_str().unwrap_or_default())
}

fn value_of(model: &serde_json::Value, name: &str) -> serde_json::Value {
    let shape = &model["shapes"][name];
    let text = |text: &str| json!(text);
    match (shape["type"].as_str().unwrap_or_default(), name) {
        ("structure", _) => {
            let required = shape["required"].as_array().into_iter().flatten().filter_map(|name| name.as_str());
            let member = |name: &str| shape["members"][name]["shape"].as_str().unwrap_or_default().to_owned();
            required.map(|name| (name.to_owned(), value_of(model, &member(name)))).collect()
        }
        ("list", _) => json!([value_of(model, shape["member"]["shape"].as_str().unwrap_or_default())]),
        ("integer" | "long", _) => shape["min"].as_i64().unwrap_or(1).into(),
        ("boolean", _) => json!(true),
        (_, "DomainId") => text("d-none"),
        (_, "RoleArn") => text(ROLE),
        (_, "ResourceArn") => text("arn:aws:sagemaker:eu-west-1:123456789012:image/none"),
        (_, "LifecyclePolicyText") => json!("x".repeat(100)),
        _ => shape["enum"][0].as_str().map_or_else(|| text("none"), text),
    }
}

#[tokio::test]
async fn only_one_process_serves_a_folder_and_only_this_machine_reaches_it() -> Outcome {
    let world = World::start().await?;
    let second = start(Options::new(world.folder.path())).await;
    assert!(matches!(second, Err(StartError::Locked { .. })), "{second:?}");
    let elsewhere = tempfile::tempdir()?;
    let open = Options { address: "0.0.0.0:0".parse()?, ..Options::new(elsewhere.path()) };
    assert!(matches!(start(open).await, Err(StartError::NotLoopback { .. })));
    Ok(())
}
