//! `authorizer`: allow, deny, or the one word that API Gateway answers with 401.

use std::sync::Arc;

use presigned_access::functions::authorizer::{Authorizer, AuthorizerError};
use presigned_access::functions::configuration::Source;
use serde_json::{Value, json};

use crate::Outcome;
use crate::outside::{key_set, token};
use crate::requests::{REQUEST_ID, event};
use crate::world::{World, invocation};

pub const ISSUER: &str = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01";
const METHOD: &str = "arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/presigned-url";

pub fn claims() -> Value {
    json!({
        "iss": ISSUER, "sub": "1f4b9c1e-0000-4000-8000-a1b2c3d4e5f6", "token_use": "access", "client_id": "client",
        "scope": "openid studio/access", "iat": 1_795_510_800, "exp": 1_795_514_400, "jti": "1",
    })
}

pub async fn authorizer(world: &World) -> Result<Arc<Authorizer>, Box<dyn std::error::Error>> {
    let issuer = json!({
        "issuer": ISSUER,
        "kind": {"cognito-access": {"client-ids": ["client"], "scope": "studio/access"}},
        "keys": {"snapshot": key_set()?},
    });
    let configuration = json!({
        "audit": {"subject-key": "a key for subjects in tests"},
        "tokens": {"issuers": [issuer]},
    });
    let source = Source::Inline(configuration.to_string());
    Ok(Arc::new(Authorizer::start(world.desk.clone(), &world.aws, source).await?))
}

pub fn asked(headers: &[(&str, &str)]) -> Value {
    let mut event = event("GET", "/presigned-url", headers, "");
    event["type"] = json!("REQUEST");
    event["methodArn"] = json!(METHOD);
    event
}

#[tokio::test]
async fn a_believed_token_opens_one_method_and_names_the_person() -> Outcome {
    let world = World::new().await?;
    let function = authorizer(&world).await?;
    let token = token(&claims())?;
    let bearer = format!("Bearer {token}");
    let verdict = serde_json::to_value(function.handle(asked(&[("authorization", &bearer)]), invocation()).await?)?;
    let statements = &verdict["policyDocument"]["Statement"];
    assert_eq!(statements[0]["Effect"], "Allow");
    assert!(statements[0]["Resource"] == METHOD || statements[0]["Resource"] == json!([METHOD]), "{statements}");
    assert_eq!(statements[1]["Effect"], "Deny");
    assert_eq!(
        verdict["context"],
        json!({"issuer": ISSUER, "subject": claims()["sub"], "expires": claims()["exp"], "request": REQUEST_ID})
    );
    let line = &world.log.decisions()[0];
    assert_eq!((&line["decision"], &line["subject"]), (&json!("authorized"), &verdict["principalId"]));
    assert_eq!(world.log.count("Authorized"), 1);
    world.log.keeps(&[&token, claims()["sub"].as_str().unwrap_or_default()]);
    Ok(())
}

#[tokio::test]
async fn everything_else_is_unauthorized() -> Outcome {
    let world = World::new().await?;
    let function = authorizer(&world).await?;
    let changed = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        token(&claims).map(|token| format!("Bearer {token}"))
    };
    let good = changed("jti", json!("2"))?;
    let forged = format!("{}AAAA", &good[..good.len() - 4]);
    let expired = changed("exp", json!(1_795_500_000))?;
    let foreign = changed("iss", json!("https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Other0001"))?;
    let identity = changed("token_use", json!("id"))?;
    for (headers, code) in [
        (vec![], "jwt.bearer.missing"),
        (vec![("authorization", good.as_str()), ("authorization", good.as_str())], "jwt.bearer.malformed"),
        (vec![("authorization", &good[7..])], "jwt.bearer.missing"),
        (vec![("authorization", forged.as_str())], "jwt.signature.wrong"),
        (vec![("authorization", expired.as_str())], "jwt.expired"),
        (vec![("authorization", foreign.as_str())], "jwt.issuer.unknown"),
        (vec![("authorization", identity.as_str())], "jwt.use"),
    ] {
        let error = function.handle(asked(&headers), invocation()).await.err();
        assert_eq!(error.map(|error| error.to_string()).as_deref(), Some("Unauthorized"), "{code}");
        assert_eq!(world.log.codes().last().map(String::as_str), Some(code));
    }
    world.log.keeps(&[&good, &forged, &expired, &foreign]);
    Ok(())
}

#[tokio::test]
async fn a_token_without_the_scope_is_known_and_denied() -> Outcome {
    let world = World::new().await?;
    let function = authorizer(&world).await?;
    let mut claims = claims();
    claims["scope"] = json!("openid");
    let bearer = format!("Bearer {}", token(&claims)?);
    let verdict = serde_json::to_value(function.handle(asked(&[("authorization", &bearer)]), invocation()).await?)?;
    let statements = verdict["policyDocument"]["Statement"].as_array().cloned().unwrap_or_default();
    assert!(statements.iter().all(|statement| statement["Effect"] == "Deny"), "{statements:?}");
    assert!(verdict.get("context").is_none());
    assert_eq!(world.log.codes(), ["jwt.scope.other"]);
    Ok(())
}

#[tokio::test]
async fn a_method_that_a_policy_could_misread_is_not_authorized() -> Outcome {
    let world = World::new().await?;
    let function = authorizer(&world).await?;
    let bearer = format!("Bearer {}", token(&claims())?);
    for method in ["arn:aws:execute-api:eu-west-1:123456789012:a1b2c3d4e5/prod/GET/*", "", "*"] {
        let mut event = asked(&[("authorization", &bearer)]);
        event["methodArn"] = json!(method);
        let error = function.handle(event, invocation()).await.err();
        assert_eq!(error, Some(AuthorizerError::Unauthorized), "{method}");
        assert_eq!(world.log.codes().last().map(String::as_str), Some("request.method-arn"));
    }
    Ok(())
}

#[tokio::test]
async fn an_issuer_that_does_not_answer_is_counted_and_is_nobodys_unauthorized() -> Outcome {
    let world = World::new().await?;
    let nobody = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
    let issuer = json!({
        "issuer": ISSUER,
        "kind": {"cognito-access": {"client-ids": ["client"], "scope": "studio/access"}},
        "keys": {"url": format!("https://{nobody}/.well-known/jwks.json")},
    });
    let configuration = json!({
        "audit": {"subject-key": "a key for subjects in tests"},
        "tokens": {"issuers": [issuer]},
    });
    let source = Source::Inline(configuration.to_string());
    let function = Arc::new(Authorizer::start(world.desk.clone(), &world.aws, source).await?);
    let token = token(&claims())?;
    let error = function.handle(asked(&[("authorization", &format!("Bearer {token}"))]), invocation()).await.err();
    assert_eq!(error, Some(AuthorizerError::Failed { request_id: REQUEST_ID.to_owned() }));
    assert_eq!(world.log.codes(), ["jwt.keys.unavailable"]);
    assert_eq!((world.log.count("KeysFailed"), world.log.count("Failed")), (1, 1));
    world.log.keeps(&[&token]);
    Ok(())
}
