//! `plan --base REV --head REV`: the impact of a policy change before it is merged.

use crate::support::playground::{CommandOutput, Playground};

const LIFECYCLE: &str = "policies/dstny/lifecycle.yaml";
const EXCLUSIONS: &str = "policies/dstny/exclusions.yaml";
const PEOPLE: &str = "policies/directories/people.yaml";
const RULES: &str = "policies/dstny/linking-rules.yaml";

/// The phone system without its policy tests, which are about the shipped policies.
fn phone_system() -> Playground {
    let playground = Playground::new();
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.git(&["commit", "-q", "-m", "No tests"]);
    playground
}

/// The phone system, on a new branch.
fn branch() -> Playground {
    let playground = phone_system();
    playground.git(&["checkout", "-q", "-b", "change"]);
    playground
}

fn planned(playground: &Playground, more: &[&str]) -> CommandOutput {
    let mut arguments = vec!["plan", "--base", "main", "--head", "change", "--application", "dstny"];
    arguments.extend(more);
    playground.run(&arguments)
}

#[test]
fn a_change_is_distinguished_from_pending_ones() {
    let playground = branch();
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    playground.commit("Whoever leaves the scope is deactivated");
    let ran = planned(&playground, &[]).ends(0);
    assert!(
        ran.stdout.contains("default/dstny: This change: 2 to deactivate. Pending anyway: "),
        "{}",
        ran.stdout
    );
    assert!(
        ran.stdout.contains("-outOfScope: delete") && ran.stdout.contains("+outOfScope: deactivate"),
        "{}",
        ran.stdout
    );
    let (because, no_longer) = ran.stdout.split_once("-- no longer").expect("both parts");
    assert!(because.contains("! deactivate ida.moos@contoso.example"), "{because}");
    assert!(no_longer.contains("- delete     ida.moos@contoso.example"), "{no_longer}");
    assert!(!ran.stdout.contains("karl.olsen"), "who is deleted anyway is no part of it: {}", ran.stdout);
    let markdown = planned(&playground, &["--format", "markdown"]).ends(0).stdout;
    assert!(markdown.contains("<summary>Pending anyway: 1 to delete,"), "{markdown}");
}

/// Policies with the same meaning need no data: the file of the application is missing, and nothing reads it.
#[test]
fn scenario_13_a_change_of_form_is_proven_without_effect() {
    let playground = branch();
    let text = playground.read(RULES);
    playground.write(RULES, &format!("# Who gets what.\n{text}"));
    playground.git(&["mv", RULES, "policies/dstny/links.yaml"]);
    playground.commit("Another name and a comment");
    playground.git(&["mv", "policies/directories/people.yaml", "elsewhere.yaml"]);
    let ran = planned(&playground, &[]).ends(0);
    assert!(ran.stdout.contains("default/dstny: No effect"), "{}", ran.stdout);
}

#[test]
fn a_removed_exclusion_is_listed_first() {
    let playground = branch();
    playground.edit(EXCLUSIONS, "id: non-ad-sync", "id: nobody");
    playground.edit(
        EXCLUSIONS,
        "{ accountGroup: Non AD sync }",
        "{ user: mail, equals: nobody@contoso.example }",
    );
    playground.commit("Nobody is excluded any more");
    let ran = planned(&playground, &["--format", "markdown"]).ends(0);
    let place = |text: &str| ran.stdout.find(text).unwrap_or_else(|| panic!("{text}: {}", ran.stdout));
    assert!(
        place("Taken away: the `exclusion non-ad-sync`**; it held back 1.") < place("<details>"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_conflict_waits_for_a_person() {
    let playground = branch();
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    playground.commit("One way");
    playground.git(&["checkout", "-q", "main"]);
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: keep");
    playground.commit("Another way");
    let ran = planned(&playground, &[]).ends(4);
    assert!(ran.stderr.contains(LIFECYCLE) && ran.stderr.contains("merge or rebase"), "{}", ran.stderr);
}

/// B was planned after A was merged, and B's branch is behind: nothing of A's is reverted.
#[test]
fn scenario_11_what_others_merged_is_not_taken_back() {
    let playground = branch();
    playground.commit_all("Nothing much");
    playground.git(&["checkout", "-q", "main"]);
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    playground.commit("Merged meanwhile");
    let ran = planned(&playground, &[]).ends(0);
    assert!(ran.stdout.contains("default/dstny: No effect"), "{}", ran.stdout);
}

/// A base that cannot be evaluated counts as having no changes, and the output says so.
#[test]
fn scenario_12_a_base_that_names_a_group_that_is_gone_wants_nothing() {
    let playground = phone_system();
    playground.edit(RULES, "Call centre supervisors", "Call centre bosses");
    playground.commit("A group that nobody has");
    playground.git(&["checkout", "-q", "-b", "change"]);
    playground.edit(RULES, "Call centre bosses", "Call centre supervisors");
    playground.commit("Its name mended");
    let ran = planned(&playground, &[]).ends(0);
    assert!(ran.stdout.contains("before this change cannot be evaluated"), "{}", ran.stdout);
    assert!(ran.stdout.contains("- delete     karl.olsen@contoso.example"), "the whole plan: {}", ran.stdout);
}

const APPLICATION: &str = "policies/dstny/application.yaml";

/// Replaces the phone system's connection.
fn connects(playground: &Playground, scim: &str) {
    let text = playground.read(APPLICATION);
    let found = text.lines().find(|line| line.starts_with("sqlite:") || line.starts_with("scim:"));
    playground.edit(APPLICATION, found.expect("a connection"), &format!("scim: {{ {scim} }}"));
}

/// The phone system as a SCIM service, on `main`.
fn with_service(scim: &str) -> Playground {
    let playground = phone_system();
    connects(&playground, scim);
    playground.edit(
        APPLICATION,
        "[agent, supervisor] }",
        "[agent, supervisor], wire: { group: '{callCentre}' } }",
    );
    playground.git(&["rm", "-q", "policies/dstny/start.yaml"]);
    playground.commit("A service");
    playground
}

const DSTNY: &str = "url: 'http://127.0.0.1:9/scim', credential: { env: ROLEWRIGHT_DSTNY }";

/// A change sends no credential to a host that the protected branch does not name.
#[test]
fn scenario_18_a_new_host_gets_no_credential() {
    let playground = with_service("url: 'https://dstny.example/scim', credential: { env: ROLEWRIGHT_DSTNY }");
    playground.git(&["checkout", "-q", "-b", "change"]);
    connects(&playground, DSTNY);
    playground.commit("Another host");
    let ran = planned(&playground, &[]).ends(4);
    let pair = "ROLEWRIGHT_DSTNY=http://127.0.0.1:9";
    assert!(
        ran.stderr.contains(&format!("`{pair}`")) && ran.stderr.contains("ROLEWRIGHT_HOSTS"),
        "{}",
        ran.stderr
    );
    let allowed = planned(&playground, &["--hosts", &format!("https://a.example, {pair}")]).ends(7);
    assert!(allowed.stderr.contains("`ROLEWRIGHT_DSTNY` is not set"), "{}", allowed.stderr);
}

/// Permission is for a credential and a host: neither is enough.
#[test]
fn h3_a_host_that_is_named_gets_no_other_credential() {
    let playground = with_service(DSTNY);
    playground.git(&["checkout", "-q", "-b", "change"]);
    connects(&playground, "url: 'http://127.0.0.1:9/scim', credential: { env: ROLEWRIGHT_OTHER }");
    playground.commit("Another credential");
    for list in ["", "http://127.0.0.1:9", "ROLEWRIGHT_DSTNY=http://127.0.0.1:9"] {
        let ran = planned(&playground, &["--hosts", list]).ends(4);
        assert!(ran.stderr.contains("`ROLEWRIGHT_OTHER=http://127.0.0.1:9`"), "{}", ran.stderr);
    }
    let allowed = planned(&playground, &["--hosts", "ROLEWRIGHT_OTHER=http://127.0.0.1:9"]).ends(7);
    assert!(allowed.stderr.contains("`ROLEWRIGHT_OTHER` is not set"), "{}", allowed.stderr);
}

#[test]
fn h3_a_prefix_of_the_change_itself_does_not_count() {
    let playground = with_service(DSTNY);
    playground.git(&["checkout", "-q", "-b", "change"]);
    let workspace = "policies/workspace.yaml";
    playground.edit(workspace, "secretPrefixes: [ROLEWRIGHT_]", "secretPrefixes: [ROLEWRIGHT_, DEPLOY_]");
    connects(&playground, "url: 'http://127.0.0.1:9/scim', credential: { env: DEPLOY_KEY }");
    playground.commit("Another prefix, and its use");
    let ran = planned(&playground, &["--hosts", "DEPLOY_KEY=http://127.0.0.1:9"]).ends(4);
    assert!(ran.stderr.contains("merge the prefix alone first"), "{}", ran.stderr);
}

#[test]
fn h12_a_new_host_is_not_called_without_a_credential_either() {
    let playground = with_service(DSTNY);
    playground.edit(
        "policies/workspace.yaml",
        "protectedBranch: main",
        "protectedBranch: main\nreview: { forge: github }",
    );
    playground.commit("Pull requests are reviewed");
    playground.git(&["checkout", "-q", "-b", "change"]);
    connects(&playground, "url: 'http://127.0.0.1:7/scim'");
    playground.commit("Another host");
    let ran = planned(&playground, &[]).ends(4);
    assert!(ran.stderr.contains("`http://127.0.0.1:7`"), "{}", ran.stderr);
    let allowed = planned(&playground, &["--hosts", "http://127.0.0.1:7"]).ends(7);
    assert!(allowed.stderr.contains("got no answer"), "{}", allowed.stderr);
}

#[test]
fn a_pending_refusal_does_not_block_other_pull_requests() {
    let playground = phone_system();
    playground.edit(LIFECYCLE, "percent: 5, floor: 3", "count: 0");
    playground.commit("Nobody may go");
    playground.git(&["checkout", "-q", "-b", "change"]);
    playground.edit(EXCLUSIONS, "Kept by hand", "Kept by hands");
    playground.edit(LIFECYCLE, "adoption: allow", "adoption: refuse");
    playground.commit("Nobody is adopted");
    let ran = planned(&playground, &["--format", "markdown"]).ends(0);
    assert!(ran.stdout.contains("**Refused with and without this change:**"), "{}", ran.stdout);
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    playground.commit("Two more");
    planned(&playground, &[]).ends(0);
    let refusing = branch();
    refusing.edit(LIFECYCLE, "percent: 5, floor: 3", "count: 0");
    refusing.commit("Nobody may go");
    planned(&refusing, &[]).ends(3);
}

/// In CI people are named if the readers of the repository may know them; a pseudonym needs a key.
#[test]
fn scenario_41_nobody_is_named_where_others_read() {
    let mut playground = branch();
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    playground.commit("A change");
    playground.secret("CI", "true");
    let none = |ran: &CommandOutput| {
        for name in ["ida", "contoso.example", "a1000000-", "+45", "Ida"] {
            assert!(
                !ran.stdout.contains(name) && !ran.stderr.contains(name),
                "{name}: {}{}",
                ran.stdout,
                ran.stderr
            );
        }
    };
    let counts = planned(&playground, &["--format", "markdown"]).ends(0);
    none(&counts);
    assert!(counts.stdout.contains("People are not shown here"), "{}", counts.stdout);
    playground.secret("CI_PROJECT_VISIBILITY", "public");
    let keyless = planned(&playground, &[]).ends(1);
    assert!(keyless.stderr.contains("`ROLEWRIGHT_KEY`") && keyless.stdout.is_empty(), "{}", keyless.stderr);
    playground.secret("ROLEWRIGHT_KEY", "a key of the tests");
    let pseudonyms = planned(&playground, &[]).ends(0);
    none(&pseudonyms);
    assert!(pseudonyms.stdout.contains("! deactivate u-"), "{}", pseudonyms.stdout);
    assert_eq!(pseudonyms.stdout, planned(&playground, &[]).ends(0).stdout, "the same in every run");
    playground.secret("CI_PROJECT_VISIBILITY", "private");
    assert!(planned(&playground, &[]).ends(0).stdout.contains("ida.moos@contoso.example"));
}

#[test]
fn an_added_or_removed_application_is_reported() {
    let playground = Playground::of(&["dstny", "promapp"]);
    playground.git(&["checkout", "-q", "-b", "change"]);
    playground.git(&["rm", "-q", "-r", "policies/dstny"]);
    playground.git(&["commit", "-q", "-m", "Nothing about the phone system any more"]);
    let gone = playground.run(&["plan", "--base", "main", "--head", "change"]).ends(0);
    assert!(gone.stdout.contains("default/dstny: No policy decides about it any more"), "{}", gone.stdout);
    assert!(gone.stdout.contains("default/promapp: No effect"), "{}", gone.stdout);
    playground.git(&["checkout", "-q", "-b", "back"]);
    playground.git(&["revert", "--no-edit", "HEAD"]);
    let back = playground.run(&["plan", "--base", "change", "--head", "back"]).ends(0);
    assert!(
        back.stdout.contains("default/dstny: This change: 2 to delete, 1 to revoke, 1 to adopt"),
        "{}",
        back.stdout
    );
}

/// A change that a date caused stays, and a date that somebody wrote into the ledger moves no day.
#[test]
fn h9_scenario_30_a_run_is_for_the_clocks_day_and_goes_behind_no_other() {
    let playground = Playground::new().at_any_hour("dstny");
    playground.run(&["apply", "--as-of", "2027-01-10"]).ends(0);
    let next_day = playground.run(&["plan", "--as-of", "2027-01-09"]).ends(0);
    assert!(next_day.stdout.contains(", 2027-01-10\n"), "clocks differ around midnight: {}", next_day.stdout);
    let ahead = "the last run was for 2027-01-10, and today is 2026-11-21";
    let shown = playground.run(&["plan", "--as-of", "2026-11-21"]).ends(0);
    assert!(shown.stderr.contains(ahead) && shown.stdout.contains(", 2026-11-21\n"), "{}", shown.stderr);
    let refused = playground.run(&["apply", "--as-of", "2026-11-21"]).ends(1);
    assert!(refused.stderr.contains(ahead) && refused.stderr.contains("ledger reset"), "{}", refused.stderr);
    playground.git(&["checkout", "-q", "-b", "change"]);
    playground.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: keep");
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.commit("Whoever leaves the scope is kept");
    let refused =
        playground.run(&["plan", "--base", "main", "--head", "change", "--as-of", "2026-11-21"]).ends(1);
    assert!(refused.stderr.contains(ahead), "{}", refused.stderr);
}

/// Who stands in a file beside the policies is decided with them.
#[test]
fn h10_a_file_of_people_is_planned_as_each_version_has_it() {
    let playground = branch();
    playground.edit(PEOPLE, "groups: [Support, Call centre supervisors]", "groups: [Support]");
    playground.commit("One supervisor less");
    let ran = planned(&playground, &[]).ends(0);
    assert!(!ran.stdout.contains("No effect"), "{}", ran.stdout);
    let (_, no_longer) = ran.stdout.split_once("-- no longer, because of this change").expect("a part");
    assert!(no_longer.contains("+ callCentre=supervisor"), "{no_longer}");
    // What is on the disk and in no commit is no part of either version.
    playground.edit(PEOPLE, "groups: [Support, Call centre agents]", "groups: [Support]");
    assert_eq!(planned(&playground, &[]).ends(0).stdout, ran.stdout);
}
