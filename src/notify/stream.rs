//! The connection to a mail server, encrypted before any command that matters.
//!
//! STARTTLS is done here because lettre keeps bytes that arrive with its answer. An attacker who can write into the
//! unencrypted part could then supply all later answers in advance, and an unsent report would look sent.

use crate::model::{AddressRule, MailConnection, MailSecurity};
use lettre::transport::smtp::client::AsyncTokioStream;
use lettre::transport::smtp::extension::ClientId;
use rustls_platform_verifier::BuilderVerifierExt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, Error};

/// The largest answer before encryption, in bytes.
const MAX_ANSWER: usize = 16 << 10;

/// The TLS settings: TLS 1.2 and later, certificates verified by the system's rules.
pub(super) fn tls() -> Result<TlsConnector, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_platform_verifier()?;
    Ok(TlsConnector::from(Arc::new(builder.with_no_client_auth())))
}

/// A connection before the server's greeting.
#[derive(Debug)]
pub(super) struct Stream {
    /// Bytes to read before those of the server: after STARTTLS it sends no greeting (RFC 3207, 4.2).
    prefix: &'static [u8],
    io: Box<dyn Io>,
    peer: SocketAddr,
}

/// The transport of the bytes.
trait Io: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> Io for T {}

/// Opens a connection as configured. The error is text.
pub(super) async fn open(
    connection: &MailConnection,
    addresses: &AddressRule,
    tls: &TlsConnector,
    name: &ClientId,
) -> Result<Stream, String> {
    let unreached = |error: io::Error| format!("it cannot be reached ({error})");
    let server = connection.server.as_str();
    let found = tokio::net::lookup_host((server, connection.port)).await.map_err(unreached)?;
    let permitted = addresses.permitted(server, found).map_err(|error| error.to_string())?;
    let mut tcp = TcpStream::connect(&permitted[..]).await.map_err(unreached)?;
    let peer = tcp.peer_addr().map_err(|error| error.to_string())?;
    let mut prefix: &[u8] = b"";
    if connection.security == MailSecurity::StartTls {
        start_tls(&mut tcp, name).await?;
        prefix = b"220 \r\n";
    }
    let io: Box<dyn Io> = match connection.security {
        MailSecurity::None => Box::new(tcp),
        MailSecurity::Tls | MailSecurity::StartTls => {
            let server =
                ServerName::try_from(connection.server.clone()).map_err(|error| error.to_string())?;
            let encrypted = tls.connect(server, tcp).await;
            Box::new(encrypted.map_err(|error| format!("it cannot be reached over TLS ({error})"))?)
        }
    };
    Ok(Stream { prefix, io, peer })
}

/// Negotiates STARTTLS on an unencrypted connection (RFC 3207, 4).
async fn start_tls(tcp: &mut TcpStream, name: &ClientId) -> Result<(), String> {
    answer(tcp, "220").await?;
    send_line(tcp, &format!("EHLO {name}\r\n")).await?;
    let offers = answer(tcp, "250").await?;
    let offered =
        offers.lines().any(|line| line.get(4..).is_some_and(|line| line.eq_ignore_ascii_case("STARTTLS")));
    if !offered {
        return Err("it does not offer STARTTLS".to_owned());
    }
    send_line(tcp, "STARTTLS\r\n").await?;
    answer(tcp, "220").await.map(drop)
}

async fn send_line(tcp: &mut TcpStream, line: &str) -> Result<(), String> {
    tcp.write_all(line.as_bytes()).await.map_err(|error| error.to_string())
}

/// Reads one answer with this code; bytes behind it are an error.
async fn answer(tcp: &mut TcpStream, code: &str) -> Result<String, String> {
    let mut received = Vec::new();
    loop {
        if let Some(end) = answer_end(&received) {
            let text = String::from_utf8_lossy(&received[..end]).into_owned();
            return match text.starts_with(code) {
                _ if end < received.len() => {
                    Err("it sent more than was asked for before TLS began".to_owned())
                }
                false => {
                    let text: String = text.trim_end().chars().take(200).collect();
                    Err(format!("it answered `{text}` before TLS began"))
                }
                true => Ok(text),
            };
        }
        if received.len() > MAX_ANSWER {
            return Err("its answer is too long".to_owned());
        }
        if tcp.read_buf(&mut received).await.map_err(|error| error.to_string())? == 0 {
            return Err("it closed the connection before TLS began".to_owned());
        }
    }
}

/// The end of the first complete answer: behind the line whose code is not followed by `-` (RFC 5321, 4.2.1).
fn answer_end(received: &[u8]) -> Option<usize> {
    let mut end = 0;
    for line in received.split_inclusive(|byte| *byte == b'\n') {
        end += line.len();
        if line.ends_with(b"\n") && line.get(3) != Some(&b'-') {
            return Some(end);
        }
    }
    None
}

impl AsyncTokioStream for Stream {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.prefix.is_empty() {
            return Pin::new(&mut self.io).poll_read(context, buffer);
        }
        let (now, later) = self.prefix.split_at(self.prefix.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.prefix = later;
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.io).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.io).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use super::answer_end;

    #[test]
    fn an_answer_ends_with_its_last_line() {
        for (received, expected) in [
            ("", None),
            ("220 a", None),
            ("220 a\r\n", Some(7)),
            ("220\r\n", Some(5)),
            ("250-a\r\n", None),
            ("250-a\r\n250 b\r\n", Some(14)),
            ("220 a\r\n250 b\r\n", Some(7)),
        ] {
            assert_eq!(answer_end(received.as_bytes()), expected, "{received:?}");
        }
    }
}
