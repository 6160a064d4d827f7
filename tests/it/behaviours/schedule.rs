//! When the four systems run, and when they must not run.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::clock::at;
use crate::support::playground::Playground;
use crate::support::workspaces::{checked, report};
use crate::support::world::{Person, World, policies, unreviewed};
use rolewright::apply::{self, Control, Permit, Writer, Writing};
use rolewright::execution::{ChangeOutcome, Halt, Tally, Work, Written};
use rolewright::gate::{Past, Standing, State, standing};
use rolewright::model::{SourceFile, SourceSet};
use rolewright::plan::Change;
use rolewright::policy::ApplicationPolicy;
use rolewright::render::schedule::crons;
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

const DAY: i64 = 24 * 60 * 60;

/// A small application with these additional lines.
fn text(lines: &str) -> String {
    format!(
        "--- {{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }}
--- {{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
---
apiVersion: rolewright/v1
kind: Application
name: app
sqlite: {{ file: app.db }}
directories: [{{ name: contoso }}]
{lines}
--- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: app, match: [email], attributes: {{ userName: mail, email: mail }} }}
--- {{ apiVersion: rolewright/v1, kind: Lifecycle, application: app, scope: {{ always: true }}, deleted: deactivate, outOfScope: deactivate, disabled: deactivate }}
"
    )
}

fn application(lines: &str) -> ApplicationPolicy {
    policies(&text(lines)).applications.remove(0)
}

/// The findings of validation for these lines.
fn said(lines: &str) -> String {
    let file = SourceFile { path: "policies.yaml".to_owned(), text: text(lines) };
    let sources = SourceSet::new(None, String::new(), vec![file]);
    report(&sources, &checked(&sources))
}

fn runs(lines: &str, from: &str, days: i64) -> Vec<i64> {
    let application = application(lines);
    application.schedule.map(|schedule| schedule.runs(at(from), at(from) + days * DAY)).unwrap_or_default()
}

/// The minutes of a day at which cron expressions start a run.
fn fires(lines: &[String]) -> BTreeSet<i64> {
    let field = |text: &str, all: i64| -> BTreeSet<i64> {
        let (values, step) =
            text.split_once('/').map_or((text, 1), |(values, step)| (values, step.parse().unwrap()));
        match (values, values.split_once('-')) {
            ("*", _) => (0..all).step_by(step).collect(),
            (_, Some((from, to))) => (from.parse().unwrap()..=to.parse().unwrap()).step_by(step).collect(),
            _ => values.split(',').map(|value| value.parse().unwrap()).collect(),
        }
    };
    let minutes = lines.iter().flat_map(|line| {
        let fields: Vec<&str> = line.split(' ').collect();
        assert_eq!(fields[2..], ["*", "*", "*"]);
        let (minutes, hours) = (field(fields[0], 60), field(fields[1], 24));
        hours
            .into_iter()
            .flat_map(move |hour| minutes.clone().into_iter().map(move |minute| hour * 60 + minute))
    });
    minutes.collect()
}

/// Without a schedule runs are started only by hand; with one, daily at the chosen time.
#[test]
fn pa_32_a_schedule_is_off_or_daily_at_the_chosen_time() {
    assert_eq!(application("").schedule, None);
    assert_eq!(runs("", "2026-11-21T00:00:00Z", 400), [0; 0]);
    let daily = runs("schedule: { daily: ['03:30'] }", "2026-11-21T00:00:00Z", 400);
    assert_eq!(daily.len(), 400);
    assert!(daily.iter().all(|run| run.rem_euclid(DAY) == 3 * 3600 + 30 * 60));
    let schedule = application("schedule: { daily: ['03:30'] }").schedule.unwrap();
    assert_eq!(crons(&schedule, at("2026-11-21T00:00:00Z")), ["30 3 * * *"]);
}

/// Times of a schedule are UTC, in summer and winter, unless it names a time zone.
#[test]
fn pa_33_times_are_utc() {
    for day in ["2026-12-24", "2027-07-01", "2027-03-28", "2027-10-31"] {
        let midnight = format!("{day}T00:00:00Z");
        let utc = runs("schedule: { daily: ['03:30'] }", &midnight, 1);
        assert_eq!(utc, [at(&format!("{day}T03:30:00Z"))]);
    }
    let danish = "schedule: { daily: ['06:00'], timeZone: Europe/Copenhagen }";
    assert_eq!(runs(danish, "2026-12-24T00:00:00Z", 1), [at("2026-12-24T05:00:00Z")]);
    assert_eq!(runs(danish, "2027-07-01T00:00:00Z", 1), [at("2027-07-01T04:00:00Z")]);
    let schedule = application(danish).schedule.unwrap();
    assert_eq!(
        crons(&schedule, at("2026-11-21T00:00:00Z")),
        ["0 4,5 * * *"],
        "both, for cron knows no summer time"
    );
}

/// A run at 02:00 UTC, when a site in Danish summer time restarts, is a finding, and changes nothing.
#[test]
fn pa_34_two_utc_is_forbidden_for_danish_sites() {
    let window = "changeWindows: { closed: [{ id: site-restart, from: '03:45', to: '04:30', timeZone: Europe/Copenhagen }] }";
    let wrong = said(&format!("schedule: {{ daily: ['02:00'] }}\n{window}"));
    assert!(
        wrong.contains(
            "warning check/schedule: the daily run at 02:00 meets the closed window `site-restart`"
        ),
        "{wrong}"
    );
    assert!(wrong.contains("2027-03-28 02:00 UTC (2027-03-28 04:00 Europe/Copenhagen)"), "{wrong}");
    assert_eq!(said(&format!("schedule: {{ daily: ['03:30'] }}\n{window}")), "compiles\n");
    let windows = application(window).change_windows;
    let closed = |time: &str| matches!(standing(&windows, at(time), Duration::ZERO), Standing::Closed(_));
    assert!(closed("2027-07-01T02:00:00Z"));
    assert!(!closed("2027-01-01T02:00:00Z"), "in winter it is 03:00 there");
}

/// A run that is never in an open window is an error.
#[test]
fn pa_34_a_time_that_is_never_open_is_an_error() {
    let window = "changeWindows: { closed: [{ id: site-restart, from: '01:45', to: '02:30' }] }";
    let wrong = said(&format!("schedule: {{ daily: ['02:00'] }}\n{window}"));
    assert!(
        wrong.starts_with("error check/schedule: the daily run at 02:00 could never change anything"),
        "{wrong}"
    );
}

/// The import runs daily at the chosen time, exactly once a day even when clocks are changed.
#[test]
fn pd_03_runs_daily_at_the_chosen_time() {
    let runs =
        runs("schedule: { daily: ['02:30'], timeZone: Europe/Copenhagen }", "2026-11-20T23:00:00Z", 365);
    assert_eq!(runs.len(), 365);
    assert!(runs.contains(&at("2027-03-28T01:30:00Z")), "02:30 is skipped: 03:30");
    assert!(runs.contains(&at("2027-10-31T00:30:00Z")), "02:30 comes twice: the first");
    assert!(!runs.contains(&at("2027-10-31T01:30:00Z")));
}

/// An application in which each change takes one minute on a simulated clock.
struct SlowApplication<'c> {
    now: &'c Cell<i64>,
    made: Cell<usize>,
}

impl Writer for SlowApplication<'_> {
    fn call_timeout(&self) -> Duration {
        Duration::from_secs(30)
    }

    fn concurrency(&self) -> usize {
        1
    }

    fn write<'w>(&'w self, work: &'w Work<'w>, _: &'w Permit) -> Writing<'w> {
        self.now.set(self.now.get() + 60);
        self.made.set(self.made.get() + 1);
        let changes = match work {
            Work::Park { .. } | Work::One { .. } => 1,
            Work::Members { accounts, .. } => accounts.len(),
        };
        Box::pin(async move {
            vec![Ok(Written { account: Some("new".to_owned()), not_kept: Vec::new() }); changes]
        })
    }
}

/// Lets changes begin while the window is open.
struct Door<'c> {
    standing: Standing,
    now: &'c Cell<i64>,
    made: Vec<Change>,
    tally: Tally,
}

impl Control for Door<'_> {
    fn halt(&mut self) -> Option<Halt> {
        (!self.standing.may_start(self.now.get(), Duration::from_secs(30))).then_some(Halt::Window)
    }

    fn report(&mut self, _: usize, change: &Change, outcome: &ChangeOutcome) {
        self.made.extend(outcome.is_made().then(|| change.clone()));
        self.tally.count(change.operation().word(), outcome);
    }
}

/// A run during the application's recycling fails and makes no further changes, and the next run makes the rest.
#[test]
fn pd_04_a_run_that_overlaps_a_recycling_changes_nothing_more() {
    let set = policies(&text("changeWindows: { closed: [{ id: recycling, from: '02:00', to: '02:20' }] }"));
    let policy = &set.applications[0];
    let mut world = World::default();
    for user in ["ann", "bob", "eve", "ida", "kim"] {
        let values = BTreeMap::from([("mail", user.to_owned())]);
        world.people.insert(user.to_owned(), Person { values, enabled: true });
    }
    let run = |world: &mut World, from: &str| {
        let approved = unreviewed(world.plan(&set), policy, &Past::of(&State::default(), 0)).unwrap();
        let now = Cell::new(at(from));
        let slow = SlowApplication { now: &now, made: Cell::new(0) };
        let standing = standing(&policy.change_windows, now.get(), slow.call_timeout());
        let mut door = Door { standing, now: &now, made: Vec::new(), tally: Tally::default() };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(apply::run(&approved, policy, &slow, &mut door, std::future::pending()));
        world.apply(door.made.iter());
        (slow.made.get(), door.tally.stopped)
    };
    assert_eq!(run(&mut world, "2026-11-21T01:57:00Z"), (3, 2), "01:57, 01:58 and 01:59, then no more");
    assert_eq!(run(&mut world, "2026-11-21T02:10:00Z"), (0, 2));
    assert_eq!(run(&mut world, "2026-11-21T02:20:00Z"), (2, 0));
    assert_eq!(world.plan(&set).changes, []);
}

/// The days on which the window is closed all day: yesterday, today and tomorrow.
fn closed_now() -> String {
    let names = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"];
    let today = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs() / DAY as u64;
    let days: Vec<&str> = (today - 1..=today + 1).map(|day| names[(day % 7) as usize]).collect();
    format!(
        "changeWindows: {{ closed: [{{ id: recycling, days: [{}], reason: It restarts }}] }}\n",
        days.join(", ")
    )
}

/// A run that begins during the application's recycling writes nothing and says when to run again.
#[test]
fn pd_04_a_run_that_begins_in_a_closed_window_writes_nothing() {
    let playground = Playground::new();
    let application = playground.read("policies/dstny/application.yaml");
    playground.write("policies/dstny/application.yaml", &format!("{application}{}", closed_now()));
    playground.commit("Closed now");
    let plan = playground.run(&["plan"]).ends(0).stdout;
    assert!(
        plan.contains("Apply would wait: the change window `recycling` is closed (It restarts)"),
        "{plan}"
    );
    let waits = playground.run(&["apply"]).ends(0);
    assert!(waits.stderr.contains("changes are made again from"), "{}", waits.stderr);
    assert!(waits.stderr.contains("nothing was written"), "{}", waits.stderr);
    assert!(!playground.path("policies/dstny.db").exists());
    let ledger = playground.git(&["rev-parse", "refs/rolewright/default/dstny"]);
    playground.run(&["apply"]).ends(0);
    assert_eq!(playground.git(&["rev-parse", "refs/rolewright/default/dstny"]), ledger, "told once");
    assert!(playground.run(&["history"]).ends(0).stdout.contains("closed"));
    playground.write("policies/dstny/application.yaml", &application);
    playground.commit("Open again");
    assert!(playground.run(&["apply"]).ends(0).stdout.contains("Applied: "));
}

/// The mail about such a run names the closed window, and when changes are possible again.
#[test]
fn pd_04_the_letter_of_a_run_names_the_closed_window() {
    let server = crate::support::mail_server::MailServer::start("tls");
    let playground = server.playground("[{ send: always, to: [telephony@contoso.example], attach: xlsx }]");
    let application = playground.read("policies/dstny/application.yaml");
    playground.write("policies/dstny/application.yaml", &format!("{application}{}", closed_now()));
    playground.commit("Closed now");
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    assert_eq!(mails.len(), 1, "{mails:#?}");
    assert_eq!(mails[0].header("Subject"), "Rolewright, dstny: waits for a change window");
    let text = mails[0].text.replace("\r\n", "\n");
    let window = "the change window `recycling` is closed (It restarts); changes are made again from ";
    assert!(text.contains(&format!("The run waits for a change window:\n  {window}")), "{text}");
    assert!(text.contains("Nothing was written.") && !text.contains("dstny: done"), "{text}");
    let sheets = crate::support::spreadsheet::sheets(&mails[0].attachments[0].bytes());
    let summary = crate::support::spreadsheet::rows(&sheets, "Summary");
    let row = summary.iter().find(|row| row["What"] == "Change window").expect("a row");
    assert!(row["Value"].starts_with(window), "{row:?}");
    playground.write("policies/dstny/application.yaml", &application);
    playground.commit("Open again");
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    assert_eq!(mails[0].header("Subject"), "Rolewright, dstny: done");
    assert!(!mails[0].text.contains("change window"), "{}", mails[0].text);
}

/// While provisioning is off nothing is written; when it is on, everything is.
#[test]
fn pm_08_nothing_runs_while_provisioning_is_off() {
    let playground = Playground::new();
    playground.edit("policies/dstny/application.yaml", "name: dstny\n", "name: dstny\nenabled: false\n");
    playground.commit("Off");
    let off = playground.run(&["apply"]).ends(0);
    assert!(off.stderr.contains("not enabled; nothing is applied"), "{}", off.stderr);
    assert!(!off.stdout.contains("Applied"), "{}", off.stdout);
    assert!(!playground.path("policies/dstny.db").exists());
    assert_eq!(playground.git(&["for-each-ref", "refs/rolewright"]), "");
    playground.run(&["plan", "--detailed-exitcode"]).ends(2);
    playground.edit("policies/dstny/application.yaml", "enabled: false\n", "enabled: true\n");
    playground.commit("On");
    assert!(playground.run(&["apply"]).ends(0).stdout.contains("Applied: "));
    assert!(playground.path("policies/dstny.db").exists());
}

/// A cycle begins every 40 minutes: `reconcile` begins it, or a CI system by cron expressions that match this exactly.
#[test]
fn pm_14_a_cycle_about_every_forty_minutes() {
    let lines = "schedule: { every: 40m }";
    let runs = runs(lines, "2026-11-21T00:00:00Z", 365);
    assert_eq!(runs.len(), 365 * 36);
    assert!(runs.windows(2).all(|pair| pair[1] - pair[0] == 40 * 60));
    let crons = crons(&application(lines).schedule.unwrap(), at("2026-11-21T00:00:00Z"));
    assert_eq!(crons, ["0,40 */2 * * *", "20 1-23/2 * * *"]);
    assert_eq!(fires(&crons), runs.iter().map(|run| run.rem_euclid(DAY) / 60).collect());
}

/// The command lists the next runs of an application, and those that start in a closed window.
#[test]
fn pm_14_the_schedule_is_told_for_what_starts_the_runs() {
    let playground = Playground::new();
    let shipped = "schedule: { daily: ['06:00', '18:00'], timeZone: Europe/Copenhagen }\n";
    let application = playground.read("policies/dstny/application.yaml").replace(shipped, "");
    let schedule = "schedule: { daily: ['04:00', '18:00'], timeZone: Europe/Copenhagen }
changeWindows: { closed: [{ id: site-restart, from: '03:00', to: '03:30', days: [mon] }] }\n";
    playground.write("policies/dstny/application.yaml", &format!("{application}{schedule}"));
    let told = playground.run(&["schedule", "--from", "2026-11-21T12:00:00Z", "--count", "4"]).ends(0);
    assert_eq!(
        told.stdout,
        "dstny
  daily at 04:00, 18:00 Europe/Copenhagen
  cron (UTC)  0 2,3,16,17 * * *
  next        2026-11-21T17:00:00Z  (2026-11-21 18:00 Europe/Copenhagen)
  next        2026-11-22T03:00:00Z  (2026-11-22 04:00 Europe/Copenhagen)
  next        2026-11-22T17:00:00Z  (2026-11-22 18:00 Europe/Copenhagen)
  next        2026-11-23T03:00:00Z  (2026-11-23 04:00 Europe/Copenhagen)  closed: site-restart
"
    );
    playground.run(&["schedule", "--from", "tomorrow"]).ends(1);
    playground.write("policies/dstny/application.yaml", &format!("{application}schedule: {{ every: 7h }}\n"));
    let told = playground.run(&["schedule"]).ends(0).stdout;
    assert!(told.contains("none is exact"), "{told}");
}
