//! Whom the client trusts, what it tells whom, and what a hostile server can do.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "servers that send what no server should")]
#![expect(clippy::disallowed_methods, reason = "tests measure time")]

use crate::support::postgres::{Schema, read_by, shared, wait};
use crate::support::tls::Authority;
use rolewright::doctor::{ProbeReport, Step};
use rolewright::fetch::postgres::probe;
use rolewright::model::{AddressRule, ReadBudget, Secret};
use rolewright::postgres::{Caps, Server};
use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

fn refused(server: &Server) -> String {
    let error = wait(server.connect(Caps::default())).unwrap_err();
    error.to_string()
}

#[test]
fn the_server_is_known_by_its_certificate() {
    let good = shared().connection("tlsonly", "any");
    wait(good.connect(Caps::default())).unwrap();
    let by_name = {
        let mut server = good.clone();
        "localhost".clone_into(&mut server.connection.host);
        server
    };
    wait(by_name.connect(Caps::default())).unwrap();
    let unknown = refused(&Server { ca: Some(Authority::new().ca), ..good.clone() });
    assert!(unknown.contains("authority that this machine does not trust"), "{unknown}");
    let machine = refused(&Server { ca: None, ..good.clone() });
    assert!(machine.contains("is not trusted"), "{machine}");
    let mut other_name = good.clone();
    "127.0.0.2".clone_into(&mut other_name.connection.host);
    assert!(refused(&other_name).contains("cannot be reached"), "{}", refused(&other_name));
    let mut plain = good.clone();
    plain.connection.tls = false;
    assert!(refused(&plain).contains("signing in"), "{}", refused(&plain));
    let nonsense = refused(&Server { ca: Some("nothing".to_owned()), ..good });
    assert!(nonsense.contains("`ca` contains no certificate"), "{nonsense}");
}

#[test]
fn a_server_of_another_name_or_without_tls_gets_nothing() {
    let authority = Authority::new();
    let port = answering(b"S", Some(authority.server_named("db.example", false)));
    let mut server = shared().connection("rolewright", "any");
    (server.connection.port, server.ca) = (port, Some(authority.ca));
    assert!(refused(&server).contains("its certificate is not for `127.0.0.1`"), "{}", refused(&server));
    server.connection.port = answering(b"N", None);
    assert!(refused(&server).contains("does not offer TLS"), "{}", refused(&server));
}

/// A server that answers the request for TLS so, and then speaks TLS as this.
fn answering(answer: &'static [u8], tls: Option<std::sync::Arc<rustls::ServerConfig>>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 8];
            client.read_exact(&mut request).unwrap();
            client.write_all(answer).unwrap();
            if let Some(config) = &tls {
                let mut session = rustls::ServerConnection::new(config.clone()).unwrap();
                while session.is_handshaking() && session.complete_io(&mut client).is_ok() {}
            }
            let mut rest = Vec::new();
            let _ = client.read_to_end(&mut rest);
            assert!(!rest.windows(8).any(|part| part == b"password"), "the password was sent");
        }
    });
    port
}

#[test]
fn passwords_and_certificates_let_in_who_they_belong_to() {
    let mut certified = shared().connection("certified", "any");
    certified.password = None;
    certified.certificate = Some(Secret::new(shared().file("certified.pem")));
    wait(certified.connect(Caps::default())).unwrap();
    certified.certificate = Some(Secret::new(shared().file("stranger.pem")));
    assert!(refused(&certified).contains("signing in"), "{}", refused(&certified));
    certified.certificate = Some(Secret::new("-----BEGIN SECRET".to_owned()));
    let unusable = refused(&certified);
    assert!(
        unusable.contains("contains no readable certificate") && !unusable.contains("SECRET"),
        "{unusable}"
    );
    let mut wrong = shared().connection("rolewright", "any");
    wrong.password = Some(Secret::new("another-password".to_owned()));
    let error = refused(&wrong);
    assert!(error.contains("signing in") && !error.contains("another-password"), "{error}");
    wrong.password = None;
    assert!(refused(&wrong).contains("signing in"), "{}", refused(&wrong));
}

#[test]
fn h12_private_addresses_are_called_only_where_the_operator_lists_them() {
    let server = Server {
        addresses: AddressRule::public_and("").unwrap(),
        ..shared().connection("rolewright", "any")
    };
    assert!(refused(&server).contains("`ROLEWRIGHT_PRIVATE_ADDRESSES`"), "{}", refused(&server));
}

#[test]
fn h17_a_read_has_a_budget() {
    let schema = Schema::made();
    schema.by_hand("INSERT INTO accounts SELECT 'x-' || n, NULL, true FROM generate_series(1, 5000) n");
    let caps = |budget| Caps { budget, ..Caps::default() };
    let generous = ReadBudget::default();
    let few = read_by(&schema.server, None, caps(ReadBudget { records: 100, ..generous })).unwrap_err();
    assert!(few.to_string().contains("`ROLEWRIGHT_READ_RECORDS`"), "{few}");
    let small = read_by(&schema.server, None, caps(ReadBudget { bytes: 50_000, ..generous })).unwrap_err();
    assert!(small.to_string().contains("`ROLEWRIGHT_READ_GIB`"), "{small}");
    assert_eq!(read_by(&schema.server, None, caps(generous)).unwrap().accounts.len(), 5002);
    let began = Instant::now();
    let time = Duration::from_millis(300);
    let mut silent = schema.server.clone();
    (silent.connection.port, silent.connection.tls) = (saying(Vec::new()), false);
    let late = read_by(&silent, None, caps(ReadBudget { time, ..generous })).unwrap_err();
    assert!(late.to_string().contains("`ROLEWRIGHT_READ_MINUTES`"), "{late}");
    assert!(began.elapsed() < Duration::from_secs(5));
}

/// A server that says this to everybody, and nothing more.
fn saying(bytes: Vec<u8>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let mut held = Vec::new();
        for mut client in listener.incoming().map_while(Result::ok) {
            let mut request = [0; 512];
            let _ = client.read(&mut request);
            let _ = client.write_all(&bytes);
            held.push(client);
        }
    });
    port
}

#[test]
fn h17_a_message_that_fills_the_memory_is_refused_before_it_comes() {
    let mut server = shared().connection("rolewright", "any");
    server.connection.tls = false;
    for (bytes, says) in [
        (b"R\xff\xff\xff\xf0".to_vec(), "at most 16777216 may come"),
        (b"R\x00\x00\x00\x01".to_vec(), "at most 16777216 may come"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec(), "does not speak PostgreSQL's protocol"),
    ] {
        server.connection.port = saying(bytes);
        assert!(refused(&server).contains(says), "{}", refused(&server));
    }
}

fn probed(server: &Server, has_start: bool) -> Vec<(Step, Result<String, String>)> {
    let mut report = ProbeReport::default();
    wait(probe(server, has_start, &mut report));
    report.steps
}

#[test]
fn doctor_says_what_a_role_may_not_do() {
    let schema = Schema::made();
    let fine = probed(&schema.server, false);
    assert!(fine.iter().all(|(_, result)| result.is_ok()), "{fine:?}");
    let reader = shared().connection("reader", schema.name());
    let (step, result) = probed(&reader, false).pop().unwrap();
    assert_eq!(step, Step::Permission, "{result:?}");
    schema.by_hand(&format!(
        "GRANT USAGE ON SCHEMA {0} TO reader; GRANT SELECT ON ALL TABLES IN SCHEMA {0} TO reader; \
         GRANT UPDATE ON accounts TO reader",
        schema.name()
    ));
    let (step, result) = probed(&reader, false).pop().unwrap();
    assert_eq!(step, Step::Permission, "{result:?}");
    let problem = result.unwrap_err();
    assert!(problem.contains("accounts (DELETE), accounts (INSERT), attributes (DELETE)"), "{problem}");
    let missing = probed(&Schema::new().server, false).pop().unwrap();
    assert!(missing.1.as_ref().unwrap_err().contains("contains no account store"), "{missing:?}");
    let planned = probed(&Schema::new().server, true).pop().unwrap();
    assert!(planned.1.as_ref().unwrap().contains("the first change creates the store"), "{planned:?}");
}
