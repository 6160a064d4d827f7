//! Answers that are lost, a server that ends in the middle, a writer that is killed.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_types, reason = "a writer that is a child process")]
#![expect(clippy::disallowed_methods, reason = "the child is told by its environment where the store is")]

use crate::support::lossy_proxy::{Lost, proxy};
use crate::support::postgres::{RealServer, Schema, create, deactivate, shared, update, wait, write};
use crate::support::store::text;
use rolewright::execution::WriteError;
use rolewright::postgres::Server;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

fn through(schema: &Schema, port: u16) -> Server {
    let mut server = schema.server.clone();
    (server.connection.port, server.connection.tls) = (port, false);
    server
}

#[test]
fn f6_a_commit_whose_answer_is_lost_is_found_out() {
    for lost in [Lost::Answer, Lost::Request] {
        let schema = Schema::made();
        let writer = schema.writer_with(&through(&schema, proxy(shared().port, lost, 2)));
        wait(async {
            let made = write(&writer, &create("user-2", &[("email", text("b@example.com"))])).await.unwrap();
            let id = made.account.unwrap();
            write(&writer, &update(&id, &[("email", "b@example.com", "c@example.com")])).await.unwrap();
        });
        let lines = schema.lines();
        let mine: Vec<_> = lines.iter().filter(|line| line.contains("user-2")).collect();
        assert_eq!(mine.len(), 1, "{lines:?}");
        assert!(mine[0].contains("email=c@example.com"), "{mine:?}");
    }
}

#[test]
fn f6_a_server_that_crashes_during_a_run_is_waited_for() {
    let server = RealServer::start();
    let schema = Schema::on(&server);
    let writer = schema.writer();
    wait(write(&writer, &deactivate("old-2"))).unwrap();
    for mode in ["immediate", "fast"] {
        server.stop(mode);
        thread::scope(|scope| {
            scope.spawn(|| {
                thread::sleep(Duration::from_millis(700));
                server.again();
            });
            wait(write(&writer, &create(&format!("user-{mode}"), &[]))).unwrap();
        });
    }
    assert_eq!(schema.read().unwrap().accounts.len(), 4);
    server.stop("immediate");
    let writer = schema.writer().within(Duration::from_secs(2));
    let error = wait(write(&writer, &deactivate("old-1"))).unwrap_err();
    assert!(matches!(error, WriteError::Unreachable(_)), "{error}");
    let error = schema.read().unwrap_err();
    assert!(error.to_string().contains("cannot be reached"), "{error}");
}

const STORE: &str = "ROLEWRIGHT_TEST_POSTGRES";

/// Creates accounts, and changes both values of each together; says which one it finished. In the child process it goes on
/// until it is killed.
#[test]
fn f1_each_round_is_an_account_with_both_values() {
    let Ok(place) = std::env::var(STORE) else {
        let schema = Schema::made();
        rounds(&schema, 3);
        let written = schema
            .lines()
            .iter()
            .filter(|line| line.contains("email=2") && line.contains("phones=2"))
            .count();
        assert_eq!(written, 3);
        return;
    };
    let (port, name) = place.split_once(' ').unwrap();
    rounds(&Schema { server: shared_by_parent(port.parse().unwrap(), name) }, 1000);
}

fn rounds(schema: &Schema, number: u32) {
    let writer = schema.writer();
    wait(async {
        for round in 0..number {
            let link = format!("user-{}-{round}", std::process::id());
            let made = create(&link, &[("email", text("1")), ("phones", text("1"))]);
            let id = write(&writer, &made).await.unwrap().account.unwrap();
            write(&writer, &update(&id, &[("email", "1", "2"), ("phones", "1", "2")])).await.unwrap();
            std::io::stderr().write_all(format!("{round}\n").as_bytes()).unwrap();
        }
    });
}

fn shared_by_parent(port: u16, schema: &str) -> Server {
    let mut server = Schema::of_port(port).server;
    schema.clone_into(&mut server.connection.schema);
    server
}

#[test]
fn f1_killing_the_writer_leaves_whole_changes() {
    let schema = Schema::made();
    let mut finished = 0;
    for rounds in [1, 7, 3] {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--exact",
                "postgres::breaks::f1_each_round_is_an_account_with_both_values",
                "--nocapture",
                "--test-threads=1",
            ])
            .env(STORE, format!("{} {}", shared().port, schema.name()))
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
        let seen = said.filter(|line| line.parse::<u64>().is_ok()).take(rounds).count();
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(seen, rounds, "the child ended by itself");
        finished += rounds;
        let snapshot = schema.read().unwrap();
        let value = |name, row| snapshot.accounts.column(name).unwrap().get(row).map(ToOwned::to_owned);
        let made = (0..snapshot.accounts.len() as u32).filter(|row| value("phones", *row).is_some());
        let made: Vec<u32> = made.collect();
        assert!(made.len() >= finished, "a change that was reported is gone");
        assert!(made.iter().all(|row| value("email", *row) == value("phones", *row)), "half a change");
        finished = made.len();
        wait(write(&schema.writer(), &create(&format!("after-{rounds}"), &[]))).unwrap();
    }
}
