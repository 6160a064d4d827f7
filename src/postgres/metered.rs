//! A stream of the server's messages that counts bytes and looks at lengths, so that neither one endless message nor many
//! fill the memory: the client library waits for a whole message, however long it is said to be.

use crate::model::ReadBudget;
use crate::wire::postgres::Lengths;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, TlsStream};

/// A stream within a budget.
#[derive(Debug)]
pub(super) struct Metered<S> {
    stream: S,
    budget: ReadBudget,
    bytes: u64,
    lengths: Lengths,
}

impl<S> Metered<S> {
    pub(super) fn new(stream: S, budget: ReadBudget, message: u32) -> Self {
        Self { stream, budget, bytes: 0, lengths: Lengths::new(message) }
    }

    fn take(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.bytes += bytes.len() as u64;
        self.budget.allows_bytes(self.bytes).map_err(io::Error::other)?;
        self.lengths.take(bytes).map_err(|problem| io::Error::new(io::ErrorKind::InvalidData, problem))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Metered<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        match Pin::new(&mut self.stream).poll_read(context, buffer) {
            Poll::Ready(Ok(())) => Poll::Ready(self.take(&buffer.filled()[before..])),
            other => other,
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Metered<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for Metered<S> {
    /// The server is known by its certificate, so the password's exchange is not bound to the channel as well.
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}
