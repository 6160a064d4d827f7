//! Which records are valid: those of the merged commits, by the forge's data.

use super::{DEACTIVATE, leave, listed, record, run, set, show, world};
use rolewright::gate::{
    Check, CommitPulls, Evidence, EvidenceCriteria, ItemKey, Mends, NoRecord, Pull, Record, evidence,
};
use rolewright::model::{Commit, unix_of_rfc3339};

const HEAD: &str = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const BASE: &str = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const MERGED: &str = "2026-11-20T12:00:00Z";

/// Seconds since 1970 of a time.
fn time(text: &str) -> i64 {
    unix_of_rfc3339(text).unwrap()
}

fn fine() -> Record {
    Record {
        version: 1,
        instance: "default/app".to_owned(),
        base: BASE.to_owned(),
        head: HEAD.to_owned(),
        kid: "0a1b2c3d".to_owned(),
        ..Record::default()
    }
}

fn check(record: &Record) -> Check {
    let text = record.clone().text().unwrap();
    Check { app: "github-actions".to_owned(), completed_at: time("2026-11-20T11:59:00Z"), text }
}

fn pull(checks: Vec<Check>) -> Pull {
    Pull {
        number: 7,
        branch: "main".to_owned(),
        merged_at: Some(time(MERGED)),
        head: HEAD.to_owned(),
        checks,
    }
}

fn judge(pulls: Vec<Pull>) -> Evidence {
    let wanted =
        EvidenceCriteria { instance: "default/app", branch: "main", app: "github-actions", kid: "0a1b2c3d" };
    evidence(&[CommitPulls { commit: Commit("c".repeat(40)), pulls, mends: None }], &wanted, |base| {
        base == BASE
    })
}

/// Why the record is not valid; empty if it is.
fn why(pulls: Vec<Pull>) -> String {
    let judged = judge(pulls);
    assert_eq!(judged.covers(), judged.missing.is_empty());
    assert_eq!(judged.records.len() + judged.missing.len(), 1);
    judged.missing.into_iter().map(|(_, why)| why).collect()
}

#[test]
fn a_record_on_the_last_commit_before_the_merge_counts() {
    assert_eq!(why(vec![pull(vec![check(&fine())])]), "");
    let at_once = Check { completed_at: time("2026-11-20T13:00:00+01:00"), ..check(&fine()) };
    assert_eq!(why(vec![pull(vec![at_once])]), "", "the second of the merge, in another zone's clock");
}

#[test]
fn a_commit_without_pull_request_is_not_covered() {
    assert_eq!(why(vec![]), "it came through no pull request");
}

#[test]
fn a_record_that_does_not_fit_does_not_count() {
    let with = |edit: &dyn Fn(&mut Record)| {
        let mut record = fine();
        edit(&mut record);
        pull(vec![check(&record)])
    };
    let text = check(&fine()).text;
    let other_text = |text: String| pull(vec![Check { text, ..check(&fine()) }]);
    for (name, pull, words) in [
        ("of an earlier head", with(&|record| record.head = "d".repeat(40)), "of another commit"),
        ("no key", with(&|record| record.kid = "none".to_owned()), "without `ROLEWRIGHT_KEY`"),
        ("another key", with(&|record| record.kid = "0123abcd".to_owned()), "another `ROLEWRIGHT_KEY`"),
        ("another instance", with(&|record| record.instance = "default/other".to_owned()), "`default/other`"),
        (
            "scenario 44: a base of another branch",
            with(&|record| record.base = "e".repeat(40)),
            "for another branch",
        ),
        ("no base", with(&|record| record.base = String::new()), "for another branch"),
        ("another version", with(&|record| record.version = 2), "of this version"),
        ("another format", other_text(text.replacen("record/1", "record/2", 1)), "of this version"),
        ("a changed hash", other_text(text.replacen("record/1 ", "record/1 0", 1)), "hash"),
        ("a changed text", other_text(text.replacen("\"counts\":{}", "\"counts\":{\"a\":1}", 1)), "hash"),
        ("nothing", other_text(String::new()), "of this version"),
        (
            "another app",
            pull(vec![Check { app: "evil".to_owned(), ..check(&fine()) }]),
            "no plan was published",
        ),
        (
            "after the merge",
            pull(vec![Check { completed_at: time("2026-11-20T12:00:01Z"), ..check(&fine()) }]),
            "no plan was published",
        ),
        ("no check run", pull(vec![]), "no plan was published"),
        (
            "into another branch",
            Pull { branch: "release".to_owned(), ..pull(vec![check(&fine())]) },
            "merged into `release`",
        ),
        ("never merged", Pull { merged_at: None, ..pull(vec![check(&fine())]) }, "not merged"),
    ] {
        let why = why(vec![pull]);
        assert!(why.contains(words), "{name}: {why:?}");
    }
}

#[test]
fn scenario_04_the_newest_record_before_the_merge_counts_and_no_other() {
    let with = |count: u64, at: &str| {
        let mut record = fine();
        record.counts.insert("delete".to_owned(), count);
        Check { completed_at: time(at), ..check(&record) }
    };
    let checks = vec![
        with(3, "2026-11-20T12:30:00Z"),
        with(2, "2026-11-20T11:30:00Z"),
        with(1, "2026-11-20T11:00:00Z"),
        Check { app: "evil".to_owned(), ..with(9, "2026-11-20T11:59:00Z") },
    ];
    for turn in 0..checks.len() {
        let mut checks = checks.clone();
        checks.rotate_left(turn);
        assert_eq!(
            judge(vec![pull(checks)]).records[0].record.counts["delete"],
            2,
            "made again after the merge: no matter"
        );
    }
    let broken = Check { text: "x".to_owned(), ..with(0, "2026-11-20T11:45:00Z") };
    assert_ne!(why(vec![pull(vec![with(2, "2026-11-20T11:30:00Z"), broken])]), "", "no older one stands in");
    let second = |count| with(count, "2026-11-20T11:30:00Z");
    assert_eq!(
        judge(vec![pull(vec![second(1), second(2)])]).records[0].record.counts["delete"],
        2,
        "the forge's order"
    );
}

#[test]
fn of_several_pull_requests_one_that_fits_is_enough() {
    let elsewhere = Pull { branch: "release".to_owned(), ..pull(vec![check(&fine())]) };
    assert_eq!(why(vec![elsewhere.clone(), pull(vec![check(&fine())])]), "");
    assert_ne!(why(vec![elsewhere.clone(), elsewhere]), "");
}

#[test]
fn one_commit_without_record_leaves_the_range_uncovered_and_the_other_records_count() {
    let wanted =
        EvidenceCriteria { instance: "default/app", branch: "main", app: "github-actions", kid: "0a1b2c3d" };
    let with =
        CommitPulls { commit: Commit("c".repeat(40)), pulls: vec![pull(vec![check(&fine())])], mends: None };
    let without = CommitPulls { commit: Commit("d".repeat(40)), pulls: vec![], mends: None };
    let judged = evidence(&[with, without], &wanted, |base| base == BASE);
    assert!(!judged.covers());
    assert_eq!((judged.records.len(), judged.missing.len()), (1, 1));
    assert!(evidence(&[], &wanted, |_| false).covers(), "nothing changed: nothing to prove");
}

/// Whoever mends somebody else's error brings what the commit with the error changed.
#[test]
fn h8_a_commit_after_errors_needs_a_plan_that_shows_everything_since_the_last_sound_policies() {
    let mends = Mends { before: Some("sound".to_owned()), after: "mended".to_owned() };
    let judge = |compared: Option<&str>, policy: &str| {
        let compared = compared.map(ToOwned::to_owned);
        let record = Record { compared, policy: policy.to_owned(), ..fine() };
        let wanted = EvidenceCriteria {
            instance: "default/app",
            branch: "main",
            app: "github-actions",
            kid: "0a1b2c3d",
        };
        let pulls = vec![pull(vec![check(&record)])];
        let commit = CommitPulls { commit: Commit("c".repeat(40)), pulls, mends: Some(mends.clone()) };
        evidence(&[commit], &wanted, |_| true)
    };
    assert!(judge(Some("sound"), "mended").covers());
    for (compared, policy) in
        [(None, "mended"), (Some("unknown"), "mended"), (Some("sound"), "the mend alone")]
    {
        let judged = judge(compared, policy);
        assert!(judged.records.is_empty(), "{compared:?} {policy}");
        assert!(judged.missing[0].1.contains("commits with errors came before it"), "{:?}", judged.missing);
    }
}

#[test]
fn scenario_38_records_of_another_key_show_nothing() {
    let (before, after) = (set(&[]), set(&[DEACTIVATE]));
    let mut world = world(3);
    leave(&mut world, 0..2);
    let plan = world.plan(&after);
    let old = record(&plan, &after, &plan.changes, &ItemKey::new(Some("the old key")));
    assert_ne!(old.kid, ItemKey::new(Some("the new key")).kid());
    let of_old = pull(vec![check(&Record { kid: old.kid.clone(), ..fine() })]);
    assert!(why(vec![of_old]).contains("ROLEWRIGHT_KEY"));
    // Even if it counted as a record, its items would match no change.
    assert_eq!(
        run(&world, Some(&before), &after, true, &listed([&old])).held,
        ["deactivate 0", "deactivate 1"]
    );
    let ours = show(&world, Some(&before), &after);
    assert_eq!(run(&world, Some(&before), &after, true, &listed([&ours])).held, [""; 0]);
}

#[test]
fn a_text_that_is_no_record_has_a_reason() {
    let text = fine().text().unwrap();
    assert_eq!(Record::parse(&text), Ok(fine()));
    assert_eq!(Record::parse(&format!("{text}\r\n")), Ok(fine()), "a forge may add the end of a line");
    assert_eq!(Record::parse(&text[1..]), Err(NoRecord::Version));
    assert_eq!(Record::parse(&text.replace("default/app", "default/App")), Err(NoRecord::Hash));
    let whole = |json: &str| {
        let digest = rolewright::model::Digest::of(json.as_bytes());
        Record::parse(&format!("rolewright-record/1 {digest}\n{json}"))
    };
    assert_eq!(whole("[]"), Err(NoRecord::Form));
    let json = text.split_once('\n').unwrap().1;
    assert_eq!(
        whole(&json.replacen("{\"asOf\"", "{\"aNewKey\":[{}],\"asOf\"", 1)),
        Ok(fine()),
        "keys to come"
    );
    for items in ["\"1234567\"", "\"éééé\"", "7", "[]"] {
        let with = json.replacen("\"items\":{}", &format!("\"items\":{{\"delete\":{items}}}"), 1);
        assert_ne!(with, json);
        assert_eq!(whole(&with), Err(NoRecord::Form), "{items}");
    }
}
