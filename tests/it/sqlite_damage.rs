//! A store that is damaged, locked, missing or belongs to another program is an error, never an empty store.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "stores are files")]

use crate::support::store::{Place, all, path, read_made, request, start, text};
use rolewright::fetch::DataFolder;
use rolewright::fetch::sqlite::{ReadError, read, read_within};
use rolewright::wire::sqlite::StoreProblem;
use rusqlite::Connection;
use std::fs;
use std::time::Duration;

fn problem(place: &Place) -> StoreProblem {
    read_made(place).unwrap_err().problem
}

#[test]
fn e11_rows_that_refer_to_nothing_are_damage() {
    let place = Place::new();
    place.made();
    place.by_hand("PRAGMA foreign_keys = 0; DELETE FROM accounts WHERE id = 'old-1'");
    let StoreProblem::Damaged(how) = problem(&place) else { panic!("{}", problem(&place)) };
    assert!(how.contains("refers to a row of `accounts` that does not exist"), "{how}");
}

#[test]
fn e11_another_file_is_never_an_empty_store() {
    let place = Place::new();
    fs::create_dir(place.store()).unwrap();
    assert_eq!(problem(&place), StoreProblem::NotAFile);
    fs::remove_dir(place.store()).unwrap();
    fs::write(place.store(), "").unwrap();
    assert_eq!(problem(&place), StoreProblem::Foreign { found: 0 });
    fs::write(place.store(), "accounts: []\n".repeat(1000)).unwrap();
    assert_eq!(problem(&place), StoreProblem::NotADatabase);
    fs::remove_file(place.store()).unwrap();
    place.by_hand("CREATE TABLE accounts (id TEXT)");
    assert_eq!(problem(&place), StoreProblem::Foreign { found: 0 });
}

/// Opening a database whose writer crashed writes into it what its journal holds, even if it is then found to be another's.
#[test]
fn h21_another_programs_database_is_not_touched() {
    let place = Place::new();
    let crashed = Connection::open(place.folder.path().join("crashed.db")).unwrap();
    crashed.execute_batch("PRAGMA cache_size = 1; CREATE TABLE t (x TEXT); BEGIN IMMEDIATE").unwrap();
    for row in 0..500 {
        crashed.execute("INSERT INTO t VALUES (?)", [format!("{row:0>500}")]).unwrap();
    }
    for ending in ["", "-journal"] {
        let from = place.folder.path().join(format!("crashed.db{ending}"));
        fs::copy(from, place.folder.path().join(format!("app.db{ending}"))).unwrap();
    }
    let state = || ["app.db", "app.db-journal"].map(|file| fs::read(place.folder.path().join(file)).unwrap());
    let before = state();
    assert!(before.iter().all(|bytes| bytes.len() > 512), "a journal with changes");
    assert_eq!(problem(&place), StoreProblem::Foreign { found: 0 });
    let error = place.writer().delete("old-1").unwrap_err();
    assert!(error.to_string().contains("not an account store"), "{error}");
    assert!(state() == before, "it was written");
}

#[cfg(unix)]
#[test]
fn h21_no_store_is_reached_through_a_link_or_among_what_git_keeps() {
    let place = Place::new();
    let (folder, data) = (place.folder.path(), DataFolder::new(place.folder.path()));
    fs::create_dir_all(folder.join("inner")).unwrap();
    std::os::unix::fs::symlink(folder.join("inner"), folder.join("away")).unwrap();
    std::os::unix::fs::symlink(folder.join("inner/there.db"), folder.join("link.db")).unwrap();
    std::os::unix::fs::symlink(folder.join("inner/there.db"), folder.join("inner/side.db-wal")).unwrap();
    for path in ["away/app.db", "link.db", "inner/side.db"] {
        let problem = data.store(path).unwrap_err();
        assert!(problem.contains("is a link, and a store is not written through a link"), "{problem}");
    }
    for path in [".git/packed-refs", "inner/.GIT/config", ".git./x", "git~1/x"] {
        let problem = data.store(path).unwrap_err();
        assert!(problem.contains("is inside git's own folder"), "{path}: {problem}");
    }
    assert_eq!(data.store("inner/app.db").unwrap(), folder.join("inner/app.db"));
}

#[test]
fn a_store_of_another_version_is_neither_read_nor_written() {
    let place = Place::new();
    place.made();
    for (version, expected) in
        [(2, StoreProblem::Newer { found: 2 }), (0, StoreProblem::NoLayout { found: 0 })]
    {
        place.by_hand(&format!("PRAGMA user_version = {version}"));
        let before = fs::read(place.store()).unwrap();
        assert_eq!(problem(&place), expected);
        let error = place.writer().delete("old-1").unwrap_err();
        assert!(error.to_string().contains(&expected.to_string()), "{error}");
        assert_eq!(fs::read(place.store()).unwrap(), before);
    }
}

#[test]
fn another_programs_database_is_not_written() {
    let place = Place::new();
    place.by_hand("CREATE TABLE accounts (id TEXT)");
    let before = fs::read(place.store()).unwrap();
    let error = place.writer().delete("old-1").unwrap_err();
    assert!(error.to_string().contains("not an account store"), "{error}");
    assert_eq!(fs::read(place.store()).unwrap(), before);
}

#[test]
fn e11_a_store_cut_short_or_overwritten_is_damaged() {
    let place = Place::new();
    let mut writer = place.made();
    for number in 0..200 {
        let email = format!("{number}@example.com").repeat(20);
        writer.create(&[(path("email"), text(&email))], &format!("new-{number}"), true).unwrap();
    }
    drop(writer);
    let whole = fs::read(place.store()).unwrap();
    let expected = all(&read_made(&place).unwrap());
    fs::write(place.store(), &whole[..whole.len() / 2]).unwrap();
    assert!(matches!(problem(&place), StoreProblem::Damaged(_)), "{}", problem(&place));
    // Whatever page is overwritten, the result is never another readable store.
    for start in (4096..whole.len()).step_by(4096) {
        let mut damaged = whole.clone();
        damaged[start..start + 64].fill(0xa5);
        fs::write(place.store(), &damaged).unwrap();
        match read_made(&place) {
            Err(ReadError { problem: StoreProblem::Damaged(_), .. }) => {}
            Err(error) => panic!("page at {start}: {error}"),
            Ok(snapshot) => assert_eq!(all(&snapshot), expected, "page at {start}"),
        }
    }
}

#[test]
fn reading_never_changes_the_file() {
    let place = Place::new();
    drop(place.made());
    let before = fs::read(place.store()).unwrap();
    read_made(&place).unwrap();
    assert_eq!(fs::read(place.store()).unwrap(), before);
}

#[test]
fn a_locked_store_is_a_clear_error() {
    let place = Place::new();
    drop(place.made());
    let other = Connection::open(place.store()).unwrap();
    other
        .execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; DELETE FROM accounts; ROLLBACK; BEGIN EXCLUSIVE")
        .unwrap();
    let wait = Duration::from_millis(20);
    let error = read_within(&request(&place.store(), None), wait).unwrap_err();
    assert_eq!(error.problem, StoreProblem::Locked);
    let error = place.writer().waiting(wait).delete("old-1").unwrap_err();
    assert!(error.to_string().contains("another program has locked it"), "{error}");
}

#[test]
fn e11_a_missing_store_beside_its_journal_is_not_recreated() {
    let place = Place::new();
    drop(place.made());
    let journal = place.folder.path().join("app.db-wal");
    fs::remove_file(place.store()).unwrap();
    fs::write(&journal, "changes").unwrap();
    let start = start();
    let error = read(&request(&place.store(), Some(&start))).unwrap_err();
    assert_eq!(error.problem, StoreProblem::Orphan(journal.display().to_string()));
    let error = place.writer().delete("old-1").unwrap_err();
    assert!(error.to_string().contains("the database is gone"), "{error}");
    assert_eq!(place.files(), ["app.db-wal"]);
}

#[test]
fn the_layout_refuses_rows_that_refer_to_nothing_or_mean_nothing() {
    let place = Place::new();
    place.made();
    let by_hand = Connection::open(place.store()).unwrap();
    by_hand.pragma_update(None, "foreign_keys", true).unwrap();
    for refused in [
        "INSERT INTO grants VALUES ('old-9', 'licence', 'standard', '')",
        "INSERT INTO grants VALUES ('old-1', 'licence', 'premium', '')",
        "DELETE FROM entitlements WHERE value = 'booker'",
        "INSERT INTO group_members VALUES ('Nobody', 'old-1')",
        "INSERT INTO attributes (account, name, value) VALUES ('old-9', 'email', 'x')",
        "INSERT INTO attributes VALUES ('old-1', 'a', 'yes', 'boolean')",
        "INSERT INTO attributes VALUES ('old-1', 'a', '007', 'number')",
        "INSERT INTO attributes VALUES ('old-1', 'a', 'x', 'list')",
        "INSERT INTO attributes VALUES ('old-1', 'a', 'x', 'date')",
        "INSERT INTO attributes (account, name, value) VALUES ('old-1', 'a', '')",
        "INSERT INTO accounts VALUES ('old-3', 'user-1', 1)",
        "INSERT INTO accounts VALUES ('old-3', NULL, 2)",
        "INSERT INTO next_account VALUES (2, 1)",
    ] {
        let error = by_hand.execute_batch(refused).unwrap_err().to_string();
        assert!(error.contains("constraint"), "{refused}: {error}");
    }
}
