//! Blobs: every way to upload one, and the ways it goes wrong (OCI distribution specification, "Pushing blobs").

use axum::http::{Method, StatusCode};
use serde_json::json;

use crate::support::{Outcome, World, digest};

const CONTENT: &[u8] = b"0123456789abcdefghij";

async fn begin(world: &World) -> Result<String, Box<dyn std::error::Error>> {
    world.make_repository("team/sagemaker/r").await?;
    let answer = world.registry(Method::POST, "/v2/team/sagemaker/r/blobs/uploads/", &[], "").await?;
    assert_eq!(answer.status, StatusCode::ACCEPTED);
    assert!(!answer.header("docker-upload-uuid").is_empty());
    Ok(answer.header("location").to_owned())
}

#[tokio::test]
async fn a_blob_streams_in_and_is_read_back_whole_and_in_parts() -> Outcome {
    let world = World::start().await?;
    let upload = begin(&world).await?;
    let sent = world.registry(Method::PATCH, &upload, &[], CONTENT).await?;
    assert_eq!((sent.status, sent.header("range")), (StatusCode::ACCEPTED, "0-19"));
    let digest = digest(CONTENT);
    let done = world.registry(Method::PUT, &format!("{upload}?digest={digest}"), &[], "").await?;
    assert_eq!(done.status, StatusCode::CREATED);
    let blob = done.header("location").to_owned();
    assert_eq!(blob, format!("/v2/team/sagemaker/r/blobs/{digest}"));

    let head = world.registry(Method::HEAD, &blob, &[], "").await?;
    assert_eq!((head.status, head.header("content-length")), (StatusCode::OK, "20"));
    assert_eq!(world.registry(Method::GET, &blob, &[], "").await?.body, CONTENT);
    let part = world.registry(Method::GET, &blob, &[("range", "bytes=10-12")], "").await?;
    assert_eq!((part.status, part.header("content-range")), (StatusCode::PARTIAL_CONTENT, "bytes 10-12/20"));
    assert_eq!(part.body, &b"abc"[..]);
    let beyond = world.registry(Method::GET, &blob, &[("range", "bytes=20-")], "").await?;
    assert_eq!(beyond.status, StatusCode::RANGE_NOT_SATISFIABLE);
    Ok(())
}

#[tokio::test]
async fn chunks_must_follow_one_another() -> Outcome {
    let world = World::start().await?;
    let upload = begin(&world).await?;
    let chunk = |range: &'static str| [("content-range", range)];
    let first = world.registry(Method::PATCH, &upload, &chunk("0-9"), &CONTENT[..10]).await?;
    assert_eq!((first.status, first.header("range")), (StatusCode::ACCEPTED, "0-9"));
    for range in ["0-9", "11-19"] {
        let length = if range == "0-9" { 10 } else { 9 };
        let again = world.registry(Method::PATCH, &upload, &chunk(range), &CONTENT[..length]).await?;
        assert_eq!(again.status, StatusCode::RANGE_NOT_SATISFIABLE, "{range}");
        assert_eq!(again.header("range"), "0-9", "what the registry has");
        assert_eq!(again.header("location"), upload);
    }
    let short = world.registry(Method::PATCH, &upload, &chunk("10-19"), &CONTENT[10..15]).await?;
    assert_eq!((short.status, short.registry_code().as_str()), (StatusCode::BAD_REQUEST, "SIZE_INVALID"));
    let status = world.registry(Method::GET, &upload, &[], "").await?;
    assert_eq!((status.status, status.header("range")), (StatusCode::NO_CONTENT, "0-9"));
    let last = format!("{upload}?digest={}", digest(CONTENT));
    let done = world.registry(Method::PUT, &last, &chunk("10-19"), &CONTENT[10..]).await?;
    assert_eq!(done.status, StatusCode::CREATED, "{:?}", done.body);
    Ok(())
}

#[tokio::test]
async fn content_with_another_digest_is_refused_and_forgotten() -> Outcome {
    let world = World::start().await?;
    let upload = begin(&world).await?;
    let wrong = digest(b"something else");
    let answer = world.registry(Method::PUT, &format!("{upload}?digest={wrong}"), &[], CONTENT).await?;
    assert_eq!((answer.status, answer.registry_code().as_str()), (StatusCode::BAD_REQUEST, "DIGEST_INVALID"));
    assert_eq!(world.registry(Method::GET, &upload, &[], "").await?.registry_code(), "BLOB_UPLOAD_UNKNOWN");
    for digest in [&wrong, &digest(CONTENT)] {
        let path = format!("/v2/team/sagemaker/r/blobs/{digest}");
        assert_eq!(world.registry(Method::GET, &path, &[], "").await?.registry_code(), "BLOB_UNKNOWN");
    }
    let left: Vec<_> = std::fs::read_dir(world.folder.path().join("uploads"))?.collect();
    assert!(left.is_empty(), "{left:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_no_digest_is_refused() -> Outcome {
    let world = World::start().await?;
    let upload = begin(&world).await?;
    for digest in ["", "sha256:123", "md5:d41d8cd98f00b204e9800998ecf8427e", "../../secret"] {
        let answer = world.registry(Method::PUT, &format!("{upload}?digest={digest}"), &[], CONTENT).await?;
        assert_eq!(answer.registry_code(), "DIGEST_INVALID", "{digest}");
    }
    Ok(())
}

#[tokio::test]
async fn a_cancelled_upload_is_gone() -> Outcome {
    let world = World::start().await?;
    let upload = begin(&world).await?;
    assert_eq!(world.registry(Method::DELETE, &upload, &[], "").await?.status, StatusCode::NO_CONTENT);
    assert_eq!(world.registry(Method::PATCH, &upload, &[], CONTENT).await?.registry_code(), "BLOB_UPLOAD_UNKNOWN");
    Ok(())
}

#[tokio::test]
async fn an_upload_belongs_to_its_repository() -> Outcome {
    let world = World::start().await?;
    let upload = begin(&world).await?;
    world.make_repository("other").await?;
    let elsewhere = upload.replace("team/sagemaker/r", "other");
    assert_eq!(world.registry(Method::PATCH, &elsewhere, &[], CONTENT).await?.registry_code(), "BLOB_UPLOAD_UNKNOWN");
    Ok(())
}

#[tokio::test]
async fn a_blob_is_mounted_from_another_repository_without_its_bytes() -> Outcome {
    let world = World::start().await?;
    for name in ["from", "to"] {
        world.make_repository(name).await?;
    }
    let digest = world.push_blob("from", CONTENT).await?;
    let before = world.control(Method::GET, "stats", &json!({})).await?;
    let mounted =
        world.registry(Method::POST, &format!("/v2/to/blobs/uploads/?mount={digest}&from=from"), &[], "").await?;
    assert_eq!(mounted.status, StatusCode::CREATED);
    assert_eq!(world.registry(Method::GET, mounted.header("location"), &[], "").await?.body, CONTENT);
    let after = world.control(Method::GET, "stats", &json!({})).await?;
    assert_eq!(after["registry_bytes_received"], before["registry_bytes_received"]);
    assert_eq!(after["blobs_mounted"], 1);
    let path = format!("/v2/from/blobs/uploads/?mount={digest}&from=no");
    let unknown = world.registry(Method::POST, &path, &[], "").await?;
    assert_eq!(unknown.status, StatusCode::ACCEPTED, "an upload begins instead");
    Ok(())
}

#[tokio::test]
async fn a_deleted_blob_stays_in_other_repositories() -> Outcome {
    let world = World::start().await?;
    for name in ["one", "two"] {
        world.make_repository(name).await?;
        world.push_blob(name, CONTENT).await?;
    }
    let path = |name| format!("/v2/{name}/blobs/{}", digest(CONTENT));
    assert_eq!(world.registry(Method::DELETE, &path("one"), &[], "").await?.status, StatusCode::ACCEPTED);
    assert_eq!(world.registry(Method::HEAD, &path("one"), &[], "").await?.status, StatusCode::NOT_FOUND);
    assert_eq!(world.registry(Method::HEAD, &path("two"), &[], "").await?.status, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn nothing_is_pushed_to_a_repository_that_nobody_made() -> Outcome {
    let world = World::start().await?;
    let answer = world.registry(Method::POST, "/v2/nobody/made/this/blobs/uploads/", &[], "").await?;
    assert_eq!((answer.status, answer.registry_code().as_str()), (StatusCode::NOT_FOUND, "NAME_UNKNOWN"));
    let message = answer.json()["errors"][0]["message"].to_string();
    assert!(message.contains("does not exist in the registry with id '123456789012'"), "{message}");
    let answer = world.registry(Method::POST, "/v2/No/blobs/uploads/", &[], "").await?;
    assert_eq!(answer.registry_code(), "NAME_INVALID");
    Ok(())
}
