//! What survives the end of a process.

use axum::http::Method;
use serde_json::json;
use slipway_sandbox::Options;

use crate::support::{DOMAIN, Outcome, ROLE, World, seeded};

#[tokio::test]
async fn everything_survives_a_restart() -> Outcome {
    let world = World::with(|options| Options { seeds: vec![seeded()], ..options }).await?;
    world.make_repository("sagemaker-r").await?;
    let digest = world.push_image("sagemaker-r", "v1", "layer").await?;
    let password = world.password().await?;
    world.sagemaker("CreateImage", json!({"ImageName": "clinical", "RoleArn": ROLE})).await?;
    let base = world.reference("sagemaker-r", &digest);
    let version = json!({"ImageName": "clinical", "BaseImage": base, "ClientToken": "t"});
    let made = world.sagemaker("CreateImageVersion", version.clone()).await?;
    let domain = world.sagemaker("DescribeDomain", json!({"DomainId": DOMAIN})).await?;

    let world = world.restart().await?;
    assert_eq!(world.sagemaker("DescribeDomain", json!({"DomainId": DOMAIN})).await?, domain);
    assert_eq!(world.sagemaker("CreateImageVersion", version).await?, made, "the token is remembered");
    let manifest = world.registry(Method::GET, "/v2/sagemaker-r/manifests/v1", &[], "").await?;
    assert_eq!(manifest.header("docker-content-digest"), digest);
    let layer = manifest.json()["layers"][0]["digest"].as_str().unwrap_or_default().to_owned();
    let request = axum::http::Request::get(format!("{}/v2/sagemaker-r/blobs/{layer}", world.sandbox.endpoint()))
        .header("authorization", password)
        .body(axum::body::Body::empty())?;
    assert_eq!(world.send(request).await?.body, "layer", "a password outlives the process that issued it");
    Ok(())
}

#[tokio::test]
async fn an_upload_does_not_survive_and_leaves_nothing() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let upload = world.registry(Method::POST, "/v2/rr/blobs/uploads/", &[], "").await?.header("location").to_owned();
    world.registry(Method::PATCH, &upload, &[], "some bytes").await?;
    let world = world.restart().await?;
    assert_eq!(world.registry(Method::GET, &upload, &[], "").await?.registry_code(), "BLOB_UPLOAD_UNKNOWN");
    assert_eq!(std::fs::read_dir(world.folder.path().join("uploads"))?.count(), 0);
    Ok(())
}
