//! A layer of a gigabyte passes through without being held in memory.

#[expect(dead_code, reason = "this test needs a part of the client that the other tests share")]
#[path = "wire/support.rs"]
mod support;

use std::error::Error;
use std::fs;

use axum::body::{Body, Bytes};
use axum::http::{Method, Request, StatusCode};
use futures_util::{StreamExt, stream};
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use support::{Outcome, World};

const PIECE: usize = 64 * 1024;
const PIECES: usize = 16 * 1024;
/// Of one gibibyte of zeros, as `head -c 1G /dev/zero | sha256sum` says.
const DIGEST: &str = "sha256:49bc20df15e412a64472421e13fe86ff1c5165e18b2afccf160d4dc19fe68a14";
/// How far the memory of client and sandbox together may grow: buffers, not layers.
const GROWTH_KIB: u64 = 32 * 1024;

/// The most memory this process has had so far.
fn peak_kib() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("the kernel should know VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").parse()?)
}

/// Length of a body, which is read and dropped piece by piece.
async fn count(request: Request<Body>) -> Result<usize, Box<dyn Error>> {
    let client: Client<_, Body> = Client::builder(TokioExecutor::new()).build_http();
    let mut body = Body::new(client.request(request).await?.into_body()).into_data_stream();
    let mut length = 0;
    while let Some(piece) = body.next().await {
        length += piece?.len();
    }
    Ok(length)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gigabyte_passes_through_a_few_megabytes() -> Outcome {
    let world = World::start().await?;
    world.make_repository("large").await?;
    let begun = world.registry(Method::POST, "/v2/large/blobs/uploads/", &[], "").await?;
    let upload = begun.header("location").to_owned();
    let before = peak_kib()?;

    let zeros = Bytes::from(vec![0; PIECE]);
    let pieces = stream::iter((0..PIECES).map(move |_| Ok::<_, std::io::Error>(zeros.clone())));
    let sent = world.registry(Method::PATCH, &upload, &[], Body::from_stream(pieces)).await?;
    assert_eq!(sent.header("range"), format!("0-{}", PIECE * PIECES - 1));
    let done = world.registry(Method::PUT, &format!("{upload}?digest={DIGEST}"), &[], "").await?;
    assert_eq!(done.status, StatusCode::CREATED, "{:?}", done.body);

    let request = Request::get(format!("{}{}", world.sandbox.endpoint(), done.header("location")))
        .header("authorization", world.password().await?)
        .body(Body::empty())?;
    assert_eq!(count(request).await?, PIECE * PIECES);
    let growth = peak_kib()? - before;
    assert!(growth < GROWTH_KIB, "memory grew by {growth} KiB");
    Ok(())
}
