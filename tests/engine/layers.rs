//! Layer scans.

use slipway::engine::{EntryKind, Owner, WatchPath};

use crate::fixture::{BASE, build, engine, unique};

#[tokio::test]
async fn a_scan_finds_large_owners_and_files_that_a_later_layer_removes() {
    let engine = engine().await;
    let word = unique("scan");
    let dockerfile = format!(
        "FROM {BASE}\nRUN echo {word} > /big && chown 70000:80000 /big\n\
         RUN mkdir -p /opt/keys && echo {word} > /opt/keys/server.key && dd if=/dev/zero of=/zeros bs=1M count=40\n\
         RUN rm /opt/keys/server.key\n"
    );
    let id = build(&engine, &dockerfile).await;
    let watch = [WatchPath::Under("/opt/keys".into()), WatchPath::Suffix(".pem".into())];
    let layers = engine.scan_layers(&id, &watch).await.expect("layers");

    let facts = engine.find_image(&id).await.expect("an answer").expect("the image");
    let diff_ids: Vec<_> = layers.iter().map(|layer| layer.diff_id.clone()).collect();
    assert_eq!(diff_ids, facts.layers);
    assert_eq!(layers[1].max_uid, Some(Owner { id: 70_000, path: "/big".into() }));
    assert_eq!(layers[1].max_gid, Some(Owner { id: 80_000, path: "/big".into() }));
    assert!(layers[2].bytes > 40 << 20, "{:?}", layers[2]);
    let watched = |layer: usize| -> Vec<_> {
        layers[layer].watched.iter().map(|entry| (entry.path.as_str(), entry.kind)).collect()
    };
    assert_eq!(watched(1), []);
    assert_eq!(watched(2), [("/opt/keys", EntryKind::Folder), ("/opt/keys/server.key", EntryKind::File)]);
    assert_eq!(watched(3), [("/opt/keys", EntryKind::Folder), ("/opt/keys/server.key", EntryKind::Removed)]);
    engine.remove_image(&id).await.expect("removal");
}

#[tokio::test]
async fn a_layer_that_comes_twice_is_reported_twice() {
    let engine = engine().await;
    // Nothing changes in these steps, so their layers are the same empty archive.
    let id = build(&engine, &format!("FROM {BASE}\nRUN : {}\nRUN : again\n", unique("twice"))).await;
    let layers = engine.scan_layers(&id, &[]).await.expect("layers");
    let facts = engine.find_image(&id).await.expect("an answer").expect("the image");
    assert_eq!(layers.iter().map(|layer| layer.diff_id.clone()).collect::<Vec<_>>(), facts.layers);
    engine.remove_image(&id).await.expect("removal");
}

#[tokio::test]
async fn an_image_that_does_not_exist_cannot_be_scanned() {
    let error = engine().await.scan_layers("slipway-fixture-absent:1", &[]).await.expect_err("no image");
    assert_eq!(error.to_string(), "cannot export image `slipway-fixture-absent:1`");
}
