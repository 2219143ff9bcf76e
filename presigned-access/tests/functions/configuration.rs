//! The configuration: mistakes are told before anybody comes, and a rotation needs no deployment.

use std::sync::Arc;

use presigned_access::functions::authorizer::Authorizer;
use presigned_access::functions::configuration::Source;
use presigned_access::functions::presigned_url::PresignedUrl;
use presigned_access::functions::saml_acs::SamlAcs;
use serde_json::json;

use crate::Outcome;
use crate::outside::{Wanted, certificate, key_set, response};
use crate::requests::posted;
use crate::world::{World, answered, invocation};

#[tokio::test]
async fn certificates_rotate_without_a_deployment() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let mut configuration = world.saml_configuration().await?;
    let path = format!("/{}/certificates", world.name);
    world.parameter("certificates/a", &certificate("idp")?).await?;
    let key = world.parameter("cookie-key", "a key for cookies in Systems Manager").await?;
    configuration["saml"]["service-provider"]["providers"][0]["certificates"] = json!([{"parameters-under": path}]);
    configuration["saml"]["cookie-key"] = json!({"parameter": key});
    configuration["refresh"] = json!({"after-seconds": 60, "keep-seconds": 240});
    let name = world.parameter("configuration", &configuration.to_string()).await?;
    let source = Source::Parameter(name.clone());
    let function = Arc::new(SamlAcs::start(world.desk.clone(), &world.aws, source).await?);
    let status = async |key| -> Result<u16, Box<dyn std::error::Error>> {
        let assertion = response(&Wanted { key, ..Wanted::of("alice") })?;
        Ok(answered(&function.handle(posted(&assertion, &[]), invocation()).await).status)
    };
    assert_eq!((status("idp").await?, status("next").await?), (302, 403));

    world.parameter("certificates/b", &certificate("next")?).await?;
    assert_eq!(status("next").await?, 403, "the configuration is not old yet");
    world.pass(60);
    assert_eq!((status("next").await?, status("idp").await?), (302, 302), "both are good during a rotation");

    world.aws.ssm().delete_parameter().name(format!("{path}/a")).send().await?;
    world.pass(60);
    assert_eq!((status("next").await?, status("idp").await?), (302, 403));

    // Broken from here on: the last configuration stays in force for a while, and then nobody comes in.
    world.parameter("configuration", "{").await?;
    world.pass(60);
    assert_eq!(status("next").await?, 302);
    assert_eq!(world.log.count("ConfigurationStale"), 1);
    assert_eq!(status("next").await?, 302);
    assert_eq!(world.log.count("ConfigurationStale"), 1, "nobody asks again at once");
    world.pass(60);
    assert_eq!((status("next").await?, world.log.count("ConfigurationStale")), (302, 2));
    Ok(())
}

#[tokio::test]
async fn a_configuration_that_is_too_old_lets_nobody_in() -> Outcome {
    let world = World::new().await?;
    world.profile("alice").await?;
    let mut configuration = world.saml_configuration().await?;
    configuration["refresh"] = json!({"after-seconds": 10, "keep-seconds": 30});
    let name = world.parameter("configuration", &configuration.to_string()).await?;
    let source = Source::Parameter(name.clone());
    let function = Arc::new(SamlAcs::start(world.desk.clone(), &world.aws, source).await?);
    let status = async || -> Result<u16, Box<dyn std::error::Error>> {
        Ok(function.handle(posted(&response(&Wanted::of("alice"))?, &[]), invocation()).await.status())
    };
    world.aws.ssm().delete_parameter().name(&name).send().await?;
    world.pass(31);
    assert_eq!((status().await?, world.log.codes().pop().as_deref()), (500, Some("internal.configuration")));
    world.parameter("configuration", &configuration.to_string()).await?;
    assert_eq!(status().await?, 500, "it was tried a moment ago");
    world.pass(15);
    assert_eq!(status().await?, 302);
    Ok(())
}

#[tokio::test]
async fn every_mistake_is_told_at_the_start() -> Outcome {
    let world = World::new().await?;
    let told = async |configuration: serde_json::Value| {
        let source = Source::Inline(configuration.to_string());
        SamlAcs::start(world.desk.clone(), &world.aws, source).await.err().map(|error| error.to_string())
    };
    let good = world.saml_configuration().await?;
    let mut configuration = good.clone();
    configuration["domains"] = json!([]);
    configuration["audit"]["subject-key"] = json!("short");
    configuration["saml"]["cookie-key"] = json!("short");
    configuration["saml"]["people"] = json!("mapping");
    configuration["saml"]["service-provider"]["acs"] = json!("http://access.corp.example/saml");
    let words = told(configuration).await.unwrap_or_default();
    insta::assert_snapshot!(words.replace("; ", "\n"));

    let mut configuration = good;
    configuration["saml"]["cookie-key"] = json!({"parameter": format!("/{}/none", world.name)});
    let words = told(configuration).await.unwrap_or_default();
    assert!(words.starts_with("there is no parameter `/"), "{words}");
    Ok(())
}

#[tokio::test]
async fn a_function_reads_no_secret_of_another_one() -> Outcome {
    let world = World::new().await?;
    let mut configuration = world.saml_configuration().await?;
    let missing = json!({"parameter": format!("/{}/none", world.name)});
    configuration["saml"]["cookie-key"] = missing.clone();
    configuration["people"] = json!({"static": {"people": []}});
    let issuer = json!({
        "issuer": "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_Example01",
        "kind": {"cognito-access": {"client-ids": ["client"], "scope": "studio/access"}},
        "keys": {"snapshot": {"json-parameter": world.parameter("keys", &key_set()?.to_string()).await?}},
    });
    configuration["tokens"] = json!({"issuers": [issuer]});
    let source = || Source::Inline(configuration.to_string());
    Authorizer::start(world.desk.clone(), &world.aws, source()).await?;
    PresignedUrl::start(world.desk.clone(), &world.aws, source()).await?;
    assert!(SamlAcs::start(world.desk.clone(), &world.aws, source()).await.is_err(), "this one needs it");
    Ok(())
}
