//! User profiles, apps, presigned URLs, tags.

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use slipway_sandbox::Options;

use crate::support::{DOMAIN, Outcome, World, seeded};

async fn with_profile() -> Result<World, Box<dyn std::error::Error>> {
    let world = World::with(|options| Options { seeds: vec![seeded()], ..options }).await?;
    let profile = json!({"DomainId": DOMAIN, "UserProfileName": "ada", "Tags": [{"Key": "team", "Value": "stats"}]});
    world.sagemaker("CreateUserProfile", profile).await?;
    Ok(world)
}

fn session() -> Value {
    json!({"DomainId": DOMAIN, "UserProfileName": "ada", "AppType": "RSessionGateway", "AppName": "default"})
}

fn server() -> Value {
    json!({"DomainId": DOMAIN, "UserProfileName": "domain-shared", "AppType": "RStudioServerPro", "AppName": "default"})
}

#[tokio::test]
async fn the_rstudio_server_is_stopped_and_started_again() -> Outcome {
    let world = with_profile().await?;
    let described = world.sagemaker("DescribeApp", server()).await?;
    assert_eq!(described["Status"], "InService");
    let arn = format!("arn:aws:sagemaker:eu-west-1:123456789012:app/{DOMAIN}/domain-shared/rstudioserverpro/default");
    assert_eq!(described["AppArn"], arn);
    assert_eq!(world.refused("CreateApp", server()).await?.0, "ResourceInUse");
    world.sagemaker("DeleteApp", server()).await?;
    assert_eq!(world.sagemaker("DescribeApp", server()).await?["Status"], "Deleted", "it stays visible");
    let (error, words) = world.refused("DeleteApp", server()).await?;
    assert_eq!(error, "ValidationException");
    assert!(words.contains("has already been deleted"), "{words}");
    let mut again = server();
    again["ResourceSpec"] = described["ResourceSpec"].clone();
    world.sagemaker("CreateApp", again).await?;
    assert_eq!(world.sagemaker("DescribeApp", server()).await?["ResourceSpec"], described["ResourceSpec"]);
    Ok(())
}

#[tokio::test]
async fn sessions_belong_to_profiles() -> Outcome {
    let world = with_profile().await?;
    world.sagemaker("CreateApp", session()).await?;
    let mut nobody = session();
    nobody["UserProfileName"] = json!("nobody");
    assert_eq!(world.refused("CreateApp", nobody).await?.0, "ResourceNotFound");
    let mine = json!({"DomainIdEquals": DOMAIN, "UserProfileNameEquals": "ada"});
    let listed = world.sagemaker("ListApps", mine).await?;
    assert_eq!(listed["Apps"].as_array().map(Vec::len), Some(1));
    assert_eq!(listed["Apps"][0]["AppType"], "RSessionGateway");
    let profile = json!({"DomainId": DOMAIN, "UserProfileName": "ada"});
    assert_eq!(world.refused("DeleteUserProfile", profile).await?.0, "ResourceInUse");
    Ok(())
}

#[tokio::test]
async fn a_profile_is_updated_in_part() -> Outcome {
    let world = with_profile().await?;
    let set = |settings: Value| json!({"DomainId": DOMAIN, "UserProfileName": "ada", "UserSettings": settings});
    let entry = json!({"ImageName": "genomics", "AppImageConfigName": "genomics"});
    world.sagemaker("UpdateUserProfile", set(json!({"RSessionAppSettings": {"CustomImages": [entry]}}))).await?;
    world.sagemaker("UpdateUserProfile", set(json!({"DefaultLandingUri": "studio::"}))).await?;
    let profile = world.sagemaker("DescribeUserProfile", json!({"DomainId": DOMAIN, "UserProfileName": "ada"})).await?;
    assert_eq!(profile["UserSettings"]["RSessionAppSettings"]["CustomImages"], json!([entry]));
    assert_eq!(profile["UserSettings"]["DefaultLandingUri"], "studio::");
    let listed = world.sagemaker("ListUserProfiles", json!({"UserProfileNameContains": "ad"})).await?;
    assert_eq!(listed["UserProfiles"][0]["UserProfileName"], "ada");
    Ok(())
}

#[tokio::test]
async fn a_presigned_url_is_made_for_one_profile() -> Outcome {
    let world = with_profile().await?;
    let ask = json!({"DomainId": DOMAIN, "UserProfileName": "ada", "ExpiresInSeconds": 5});
    let answer = world.sagemaker("CreatePresignedDomainUrl", ask).await?;
    let url = answer["AuthorizedUrl"].as_str().unwrap_or_default();
    let token = url.strip_prefix("https://d-abcdef123456.studio.eu-west-1.sagemaker.aws/auth?token=");
    let token: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.unwrap_or_default())?)?;
    assert_eq!((&token["domain"], &token["profile"]), (&json!(DOMAIN), &json!("ada")));
    let nobody = json!({"DomainId": DOMAIN, "UserProfileName": "nobody"});
    assert_eq!(world.refused("CreatePresignedDomainUrl", nobody).await?.0, "ResourceNotFound");
    let long = json!({"DomainId": DOMAIN, "UserProfileName": "ada", "ExpiresInSeconds": 301});
    assert_eq!(world.refused("CreatePresignedDomainUrl", long).await?.0, "ValidationException");
    Ok(())
}

#[tokio::test]
async fn tags_are_added_and_removed_by_key() -> Outcome {
    let world = with_profile().await?;
    let arn = format!("arn:aws:sagemaker:eu-west-1:123456789012:user-profile/{DOMAIN}/ada");
    let add = json!({"ResourceArn": arn, "Tags": [{"Key": "owner", "Value": "ada"}]});
    world.sagemaker("AddTags", add).await?;
    let tags = world.sagemaker("ListTags", json!({"ResourceArn": arn})).await?["Tags"].clone();
    assert_eq!(tags, json!([{"Key": "owner", "Value": "ada"}, {"Key": "team", "Value": "stats"}]));
    world.sagemaker("DeleteTags", json!({"ResourceArn": arn, "TagKeys": ["owner"]})).await?;
    let tags = world.sagemaker("ListTags", json!({"ResourceArn": arn})).await?["Tags"].clone();
    assert_eq!(tags, json!([{"Key": "team", "Value": "stats"}]));
    Ok(())
}

#[tokio::test]
async fn seeding_again_changes_nothing() -> Outcome {
    let world = with_profile().await?;
    let again = world.control(Method::POST, "seed", &json!(seeded())).await?;
    assert_eq!(again, json!({"domain": DOMAIN, "created": false}));
    let mut other = json!(seeded());
    other["id"] = json!("d-other");
    other["name"] = json!("other");
    assert_eq!(world.control(Method::POST, "seed", &other).await?["created"], true);
    other["id"] = json!("stats");
    assert!(world.control(Method::POST, "seed", &other).await.is_err(), "not an id that AWS would give");
    Ok(())
}
