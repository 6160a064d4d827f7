//! A proxy that adds Windows' limits to the domain controller, which has neither: 1,500 values of an attribute, 1,000
//! entries of a search ([MS-ADTS], 3.1.1.3.4.6: `MaxValRange`, `MaxPageSize`).
#![expect(clippy::disallowed_types, reason = "a proxy listens")]

use super::ReadSettings;
use super::servers::{domain, domain_wanted};
use rolewright::wire::ldap::ber::{self, ENUMERATED, Elements, INTEGER, OCTETS, SEQUENCE, SET};
use rolewright::wire::ldap::{Response, decode};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

type Upstream = StreamOwned<ClientConnection, TcpStream>;

/// A running proxy. It listens until the test process ends.
pub(crate) struct Proxy {
    url: String,
    pieces: Arc<AtomicUsize>,
}

#[derive(Clone, Copy)]
struct Caps {
    values: u64,
    page: i64,
}

impl Proxy {
    /// Windows' defaults are 1,500 values and 1,000 entries.
    pub(crate) fn start(values: u64, page: i64) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("ldap://{}", listener.local_addr().expect("its address"));
        let pieces = Arc::new(AtomicUsize::new(0));
        let (caps, config, seen) = (Caps { values, page }, config(), pieces.clone());
        thread::spawn(move || {
            for socket in listener.incoming().flatten() {
                let (config, seen) = (config.clone(), seen.clone());
                // If either side closes its connection, the other is closed too.
                thread::spawn(move || forward(socket, upstream(config), caps, &seen));
            }
        });
        Self { url, pieces }
    }

    /// The domain, read through the proxy.
    pub(crate) fn wanted(&self) -> ReadSettings {
        let mut wanted = domain_wanted();
        wanted.connection.url = self.url.clone();
        wanted
    }

    /// How many ranges of attributes were sent.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces.load(Ordering::SeqCst)
    }
}

fn config() -> Arc<ClientConfig> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(domain().ca().as_bytes()) {
        roots.add(certificate.expect("a certificate")).expect("an authority");
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Arc::new(builder.expect("versions").with_root_certificates(roots).with_no_client_auth())
}

fn upstream(config: Arc<ClientConfig>) -> Upstream {
    let address = domain().get("address");
    let socket = TcpStream::connect((address, 636)).expect("the domain controller");
    let name = ServerName::try_from(address.to_owned()).expect("an address");
    StreamOwned::new(ClientConnection::new(config, name).expect("a session"), socket)
}

/// Forwards one request after the other, because the client sends one at a time.
fn forward(
    mut client: TcpStream,
    mut server: Upstream,
    caps: Caps,
    seen: &AtomicUsize,
) -> std::io::Result<()> {
    let (mut from_client, mut from_server) = (Vec::new(), Vec::new());
    loop {
        let Some(request) = message(&mut client, &mut from_client)? else { return Ok(()) };
        let (request, paged) = limited(&request, caps).expect("requests that are LDAP");
        server.write_all(&request)?;
        server.flush()?;
        let mut entries = 0;
        loop {
            let Some(answer) = message(&mut server, &mut from_server)? else { return Ok(()) };
            let decoded = decode(&answer).expect("answers that are LDAP");
            match decoded.response {
                Response::Entry(_) => {
                    entries += 1;
                    if paged || entries <= caps.page {
                        client.write_all(&as_windows(&answer, seen).expect("an entry"))?;
                    }
                }
                Response::Done(..) if !paged && entries > caps.page => {
                    let octets = |text: &[u8]| ber::element(OCTETS, text);
                    let done = ber::group(0x65, &[ber::number(ENUMERATED, 4), octets(b""), octets(b"")]);
                    client.write_all(&ber::group(SEQUENCE, &[ber::number(INTEGER, decoded.id), done]))?;
                    break;
                }
                Response::Reference(_) => client.write_all(&answer)?,
                _ => {
                    client.write_all(&answer)?;
                    break;
                }
            }
        }
    }
}

fn message(stream: &mut impl Read, waiting: &mut Vec<u8>) -> std::io::Result<Option<Vec<u8>>> {
    loop {
        let length = ber::message_length(waiting, 1 << 30).expect("messages that are LDAP");
        if let Some(length) = length.filter(|length| *length <= waiting.len()) {
            return Ok(Some(waiting.drain(..length).collect()));
        }
        let mut chunk = [0; 16 << 10];
        match stream.read(&mut chunk)? {
            0 => return Ok(None),
            read => waiting.extend_from_slice(&chunk[..read]),
        }
    }
}

/// A request with Windows' limits added, and whether it requests pages.
fn limited(request: &[u8], caps: Caps) -> Result<(Vec<u8>, bool), ber::Malformed> {
    let mut message = Elements::new(request).enter(SEQUENCE)?;
    let id = message.number(INTEGER)?;
    let (tag, content) = message.take()?;
    if tag != 0x63 {
        return Ok((request.to_vec(), true));
    }
    let mut operation = Elements::new(content);
    let mut parts = Vec::new();
    for _ in 0..7 {
        let (tag, content) = operation.take()?;
        parts.push(ber::element(tag, content));
    }
    let mut names = operation.enter(SEQUENCE)?;
    let mut asked = Vec::new();
    while !names.is_empty() {
        asked.push(ber::element(OCTETS, in_range(names.text()?, caps.values).as_bytes()));
    }
    parts.push(ber::group(SEQUENCE, &asked));
    let mut whole = vec![ber::number(INTEGER, id), ber::group(0x63, &parts)];
    let paged = !message.is_empty();
    if paged {
        let mut control = message.enter(0xa0)?.enter(SEQUENCE)?;
        let kind = control.text()?;
        let (tag, critical) = control.take()?;
        let mut value = Elements::new(control.expect(OCTETS)?).enter(SEQUENCE)?;
        let (size, cookie) = (value.number(INTEGER)?, value.expect(OCTETS)?);
        let value =
            ber::group(SEQUENCE, &[ber::number(INTEGER, size.min(caps.page)), ber::element(OCTETS, cookie)]);
        let control = [
            ber::element(OCTETS, kind.as_bytes()),
            ber::element(tag, critical),
            ber::element(OCTETS, &value),
        ];
        whole.push(ber::group(0xa0, &[ber::group(SEQUENCE, &control)]));
    }
    Ok((ber::group(SEQUENCE, &whole), paged))
}

/// The name of an attribute in the request to Samba that gives Windows' answer.
fn in_range(name: &str, values: u64) -> String {
    for attribute in ["member", "proxyAddresses"] {
        if name.eq_ignore_ascii_case(attribute) {
            return format!("{name};range=0-{}", values - 1);
        }
        let from =
            name.strip_prefix(attribute).and_then(|rest| rest.strip_prefix(";range=")?.strip_suffix("-*"));
        if let Some(from) = from.and_then(|from| from.parse::<u64>().ok()) {
            return format!("{attribute};range={from}-{}", from + values - 1);
        }
    }
    name.to_owned()
}

/// An entry in Windows' form: a complete list without range, otherwise with an empty attribute beside the range.
fn as_windows(answer: &[u8], seen: &AtomicUsize) -> Result<Vec<u8>, ber::Malformed> {
    let message = decode(answer)?;
    let Response::Entry(entry) = message.response else { return Ok(answer.to_vec()) };
    let octets = |text: &[u8]| ber::element(OCTETS, text);
    let mut attributes = Vec::new();
    for (name, values) in entry.attributes() {
        let values: Vec<_> = values.iter().map(|value| octets(value)).collect();
        let mut push = |name: &str, values: &[Vec<u8>]| {
            attributes.push(ber::group(SEQUENCE, &[octets(name.as_bytes()), ber::group(SET, values)]));
        };
        match name.split_once(";range=") {
            Some((plain, "0-*")) => push(plain, &values),
            Some((plain, _)) => {
                seen.fetch_add(1, Ordering::SeqCst);
                push(plain, &[]);
                push(name, &values);
            }
            None => push(name, &values),
        }
    }
    let entry = ber::group(0x64, &[octets(entry.name.as_bytes()), ber::group(SEQUENCE, &attributes)]);
    Ok(ber::group(SEQUENCE, &[ber::number(INTEGER, message.id), entry]))
}
