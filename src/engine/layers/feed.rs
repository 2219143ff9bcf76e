//! Carries an HTTP body from the asynchronous side to a thread that wants to [`Read`].

use std::io::{self, Read};

use bytes::{Buf, Bytes};
use http_body_util::BodyExt;
use hyper::body::Incoming;
use tokio::sync::mpsc::{Receiver, Sender};

use crate::engine::wire::WireError;

/// Sends `body` on, chunk by chunk, until it ends or nobody reads any more.
pub(super) async fn send(mut body: Incoming, to: Sender<io::Result<Bytes>>) -> Result<(), WireError> {
    while let Some(frame) = body.frame().await {
        let chunk = match frame {
            Ok(frame) => frame.into_data().unwrap_or_default(),
            Err(source) => {
                // The reader must not take a broken transfer for its end; that it has gone already is fine.
                drop(to.send(Err(io::ErrorKind::ConnectionAborted.into())).await);
                return Err(WireError::Read { source });
            }
        };
        if to.send(Ok(chunk)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// The reading end.
pub(super) struct Feed {
    chunks: Receiver<io::Result<Bytes>>,
    current: Bytes,
}

impl Feed {
    pub(super) fn new(chunks: Receiver<io::Result<Bytes>>) -> Self {
        Self { chunks, current: Bytes::new() }
    }
}

impl Read for Feed {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.current.is_empty() {
            match self.chunks.blocking_recv() {
                Some(chunk) => self.current = chunk?,
                None => return Ok(0),
            }
        }
        let length = buffer.len().min(self.current.len());
        self.current.copy_to_slice(&mut buffer[..length]);
        Ok(length)
    }
}
