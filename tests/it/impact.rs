//! `plan --base REV --head REV`: what a change of policies does to people, before it is merged.

use crate::support::playground::{Playground, Ran};

const LIFECYCLE: &str = "policies/dstny/lifecycle.yaml";
const EXCLUSIONS: &str = "policies/dstny/exclusions.yaml";
const RULES: &str = "policies/dstny/linking-rules.yaml";

/// The phone system without its policy tests: they are about the shipped policies alone.
fn phone_system() -> Playground {
    let it = Playground::new();
    it.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    it.git(&["commit", "-q", "-m", "No tests"]);
    it
}

/// The phone system, on a branch of its own.
fn branch() -> Playground {
    let it = phone_system();
    it.git(&["checkout", "-q", "-b", "change"]);
    it
}

fn planned(it: &Playground, more: &[&str]) -> Ran {
    let mut arguments = vec!["plan", "--base", "main", "--head", "change", "--application", "dstny"];
    arguments.extend(more);
    it.run(&arguments)
}

#[test]
fn a_change_is_told_apart_from_what_is_done_anyway() {
    let it = branch();
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    it.commit("Whoever leaves the scope is deactivated");
    let ran = planned(&it, &[]).ends(0);
    assert!(ran.out.contains("default/dstny: This change: 2 to deactivate. Pending anyway: "), "{}", ran.out);
    assert!(
        ran.out.contains("-outOfScope: delete") && ran.out.contains("+outOfScope: deactivate"),
        "{}",
        ran.out
    );
    let (because, no_longer) = ran.out.split_once("-- no longer").expect("both parts");
    assert!(because.contains("! deactivate ida.moos@contoso.example"), "{because}");
    assert!(no_longer.contains("- delete     ida.moos@contoso.example"), "{no_longer}");
    assert!(!ran.out.contains("karl.olsen"), "who is deleted anyway is no part of it: {}", ran.out);
    let markdown = planned(&it, &["--format", "markdown"]).ends(0).out;
    assert!(markdown.contains("<summary>Pending anyway: 1 to delete,"), "{markdown}");
}

/// What isn't decided otherwise reads nobody: the application's file is gone, and nothing asks for it.
#[test]
fn scenario_13_a_change_of_form_is_proven_without_effect() {
    let it = branch();
    let text = it.read(RULES);
    it.write(RULES, &format!("# Who gets what.\n{text}"));
    it.git(&["mv", RULES, "policies/dstny/links.yaml"]);
    it.commit("Another name and a comment");
    it.git(&["mv", "policies/directories/people.yaml", "elsewhere.yaml"]);
    let ran = planned(&it, &[]).ends(0);
    assert!(ran.out.contains("default/dstny: Proven without effect"), "{}", ran.out);
}

#[test]
fn an_exclusion_that_goes_comes_first() {
    let it = branch();
    it.edit(EXCLUSIONS, "id: non-ad-sync", "id: nobody");
    it.edit(EXCLUSIONS, "{ accountGroup: Non AD sync }", "{ user: mail, equals: nobody@contoso.example }");
    it.commit("Nobody is excluded any more");
    let ran = planned(&it, &["--format", "markdown"]).ends(0);
    let place = |text: &str| ran.out.find(text).unwrap_or_else(|| panic!("{text}: {}", ran.out));
    assert!(
        place("Taken away: the `exclusion non-ad-sync`**; it held back 1.") < place("<details>"),
        "{}",
        ran.out
    );
}

#[test]
fn a_conflict_is_for_a_person() {
    let it = branch();
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    it.commit("One way");
    it.git(&["checkout", "-q", "main"]);
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: keep");
    it.commit("Another way");
    let ran = planned(&it, &[]).ends(4);
    assert!(ran.talk.contains(LIFECYCLE) && ran.talk.contains("merge or rebase"), "{}", ran.talk);
}

/// B was planned after A was merged, and B's branch is behind: nothing of A's is taken back.
#[test]
fn scenario_11_what_others_merged_is_not_taken_back() {
    let it = branch();
    it.commit_all("Nothing much");
    it.git(&["checkout", "-q", "main"]);
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    it.commit("Merged meanwhile");
    let ran = planned(&it, &[]).ends(0);
    assert!(ran.out.contains("default/dstny: Proven without effect"), "{}", ran.out);
}

/// Policies that cannot be evaluated before the change want nothing, which is said.
#[test]
fn scenario_12_a_base_that_names_a_group_that_is_gone_wants_nothing() {
    let it = phone_system();
    it.edit(RULES, "Call centre supervisors", "Call centre bosses");
    it.commit("A group that nobody has");
    it.git(&["checkout", "-q", "-b", "change"]);
    it.edit(RULES, "Call centre bosses", "Call centre supervisors");
    it.commit("Its name mended");
    let ran = planned(&it, &[]).ends(0);
    assert!(ran.out.contains("before this change cannot be evaluated"), "{}", ran.out);
    assert!(ran.out.contains("- delete     karl.olsen@contoso.example"), "the whole plan: {}", ran.out);
}

/// A change sends a credential to no host that the protected branch does not name.
#[test]
fn scenario_18_a_new_host_gets_no_credential() {
    let it = branch();
    let file = "policies/dstny/application.yaml";
    let text = it.read(file);
    let store = text.lines().find(|line| line.starts_with("sqlite:")).expect("a store").to_owned();
    it.edit(file, &store, "scim: { url: 'http://127.0.0.1:9/scim', credential: { env: ROLEWRIGHT_DSTNY } }");
    it.edit(file, "[agent, supervisor] }", "[agent, supervisor], wire: { group: '{callCentre}' } }");
    it.git(&["rm", "-q", "policies/dstny/start.yaml"]);
    it.commit("Another connection");
    let ran = planned(&it, &[]).ends(4);
    assert!(ran.talk.contains("http://127.0.0.1:9") && ran.talk.contains("ROLEWRIGHT_HOSTS"), "{}", ran.talk);
    let allowed = planned(&it, &["--hosts", "http://127.0.0.1:9"]).ends(7);
    assert!(allowed.talk.contains("`ROLEWRIGHT_DSTNY` is not set"), "{}", allowed.talk);
}

#[test]
fn a_refusal_that_is_pending_anyway_blocks_nobody_elses_change() {
    let it = phone_system();
    it.edit(LIFECYCLE, "percent: 5, floor: 3", "count: 0");
    it.commit("Nobody may go");
    it.git(&["checkout", "-q", "-b", "change"]);
    it.edit(EXCLUSIONS, "Kept by hand", "Kept by hands");
    it.edit(LIFECYCLE, "adoption: allow", "adoption: refuse");
    it.commit("Nobody is adopted");
    let ran = planned(&it, &["--format", "markdown"]).ends(0);
    assert!(ran.out.contains("**Refused with and without this change:**"), "{}", ran.out);
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    it.commit("Two more");
    planned(&it, &[]).ends(0);
    let refusing = branch();
    refusing.edit(LIFECYCLE, "percent: 5, floor: 3", "count: 0");
    refusing.commit("Nobody may go");
    planned(&refusing, &[]).ends(3);
}

/// In CI people are named where the readers of the repository may know them; a pseudonym needs a key.
#[test]
fn scenario_41_nobody_is_named_where_others_read() {
    let mut it = branch();
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: deactivate");
    it.commit("A change");
    it.secret("CI", "true");
    let none = |ran: &Ran| {
        for name in ["ida", "contoso.example", "a1000000-", "+45", "Ida"] {
            assert!(!ran.out.contains(name) && !ran.talk.contains(name), "{name}: {}{}", ran.out, ran.talk);
        }
    };
    let counts = planned(&it, &["--format", "markdown"]).ends(0);
    none(&counts);
    assert!(counts.out.contains("People are not shown here"), "{}", counts.out);
    it.secret("CI_PROJECT_VISIBILITY", "public");
    let keyless = planned(&it, &[]).ends(1);
    assert!(keyless.talk.contains("`ROLEWRIGHT_KEY`") && keyless.out.is_empty(), "{}", keyless.talk);
    it.secret("ROLEWRIGHT_KEY", "a key of the tests");
    let pseudonyms = planned(&it, &[]).ends(0);
    none(&pseudonyms);
    assert!(pseudonyms.out.contains("! deactivate u-"), "{}", pseudonyms.out);
    assert_eq!(pseudonyms.out, planned(&it, &[]).ends(0).out, "the same in every run");
    it.secret("CI_PROJECT_VISIBILITY", "private");
    assert!(planned(&it, &[]).ends(0).out.contains("ida.moos@contoso.example"));
}

#[test]
fn an_application_that_comes_or_goes_is_told() {
    let it = Playground::of(&["dstny", "promapp"]);
    it.git(&["checkout", "-q", "-b", "change"]);
    it.git(&["rm", "-q", "-r", "policies/dstny"]);
    it.git(&["commit", "-q", "-m", "Nothing about the phone system any more"]);
    let gone = it.run(&["plan", "--base", "main", "--head", "change"]).ends(0);
    assert!(gone.out.contains("default/dstny: No policy decides about it any more"), "{}", gone.out);
    assert!(gone.out.contains("default/promapp: Proven without effect"), "{}", gone.out);
    it.git(&["checkout", "-q", "-b", "back"]);
    it.git(&["revert", "--no-edit", "HEAD"]);
    let back = it.run(&["plan", "--base", "change", "--head", "back"]).ends(0);
    assert!(
        back.out.contains("default/dstny: This change: 2 to delete, 1 to revoke, 1 to adopt"),
        "{}",
        back.out
    );
}

/// What a date brought stays brought: a later plan is of no earlier day, whatever a clock says.
#[test]
fn scenario_30_a_plan_goes_behind_no_run() {
    let it = Playground::new().at_any_hour("dstny");
    it.run(&["apply", "--as-of", "2027-01-10"]).ends(0);
    let planned = it.run(&["plan", "--as-of", "2026-11-21"]).ends(0);
    assert!(planned.out.contains(", 2027-01-10\n"), "{}", planned.out);
    it.git(&["checkout", "-q", "-b", "change"]);
    it.edit(LIFECYCLE, "outOfScope: delete", "outOfScope: keep");
    it.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    it.commit("Whoever leaves the scope is kept");
    let shown = it.run(&["plan", "--base", "main", "--head", "change", "--as-of", "2026-11-21"]).ends(0);
    assert!(!shown.out.contains("2026-11-21"), "{}", shown.out);
}
