//! `rolewright doctor`: its lines about files, stores, services, secrets, calendars and the repository.

use crate::support::playground::Playground;
use crate::support::scim::workspace::on_scim;
use crate::support::world::policies;
use rolewright::doctor::{Line, Outcome, Owners, ProbeReport, Step, calendar, connection, exit_code, owners};
use rolewright::policy::ChangeWindows;
use rolewright::render::progress::{Reading, line};
use std::time::Duration;

#[test]
fn a_sound_workspace_passes_and_nothing_is_written() {
    let playground = Playground::new();
    let ran = playground.run(&["doctor"]).ends(0);
    for said in
        ["directory `contoso`", "application `dstny`", "passed  read", "passed  windows", "`main` is there"]
    {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    assert!(ran.stdout.contains("warned  owners"), "{}", ran.stdout);
    assert!(!playground.path("policies/dstny.db").exists());
    assert_eq!(playground.git(&["for-each-ref", "refs/rolewright"]), "");
}

#[test]
fn owners_of_each_policy_file_are_found_in_codeowners() {
    let playground = Playground::new();
    playground.write("CODEOWNERS", "/policies/ @contoso/access\n/policies/dstny/lifecycle.yaml\n");
    let ran = playground.run(&["doctor"]).ends(0);
    assert!(ran.stdout.contains("nobody owns `policies/dstny/lifecycle.yaml`"), "{}", ran.stdout);
    playground.write("CODEOWNERS", "* @contoso/access # everybody\n");
    assert!(playground.run(&["doctor"]).ends(0).stdout.contains("passed  owners"));
}

#[test]
fn a_broken_file_ends_with_7_and_says_so_in_json() {
    let playground = Playground::new();
    playground.write("policies/directories/people.yaml", "users: [");
    let ran = playground.run(&["doctor", "--format", "json"]).ends(7);
    let told: serde_json::Value = serde_json::from_str(&ran.stdout).expect("one JSON document");
    assert_eq!(told["exitCode"], 7);
    let failed = told["lines"].as_array().expect("lines").iter().find(|line| line["outcome"] == "failed");
    assert_eq!(failed.expect("a failed line")["step"], "read");
}

#[test]
fn a_protected_branch_that_is_not_there_ends_with_1() {
    let playground = Playground::new();
    playground.git(&["branch", "-q", "-m", "trunk"]);
    let ran = playground.run(&["doctor"]).ends(1);
    assert!(ran.stdout.contains("failed  branch"), "{}", ran.stdout);
}

#[test]
fn a_remote_that_does_not_answer_ends_with_1() {
    let playground = Playground::new();
    playground.git(&["remote", "add", "origin", "./nowhere.git"]);
    let ran = playground.run(&["doctor"]).ends(1);
    assert!(ran.stdout.contains("failed  remote"), "{}", ran.stdout);
}

#[test]
fn pm_06_a_connection_alone_is_tested_and_the_secret_is_not_shown() {
    let server = crate::support::scim::server::Server::start();
    let mut playground = on_scim(&server);
    playground.secret("ROLEWRIGHT_DSTNY", "");
    let ran = playground.run(&["doctor"]).ends(7);
    assert!(ran.stdout.contains("failed  secret"), "{}", ran.stdout);
    assert!(ran.stdout.contains("the credential is empty"), "{}", ran.stdout);
    playground.secret("ROLEWRIGHT_DSTNY", &server.token());
    let ran = playground.run(&["doctor"]).ends(0);
    for said in ["passed  secret", "passed  name", "passed  connection", "passed  sign-in", "passed  read"] {
        assert!(ran.stdout.contains(said), "{said}: {}", ran.stdout);
    }
    assert!(!ran.stdout.contains(&server.token()) && !ran.stderr.contains(&server.token()));
    playground.secret("ROLEWRIGHT_DSTNY", "canary-of-nobody");
    let ran = playground.run(&["doctor"]).ends(7);
    assert!(
        ran.stdout.contains("failed  sign-in") || ran.stdout.contains("failed  permission"),
        "{}",
        ran.stdout
    );
    assert!(!ran.stdout.contains("canary") && !ran.stderr.contains("canary"));
}

#[test]
fn owners_are_matched_as_forges_do() {
    let of = |text: &str, path: &str| Owners::parse(text).is_owned(path);
    for (pattern, path, owned) in [
        ("*", "policies/a.yaml", true),
        ("*.yaml", "policies/x/a.yaml", true),
        ("policies/", "policies/x/a.yaml", true),
        ("policies/", "deep/policies/a.yaml", true),
        ("/policies/", "deep/policies/a.yaml", false),
        ("policies/*", "policies/a.yaml", true),
        ("policies/*", "policies/x/a.yaml", false),
        ("policies/**", "policies/x/a.yaml", true),
        ("**/x/", "policies/x/a.yaml", true),
        ("/policies", "policies/x/a.yaml", true),
        ("/polic", "policies/x/a.yaml", false),
        ("a.b", "axb", false),
    ] {
        assert_eq!(of(&format!("{pattern} @team\n"), path), owned, "{pattern} {path}");
    }
    assert!(!of("* @team\n/policies/a.yaml\n", "policies/a.yaml"), "the last pattern counts");
    assert!(!of("* nobody\n# * @team\n", "policies/a.yaml"));
    assert_eq!(owners("repository", None, &[]).outcome, Outcome::Warned);
}

#[test]
fn lines_report_what_the_probes_found() {
    let mut met = ProbeReport { skew: Some(600), ..ProbeReport::default() };
    met.note(Step::Name, Err("`proxied.example` was not found".to_owned()));
    let lines = connection("it", &met, true);
    assert_eq!((lines[0].outcome, exit_code(&lines)), (Outcome::Failed, 7));
    assert_eq!((lines[1].step, lines[1].outcome), (Step::Clock, Outcome::Warned));
    met.note(Step::Read, Ok("read".to_owned()));
    assert_eq!(connection("it", &met, true)[0].outcome, Outcome::Warned, "a proxy found it");
    met.note(Step::Read, Err("broken".to_owned()));
    assert_eq!(exit_code(&connection("mail", &met, false)), 0);
    let both = [Step::Read, Step::Branch].map(|step| Line::new("it", step, Outcome::Failed, ""));
    assert_eq!(exit_code(&both), 1);
}

#[test]
fn progress_tells_counts_the_rate_and_what_is_waited_for() {
    let of = |name: &str, records, done| Reading { name: name.to_owned(), records, pause: None, done };
    let sources = [of("contoso", 1200, false), of("hr", 7, true), of("ro\u{1b}oms", 0, false)];
    let told = line(&sources, 4);
    assert!(told.starts_with("reading contoso 1200 (300/s), ro"), "{told}");
    assert!(told.ends_with("oms: waiting for the first answer, 4 s") && !told.contains('\u{1b}'), "{told}");
    assert_eq!(line(&[of("hr", 7, true)], 4), "");
    let paused = |records| Reading {
        pause: Some(("Microsoft Graph".to_owned(), 12)),
        ..of("contoso", records, false)
    };
    let told = "reading contoso 1200 (300/s): waiting 12 s, as Microsoft Graph asked, 4 s";
    assert_eq!(line(&[paused(1200)], 4), told);
    assert_eq!(line(&[paused(0)], 4), "reading contoso: waiting 12 s, as Microsoft Graph asked, 4 s");
}

#[test]
fn without_a_terminal_no_progress_is_printed() {
    let ran = Playground::new().run(&["plan"]).ends(0);
    assert!(!ran.stderr.contains("reading") && !ran.stderr.contains('\r'), "{}", ran.stderr);
}

#[test]
fn mail_is_tested_as_far_as_signing_in_and_no_letter_is_sent() {
    let server = crate::support::mail_server::MailServer::start("tls");
    let mut playground = server.playground("[{ to: [owners@contoso.example], send: always }]");
    let ran = playground.run(&["doctor"]).ends(0);
    let mail = ran.stdout.split("mail\n").nth(1).unwrap_or_default();
    assert!(mail.contains("passed  connection") && mail.contains("passed  sign-in"), "{}", ran.stdout);
    playground.secret("ROLEWRIGHT_MAIL", "canary-of-nobody");
    let ran = playground.run(&["doctor"]).ends(0);
    assert!(ran.stdout.contains("warned  sign-in") && !ran.stdout.contains("canary"), "{}", ran.stdout);
    assert!(server.mails().is_empty());
}

/// Schedule and windows: the lines about runs, and their outcomes.
#[test]
fn a_calendar_is_judged() {
    const LEFT: &str = ", with 120 s left for a change";
    let every = format!("every run begins while changes may be made{LEFT}");
    let none = format!("no run begins while changes may be made{LEFT}");
    let closed = |from: &str, to: &str| format!("{{ closed: [{{ id: w, from: '{from}', to: '{to}' }}] }}");
    let cases = [
        ("{ daily: ['03:30'] }", closed("01:45", "02:30"), Outcome::Passed, Outcome::Passed, every.clone()),
        ("{ daily: ['03:30'] }", closed("03:00", "04:00"), Outcome::Passed, Outcome::Warned, none.clone()),
        // The window closes before a change could be completed.
        ("{ daily: ['03:30'] }", closed("03:31", "04:00"), Outcome::Passed, Outcome::Warned, none.clone()),
        ("{ every: 1h }", closed("00:00", "24:00"), Outcome::Failed, Outcome::Warned, none),
        (
            "{ daily: ['03:30', '12:00'] }",
            closed("03:00", "04:00"),
            Outcome::Passed,
            Outcome::Passed,
            format!("366 of 732 runs of a year begin while changes may be made{LEFT}"),
        ),
        (
            "{ daily: ['03:30'] }",
            String::new(),
            Outcome::Passed,
            Outcome::Passed,
            "every run begins while changes may be made".to_owned(),
        ),
    ];
    for (schedule, windows, of_windows, of_schedule, said) in cases {
        // Policies that contain such windows are refused; this one is closed later.
        let application = |more: String| {
            policies(&format!(
            "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main, secretPrefixes: [ROLEWRIGHT_] }}
--- {{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
--- {{ apiVersion: rolewright/v1, kind: Application, name: app, sqlite: {{ file: app.db }}, directories: [{{ name: contoso }}],
  {more} }}
--- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: app, match: [userName], attributes: {{ userName: mail }} }}
--- {{ apiVersion: rolewright/v1, kind: Lifecycle, application: app, scope: {{ user: mail, present: true }}, deleted: keep, disabled: keep, outOfScope: keep }}
"
        )).applications.remove(0)
        };
        let mut policy = application(format!("schedule: {schedule}"));
        policy.change_windows = match windows.as_str() {
            "" => ChangeWindows::default(),
            windows => application(format!("changeWindows: {windows}")).change_windows,
        };
        // 2026-11-21T00:00:00Z.
        let lines = calendar("it", &policy, 1_795_219_200, Duration::from_secs(120));
        let judged: Vec<Outcome> = lines.iter().map(|line| line.outcome).collect();
        assert_eq!(judged, [of_windows, of_schedule], "{schedule} {windows}: {lines:#?}");
        assert_eq!(lines[1].message, said, "{schedule} {windows}");
    }
}
