//! Faults over the wire.

use std::time::Duration;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use futures_util::stream;
use serde_json::{Value, json};
use slipway_sandbox::{Fault, Options};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::support::{DOMAIN, Outcome, ROLE, World, digest, seeded};

async fn arm(world: &World, fault: Value) -> Outcome {
    world.control(Method::POST, "faults", &fault).await.map(drop)
}

#[tokio::test]
async fn throttled_calls_are_refused_as_sagemaker_refuses_them() -> Outcome {
    let world = World::start().await?;
    arm(&world, json!({"fault": "throttle", "operation": "*", "calls": 2})).await?;
    for _ in 0..2 {
        let refused = world.refused("ListImages", json!({})).await?;
        assert_eq!(refused, ("ThrottlingException".to_owned(), "Rate exceeded".to_owned()));
    }
    world.sagemaker("ListImages", json!({})).await?;
    Ok(())
}

#[tokio::test]
async fn a_named_operation_fails_as_often_as_asked() -> Outcome {
    let world = World::start().await?;
    let fault = json!({"fault": "fail", "operation": "SageMaker.CreateImage", "error": "ResourceLimitExceeded",
                       "message": "The account-level service limit is 0", "times": 1});
    arm(&world, json!([fault])).await?;
    assert_eq!(world.control(Method::GET, "faults", &json!({})).await?, json!([fault]));
    let create = json!({"ImageName": "r", "RoleArn": ROLE});
    let refused = world.refused("CreateImage", create.clone()).await?;
    assert_eq!(refused.0, "ResourceLimitExceeded");
    world.sagemaker("CreateImage", create).await?;
    assert_eq!(world.control(Method::GET, "faults", &json!({})).await?, json!([]));
    Ok(())
}

#[tokio::test]
async fn a_failure_of_aws_itself_is_a_500_that_clients_retry() -> Outcome {
    let world = World::start().await?;
    let fault =
        json!({"fault": "fail", "operation": "ListImages", "error": "InternalFailure", "message": "", "times": 1});
    arm(&world, fault).await?;
    let answer = world.aws("SageMaker.ListImages", json!({})).await?;
    assert_eq!((answer.status, answer.error().as_str()), (StatusCode::INTERNAL_SERVER_ERROR, "InternalFailure"));
    Ok(())
}

#[tokio::test]
async fn a_slow_state_lasts_until_the_fault_ends() -> Outcome {
    let world = World::start().await?;
    arm(&world, json!({"fault": "slow", "state": "image", "millis": 60_000})).await?;
    world.sagemaker("CreateImage", json!({"ImageName": "slow", "RoleArn": ROLE})).await?;
    world.control(Method::DELETE, "faults", &json!({})).await?;
    world.sagemaker("CreateImage", json!({"ImageName": "quick", "RoleArn": ROLE})).await?;
    for (name, status) in [("slow", "CREATING"), ("quick", "CREATED")] {
        assert_eq!(world.sagemaker("DescribeImage", json!({"ImageName": name})).await?["ImageStatus"], status);
    }
    Ok(())
}

#[tokio::test]
async fn a_version_fails_for_the_reason_given() -> Outcome {
    let fault = Fault::VersionFails { reason: "InternalFailure".to_owned(), times: 1 };
    let world = World::with(|options| Options { faults: vec![fault], ..options }).await?;
    world.make_repository("sagemaker-r").await?;
    let digest = world.push_image("sagemaker-r", "v1", "layer").await?;
    world.sagemaker("CreateImage", json!({"ImageName": "r", "RoleArn": ROLE})).await?;
    let base = world.reference("sagemaker-r", &digest);
    for (token, status) in [("a", "CREATE_FAILED"), ("b", "CREATED")] {
        let create = json!({"ImageName": "r", "BaseImage": base, "ClientToken": token});
        world.sagemaker("CreateImageVersion", create).await?;
        let described = world.sagemaker("DescribeImageVersion", json!({"ImageName": "r"})).await?;
        assert_eq!(described["ImageVersionStatus"], status);
    }
    Ok(())
}

#[tokio::test]
async fn another_writer_undoes_an_update() -> Outcome {
    let world = World::with(|options| Options { seeds: vec![seeded()], ..options }).await?;
    let theirs = json!({"image": "theirs", "version": 2, "app_image_config": "theirs"});
    arm(&world, json!({"fault": "lost_update", "times": 1, "adds": [theirs]})).await?;
    let clear = json!({"DomainId": DOMAIN, "DefaultUserSettings": {"RSessionAppSettings": {"CustomImages": []}}});
    world.sagemaker("UpdateDomain", clear.clone()).await?;
    let domain = world.sagemaker("DescribeDomain", json!({"DomainId": DOMAIN})).await?;
    let listed = &domain["DefaultUserSettings"]["RSessionAppSettings"]["CustomImages"];
    let names: Vec<&str> =
        listed.as_array().into_iter().flatten().filter_map(|one| one["ImageName"].as_str()).collect();
    assert_eq!(names, ["genomics", "theirs"]);
    world.sagemaker("UpdateDomain", clear).await?;
    let domain = world.sagemaker("DescribeDomain", json!({"DomainId": DOMAIN})).await?;
    assert_eq!(domain["DefaultUserSettings"]["RSessionAppSettings"]["CustomImages"], json!([]));
    Ok(())
}

#[tokio::test]
async fn somebody_else_is_updating_the_domain() -> Outcome {
    let world = World::with(|options| Options { seeds: vec![seeded()], ..options }).await?;
    arm(&world, json!({"fault": "domain_updating", "domain": DOMAIN, "for_ms": 200})).await?;
    let update = json!({"DomainId": DOMAIN, "DefaultUserSettings": {"DefaultLandingUri": "studio::"}});
    assert_eq!(world.refused("UpdateDomain", update.clone()).await?.0, "ResourceInUse");
    world.wait_for("DescribeDomain", &json!({"DomainId": DOMAIN}), "Status", "InService").await?;
    world.sagemaker("UpdateDomain", update).await?;
    assert!(arm(&world, json!({"fault": "domain_updating", "domain": "d-none", "for_ms": 1})).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_push_is_cut_and_goes_on_where_it_was_cut() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let content: Vec<u8> = (0..1_000_000_u32).flat_map(u32::to_le_bytes).collect();
    arm(&world, json!({"fault": "cut_push", "after_bytes": 1_000_000, "times": 1})).await?;
    let upload = world.registry(Method::POST, "/v2/rr/blobs/uploads/", &[], "").await?.header("location").to_owned();
    let pieces: Vec<_> = content.chunks(10_000).map(|piece| Ok::<_, std::io::Error>(piece.to_vec())).collect();
    let cut = world.registry(Method::PATCH, &upload, &[], Body::from_stream(stream::iter(pieces))).await;
    assert!(cut.is_err(), "the connection breaks without an answer: {cut:?}");
    let status = world.registry(Method::GET, &upload, &[], "").await?;
    let last: usize = status.header("range").trim_start_matches("0-").parse()?;
    assert!(last < 1_000_000, "{last}");
    let range = format!("{}-{}", last + 1, content.len() - 1);
    let rest = content[last + 1..].to_vec();
    let last = format!("{upload}?digest={}", digest(&content));
    let done = world.registry(Method::PUT, &last, &[("content-range", &range)], rest).await?;
    assert_eq!(done.status, StatusCode::CREATED, "{:?}", done.body);
    Ok(())
}

#[tokio::test]
async fn a_client_that_leaves_can_come_back() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let upload = world.registry(Method::POST, "/v2/rr/blobs/uploads/", &[], "").await?.header("location").to_owned();
    let head = format!(
        "PATCH {upload} HTTP/1.1\r\nHost: sandbox\r\nAuthorization: {}\r\nContent-Length: 13\r\n\r\n",
        world.password().await?
    );
    let mut client = TcpStream::connect(world.sandbox.address()).await?;
    client.write_all(head.as_bytes()).await?;
    client.write_all(b"half ").await?;
    drop(client);
    let deadline = std::time::Instant::now() + Duration::from_secs(5);
    while world.registry(Method::GET, &upload, &[], "").await?.header("range") != "0-4" {
        assert!(std::time::Instant::now() < deadline, "what arrived was not kept");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let last = format!("{upload}?digest={}", digest(b"half and half"));
    let done = world.registry(Method::PUT, &last, &[("content-range", "5-12")], "and half").await?;
    assert_eq!(done.status, StatusCode::CREATED, "{:?}", done.body);
    Ok(())
}
