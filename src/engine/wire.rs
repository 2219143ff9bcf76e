//! HTTP to the engine where bollard hides what is needed: raw progress lines, upgrades and answers that take minutes.

use std::collections::VecDeque;
use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use bollard::BollardRequest;
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http_body_util::combinators::UnsyncBoxBody;
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::{Method, Request, Response};
use hyper_util::client::legacy::{Client, Error as ClientError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::dial::Dialer;

/// Paths are sent to this name; the dialer decides where it really is.
pub(super) const ORIGIN: &str = "http://engine";
const IDLE: Duration = Duration::from_secs(20);
/// Progress lines are small; a trace line with a long log chunk is the largest.
const LINE_LIMIT: usize = 32 << 20;
/// As much of a refusal as anybody will read.
const REFUSAL_LIMIT: usize = 64 << 10;

type Body = UnsyncBoxBody<Bytes, io::Error>;

/// A pooled HTTP client for one engine; cheap to clone.
#[derive(Clone)]
pub(super) struct Http {
    client: Client<Dialer, Body>,
}

impl Http {
    /// A client that opens its connections with `dialer`.
    pub(super) fn new(dialer: Dialer) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new()).pool_idle_timeout(IDLE);
        Self { client: builder.build(dialer) }
    }

    /// Sends a request and returns the answer once its status is good; the body is still to be read.
    pub(super) async fn send(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
    ) -> Result<Response<Incoming>, WireError> {
        let mut request = Request::builder().method(method).uri(format!("{ORIGIN}{path}"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = Full::new(Bytes::new()).map_err(|never| match never {}).boxed_unsync();
        let request = request.body(body).map_err(|source| WireError::Compose { source })?;
        let response = self.client.request(request).await.map_err(|source| WireError::Send { source })?;
        let status = response.status();
        if status.is_success() || status == hyper::StatusCode::SWITCHING_PROTOCOLS {
            return Ok(response);
        }
        Err(WireError::Status { code: status.as_u16(), message: refusal(response.into_body()).await? })
    }

    /// The same client as bollard wants it.
    pub(super) fn transport(
        &self,
    ) -> impl Fn(BollardRequest) -> BoxFuture<'static, Result<Response<Incoming>, bollard::errors::Error>> + use<> {
        let client = self.client.clone();
        move |request| {
            let request = request.map(|body| body.map_err(io::Error::other).boxed_unsync());
            let answer = client.request(request);
            Box::pin(async move { Ok(answer.await?) })
        }
    }
}

async fn refusal(mut body: Incoming) -> Result<String, WireError> {
    #[derive(Deserialize)]
    struct Refusal {
        message: String,
    }
    let mut text = Vec::new();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|source| WireError::Read { source })?;
        text.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        if text.len() > REFUSAL_LIMIT {
            break;
        }
    }
    let refusal: Result<Refusal, _> = serde_json::from_slice(&text);
    Ok(refusal.map_or_else(|_| String::from_utf8_lossy(&text).trim().to_owned(), |refusal| refusal.message))
}

/// Reads the engine's line-wise JSON as it arrives.
pub(super) struct JsonLines {
    body: Incoming,
    buffer: Vec<u8>,
    ready: VecDeque<Vec<u8>>,
}

impl JsonLines {
    /// Reads from `response`; dropping the reader closes the connection and with it cancels the work.
    pub(super) fn new(response: Response<Incoming>) -> Self {
        Self { body: response.into_body(), buffer: Vec::new(), ready: VecDeque::new() }
    }

    /// The next line, or nothing at the end.
    pub(super) async fn next<T: DeserializeOwned>(&mut self) -> Result<Option<T>, WireError> {
        loop {
            if let Some(line) = self.ready.pop_front() {
                return serde_json::from_slice(&line).map(Some).map_err(|source| WireError::Json { source });
            }
            match self.body.frame().await {
                Some(frame) => {
                    let frame = frame.map_err(|source| WireError::Read { source })?;
                    self.accept(frame.data_ref().map_or(&[], |data| data))?;
                }
                None if self.buffer.is_empty() => return Ok(None),
                None => self.ready.push_back(std::mem::take(&mut self.buffer)),
            }
        }
    }

    fn accept(&mut self, mut data: &[u8]) -> Result<(), WireError> {
        while let Some(end) = data.iter().position(|byte| *byte == b'\n') {
            self.buffer.extend_from_slice(&data[..end]);
            data = &data[end + 1..];
            let line = std::mem::take(&mut self.buffer);
            if !line.trim_ascii().is_empty() {
                self.ready.push_back(line);
            }
        }
        self.buffer.extend_from_slice(data);
        if self.buffer.len() > LINE_LIMIT { Err(WireError::LongLine) } else { Ok(()) }
    }
}

/// A query string from names and values.
pub(super) fn query(pairs: &[(&str, &str)]) -> String {
    let mut query = String::new();
    for (name, value) in pairs {
        query.push(if query.is_empty() { '?' } else { '&' });
        query.push_str(name);
        query.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => query.push(char::from(byte)),
                _ => write!(query, "%{byte:02X}").expect("writing to a string should not fail"),
            }
        }
    }
    query
}

/// Why a request to the engine failed.
#[derive(Debug, thiserror::Error)]
pub enum WireError {
    /// A header or path has characters that HTTP does not allow.
    #[error("the request is not valid HTTP")]
    Compose {
        /// Which.
        #[source]
        source: hyper::http::Error,
    },
    /// The engine was not reached, or went away before it answered.
    #[error("the engine did not answer")]
    Send {
        /// Why.
        #[source]
        source: ClientError,
    },
    /// The engine refused.
    #[error("the engine answered {code}: {message}")]
    Status {
        /// HTTP status.
        code: u16,
        /// The engine's words.
        message: String,
    },
    /// The connection broke while the answer was read.
    #[error("the connection to the engine broke")]
    Read {
        /// How.
        #[source]
        source: hyper::Error,
    },
    /// The engine sent something that is not what its API promises.
    #[error("the engine sent a line that is not the expected JSON")]
    Json {
        /// Where.
        #[source]
        source: serde_json::Error,
    },
    /// The engine sent a line without end.
    #[error("the engine sent a line of more than 32 MB")]
    LongLine,
}

impl WireError {
    /// Whether the same request may succeed a little later. 500 is not: the engine uses it for plain mistakes.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Send { .. } | Self::Read { .. } => true,
            Self::Status { code, .. } => matches!(code, 429 | 502..=504),
            Self::Compose { .. } | Self::Json { .. } | Self::LongLine => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_carries_any_value() {
        let text = query(&[("t", "a/b:c"), ("labels", r#"{"k":"ü &"}"#)]);
        assert_eq!(text, "?t=a%2Fb%3Ac&labels=%7B%22k%22%3A%22%C3%BC%20%26%22%7D");
    }
}
