//! The connection to a mail server, encrypted before anything is said on it that matters.
//!
//! STARTTLS is asked for here, not by lettre, which keeps what came with the answer for later: whoever can write into the
//! unencrypted beginning of a connection could have given all answers of the encrypted part in advance, and a report
//! would seem sent that never was.

use crate::model::{MailConnection, MailSecurity};
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

/// Bytes of one answer before encryption.
const ANSWER: usize = 16 << 10;

/// How TLS is spoken: TLS 1.2 and later, certificates judged as the system judges them.
pub(super) fn tls() -> Result<TlsConnector, Error> {
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions()?.with_platform_verifier()?;
    Ok(TlsConnector::from(Arc::new(builder.with_no_client_auth())))
}

/// A connection on which the server's greeting is to be read next.
#[derive(Debug)]
pub(super) struct Stream {
    /// What is read before what the server sends: after STARTTLS it greets nobody (RFC 3207, 4.2).
    before: &'static [u8],
    io: Box<dyn Io>,
    peer: SocketAddr,
}

/// What bytes travel on.
trait Io: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug {}

impl<T: AsyncRead + AsyncWrite + Send + Sync + Unpin + std::fmt::Debug> Io for T {}

/// Opens a connection as policies say. The problem is in words.
pub(super) async fn open(
    connection: &MailConnection,
    tls: &TlsConnector,
    name: &ClientId,
) -> Result<Stream, String> {
    let reached = TcpStream::connect((connection.server.as_str(), connection.port)).await;
    let mut tcp = reached.map_err(|error| format!("it cannot be reached ({error})"))?;
    let peer = tcp.peer_addr().map_err(|error| error.to_string())?;
    let mut before: &[u8] = b"";
    if connection.security == MailSecurity::StartTls {
        ask_for_tls(&mut tcp, name).await?;
        before = b"220 \r\n";
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
    Ok(Stream { before, io, peer })
}

/// Brings an unencrypted connection to where TLS begins, or nowhere (RFC 3207, 4).
async fn ask_for_tls(tcp: &mut TcpStream, name: &ClientId) -> Result<(), String> {
    answer(tcp, "220").await?;
    say(tcp, &format!("EHLO {name}\r\n")).await?;
    let offers = answer(tcp, "250").await?;
    let offered =
        offers.lines().any(|line| line.get(4..).is_some_and(|it| it.eq_ignore_ascii_case("STARTTLS")));
    if !offered {
        return Err("it offers no STARTTLS".to_owned());
    }
    say(tcp, "STARTTLS\r\n").await?;
    answer(tcp, "220").await.map(drop)
}

async fn say(tcp: &mut TcpStream, line: &str) -> Result<(), String> {
    tcp.write_all(line.as_bytes()).await.map_err(|error| error.to_string())
}

/// One answer, which has this code and behind which nothing comes.
async fn answer(tcp: &mut TcpStream, code: &str) -> Result<String, String> {
    let mut said = Vec::new();
    loop {
        if let Some(end) = end(&said) {
            let text = String::from_utf8_lossy(&said[..end]).into_owned();
            return match text.starts_with(code) {
                _ if end < said.len() => Err("it said more than it was asked before TLS began".to_owned()),
                false => {
                    let text: String = text.trim_end().chars().take(200).collect();
                    Err(format!("it said `{text}` before TLS began"))
                }
                true => Ok(text),
            };
        }
        if said.len() > ANSWER {
            return Err("its answer is too long".to_owned());
        }
        if tcp.read_buf(&mut said).await.map_err(|error| error.to_string())? == 0 {
            return Err("it ended the connection before TLS began".to_owned());
        }
    }
}

/// Where the first whole answer ends: behind the line whose code is followed by no `-` (RFC 5321, 4.2.1).
fn end(said: &[u8]) -> Option<usize> {
    let mut end = 0;
    for line in said.split_inclusive(|byte| *byte == b'\n') {
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
        if self.before.is_empty() {
            return Pin::new(&mut self.io).poll_read(context, buffer);
        }
        let (now, later) = self.before.split_at(self.before.len().min(buffer.remaining()));
        buffer.put_slice(now);
        self.before = later;
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
    use super::end;

    #[test]
    fn an_answer_ends_with_the_line_that_says_so() {
        for (said, expected) in [
            ("", None),
            ("220 a", None),
            ("220 a\r\n", Some(7)),
            ("220\r\n", Some(5)),
            ("250-a\r\n", None),
            ("250-a\r\n250 b\r\n", Some(14)),
            ("220 a\r\n250 b\r\n", Some(7)),
        ] {
            assert_eq!(end(said.as_bytes()), expected, "{said:?}");
        }
    }
}
