//! Several writers of one store.

use crate::support::postgres::{Schema, create, deactivate, grant, update, wait, write};
use crate::support::store::text;
use futures_util::future::join_all;
use rolewright::execution::WriteError;
use rolewright::postgres::Caps;
use std::time::Duration;
use tokio::time::sleep;

#[test]
fn f3_writers_that_begin_together_make_one_store_and_lose_nothing() {
    let schema = Schema::new();
    wait(async {
        let writers: Vec<_> = (0..8).map(|_| schema.writer()).collect();
        let steps = writers.iter().enumerate().map(|(number, writer)| async move {
            for round in 0..5 {
                let step = create(&format!("new-{number}-{round}"), &[("email", text("x@example.com"))]);
                write(writer, &step).await.unwrap();
            }
        });
        join_all(steps).await;
    });
    assert_eq!(schema.read().unwrap().accounts.len(), 2 + 8 * 5);
}

/// Each sees the account as it was; the first that writes wins, the others find another value than they expect.
#[test]
fn a6_of_several_that_change_one_value_one_wins() {
    let schema = Schema::made();
    let results = wait(async {
        let writer = schema.writer();
        let steps = (0..6)
            .map(|number| update("old-1", &[("email", "a@example.com", &format!("{number}@example.com"))]));
        let steps: Vec<_> = steps.collect();
        join_all(steps.iter().map(|step| write(&writer, step))).await
    });
    let won = results.iter().filter(|result| result.is_ok()).count();
    let stale = results.iter().filter(|result| matches!(result, Err(WriteError::Stale { .. }))).count();
    assert_eq!((won, stale), (1, 5), "{results:?}");
}

#[test]
fn one_link_and_one_right_are_made_once() {
    let schema = Schema::made();
    let ids = wait(async {
        let writer = schema.writer();
        let step = create("user-5", &[("email", text("x@example.com"))]);
        let made = join_all((0..6).map(|_| write(&writer, &step))).await;
        let ids: Vec<_> = made.into_iter().map(|made| made.unwrap().account.unwrap()).collect();
        let step = grant(&ids[0], "licence", "standard", None);
        for granted in join_all((0..6).map(|_| write(&writer, &step))).await {
            granted.unwrap();
        }
        ids
    });
    assert!(ids.iter().all(|id| *id == ids[0]), "{ids:?}");
    assert_eq!(
        schema
            .lines()
            .iter()
            .filter(|line| line.contains("user-5") || line.contains("holds licence"))
            .count(),
        2
    );
}

/// A person's tool changes the account while a change waits for its lock.
#[test]
fn a6_a_change_that_another_program_commits_meanwhile_is_seen() {
    let schema = Schema::made();
    let result = wait(async {
        let other = schema.server.connect(Caps::default()).await.unwrap();
        other.run(&format!("SET search_path = {}; BEGIN", schema.name())).await.unwrap();
        other.run("UPDATE attributes SET value = 'other@example.com' WHERE name = 'email'").await.unwrap();
        let writer = schema.writer();
        let step = update("old-1", &[("email", "a@example.com", "c@example.com")]);
        let commit = async {
            sleep(Duration::from_millis(300)).await;
            other.run("COMMIT").await.unwrap();
        };
        futures_util::future::join(write(&writer, &step), commit).await.0
    });
    let error = result.unwrap_err();
    assert!(matches!(&error, WriteError::Stale { found, .. } if found == "`other@example.com`"), "{error}");
}

#[test]
fn a_lock_that_nobody_gives_back_is_a_clear_error_and_readers_do_not_wait() {
    let schema = Schema::made();
    wait(async {
        let other = schema.server.connect(Caps::default()).await.unwrap();
        other
            .run(&format!("SET search_path = {}; BEGIN; SELECT 1 FROM accounts FOR UPDATE", schema.name()))
            .await
            .unwrap();
        let error = write(&schema.writer(), &deactivate("old-1")).await.unwrap_err();
        assert!(error.to_string().contains("another program has locked it"), "{error}");
        other.run("UPDATE accounts SET active = false").await.unwrap();
        drop(other);
    });
    assert!(schema.lines()[0].contains("true"), "an unfinished change is not seen");
}
