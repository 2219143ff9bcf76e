//! Domains: what an update changes, and when it may.

use std::time::Duration;

use serde_json::{Value, json};
use slipway_sandbox::{Options, Pace};

use crate::support::{DOMAIN, Outcome, ROLE, World, seeded};

async fn with_domain(pace: Pace) -> Result<World, Box<dyn std::error::Error>> {
    let world = World::with(|options| Options { seeds: vec![seeded()], pace, ..options }).await?;
    world.make_repository("sagemaker-r").await?;
    let digest = world.push_image("sagemaker-r", "v1", "layer").await?;
    world.sagemaker("CreateImage", json!({"ImageName": "clinical", "RoleArn": ROLE})).await?;
    let base = world.reference("sagemaker-r", &digest);
    let version = json!({"ImageName": "clinical", "BaseImage": base, "ClientToken": "t"});
    world.sagemaker("CreateImageVersion", version).await?;
    world.sagemaker("CreateAppImageConfig", json!({"AppImageConfigName": "clinical"})).await?;
    Ok(world)
}

fn foreign() -> Value {
    json!({"ImageName": "genomics", "ImageVersionNumber": 3, "AppImageConfigName": "genomics"})
}

fn ours() -> Value {
    json!({"ImageName": "clinical", "ImageVersionNumber": 1, "AppImageConfigName": "clinical"})
}

fn list(entries: &[Value]) -> Value {
    json!({"DomainId": DOMAIN, "DefaultUserSettings": {"RSessionAppSettings": {"CustomImages": entries}}})
}

async fn described(world: &World) -> Result<Value, Box<dyn std::error::Error>> {
    world.sagemaker("DescribeDomain", json!({"DomainId": DOMAIN})).await
}

fn listed(domain: &Value) -> &Value {
    &domain["DefaultUserSettings"]["RSessionAppSettings"]["CustomImages"]
}

#[tokio::test]
async fn a_seeded_domain_is_in_service_with_the_entries_of_others() -> Outcome {
    let world = with_domain(Pace::INSTANT).await?;
    let domain = described(&world).await?;
    assert_eq!(domain["Status"], "InService");
    assert_eq!(listed(&domain), &json!([foreign()]));
    let workbench = &domain["DomainSettings"]["RStudioServerProDomainSettings"]["DefaultResourceSpec"];
    let arn = "arn:aws:sagemaker:eu-west-1:123456789012:image/rstudio-workbench-2026.08-sagemaker-1.0";
    assert_eq!(workbench["SageMakerImageArn"], arn);
    let version = json!({"ImageName": "genomics", "Version": 3});
    assert_eq!(world.sagemaker("DescribeImageVersion", version).await?["ImageVersionStatus"], "CREATED");
    world.sagemaker("DescribeAppImageConfig", json!({"AppImageConfigName": "genomics"})).await?;
    Ok(())
}

#[tokio::test]
async fn an_update_replaces_the_list_and_leaves_the_rest() -> Outcome {
    let world = with_domain(Pace::INSTANT).await?;
    let before = described(&world).await?;
    world.sagemaker("UpdateDomain", list(&[foreign(), ours()])).await?;
    let after = described(&world).await?;
    assert_eq!(listed(&after), &json!([foreign(), ours()]));
    for member in ["DomainSettings", "SubnetIds", "VpcId", "AuthMode", "DomainName", "CreationTime"] {
        assert_eq!(after[member], before[member], "{member}");
    }
    assert_eq!(after["DefaultUserSettings"]["ExecutionRole"], before["DefaultUserSettings"]["ExecutionRole"]);
    world.sagemaker("UpdateDomain", list(&[])).await?;
    assert_eq!(listed(&described(&world).await?), &json!([]));
    Ok(())
}

#[tokio::test]
async fn a_domain_takes_one_update_at_a_time() -> Outcome {
    let world = with_domain(Pace { domain: Duration::from_millis(300), ..Pace::INSTANT }).await?;
    world.sagemaker("UpdateDomain", list(&[ours()])).await?;
    assert_eq!(described(&world).await?["Status"], "Updating");
    let (error, words) = world.refused("UpdateDomain", list(&[])).await?;
    assert_eq!(error, "ResourceInUse");
    assert!(words.contains("Updating"), "{words}");
    let about = json!({"DomainId": DOMAIN});
    let domain = world.wait_for("DescribeDomain", &about, "Status", "InService").await?;
    assert_eq!(listed(&domain), &json!([ours()]), "the refused update changed nothing");
    Ok(())
}

#[tokio::test]
async fn a_new_entry_must_name_what_exists_and_an_old_one_may_dangle() -> Outcome {
    let world = with_domain(Pace::INSTANT).await?;
    world.sagemaker("UpdateDomain", list(&[foreign(), ours()])).await?;
    world.sagemaker("DeleteImage", json!({"ImageName": "genomics"})).await?;
    world.sagemaker("UpdateDomain", list(&[ours(), foreign()])).await?;
    world.sagemaker("UpdateDomain", list(&[ours()])).await?;
    assert_eq!(world.refused("UpdateDomain", list(&[ours(), foreign()])).await?.0, "ResourceNotFound");
    let mut later = ours();
    later["ImageVersionNumber"] = json!(2);
    assert_eq!(world.refused("UpdateDomain", list(&[later])).await?.0, "ResourceNotFound");
    let mut other = ours();
    other["AppImageConfigName"] = json!("nobody");
    assert_eq!(world.refused("UpdateDomain", list(&[other])).await?.0, "ResourceNotFound");
    Ok(())
}

#[tokio::test]
async fn updates_that_echo_too_much_are_refused_as_aws_refuses_them() -> Outcome {
    let world = with_domain(Pace::INSTANT).await?;
    let disabled = json!({"DomainId": DOMAIN, "DefaultUserSettings": {"RStudioServerProAppSettings": {
        "AccessStatus": "DISABLED", "UserGroup": "R_STUDIO_USER"}}});
    assert!(world.refused("UpdateDomain", disabled).await?.1.contains("Make sure AccessStatus is set to ENABLED"));
    let server = json!({"DomainId": DOMAIN, "DomainSettingsForUpdate": {"RStudioServerProDomainSettingsForUpdate": {
        "DomainExecutionRoleArn": ROLE, "RStudioConnectUrl": "https://connect.example.com"}}});
    let (_, words) = world.refused("UpdateDomain", server.clone()).await?;
    assert!(words.starts_with("Unable to update Domain [d-abcdef123456] with InService App."), "{words}");
    let app = json!({"DomainId": DOMAIN, "UserProfileName": "domain-shared", "AppType": "RStudioServerPro",
                     "AppName": "default"});
    world.sagemaker("DeleteApp", app).await?;
    world.sagemaker("UpdateDomain", server).await?;
    let domain = described(&world).await?;
    let rstudio = &domain["DomainSettings"]["RStudioServerProDomainSettings"];
    assert_eq!(rstudio["RStudioConnectUrl"], "https://connect.example.com");
    assert!(rstudio["DefaultResourceSpec"].is_object(), "what was left out stays");
    Ok(())
}

#[tokio::test]
async fn a_domain_is_made_listed_and_deleted() -> Outcome {
    let world = World::start().await?;
    let create = json!({"DomainName": "new", "AuthMode": "IAM", "DefaultUserSettings": {"ExecutionRole": ROLE}});
    let made = world.sagemaker("CreateDomain", create.clone()).await?;
    assert_eq!(world.refused("CreateDomain", create).await?.0, "ResourceInUse");
    let listed = world.sagemaker("ListDomains", json!({})).await?;
    assert_eq!(listed["Domains"][0]["DomainId"], made["DomainId"]);
    let profile = json!({"DomainId": made["DomainId"], "UserProfileName": "ada"});
    world.sagemaker("CreateUserProfile", profile.clone()).await?;
    let about = json!({"DomainId": made["DomainId"]});
    assert_eq!(world.refused("DeleteDomain", about.clone()).await?.0, "ResourceInUse");
    world.sagemaker("DeleteUserProfile", profile).await?;
    world.sagemaker("DeleteDomain", about.clone()).await?;
    assert_eq!(world.refused("DescribeDomain", about).await?.0, "ResourceNotFound");
    Ok(())
}
