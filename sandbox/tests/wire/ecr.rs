//! ECR: repositories, images, policies.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{Outcome, World, digest};

#[tokio::test]
async fn a_repository_is_made_once_and_described() -> Outcome {
    let world = World::start().await?;
    let create = json!({
        "repositoryName": "sagemaker/r", "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": true}, "tags": [{"Key": "owner", "Value": "stats"}],
    });
    let made = world.ecr("CreateRepository", create.clone()).await?["repository"].clone();
    assert_eq!(made["repositoryUri"], format!("{}/sagemaker/r", world.sandbox.address()));
    assert_eq!(made["repositoryArn"], "arn:aws:ecr:eu-west-1:123456789012:repository/sagemaker/r");
    assert_eq!(world.ecr_answer("CreateRepository", create).await?.error(), "RepositoryAlreadyExistsException");
    let described = world.ecr("DescribeRepositories", json!({"repositoryNames": ["sagemaker/r"]})).await?;
    assert_eq!(described["repositories"], json!([made]));
    let tags = world.ecr("ListTagsForResource", json!({"resourceArn": made["repositoryArn"]})).await?;
    assert_eq!(tags["tags"], json!([{"Key": "owner", "Value": "stats"}]));
    let missing = world.ecr_answer("DescribeRepositories", json!({"repositoryNames": ["none"]})).await?;
    assert_eq!(missing.error(), "RepositoryNotFoundException");
    assert_eq!(
        missing.message(),
        "The repository with name 'none' does not exist in the registry with id '123456789012'"
    );
    Ok(())
}

#[tokio::test]
async fn repositories_are_listed_in_pages() -> Outcome {
    let world = World::start().await?;
    for number in 0..5 {
        world.make_repository(&format!("r{number}")).await?;
    }
    let (mut names, mut token) = (Vec::new(), Value::Null);
    loop {
        let page = world.ecr("DescribeRepositories", json!({"maxResults": 2, "nextToken": token})).await?;
        for repository in page["repositories"].as_array().into_iter().flatten() {
            names.push(repository["repositoryName"].as_str().unwrap_or_default().to_owned());
        }
        token = page["nextToken"].clone();
        if token.is_null() {
            break;
        }
    }
    assert_eq!(names, ["r0", "r1", "r2", "r3", "r4"]);
    Ok(())
}

#[tokio::test]
async fn a_pushed_image_is_described_and_deleted_with_its_last_tag() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let digest = world.push_image("rr", "v1", "layer").await?;
    world.push_image("rr", "v2", "layer").await?;
    let described = world.ecr("DescribeImages", json!({"repositoryName": "rr"})).await?;
    let image = &described["imageDetails"][0];
    assert_eq!(image["imageDigest"], digest);
    assert_eq!(image["imageTags"], json!(["v1", "v2"]));
    assert_eq!(image["imageManifestMediaType"], crate::support::DOCKER_MANIFEST);
    let delete = |tag: &str| json!({"repositoryName": "rr", "imageIds": [{"imageTag": tag}]});
    world.ecr("BatchDeleteImage", delete("v1")).await?;
    let listed = world.ecr("ListImages", json!({"repositoryName": "rr"})).await?;
    assert_eq!(listed["imageIds"], json!([{"imageDigest": digest, "imageTag": "v2"}]));
    world.ecr("BatchDeleteImage", delete("v2")).await?;
    let answer = world.ecr_answer("DescribeImages", json!({"repositoryName": "rr", "imageIds": [{"imageTag": "v2"}]}));
    let answer = answer.await?;
    assert_eq!(answer.error(), "ImageNotFoundException");
    assert_eq!(
        answer.message(),
        "The image with imageId {imageDigest:null, imageTag:'v2'} does not exist within the repository with name \
         'rr' in the registry with id '123456789012'"
    );
    let failed = world.ecr("BatchDeleteImage", delete("v2")).await?;
    assert_eq!(failed["failures"][0]["failureCode"], "ImageNotFound");
    Ok(())
}

#[tokio::test]
async fn put_image_gives_an_image_another_tag() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let digest = world.push_image("rr", "v1", "layer").await?;
    let got =
        world.ecr("BatchGetImage", json!({"repositoryName": "rr", "imageIds": [{"imageDigest": digest}]})).await?;
    let manifest = &got["images"][0]["imageManifest"];
    let put = json!({"repositoryName": "rr", "imageTag": "stable", "imageManifest": manifest});
    let answer = world.ecr("PutImage", put.clone()).await?;
    assert_eq!(answer["image"]["imageId"], json!({"imageDigest": digest, "imageTag": "stable"}));
    assert_eq!(world.ecr_answer("PutImage", put).await?.error(), "ImageAlreadyExistsException");
    world.make_repository("empty").await?;
    let elsewhere = json!({"repositoryName": "empty", "imageManifest": manifest});
    assert_eq!(world.ecr_answer("PutImage", elsewhere).await?.error(), "LayersNotFoundException");
    Ok(())
}

#[tokio::test]
async fn layers_are_available_where_they_were_pushed() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let there = world.push_blob("rr", b"layer").await?;
    let digests = json!([there, digest(b"absent"), "nonsense"]);
    let answer =
        world.ecr("BatchCheckLayerAvailability", json!({"repositoryName": "rr", "layerDigests": digests})).await?;
    assert_eq!(answer["layers"][0]["layerAvailability"], "AVAILABLE");
    assert_eq!(answer["layers"][1]["layerAvailability"], "UNAVAILABLE");
    assert_eq!(answer["failures"][0]["failureCode"], "InvalidLayerDigest");
    Ok(())
}

#[tokio::test]
async fn a_lifecycle_policy_must_make_sense() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let get = world.ecr_answer("GetLifecyclePolicy", json!({"repositoryName": "rr"})).await?;
    assert_eq!(get.error(), "LifecyclePolicyNotFoundException");
    let rule = |priority: u32| {
        json!({"rulePriority": priority, "description": "keep what is used, forget the rest, in good time",
               "selection": {"tagStatus": "untagged", "countType": "imageCountMoreThan", "countNumber": 5},
               "action": {"type": "expire"}})
    };
    let policy = json!({"rules": [rule(1), rule(2)]}).to_string();
    world.ecr("PutLifecyclePolicy", json!({"repositoryName": "rr", "lifecyclePolicyText": policy})).await?;
    let get = world.ecr("GetLifecyclePolicy", json!({"repositoryName": "rr"})).await?;
    assert_eq!(get["lifecyclePolicyText"], policy);
    let twice = json!({"rules": [rule(1), rule(1)]}).to_string();
    let refused = world.ecr_answer("PutLifecyclePolicy", json!({"repositoryName": "rr", "lifecyclePolicyText": twice}));
    assert!(refused.await?.message().contains("rule priorities must be unique"));
    Ok(())
}

#[tokio::test]
async fn a_scan_takes_its_time_and_finds_nothing() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    world.push_image("rr", "v1", "layer").await?;
    let about = json!({"repositoryName": "rr", "imageId": {"imageTag": "v1"}});
    let before = world.ecr_answer("DescribeImageScanFindings", about.clone()).await?;
    assert_eq!(before.error(), "ScanNotFoundException");
    let fault = json!({"fault": "slow", "state": "scan", "millis": 60_000});
    world.control(Method::POST, "faults", &fault).await?;
    world.ecr("StartImageScan", about.clone()).await?;
    let during = world.ecr("DescribeImageScanFindings", about.clone()).await?;
    assert_eq!(during["imageScanStatus"]["status"], "IN_PROGRESS");
    world.control(Method::DELETE, "faults", &json!({})).await?;
    world.ecr("StartImageScan", about.clone()).await?;
    let after = world.ecr("DescribeImageScanFindings", about).await?;
    assert_eq!(after["imageScanStatus"]["status"], "COMPLETE");
    assert_eq!(after["imageScanFindings"]["findings"], json!([]));
    Ok(())
}

#[tokio::test]
async fn a_repository_with_images_goes_by_force_only() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    world.push_image("rr", "v1", "layer").await?;
    let refused = world.ecr_answer("DeleteRepository", json!({"repositoryName": "rr"})).await?;
    assert_eq!(refused.error(), "RepositoryNotEmptyException");
    world.ecr("DeleteRepository", json!({"repositoryName": "rr", "force": true})).await?;
    let gone = world.registry(Method::GET, "/v2/rr/tags/list", &[], "").await?;
    assert_eq!(gone.registry_code(), "NAME_UNKNOWN");
    Ok(())
}
