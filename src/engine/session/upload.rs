//! Sends the build context when the engine asks for it.

use bollard_buildkit_proto::moby::upload::v1::BytesMessage;
use bollard_buildkit_proto::moby::upload::v1::upload_server::Upload;
use bytes::Bytes;
use futures_util::stream::{self, BoxStream, StreamExt};
use tonic::{Request, Response, Status, Streaming};

/// Well below the 4 MiB that gRPC accepts in one message.
const CHUNK: usize = 256 << 10;

/// A context, as one archive, and the path under which the engine may fetch it.
pub(super) struct Context {
    path: String,
    archive: Bytes,
}

impl Context {
    /// The path must be different for every build: `BuildKit` takes fetches of one address by builds that run at the same
    /// time for one fetch, and would build one of them from the context of the other. The cache looks at the content.
    pub(super) fn new(session: &str, archive: Bytes) -> Self {
        Self { path: format!("/{session}"), archive }
    }

    /// What the engine is told to fetch.
    pub(super) fn url(session: &str) -> String {
        format!("http://buildkit-session/{session}")
    }
}

#[tonic::async_trait]
impl Upload for Context {
    type PullStream = BoxStream<'static, Result<BytesMessage, Status>>;

    async fn pull(&self, request: Request<Streaming<BytesMessage>>) -> Result<Response<Self::PullStream>, Status> {
        match request.metadata().get("urlpath").map(AsRef::as_ref) {
            Some(path) if path == self.path.as_bytes() => {}
            _ => return Err(Status::not_found("this session has one context only")),
        }
        let chunks = stream::unfold(self.archive.clone(), |mut rest| async move {
            let chunk = rest.split_to(CHUNK.min(rest.len()));
            (!chunk.is_empty()).then(|| (Ok(BytesMessage { data: chunk.to_vec() }), rest))
        });
        Ok(Response::new(chunks.boxed()))
    }
}
