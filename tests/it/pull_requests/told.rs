//! What a run tells the pull requests that it carries out: each once, ours only, and nothing is decided by it.

#![expect(clippy::disallowed_methods, reason = "tests look at files")]

use crate::support::company::{Company, How, changes_titles, deletes_disabled, drops_agents};
use serde_json::{Value, json};

const CHECK: &str = "rolewright apply default/dstny";

/// The comment that runs leave on a pull request, and how often it was edited.
fn told(company: &Company, number: u64) -> (String, u32) {
    let state = company.forge.state();
    let ours = state.ours(number);
    let of_runs: Vec<_> =
        ours.iter().filter(|comment| comment.body.starts_with("<!-- rolewright: applied ")).collect();
    assert!(ours.len() <= 2 && of_runs.len() <= 1, "one comment of the plan, one of runs");
    of_runs.first().map(|comment| (comment.body.clone(), comment.edits)).unwrap_or_default()
}

/// Conclusions and texts of the check runs that runs left.
fn checks(company: &Company) -> Vec<Value> {
    let state = company.forge.state();
    let of_runs = state.checks.iter().filter(|run| run["name"] == CHECK);
    of_runs.map(|run| json!([run["conclusion"], run["output"]["title"]])).collect()
}

#[test]
fn a_pull_request_is_told_once_what_was_applied() {
    let company = Company::running();
    let before = checks(&company).len();
    let number = company.bring("more", deletes_disabled);
    let applied = company.apply().ends(0);
    assert!(
        applied.stderr.contains(&format!("pull request {number}: a comment was written")),
        "{}",
        applied.stderr
    );
    let (text, edits) = told(&company, number);
    for part in
        ["**Applied: 1 delete.**", "erik.holm@contoso.example", &format!("Run `{}`", company.last_run())]
    {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    assert_eq!((edits, checks(&company)[before..].to_vec()), (0, vec![json!(["success", "Applied"])]));
    let writes = company.forge.writes();
    company.apply().ends(0);
    assert_eq!(company.forge.writes(), writes, "it is told once");
}

#[test]
fn scenario_07_a_pull_request_is_told_who_waits_and_how_to_release_them() {
    let company = Company::running();
    let before = checks(&company).len();
    let number = company.bring("more", deletes_disabled);
    for who in ["Clara", "Dorthe"] {
        company
            .directory(&format!("givenName: {who}"), &format!("accountEnabled: false\n    givenName: {who}"));
    }
    company.apply().ends(4);
    let run = company.last_run();
    let (text, _) = told(&company, number);
    for part in [
        "**Applied: 1 delete.**",
        "**2 changes wait for a person**",
        "### Waits for a person",
        &format!("with `{run}` as `release`"),
    ] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    // The same again, in a run that writes nothing: it is not said again once it was said.
    company.waits();
    let writes = company.forge.writes();
    let (held, _) = told(&company, number);
    company.waits();
    assert_eq!((company.forge.writes(), told(&company, number).0), (writes, held));
    // The release needs no evidence, and is told all the same.
    company.apply_with(&["--release", &company.last_run()]).ends(0);
    let (text, _) = told(&company, number);
    assert!(text.contains("**Applied: 2 delete.**") && !text.contains("wait for a person"), "{text}");
    let all = checks(&company)[before..].to_vec();
    let waits = json!(["action_required", "Waits for a person"]);
    assert_eq!(all, [waits.clone(), waits, json!(["success", "Applied"])]);
    let writes = company.forge.writes();
    company.directory("jobTitle: Controller", "jobTitle: Chief controller");
    company.apply().ends(0);
    assert_eq!(company.forge.writes(), writes, "what comes later is not its work");
}

#[test]
fn a_pull_request_is_told_what_failed_until_it_is_made() {
    let company = Company::running();
    let number = company.bring("more", |company| {
        deletes_disabled(company);
        changes_titles(company);
    });
    company.sql("CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'canary-of-the-server'); END");
    company.apply().ends(5);
    let (text, _) = told(&company, number);
    for part in ["1 failed", "**1 change failed**", "### Failed", "erik.holm@contoso.example"] {
        assert!(text.contains(part), "`{part}` in\n{text}");
    }
    assert!(!text.contains("canary-of-the-server"), "what a server answers stays in the log: {text}");
    company.sql("DROP TRIGGER refuse");
    company.apply().ends(0);
    let (text, edits) = told(&company, number);
    assert!(text.contains("**Applied: 1 delete.**") && edits == 1, "{edits}: {text}");
}

#[test]
fn what_a_run_says_is_no_evidence() {
    let company = Company::running();
    let number = company.propose("more", deletes_disabled);
    company.plan(number).ends(0);
    company.forge.state().checks.last_mut().expect("a check run")["name"] = json!(CHECK);
    company.merge(number, How::Merge);
    let waits = company.waits();
    assert!(waits.stderr.contains("no plan was published"), "{}", waits.stderr);
    assert_eq!(told(&company, number).0, "", "nothing showed it, so it is not carried out");
}

#[test]
fn a_token_that_may_only_read_changes_nothing_about_the_run() {
    let company = Company::running();
    let number = company.bring("more", drops_agents);
    company.forge.state().read_only = true;
    let applied = company.apply().ends(0);
    assert!(applied.stdout.contains("Applied: 2 revoke."), "{}", applied.stdout);
    for part in [
        format!("pull request {number} does not show the whole result"),
        "`permissions: pull-requests: write`".to_owned(),
        "`permissions: checks: write`".to_owned(),
    ] {
        assert!(applied.stderr.contains(&part), "`{part}` in\n{}", applied.stderr);
    }
    assert_eq!(told(&company, number).0, "");
    assert!(company.left().ends(0).stdout.contains("No changes."));
}

#[test]
fn where_names_are_hidden_a_pull_request_is_told_numbers() {
    let company = Company::running_with(|company| {
        let workspace = company.read("policies/workspace.yaml");
        company.write("policies/workspace.yaml", &format!("{workspace}privacy: counts\n"));
    });
    let number = company.bring("more", deletes_disabled);
    // Whoever loosens it is not shown names at once: what the settled policies hide stays hidden in this run.
    company.bring("names", |company| {
        company.edit("policies/workspace.yaml", "privacy: counts", "privacy: names")
    });
    company.apply().ends(0);
    let (text, _) = told(&company, number);
    assert!(text.contains("**Applied: 1 delete.**") && text.contains("People are not shown here"), "{text}");
    assert!(!text.contains("erik.holm"), "{text}");
}

#[test]
fn a_page_is_kept_only_where_names_may_be_seen() {
    for (visibility, kept) in [("private", true), ("public", false)] {
        let mut company = Company::running();
        company.set("CI", "true");
        company.forge.state().visibility = visibility;
        let number = company.propose("more", deletes_disabled);
        let (job, wanted) = (company.clone("origin/more", &[]), number.to_string());
        let url = "https://github.example/ida/access/actions/runs/12#artifacts";
        let range = ["plan", "--base", "origin/main", "--head", "HEAD", "--pull-request", &wanted];
        company
            .run(&job, &[&range[..], &["--output", "html=plan.html", "--report-url", url]].concat())
            .ends(0);
        let comment = company.forge.state().ours(number)[0].body.clone();
        let page = std::fs::read_to_string(job.join("plan.html")).unwrap_or_default();
        assert_eq!(
            (comment.contains(&format!("]({url})")), page.contains("erik.holm")),
            (kept, kept),
            "{comment}"
        );
        assert_eq!(page.is_empty(), !kept);
        let forged = company.run(&job, &[&range[..], &["--report-url", "https://x.example/)[y](z"]].concat());
        assert!(forged.ends(64).stderr.contains("expected an address"));
    }
}

/// The page of a run, as the page of a plan: only where names may be seen, and the comment links to it.
#[test]
fn a_page_of_a_run_is_kept_only_where_names_may_be_seen() {
    for (visibility, kept) in [("private", true), ("public", false)] {
        let mut company = Company::running();
        company.set("CI", "true");
        company.forge.state().visibility = visibility;
        let number = company.bring("more", deletes_disabled);
        let job = company.clone("origin/main", &[]);
        let url = "https://github.example/ida/access/actions/runs/12#artifacts";
        company.run(&job, &["apply", "--output", "html=run.html", "--report-url", url]).ends(0);
        let page = std::fs::read_to_string(job.join("run.html")).unwrap_or_default();
        let (text, _) = told(&company, number);
        assert_eq!((text.contains(&format!("]({url})")), page.contains("erik.holm")), (kept, kept), "{text}");
        assert_eq!(page.is_empty(), !kept);
    }
}
