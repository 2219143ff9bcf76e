//! `saml-acs`: who comes in, and who does not.

use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::Outcome;
use crate::outside::{Wanted, response};
use crate::requests::{Answered, ENDPOINT, REQUEST_ID, SOURCE_IP, event, form, posted};
use crate::world::{DOMAIN, IDP, World, answered, invocation};

/// Sends an event to a function and reads the answer.
macro_rules! send {
    ($function:expr, $event:expr) => {
        answered(&$function.handle($event, invocation()).await)
    };
}

/// Fails unless the answer is a refusal's page and the log names this code.
fn refused(world: &World, answer: &Answered, status: u16, code: &str) {
    assert_eq!(world.log.codes().last().map(String::as_str), Some(code));
    assert_eq!(answer.status, status, "{code}");
    assert_eq!(answer.location(), None);
    assert!(answer.body.contains(REQUEST_ID) && !answer.body.contains(code), "{}", answer.body);
    assert!(answer.headers["Content-Type"].starts_with("text/html"));
}

#[tokio::test]
async fn a_person_from_the_portal_comes_into_studio() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let assertion = response(&Wanted::of("alice"))?;
    let answer = send!(function, posted(&assertion, &[]));
    assert_eq!(answer.status, 302);
    let location = answer.location().ok_or("no location")?;
    assert!(location.starts_with(&format!("https://{DOMAIN}.studio.eu-west-1.sagemaker.aws/")), "{location}");
    let minted = answer.minted();
    assert_eq!(minted["profile"], "alice");
    assert_eq!(minted["landing"], "app:RStudioServerPro:");
    for (name, value) in
        [("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer"), ("X-Content-Type-Options", "nosniff")]
    {
        assert_eq!(answer.headers[name], value);
    }
    let decisions = world.log.decisions();
    assert_eq!(decisions.len(), 1, "one line for one decision");
    for (name, value) in [
        ("decision", "minted"),
        ("issuer", IDP),
        ("domain", DOMAIN),
        ("profile", "alice"),
        ("request_id", REQUEST_ID),
        ("source_ip", SOURCE_IP),
        ("vpc_endpoint", ENDPOINT),
        ("time", "2026-11-24T09:00:00.000Z"),
    ] {
        assert_eq!(decisions[0][name], value, "{name}");
    }
    assert_eq!(decisions[0]["subject"].as_str().map(str::len), Some(64));
    assert_eq!(world.log.count("Minted"), 1);
    let xml = String::from_utf8(STANDARD.decode(&assertion)?)?;
    world.log.keeps(&[&assertion, &xml[xml.len() / 2..], location, location.split_once('?').unwrap_or_default().1]);
    Ok(())
}

#[tokio::test]
async fn an_assertion_opens_one_session() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let assertion = response(&Wanted::of("alice"))?;
    assert_eq!(send!(function, posted(&assertion, &[])).status, 302);
    refused(&world, &send!(function, posted(&assertion, &[])), 403, "replay.seen");
    // Another instance of the function knows it, too.
    let other = world.saml_acs(&same_tables(&world)?).await?;
    refused(&world, &send!(other, posted(&assertion, &[])), 403, "replay.seen");
    assert_eq!((world.mints().await?, world.log.count("Replayed"), world.log.count("Refused")), (1, 2, 2));
    assert_eq!(send!(function, posted(&response(&Wanted::of("alice"))?, &[])).status, 302, "a new one opens another");
    Ok(())
}

/// The configuration again, with the table that is there already.
fn same_tables(world: &World) -> Result<Value, Box<dyn std::error::Error>> {
    Ok(json!({
        "audit": {"subject-key": "a key for subjects in tests"},
        "domains": [DOMAIN],
        "saml": {
            "service-provider": {
                "entity-id": "https://access.corp.example/prod/metadata",
                "acs": "https://access.corp.example/prod/saml",
                "providers": [{
                    "entity-id": IDP,
                    "certificates": [crate::outside::certificate("idp")?],
                    "idp-initiated": "allow",
                }],
            },
            "people": {"attributes": {}},
            "replay-table": format!("{}-replay", world.name),
        },
    }))
}

#[tokio::test]
async fn a_forged_assertion_opens_nothing_and_uses_nothing_up() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let honest = Wanted::of("alice");
    let forged = response(&Wanted { key: "attacker", ..honest.clone() })?;
    refused(&world, &send!(function, posted(&forged, &[])), 403, "saml.signature.invalid");
    let line = &world.log.decisions()[0];
    assert!(line.get("issuer").is_none() && line.get("subject").is_none(), "nobody vouches for a forgery: {line}");
    assert_eq!(world.mints().await?, 0);
    // The forger cannot lock out the person whose assertion's id they guessed.
    assert_eq!(send!(function, posted(&response(&honest)?, &[])).status, 302);
    Ok(())
}

#[tokio::test]
async fn the_table_says_who_comes_in() -> Outcome {
    let world = World::new().await?;
    let person = |subject: &str, domain: &str, profile: &str| json!({"issuer": IDP, "subject": subject, "domain": domain, "profile": profile});
    let mut disabled = person("bob", DOMAIN, "bob");
    disabled["enabled"] = json!(false);
    let mut jupyter = person("alice@corp.example", DOMAIN, "alice");
    jupyter["landing"] = json!("jupyterlab");
    let table = world
        .people(json!([
            jupyter,
            disabled,
            person("carol", "d-elsewhere", "carol"),
            person("dave", "d-forbidden", "dave"),
            {"issuer": "https://other.example/idp", "subject": "eve", "domain": DOMAIN, "profile": "eve"},
        ]))
        .await?;
    for name in ["alice", "bob", "carol", "dave", "eve"] {
        world.profile(name).await?;
    }
    let mut configuration = world.saml_configuration().await?;
    configuration["people"] = json!({"table": table});
    configuration["saml"]["people"] = json!("mapping");
    configuration["domains"] = json!([DOMAIN, "d-elsewhere"]);
    let function = world.saml_acs(&configuration).await?;
    let answer = send!(function, posted(&response(&Wanted::of("alice@corp.example"))?, &[]));
    assert_eq!((answer.status, &answer.minted()["profile"]), (302, &json!("alice")));
    assert_eq!(answer.minted()["landing"], "app:JupyterLab:");
    for (subject, code) in [
        ("mallory", "mapping.unknown"),
        ("Alice@corp.example", "mapping.unknown"),
        ("eve", "mapping.unknown"),
        ("bob", "mapping.disabled"),
        ("carol", "mapping.domain.other"),
        ("dave", "mapping.domain.not-allowed"),
    ] {
        let answer = send!(function, posted(&response(&Wanted::of(subject))?, &[]));
        refused(&world, &answer, 403, code);
    }
    assert_eq!(world.mints().await?, 1);
    Ok(())
}

#[tokio::test]
async fn an_assertion_for_a_domain_that_is_not_listed_opens_nothing() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let assertion = response(&Wanted { domain: "d-somebodyelses", ..Wanted::of("alice") })?;
    refused(&world, &send!(function, posted(&assertion, &[])), 403, "mapping.domain.not-allowed");
    let assertion = response(&Wanted::of("alice.b"))?;
    refused(&world, &send!(function, posted(&assertion, &[])), 403, "mapping.profile.invalid");
    Ok(())
}

#[tokio::test]
async fn a_login_that_starts_here_needs_its_cookie() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let mut configuration = world.saml_configuration().await?;
    configuration["saml"]["service-provider"]["providers"][0]["idp-initiated"] = json!("refuse");
    let function = world.saml_acs(&configuration).await?;
    let start = || async {
        let answer = send!(function, event("GET", "/login", &[], ""));
        assert_eq!(answer.status, 302);
        let location = answer.location().expect("a location").to_owned();
        assert!(location.starts_with("https://portal.sso.eu-central-1.amazonaws.com/saml/login?app=1&SAMLRequest="));
        let cookie = answer.headers["Set-Cookie"].clone();
        assert!(cookie.starts_with("__Host-") && cookie.contains("Secure; HttpOnly; SameSite=None"), "{cookie}");
        let pair = cookie.split(';').next().expect("a pair").to_owned();
        let request = pair.split(['=', '.']).nth(1).expect("a request").to_owned();
        (pair, request)
    };
    let answering = |request: &str| response(&Wanted { request: Some(request.to_owned()), ..Wanted::of("alice") });

    let (cookie, request) = start().await;
    let cookies = format!("theme=dark; {cookie}");
    let answer = send!(function, posted(&answering(&request)?, &[("CoOkIe", &cookies)]));
    assert_eq!(answer.status, 302);
    assert!(answer.headers["Set-Cookie"].contains("Max-Age=0"), "the request is answered");
    world.log.keeps(&[&cookie, &request]);

    let (foreign, _) = start().await;
    for (headers, why) in [
        (vec![("cookie", foreign.as_str())], "the cookie of another request"),
        (vec![], "no cookie"),
        (vec![("cookie", "__Host-saml-request=_0.1.2")], "a cookie that is none"),
    ] {
        let answer = send!(function, posted(&answering(&request)?, &headers));
        assert_eq!(answer.status, 403, "{why}");
        let code = world.log.codes().pop().unwrap_or_default();
        assert!(code.starts_with("saml.request."), "{why}: {code}");
    }
    // The portal alone is refused, with and without a cookie.
    let unasked = send!(function, posted(&response(&Wanted::of("alice"))?, &[("cookie", &cookie)]));
    refused(&world, &unasked, 403, "saml.request.none");
    assert_eq!(world.mints().await?, 1);

    // A cookie that is over: time stands still for the assertion, so the cookie is made in the past.
    world.pass(-601);
    let (old, request) = start().await;
    world.pass(601);
    let answer = send!(function, posted(&answering(&request)?, &[("cookie", &old)]));
    assert_eq!(answer.status, 403);
    assert_eq!(world.log.decisions().last().map(|line| line["detail"].clone()), Some(json!("the cookie is over")));
    Ok(())
}

#[tokio::test]
async fn a_body_may_come_in_base64_and_below_a_stage() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let mut request = posted(&response(&Wanted::of("alice"))?, &[]);
    let body = form(&response(&Wanted::of("alice"))?);
    request["body"] = json!(STANDARD.encode(body));
    request["isBase64Encoded"] = json!(true);
    request["resource"] = json!("/{proxy+}");
    request["path"] = json!("/prod/saml");
    assert_eq!(send!(function, request).status, 302);
    Ok(())
}

#[tokio::test]
async fn the_metadata_names_the_address_for_responses() -> Outcome {
    let world = World::new().await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    let answer = send!(function, event("GET", "/metadata", &[], ""));
    assert_eq!(answer.status, 200);
    assert_eq!(answer.headers["Content-Type"], "application/samlmetadata+xml");
    assert!(answer.body.contains("Location=\"https://access.corp.example/prod/saml\""), "{}", answer.body);
    Ok(())
}

#[tokio::test]
async fn other_requests_are_refused() -> Outcome {
    let world = World::new().await?;
    let function = world.saml_acs(&world.saml_configuration().await?).await?;
    for (request, code) in [
        (event("GET", "/saml", &[], ""), "request.route"),
        (event("POST", "/", &[], ""), "request.route"),
        (event("POST", "/saml", &[], "a=b"), "saml.form.response-missing"),
    ] {
        refused(&world, &send!(function, request), 400, code);
    }
    let mut named = event("GET", "/login", &[], "");
    named["multiValueQueryStringParameters"] = json!({"provider": ["https://evil.example"]});
    refused(&world, &send!(function, named), 400, "request.provider");
    let answer = send!(function, json!({"Records": [], "body": 7}));
    assert_eq!((answer.status, world.log.codes().pop().as_deref()), (400, Some("request.event")));
    assert!(answer.body.contains("lambda-1"), "without an id of API Gateway there is Lambda's");
    Ok(())
}

/// A SageMaker that remembers what it was asked for.
async fn listening() -> std::io::Result<(String, Arc<Mutex<Vec<Value>>>)> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&asked);
    let answer = move |body: axum::body::Bytes| {
        let question = serde_json::from_slice(&body).unwrap_or_default();
        heard.lock().unwrap_or_else(PoisonError::into_inner).push(question);
        async { axum::Json(json!({"AuthorizedUrl": "https://d-abc.studio.eu-west-1.sagemaker.aws/auth?token=x"})) }
    };
    let router = axum::Router::new().route("/", axum::routing::post(answer));
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((format!("http://{address}"), asked))
}

#[tokio::test]
async fn an_address_is_short_lived_and_a_session_ends_with_the_one_that_it_comes_from() -> Outcome {
    let (endpoint, asked) = listening().await?;
    let world = World::with(|_, surroundings| surroundings.endpoints.sagemaker = Some(endpoint)).await?;
    let mut configuration = world.saml_configuration().await?;
    // The provider's own session lasts eight hours.
    let plain = world.saml_acs(&configuration).await?;
    configuration["saml"]["service-provider"]["session-cap-seconds"] = json!(7_200);
    let capped = world.saml_acs(&configuration).await?;
    configuration["minting"] = json!({"url-seconds": 10, "longest-session-seconds": 3_600});
    let shortest = world.saml_acs(&configuration).await?;
    for function in [plain, capped, shortest] {
        assert_eq!(send!(function, posted(&response(&Wanted::of("alice"))?, &[])).status, 302);
    }
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let seconds = |name: &str| asked.iter().map(|question| question[name].as_i64()).collect::<Vec<_>>();
    assert_eq!(seconds("SessionExpirationDurationInSeconds"), [Some(28_800), Some(7_200), Some(3_600)]);
    assert_eq!(seconds("ExpiresInSeconds"), [Some(5), Some(5), Some(10)]);
    assert_eq!(asked[0]["DomainId"], DOMAIN);
    Ok(())
}
