//! Manifests, tags and referrers.

use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Answer, DOCKER_MANIFEST, Outcome, World, digest};

const OCI_MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
const OCI_INDEX: &str = "application/vnd.oci.image.index.v1+json";

async fn put(
    world: &World,
    reference: &str,
    media_type: &str,
    manifest: &Value,
) -> Result<Answer, Box<dyn std::error::Error>> {
    let path = format!("/v2/rr/manifests/{reference}");
    world.registry(Method::PUT, &path, &[("content-type", media_type)], manifest.to_string()).await
}

#[tokio::test]
async fn a_manifest_is_pulled_as_it_was_pushed() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let digest = world.push_image("rr", "v1", "layer").await?;
    for reference in ["v1", &digest] {
        let path = format!("/v2/rr/manifests/{reference}");
        let pulled = world.registry(Method::GET, &path, &[], "").await?;
        assert_eq!(pulled.header("content-type"), DOCKER_MANIFEST);
        assert_eq!(pulled.header("docker-content-digest"), digest);
        assert_eq!(crate::support::digest(&pulled.body), digest);
        let head = world.registry(Method::HEAD, &path, &[], "").await?;
        assert_eq!(head.header("content-length"), pulled.body.len().to_string());
        assert!(head.body.is_empty());
    }
    Ok(())
}

#[tokio::test]
async fn what_a_manifest_names_must_be_there_first() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let absent = digest(b"absent");
    let config = world.push_blob("rr", b"{}").await?;
    let descriptor = |digest: &str, size: usize| json!({"mediaType": "x/y", "digest": digest, "size": size});
    let manifest = |config: Value, layers: Value| json!({"schemaVersion": 2, "mediaType": OCI_MANIFEST, "config": config, "layers": layers});
    let table = [
        (OCI_MANIFEST, manifest(descriptor(&absent, 6), json!([])), "MANIFEST_BLOB_UNKNOWN"),
        (OCI_MANIFEST, manifest(descriptor(&config, 2), json!([descriptor(&absent, 6)])), "MANIFEST_BLOB_UNKNOWN"),
        (OCI_MANIFEST, manifest(descriptor(&config, 3), json!([])), "MANIFEST_INVALID"),
        (DOCKER_MANIFEST, manifest(descriptor(&config, 2), json!([])), "MANIFEST_INVALID"),
        (OCI_MANIFEST, json!({"schemaVersion": 1}), "MANIFEST_INVALID"),
        (OCI_MANIFEST, json!({"schemaVersion": 2}), "MANIFEST_INVALID"),
        ("text/plain", json!({"schemaVersion": 2}), "MANIFEST_INVALID"),
        (OCI_INDEX, json!({"schemaVersion": 2, "manifests": [descriptor(&absent, 6)]}), "MANIFEST_BLOB_UNKNOWN"),
    ];
    for (media_type, manifest, code) in table {
        assert_eq!(put(&world, "v1", media_type, &manifest).await?.registry_code(), code, "{manifest}");
    }
    let good = manifest(descriptor(&config, 2), json!([]));
    let wrong = put(&world, &absent, OCI_MANIFEST, &good).await?;
    assert_eq!(wrong.registry_code(), "DIGEST_INVALID");
    let right = digest(good.to_string().as_bytes());
    assert_eq!(put(&world, &right, OCI_MANIFEST, &good).await?.status, StatusCode::CREATED);
    assert_eq!(put(&world, ".bad", OCI_MANIFEST, &good).await?.registry_code(), "MANIFEST_INVALID");
    Ok(())
}

#[tokio::test]
async fn an_immutable_tag_takes_the_same_image_again_and_no_other() -> Outcome {
    let world = World::start().await?;
    world.ecr("CreateRepository", json!({"repositoryName": "r2", "imageTagMutability": "IMMUTABLE"})).await?;
    let first = world.push_image("r2", "v1", "layer").await?;
    assert_eq!(world.push_image("r2", "v1", "layer").await?, first);
    world.push_image("r2", "v2", "other").await?;
    let other = world.registry(Method::GET, "/v2/r2/manifests/v2", &[], "").await?.body;
    let answer =
        world.registry(Method::PUT, "/v2/r2/manifests/v1", &[("content-type", DOCKER_MANIFEST)], other.clone()).await?;
    assert_eq!((answer.status, answer.registry_code().as_str()), (StatusCode::BAD_REQUEST, "TAG_INVALID"));
    let put = json!({
        "repositoryName": "r2", "imageTag": "v1", "imageManifest": String::from_utf8(other.to_vec())?,
    });
    assert_eq!(world.ecr_answer("PutImage", put).await?.error(), "ImageTagAlreadyExistsException");
    Ok(())
}

#[tokio::test]
async fn tags_are_listed_in_pages() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    for tag in ["c", "a", "b"] {
        world.push_image("rr", tag, "layer").await?;
    }
    let all = world.registry(Method::GET, "/v2/rr/tags/list", &[], "").await?;
    assert_eq!(all.json(), json!({"name": "rr", "tags": ["a", "b", "c"]}));
    let first = world.registry(Method::GET, "/v2/rr/tags/list?n=2", &[], "").await?;
    assert_eq!(first.json()["tags"], json!(["a", "b"]));
    assert_eq!(first.header("link"), "</v2/rr/tags/list?n=2&last=b>; rel=\"next\"");
    let second = world.registry(Method::GET, "/v2/rr/tags/list?n=2&last=b", &[], "").await?;
    assert_eq!((second.json()["tags"].clone(), second.header("link")), (json!(["c"]), ""));
    let none = world.registry(Method::GET, "/v2/rr/tags/list?n=0", &[], "").await?;
    assert_eq!(none.json()["tags"], json!([]));
    Ok(())
}

#[tokio::test]
async fn referrers_are_found_by_their_subject_and_kind() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let subject = world.push_image("rr", "v1", "layer").await?;
    let config = world.push_blob("rr", b"{}").await?;
    for kind in ["application/spdx+json", "application/x.signature"] {
        let manifest = json!({
            "schemaVersion": 2, "mediaType": OCI_MANIFEST, "artifactType": kind, "layers": [],
            "config": {"mediaType": "application/vnd.oci.empty.v1+json", "digest": config, "size": 2},
            "subject": {"mediaType": DOCKER_MANIFEST, "digest": subject, "size": 1},
            "annotations": {"kind": kind},
        });
        let reference = digest(manifest.to_string().as_bytes());
        let answer = put(&world, &reference, OCI_MANIFEST, &manifest).await?;
        assert_eq!(answer.header("oci-subject"), subject);
    }
    let path = format!("/v2/rr/referrers/{subject}");
    let all = world.registry(Method::GET, &path, &[], "").await?;
    assert_eq!(all.header("content-type"), OCI_INDEX);
    assert_eq!(all.json()["manifests"].as_array().map(Vec::len), Some(2));
    let one = world.registry(Method::GET, &format!("{path}?artifactType=application/spdx%2Bjson"), &[], "").await?;
    assert_eq!(one.header("oci-filters-applied"), "artifactType");
    let found = one.json()["manifests"].clone();
    assert_eq!(found.as_array().map(Vec::len), Some(1));
    assert_eq!(found[0]["artifactType"], "application/spdx+json");
    assert_eq!(found[0]["annotations"]["kind"], "application/spdx+json");
    let nobody = format!("/v2/rr/referrers/{}", digest(b"nobody"));
    assert_eq!(world.registry(Method::GET, &nobody, &[], "").await?.json()["manifests"], json!([]));
    Ok(())
}

#[tokio::test]
async fn a_deleted_tag_leaves_the_image_and_a_deleted_image_takes_its_tags() -> Outcome {
    let world = World::start().await?;
    world.make_repository("rr").await?;
    let digest = world.push_image("rr", "v1", "layer").await?;
    world.push_image("rr", "v2", "layer").await?;
    let delete = |reference: &str| format!("/v2/rr/manifests/{reference}");
    assert_eq!(world.registry(Method::DELETE, &delete("v1"), &[], "").await?.status, StatusCode::ACCEPTED);
    assert_eq!(world.registry(Method::GET, &delete("v1"), &[], "").await?.registry_code(), "MANIFEST_UNKNOWN");
    assert_eq!(world.registry(Method::GET, &delete(&digest), &[], "").await?.status, StatusCode::OK);
    assert_eq!(world.registry(Method::DELETE, &delete(&digest), &[], "").await?.status, StatusCode::ACCEPTED);
    assert_eq!(world.registry(Method::GET, &delete("v2"), &[], "").await?.registry_code(), "MANIFEST_UNKNOWN");
    Ok(())
}
