//! The reports of the four systems: before a run, after it, and the list of runs.
#![expect(clippy::disallowed_methods, reason = "tests look at files")]

use crate::support::mail_server::{Mail, MailServer};
use crate::support::playground::Playground;
use crate::support::spreadsheet::{rows, sheets};
use std::collections::BTreeMap;

const PEOPLE: &str = "policies/directories/people.yaml";
const LIFECYCLE: &str = "policies/dstny/lifecycle.yaml";
const APPLICATION: &str = "policies/dstny/application.yaml";

/// The lists of `plan --format lists`: title, then the names.
fn lists(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut lists: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut last = String::new();
    for line in text.lines().skip(2) {
        if let Some((title, count)) = line.split_once(": ").filter(|_| !line.starts_with(' ')) {
            last = title.to_owned();
            let known = lists.insert(last.clone(), Vec::new());
            assert!(known.is_none() && (last == "Plan" || count.parse::<u32>().is_ok()), "{line}");
        } else if line.starts_with("  ") && !line.starts_with("   ") {
            let name = line.split_whitespace().next().unwrap_or_default();
            lists.entry(last.clone()).or_default().push(name.to_owned());
        }
    }
    lists
}

fn to<'m>(mails: &'m [Mail], address: &str) -> &'m Mail {
    let mut found = mails.iter().filter(|mail| mail.to == [address]);
    let first = found.next().unwrap_or_else(|| panic!("nothing to {address} in {mails:#?}"));
    assert!(found.next().is_none(), "{address} got two");
    first
}

/// A report before the first run lists the missing accounts that will be created, the accounts to be deleted, the
/// existing ones, and the updated ones with the fields and values that change; the report itself changes nothing.
#[test]
fn ds_10_four_lists_name_everybody_and_nothing_is_written() {
    let playground = Playground::new();
    let text = playground.run(&["plan", "--format", "lists"]).ends(0).stdout;
    let lists = lists(&text);
    assert_eq!(lists["Missing, will be created"], ["clara.engel@contoso.example"]);
    assert_eq!(lists["To be deleted"], ["ida.moos@contoso.example", "karl.olsen@contoso.example"]);
    assert_eq!(lists["Existing, nothing to change"], ["anna.berg@contoso.example"]);
    assert_eq!(lists["Updated"], ["bo.dahl@contoso.example", "dorthe", "erik.holm@contoso.example"]);
    for line in [
        "      title: \"Agent\" -> \"Team lead\"",
        "      searchable: true -> false",
        "      - callCentre=agent",
    ] {
        assert!(text.contains(line), "`{line}` in\n{text}");
    }
    assert!(!playground.path("policies/dstny.db").exists());
    assert_eq!(playground.git(&["for-each-ref", "refs/rolewright"]), "");
    playground.run(&["apply"]).ends(0);
    let after = self::lists(&playground.run(&["plan", "--format", "lists"]).ends(0).stdout);
    assert_eq!(after["Existing, nothing to change"].len(), 5);
    assert!(
        ["Missing, will be created", "To be deleted", "Updated"].iter().all(|sheet| after[*sheet].is_empty())
    );
}

/// The same report is written as an Excel file.
#[test]
fn ds_10_the_preview_is_a_workbook_too() {
    let playground = Playground::new();
    playground.run(&["plan", "--format", "xlsx", "--output", "plan.xlsx"]).ends(0);
    let sheets = sheets(&std::fs::read(playground.path("plan.xlsx")).expect("a file"));
    assert_eq!(rows(&sheets, "To create")[0]["Who"], "clara.engel@contoso.example");
    assert_eq!(rows(&sheets, "To create")[0]["Result"], "planned");
    let piped = playground.command(&["plan", "--format", "xlsx"]).output().expect("the binary starts").stdout;
    assert_eq!(piped, std::fs::read(playground.path("plan.xlsx")).expect("a file"));
    assert!(!playground.path("policies/dstny.db").exists());
}

/// Recipients can be set, and each gets a report after every run, even if there was nothing to do.
#[test]
fn ds_13_a_report_goes_to_the_recipients_after_every_run() {
    let server = MailServer::start("startTls");
    let playground = server.playground(
        "[{ send: always, to: [telephony@contoso.example, lead@contoso.example] },
          { send: changes, to: [audit@contoso.example] }, { send: failures, to: [on-call@contoso.example] }]",
    );
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    assert_eq!(
        mails.iter().flat_map(|mail| mail.to.clone()).collect::<Vec<_>>(),
        ["audit@contoso.example", "lead@contoso.example", "telephony@contoso.example"]
    );
    let mail = to(&mails, "telephony@contoso.example");
    assert!(mail.encrypted && mail.login.as_deref() == Some("rolewright@contoso.example"), "{mail:#?}");
    assert_eq!(mail.from, "rolewright@contoso.example");
    assert_eq!(mail.header("Subject"), "Rolewright, dstny: done");
    assert_eq!(mail.header("To"), "telephony@contoso.example");
    assert_eq!(mail.header("Auto-Submitted"), "auto-generated");
    assert!(mail.text.contains("Run r-1, ") && mail.attachments.is_empty(), "{}", mail.text);
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    assert_eq!(mails.len(), 2, "nothing changed: who hears of changes hears nothing");
    assert!(to(&mails, "lead@contoso.example").text.contains("No changes."));
}

/// After a run a mail goes out with an Excel file of who was added, deleted and updated, and of the errors.
#[test]
fn ds_15_the_mail_holds_a_workbook_of_what_was_added_deleted_and_updated() {
    let server = MailServer::start("tls");
    let playground = server.playground("[{ send: always, to: [telephony@contoso.example], attach: xlsx }]");
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    let [file] = to(&mails, "telephony@contoso.example").attachments.as_slice() else { panic!("{mails:#?}") };
    assert_eq!(file.name, "dstny-r-1.xlsx");
    assert_eq!(file.media_type, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet");
    let sheets = sheets(&file.bytes());
    let added = rows(&sheets, "Added");
    assert_eq!((added.len(), &*added[0]["mobile"], &*added[0]["Result"]), (1, "+4520112203", "done"));
    assert_eq!((&*added[0]["searchable"], &*added[0]["Rights"]), ("true", "callCentre=agent"));
    let deleted: Vec<String> = rows(&sheets, "Deleted").into_iter().map(|row| row["Who"].clone()).collect();
    assert_eq!(deleted, ["ida.moos@contoso.example", "karl.olsen@contoso.example"]);
    let updated = rows(&sheets, "Updated");
    let fields = updated.iter().filter(|row| row["Who"] == "bo.dahl@contoso.example");
    let fields: Vec<[&str; 3]> =
        fields.map(|row| [&*row["Field"], &*row["Old value"], &*row["New value"]]).collect();
    assert_eq!(
        fields,
        [
            ["callCentre", "callCentre=agent", ""],
            ["title", "Agent", "Team lead"],
            ["callCentre", "", "callCentre=supervisor"]
        ]
    );
    assert_eq!(rows(&sheets, "Errors").len(), 3);
}

/// Errors are listed in every report with the reason, and disappear once they are corrected in the directory.
#[test]
fn ds_18_errors_stand_in_the_report_until_the_directory_is_corrected() {
    let server = MailServer::start("startTls");
    let playground = server.playground("[{ send: always, to: [telephony@contoso.example], attach: xlsx }]");
    let wrong = "`33 11 22 06` is not a phone number with country code";
    let text = playground.run(&["plan", "--format", "lists"]).ends(0).stdout;
    assert!(lists(&text)["Errors, to be corrected"].contains(&"freja.juhl@contoso.example".to_owned()));
    assert!(text.contains(wrong), "{text}");
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    let mail = to(&mails, "telephony@contoso.example");
    assert!(mail.text.contains(wrong), "{}", mail.text);
    let errors = rows(&sheets(&mail.attachments[0].bytes()), "Errors");
    let error = errors.iter().find(|row| row["Who"] == "freja.juhl@contoso.example").expect("a row");
    assert!(error["Message"].contains(wrong) && error["Kind"] == "blocked", "{error:?}");
    playground.edit(PEOPLE, "'33 11 22 06'", "'+4533112206'");
    playground.run(&["apply"]).ends(0);
    let mails = server.take();
    assert!(!mails[0].text.contains(wrong), "{}", mails[0].text);
    let added = rows(&sheets(&mails[0].attachments[0].bytes()), "Added");
    assert_eq!(added[0]["Who"], "freja.juhl@contoso.example");
}

/// A recipient gets mail when a run fails, and only then.
#[test]
fn pm_07_a_mail_is_sent_when_a_failure_occurs_and_only_then() {
    let server = MailServer::start("tls");
    let playground = server.playground("[{ send: failures, to: [provisioning@contoso.example] }]");
    playground.run(&["apply"]).ends(0);
    assert_eq!(server.take().len(), 0, "it went well");
    playground.edit(LIFECYCLE, "percent: 5, floor: 3", "percent: 5, floor: 0");
    playground.commit("No removals");
    playground.edit(PEOPLE, "groups: [Telephony users, Call centre agents]", "groups: []");
    let refused = playground.run(&["apply"]).ends(3);
    assert!(refused.stderr.contains("the report was mailed to 1 of 1 addresses"), "{}", refused.stderr);
    let mails = server.take();
    let mail = to(&mails, "provisioning@contoso.example");
    assert_eq!(mail.header("Subject"), "Rolewright, dstny: refused, nothing was written");
    assert!(mail.text.contains("refused: 1 `removal` change"), "{}", mail.text);
    playground.write(PEOPLE, "users:\n  - { id: ");
    playground.run(&["apply"]).ends(7);
    let mails = server.take();
    assert_eq!(mails[0].header("Subject"), "Rolewright, dstny: failed, a read was incomplete");
    assert!(mails[0].text.contains("The run ended early:"), "{}", mails[0].text);
}

/// Progress is shown during a run, and the report describes every action.
#[test]
fn pm_15_progress_is_visible_and_the_report_describes_every_action() {
    let server = MailServer::start("tls");
    let playground =
        server.playground("[{ send: always, to: [provisioning@contoso.example], attach: xlsx }]");
    let applied = playground.run(&["apply"]).ends(0);
    assert!(applied.stderr.contains("dstny: run r-1 reads\n"), "{}", applied.stderr);
    assert!(applied.stderr.contains("dstny: run r-1 writes 9 changes\n"), "{}", applied.stderr);
    let done: Vec<&str> = applied.stdout.lines().filter(|line| line.starts_with("  done ")).collect();
    assert_eq!(done.len(), 9);
    let mails = server.take();
    let text = &mails[0].text;
    assert!(text.contains("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update."), "{text}");
    for who in ["ida.moos", "karl.olsen", "clara.engel", "bo.dahl", "dorthe", "erik.holm"] {
        assert!(text.contains(who), "{who} in\n{text}");
    }
    let sheets = sheets(&mails[0].attachments[0].bytes());
    let told = ["Added", "Deleted", "Updated"].map(|sheet| rows(&sheets, sheet));
    assert!(told.iter().flatten().all(|row| row["Result"] == "done"), "{told:#?}");
}

/// A long import shows its progress, and the history lists every run with its time, its result and what it wrote.
#[test]
fn pd_06_the_history_lists_the_runs_of_each_application() {
    let playground = Playground::new();
    std::fs::create_dir_all(playground.path("policies/second")).expect("a folder");
    for file in [
        "application",
        "attribute-mapping",
        "constraints",
        "exclusions",
        "lifecycle",
        "linking-rules",
        "start",
    ] {
        let text = playground.read(&format!("policies/dstny/{file}.yaml")).replace("dstny", "second");
        playground.write(&format!("policies/second/{file}.yaml"), &text);
    }
    playground.commit("A second installation");
    let applied = playground.run(&["apply"]).ends(0);
    assert!(applied.stderr.contains("dstny: run r-1 writes 9 changes"), "{}", applied.stderr);
    playground.edit(PEOPLE, "jobTitle: Team lead", "jobTitle: Head of support");
    playground.run(&["apply", "--application", "second"]).ends(0);
    let history = playground.run(&["history"]).ends(0).stdout;
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!((lines[0], lines[2], lines.len()), ("default/dstny", "default/second", 5), "{history}");
    assert!(lines[3].starts_with("  r-2 ") && lines[3].ends_with("  1 update"), "{history}");
    assert!(lines[4].contains("done") && lines[4].contains("2 delete"), "{history}");
    let one = playground.run(&["history", "--application", "second", "--json"]).ends(0).stdout;
    let runs: Vec<serde_json::Value> =
        one.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    assert_eq!((runs.len(), &runs[0]["instance"]), (2, &"default/second".into()));
    assert_eq!((&runs[0]["outcome"]["update"], &runs[0]["result"]), (&1.into(), &"done".into()));
    assert!(runs[0]["at"].as_str().is_some_and(|at| at.ends_with('Z')), "{one}");
}

/// A change that the application refuses is a failure, which mail reports with the reason.
#[test]
fn pm_07_a_change_that_fails_is_a_failure() {
    let server = MailServer::start("startTls");
    let playground =
        server.playground("[{ send: failures, to: [provisioning@contoso.example], attach: xlsx }]");
    playground.run(&["apply"]).ends(0);
    let store = rusqlite::Connection::open(playground.path("policies/dstny.db")).expect("the store");
    let refuse =
        "CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'has records'); END";
    store.execute_batch(refuse).expect("a trigger");
    drop(store);
    playground.edit(PEOPLE, "groups: [Support, Call centre supervisors]", "groups: []");
    playground.run(&["apply"]).ends(5);
    let mails = server.take();
    let mail = to(&mails, "provisioning@contoso.example");
    assert_eq!(mail.header("Subject"), "Rolewright, dstny: not everything could be written");
    assert!(
        mail.text.contains("FAILED  delete     bo.dahl") && mail.text.contains("has records"),
        "{}",
        mail.text
    );
    let errors = rows(&sheets(&mail.attachments[0].bytes()), "Errors");
    assert!(errors.iter().any(|row| row["Kind"] == "failed" && row["Message"].contains("has records")));
}

/// An application that is switched off isn't run, and no mail is sent; when it is switched on, it runs.
#[test]
fn pm_08_an_application_that_is_not_enabled_sends_nothing() {
    let server = MailServer::start("tls");
    let playground = server.playground("[{ send: always, to: [provisioning@contoso.example] }]");
    playground.edit(APPLICATION, "name: dstny\n", "name: dstny\nenabled: false\n");
    playground.commit("Off");
    playground.run(&["apply"]).ends(0);
    assert!(server.take().is_empty() && !playground.path("policies/dstny.db").exists());
    playground.edit(APPLICATION, "enabled: false", "enabled: true");
    playground.commit("On");
    playground.run(&["apply"]).ends(0);
    assert!(server.take().len() == 1 && playground.path("policies/dstny.db").exists());
}
