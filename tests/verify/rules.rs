//! Contract rules on real layers.

use slipway::engine::EngineError;
use slipway::progress::{Outcome, Reporter};
use slipway::verify::{VerifyError, verify};

use crate::fixture::{BASE, Recorder, engine, unique};
use crate::images::{broken, build, spec, verify_fake};

/// Details without the digests of layers, which differ from build to build.
fn without_digests(text: &str) -> String {
    let mut parts = text.split(" (");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |text, part| match part.split_once(')') {
        Some((digest, rest)) if digest.len() == 12 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
            text + rest
        }
        _ => text + " (" + part,
    })
}

#[tokio::test]
async fn an_image_that_breaks_many_rules_is_told_each_with_its_layer() {
    let engine = engine().await;
    let dockerfile = format!(
        "FROM {BASE}\n\
         RUN echo {} > /big && chown 70000:70001 /big\n\
         RUN rm /big\n\
         RUN mkdir -p /opt/ml /home/sagemaker-user && touch /opt/ml/model /home/sagemaker-user/.Rprofile\n\
         RUN mkdir -p /etc/rstudio && echo key > /etc/rstudio/secure-cookie-key\n\
         RUN rm /etc/rstudio/secure-cookie-key\n\
         RUN mkdir -p /usr/lib/rstudio-server/bin && touch /usr/lib/rstudio-server/bin/rsession\n\
         RUN rm /usr/lib/rstudio-server/bin/rsession\n\
         ENV RSTUDIO_CONNECT_URL=\n\
         USER 1000\n\
         ENTRYPOINT [\"/bin/sh\"]\n",
        unique("big")
    );
    let image = build(&engine, &dockerfile, &[]).await;
    let more = "[environment]\nRSTUDIO_CONNECT_URL = \"https://connect.example.com\"\n[limits]\nsize = \"1 MB\"\n";
    let report = verify(&engine, &image, &spec("", more), &Reporter::silent()).await.expect("a report");
    let found: Vec<String> = broken(&report).iter().map(|text| without_digests(text)).collect();
    insta::assert_snapshot!(found.join("\n"));
    assert!(!report.passed());
    assert_eq!(report.image, image);
    assert!(report.to_json()["rules"].as_array().is_some_and(|rules| rules.len() == report.rules.len()));
    assert!(report.to_junit().expect("a document").contains("70000"));
    assert!(report.to_string().contains("failed SM002 `/big` in layer 2 of 8"), "{report}");
    engine.remove_image(&image).await.expect("removal");
}

#[tokio::test]
async fn an_image_as_slipway_makes_it_keeps_every_rule() {
    let report = verify_fake(&spec("", "")).await;
    assert_eq!(broken(&report), ["SM014 warned: the spec has no `[python]`"]);
    assert!(report.passed(), "{report}");
    assert!(report.size_bytes > 1_000_000);
}

#[tokio::test]
async fn scanning_and_testing_are_reported_as_two_tasks() {
    let engine = engine().await;
    let image = crate::images::fake_image(&engine).await;
    let (recorder, reporter, _lines) = Recorder::new();
    verify(&engine, &image, &spec("", ""), &reporter).await.expect("a report");
    let expected = ["scan layers", "run tests"].map(|label| (label.to_owned(), Some(Outcome::Done)));
    assert_eq!(recorder.tasks(), expected);
}

#[tokio::test]
async fn an_image_that_is_not_there_is_named() {
    let name = unique("nothing");
    let error = verify(&engine().await, &name, &spec("", ""), &Reporter::silent()).await.expect_err("no image");
    assert!(matches!(&error, VerifyError::NoSuchImage { image } if *image == name), "{error:?}");
}

#[tokio::test]
async fn an_image_without_a_shell_cannot_be_tested() {
    let engine = engine().await;
    let image = build(&engine, &format!("FROM scratch\nCOPY Dockerfile /{}\n", unique("file")), &[]).await;
    let error = verify(&engine, &image, &spec("", ""), &Reporter::silent()).await.expect_err("no shell");
    let source =
        |error: &VerifyError| matches!(error, VerifyError::Tests { source: EngineError::RunScript { .. }, .. });
    assert!(source(&error), "{error:?}");
    engine.settle().await;
    engine.remove_image(&image).await.expect("removal");
}
