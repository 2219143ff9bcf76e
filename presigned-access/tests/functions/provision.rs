//! `provision-profile`: off by default, and for mapped people only.

use std::sync::Arc;

use presigned_access::functions::configuration::Source;
use presigned_access::functions::provision::{Outcome as Made, ProvisionProfile};
use serde_json::{Value, json};
use slipway_sandbox::{AsyncState, Fault};

use crate::Outcome;
use crate::world::{DOMAIN, IDP, World, invocation};

fn configuration() -> Value {
    json!({
        "audit": {"subject-key": "a key for subjects in tests"},
        "domains": [DOMAIN],
        "people": {"static": {"people": [
            {"issuer": IDP, "subject": "a", "domain": DOMAIN, "profile": "alice"},
            {"issuer": IDP, "subject": "b", "domain": DOMAIN, "profile": "bob", "enabled": false},
        ]}},
        "provisioning": {"wait-seconds": 30},
    })
}

async fn function(world: &World, configuration: &Value) -> Result<Arc<ProvisionProfile>, Box<dyn std::error::Error>> {
    let source = Source::Inline(configuration.to_string());
    Ok(Arc::new(ProvisionProfile::start(world.desk.clone(), &world.aws, source).await?))
}

fn person(subject: &str) -> Value {
    json!({"issuer": IDP, "subject": subject})
}

#[tokio::test]
async fn a_mapped_person_gets_a_profile_with_rstudio_once() -> Outcome {
    let world = World::with(|options, _| {
        options.faults = vec![Fault::Slow { state: AsyncState::UserProfile, millis: 700 }];
    });
    let world = world.await?;
    let function = function(&world, &configuration()).await?;
    let made = function.handle(person("a"), invocation()).await.map_err(|turned| turned.refusal)?;
    assert_eq!((made.profile.as_str(), made.outcome), ("alice", Made::Created));
    let described = world.aws.sagemaker().describe_user_profile().domain_id(DOMAIN).user_profile_name("alice");
    let described = described.send().await?;
    assert_eq!(described.status.map(|status| status.as_str().to_owned()).as_deref(), Some("InService"));
    let rstudio = described.user_settings.and_then(|settings| settings.r_studio_server_pro_app_settings);
    let access = rstudio.and_then(|settings| settings.access_status);
    assert_eq!(access.map(|status| status.as_str().to_owned()).as_deref(), Some("ENABLED"));
    let again = function.handle(person("a"), invocation()).await.map_err(|turned| turned.refusal)?;
    assert_eq!(again.outcome, Made::Existed);
    assert_eq!(world.log.codes(), ["provisioned", "provision.existed"]);
    assert_eq!((world.calls("CreateUserProfile").await?, world.mints().await?), (1, 0));
    Ok(())
}

#[tokio::test]
async fn nobody_else_gets_a_profile() -> Outcome {
    let world = World::new().await?;
    let on = function(&world, &configuration()).await?;
    let mut configuration = configuration();
    configuration.as_object_mut().ok_or("an object")?.remove("provisioning");
    let off = function(&world, &configuration).await?;
    for (function, event, code) in [
        (&off, person("a"), "provision.off"),
        (&on, person("b"), "mapping.disabled"),
        (&on, person("c"), "mapping.unknown"),
        (&on, json!({"issuer": IDP, "subject": "a", "profile": "bob"}), "provision.event"),
        (&on, json!("a"), "provision.event"),
    ] {
        let turned = function.handle(event, invocation()).await.err();
        assert_eq!(turned.map(|turned| turned.refusal.code()), Some(code));
        assert_eq!(world.log.codes().last().map(String::as_str), Some(code));
    }
    assert_eq!(world.calls("CreateUserProfile").await?, 0);
    Ok(())
}

#[tokio::test]
async fn waiting_for_a_profile_has_an_end() -> Outcome {
    let world = World::with(|options, _| {
        options.faults = vec![Fault::Slow { state: AsyncState::UserProfile, millis: 60_000 }];
    });
    let world = world.await?;
    let mut configuration = configuration();
    configuration["provisioning"]["wait-seconds"] = json!(1);
    let function = function(&world, &configuration).await?;
    let turned = function.handle(person("a"), invocation()).await.err();
    assert_eq!(turned.map(|turned| turned.refusal.code()), Some("provision.late"));
    Ok(())
}
