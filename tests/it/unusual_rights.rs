//! `plan --base --head` tells first which rights go to whom nobody would expect: in a department where nobody has them, and to the
//! author of the change.

use crate::support::playground::{CommandOutput, Playground};

const RULES: &str = "policies/dstny/linking-rules.yaml";
const PEOPLE: &str = "policies/directories/people.yaml";
const START: &str = "policies/dstny/start.yaml";
const ERIK: &str = "erik.holm@contoso.example";

/// The phone system with three people in Finance, none of whom is an agent, and a branch whose author is Erik of Finance.
fn change(rule: &str) -> Playground {
    let playground = Playground::new();
    playground.git(&["rm", "-q", "policies/dstny/tests.yaml"]);
    playground.edit(PEOPLE, "department: Reception", "department: Finance");
    playground.commit("Reception is Finance now");
    playground.git(&["checkout", "-q", "-b", "change"]);
    let rules = playground.read(RULES);
    playground.write(RULES, &format!("{rules}  - {rule}\n"));
    playground.git(&["add", "-A"]);
    playground.git(&["-c", &format!("user.email={}", ERIK.to_uppercase()), "commit", "-q", "-m", "A rule"]);
    playground
}

fn planned(playground: &Playground, more: &[&str]) -> CommandOutput {
    let mut arguments = vec!["plan", "--base", "main", "--head", "change"];
    arguments.extend(more);
    playground.run(&arguments).ends(0)
}

const FINANCE: &str =
    "{ id: finance, when: { user: department, equals: Finance }, grant: { callCentre: agent } }";

#[test]
fn a_right_that_is_new_to_a_department_and_one_of_the_author_are_told_first() {
    let playground = change(FINANCE);
    let told = planned(&playground, &[]).stdout;
    let lines: Vec<&str> = told.lines().filter_map(|line| line.strip_prefix("  look first: ")).collect();
    let author = format!("The author of this change gets callCentre=agent ({ERIK})");
    assert!(lines[0].starts_with(&author), "{told}");
    let department = format!(
        "callCentre=agent goes to 2 people (dorthe, {ERIK}) of Finance, where none of 5 people has it today"
    );
    assert_eq!(lines[1..], [department.as_str()], "{told}");
    let markdown = planned(&playground, &["--format", "markdown"]).stdout;
    let first = markdown.find("- **Look first:** The author of this change gets `callCentre=agent`");
    let rule = markdown.find("- Rule `finance`");
    assert!(first.is_some() && first < rule, "{markdown}");
    assert!(markdown.contains("of `Finance`, where none"), "{markdown}");
    let page = planned(&playground, &["--format", "html"]).stdout;
    assert!(page.contains("look first: callCentre=agent goes to 2 people"), "every face tells it");
}

#[test]
fn what_is_usual_or_says_nothing_is_not_told() {
    // Somebody of the department is an agent already.
    let usual = change(FINANCE);
    usual.git(&["checkout", "-q", "main"]);
    let without = "    groups: [Non AD sync]\n";
    usual.edit(START, without, &format!("{without}    grants: [{{ callCentre: agent }}]\n"));
    usual.commit("Hanne is an agent");
    // One person is too few to tell what is usual.
    let few = change(&FINANCE.replace("equals: Finance", "equals: Audit"));
    few.git(&["checkout", "-q", "main"]);
    let analyst = "\n    jobTitle: Analyst";
    few.edit(PEOPLE, &format!("department: Finance{analyst}"), &format!("department: Audit{analyst}"));
    few.commit("Erik audits");
    for playground in [usual, few] {
        let told = planned(&playground, &[]).stdout;
        assert!(told.contains(" to grant."), "{told}");
        let first: Vec<&str> = told.lines().filter(|line| line.contains("look first: ")).collect();
        assert!(first.iter().all(|line| line.contains("The author of this change")), "{told}");
    }
}

#[test]
fn a_right_that_nobody_has_is_told_once() {
    let playground =
        change(&FINANCE.replace("agent }", "supervisor }").replace("equals: Finance", "present: true"));
    let told = planned(&playground, &[]).stdout;
    let new: Vec<&str> = told.lines().filter(|line| line.contains("which nobody has today")).collect();
    assert_eq!(new.len(), 1, "{told}");
    assert!(
        new[0].starts_with("  look first: callCentre=supervisor, which nobody has today, goes to "),
        "{told}"
    );
}

#[test]
fn scenario_41_what_is_told_first_names_nobody_where_others_read() {
    let mut playground = change(FINANCE);
    playground.secret("CI", "true");
    let counts = planned(&playground, &["--format", "markdown"]).stdout;
    assert!(counts.contains("goes to 2 people of a department, where none of 5 people"), "{counts}");
    playground.secret("CI_PROJECT_VISIBILITY", "public");
    playground.secret("ROLEWRIGHT_KEY", "a key of the tests");
    let pseudonyms = planned(&playground, &["--format", "markdown"]).stdout;
    assert!(pseudonyms.contains("The author of this change gets `callCentre=agent` (`u-"), "{pseudonyms}");
    for text in [counts, pseudonyms] {
        let first: String = text.lines().filter(|line| line.contains("Look first")).collect();
        assert!(["Finance", "dorthe", "erik"].iter().all(|name| !first.contains(name)), "{first}");
    }
}
