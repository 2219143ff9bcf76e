//! Images and image versions.

use std::time::Duration;

use axum::http::Method;
use serde_json::{Value, json};
use slipway_sandbox::Pace;

use crate::support::{Outcome, ROLE, World};

async fn with_image() -> Result<(World, String), Box<dyn std::error::Error>> {
    let world = World::start().await?;
    world.make_repository("sagemaker-r").await?;
    let digest = world.push_image("sagemaker-r", "v1", "layer").await?;
    world.sagemaker("CreateImage", json!({"ImageName": "clinical", "RoleArn": ROLE, "DisplayName": "R"})).await?;
    let base = world.reference("sagemaker-r", &digest);
    Ok((world, base))
}

fn version(base: &str, token: &str) -> Value {
    json!({"ImageName": "clinical", "BaseImage": base, "ClientToken": token})
}

#[tokio::test]
async fn an_image_is_created_in_its_time_and_once() -> Outcome {
    let pace = Pace { quick: Duration::from_millis(300), ..Pace::INSTANT };
    let world = World::with(|options| slipway_sandbox::Options { pace, ..options }).await?;
    let create = json!({"ImageName": "Clinical.R", "RoleArn": ROLE});
    let made = world.sagemaker("CreateImage", create.clone()).await?;
    assert_eq!(made["ImageArn"], "arn:aws:sagemaker:eu-west-1:123456789012:image/clinical.r");
    let about = json!({"ImageName": "Clinical.R"});
    let described = world.sagemaker("DescribeImage", about.clone()).await?;
    assert_eq!((&described["ImageStatus"], &described["RoleArn"]), (&json!("CREATING"), &json!(ROLE)));
    assert_eq!(world.refused("CreateImage", create).await?.0, "ResourceInUse");
    assert_eq!(world.refused("DeleteImage", about.clone()).await?.0, "ResourceInUse");
    world.wait_for("DescribeImage", &about, "ImageStatus", "CREATED").await?;
    world.sagemaker("DeleteImage", about.clone()).await?;
    assert_eq!(world.sagemaker("DescribeImage", about.clone()).await?["ImageStatus"], "DELETING");
    Ok(())
}

#[tokio::test]
async fn a_deleted_image_is_gone_with_its_versions_and_its_tags() -> Outcome {
    let (world, base) = with_image().await?;
    world.sagemaker("CreateImageVersion", version(&base, "t1")).await?;
    let arn = "arn:aws:sagemaker:eu-west-1:123456789012:image/clinical";
    world.sagemaker("AddTags", json!({"ResourceArn": arn, "Tags": [{"Key": "k", "Value": "v"}]})).await?;
    world.sagemaker("DeleteImage", json!({"ImageName": "clinical"})).await?;
    let (error, words) = world.refused("DescribeImage", json!({"ImageName": "clinical"})).await?;
    assert_eq!(error, "ResourceNotFound");
    assert!(words.starts_with("No Image with the name clinical"), "{words}");
    world.sagemaker("CreateImage", json!({"ImageName": "clinical", "RoleArn": ROLE})).await?;
    assert_eq!(world.sagemaker("ListTags", json!({"ResourceArn": arn})).await?["Tags"], json!([]));
    let versions = world.sagemaker("ListImageVersions", json!({"ImageName": "clinical"})).await?;
    assert_eq!(versions["ImageVersions"], json!([]));
    Ok(())
}

#[tokio::test]
async fn numbers_go_up_and_are_not_given_twice() -> Outcome {
    let (world, base) = with_image().await?;
    for (token, number) in [("t1", 1), ("t2", 2)] {
        let made = world.sagemaker("CreateImageVersion", version(&base, token)).await?;
        let arn = format!("arn:aws:sagemaker:eu-west-1:123456789012:image-version/clinical/{number}");
        assert_eq!(made["ImageVersionArn"], arn);
    }
    world.sagemaker("DeleteImageVersion", json!({"ImageName": "clinical", "Version": 2})).await?;
    let made = world.sagemaker("CreateImageVersion", version(&base, "t3")).await?;
    assert!(made["ImageVersionArn"].as_str().is_some_and(|arn| arn.ends_with("clinical/3")));
    let gone = world.refused("DescribeImageVersion", json!({"ImageName": "clinical", "Version": 2})).await?;
    assert!(gone.1.ends_with("does not exist"), "{gone:?}");
    let latest = world.sagemaker("DescribeImageVersion", json!({"ImageName": "clinical"})).await?;
    assert_eq!(latest["Version"], 3);
    Ok(())
}

#[tokio::test]
async fn a_repeated_token_makes_no_second_version() -> Outcome {
    let (world, base) = with_image().await?;
    let first = world.sagemaker("CreateImageVersion", version(&base, "t1")).await?;
    assert_eq!(world.sagemaker("CreateImageVersion", version(&base, "t1")).await?, first);
    let mut other = version(&base, "t1");
    other["ReleaseNotes"] = json!("different");
    assert_eq!(world.refused("CreateImageVersion", other).await?.0, "ResourceInUse");
    let listed = world.sagemaker("ListImageVersions", json!({"ImageName": "clinical"})).await?;
    assert_eq!(listed["ImageVersions"].as_array().map(Vec::len), Some(1));
    Ok(())
}

#[tokio::test]
async fn a_tag_is_resolved_when_the_version_is_made() -> Outcome {
    let (world, base) = with_image().await?;
    let by_tag = format!("{}/sagemaker-r:v1", world.sandbox.address());
    world.sagemaker("CreateImageVersion", version(&by_tag, "t1")).await?;
    world.push_image("sagemaker-r", "v1", "newer").await?;
    let described = world.sagemaker("DescribeImageVersion", json!({"ImageName": "clinical", "Version": 1})).await?;
    assert_eq!(described["BaseImage"], by_tag);
    assert_eq!(described["ContainerImage"], base);
    Ok(())
}

#[tokio::test]
async fn a_version_of_what_is_not_a_usable_image_fails_with_a_reason() -> Outcome {
    let (world, base) = with_image().await?;
    let arm = world.push_image_for("sagemaker-r", "arm", "layer", "arm64").await?;
    let index = json!({
        "schemaVersion": 2, "mediaType": "application/vnd.oci.image.index.v1+json",
        "manifests": [{"mediaType": crate::support::DOCKER_MANIFEST, "digest": arm, "size": 1}],
    });
    let media_type = [("content-type", "application/vnd.oci.image.index.v1+json")];
    world.registry(Method::PUT, "/v2/sagemaker-r/manifests/index", &media_type, index.to_string()).await?;
    let host = world.sandbox.address().to_string();
    let table = [
        (base.replace("sagemaker-r", "nothing"), "does not exist in the registry"),
        (format!("{host}/sagemaker-r:nothing"), "Requested image not found"),
        (format!("{host}/sagemaker-r:index"), "is not supported: push a single image"),
        (format!("{host}/sagemaker-r:arm"), "linux/arm64"),
        (base.replace(&host, "123456789012.dkr.ecr.us-east-1.amazonaws.com"), "must be in the Amazon ECR registry"),
        (base.replace(&host, "999999999999.dkr.ecr.eu-west-1.amazonaws.com"), "must be in the Amazon ECR registry"),
        ("nonsense".to_owned(), "is not an Amazon ECR image"),
    ];
    for (number, (base, reason)) in table.iter().enumerate() {
        world.sagemaker("CreateImageVersion", version(base, &format!("t{number}"))).await?;
        let described = world.sagemaker("DescribeImageVersion", json!({"ImageName": "clinical"})).await?;
        assert_eq!(described["ImageVersionStatus"], "CREATE_FAILED", "{base}");
        let found = described["FailureReason"].as_str().unwrap_or_default();
        assert!(found.contains(reason), "{base}: {found}");
    }
    let real = base.replace(&host, "123456789012.dkr.ecr.eu-west-1.amazonaws.com");
    world.sagemaker("CreateImageVersion", version(&real, "real")).await?;
    let described = world.sagemaker("DescribeImageVersion", json!({"ImageName": "clinical"})).await?;
    assert_eq!(described["ImageVersionStatus"], "CREATED", "the registry's name in AWS is known too");
    Ok(())
}

#[tokio::test]
async fn versions_are_sorted_and_paged() -> Outcome {
    let (world, base) = with_image().await?;
    for number in 1..=11 {
        world.sagemaker("CreateImageVersion", version(&base, &format!("t{number}"))).await?;
    }
    let (mut numbers, mut token) = (Vec::new(), Value::Null);
    loop {
        let ask = json!({"ImageName": "clinical", "SortBy": "VERSION", "SortOrder": "ASCENDING", "MaxResults": 4,
                         "NextToken": token});
        let page = world.sagemaker("ListImageVersions", ask).await?;
        numbers
            .extend(page["ImageVersions"].as_array().into_iter().flatten().filter_map(|one| one["Version"].as_u64()));
        token = page["NextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(numbers, (1..=11).collect::<Vec<u64>>());
    let newest = world.sagemaker("ListImageVersions", json!({"ImageName": "clinical"})).await?;
    assert_eq!(newest["ImageVersions"][0]["Version"], 11);
    assert_eq!(
        newest["ImageVersions"].as_array().map(Vec::len),
        Some(10),
        "a page has ten unless it is asked for more"
    );
    Ok(())
}

#[tokio::test]
async fn an_alias_names_one_version() -> Outcome {
    let (world, base) = with_image().await?;
    let mut first = version(&base, "t1");
    first["Aliases"] = json!(["stable", "1.0"]);
    world.sagemaker("CreateImageVersion", first).await?;
    world.sagemaker("CreateImageVersion", version(&base, "t2")).await?;
    let by_alias = json!({"ImageName": "clinical", "Alias": "stable"});
    assert_eq!(world.sagemaker("DescribeImageVersion", by_alias).await?["Version"], 1);
    let add = json!({"ImageName": "clinical", "Version": 2, "AliasesToAdd": ["stable"]});
    assert_eq!(world.refused("UpdateImageVersion", add.clone()).await?.0, "ResourceInUse");
    let delete =
        json!({"ImageName": "clinical", "Version": 1, "AliasesToDelete": ["stable"], "JobType": "NOTEBOOK_KERNEL"});
    world.sagemaker("UpdateImageVersion", delete).await?;
    world.sagemaker("UpdateImageVersion", add).await?;
    let aliases = world.sagemaker("ListAliases", json!({"ImageName": "clinical"})).await?;
    assert_eq!(aliases["SageMakerImageVersionAliases"], json!(["1.0", "stable"]));
    let second = world.sagemaker("ListAliases", json!({"ImageName": "clinical", "Version": 2})).await?;
    assert_eq!(second["SageMakerImageVersionAliases"], json!(["stable"]));
    Ok(())
}

#[tokio::test]
async fn an_image_is_updated_in_part() -> Outcome {
    let (world, _) = with_image().await?;
    world.sagemaker("UpdateImage", json!({"ImageName": "clinical", "Description": "R for submissions"})).await?;
    let described = world.sagemaker("DescribeImage", json!({"ImageName": "clinical"})).await?;
    assert_eq!((&described["DisplayName"], &described["Description"]), (&json!("R"), &json!("R for submissions")));
    world.sagemaker("UpdateImage", json!({"ImageName": "clinical", "DeleteProperties": ["DisplayName"]})).await?;
    let described = world.sagemaker("DescribeImage", json!({"ImageName": "clinical"})).await?;
    assert!(described["DisplayName"].is_null());
    Ok(())
}
