//! The drift report: an issue that is open as long as there is a difference.

use crate::support::company::Company;

#[test]
fn an_issue_is_opened_updated_and_closed_by_itself() {
    let company = Company::running();
    let report = || {
        let job = company.clone("origin/main", &[]);
        company.run(&job, &["plan", "--drift-issue"]).ends(0)
    };
    report();
    assert_eq!(company.forge.state().issues.len(), 0, "nothing differs");
    let title = "SELECT value FROM attributes WHERE name = 'title' LIMIT 1";
    company.sql(&format!(
        "UPDATE attributes SET value = value || ' (drifted)' WHERE name = 'title' AND value = ({title})"
    ));
    let opened = report();
    assert!(opened.stderr.contains("opened"), "{}", opened.stderr);
    let said =
        |company: &Company| company.forge.state().issues[0]["body"].as_str().unwrap_or_default().to_owned();
    let first = said(&company);
    assert!(first.contains("(drifted)") && first.contains("`default/dstny`"), "{first}");
    assert!(report().stderr.contains("unchanged"));
    company.sql(
        "UPDATE attributes SET value = value || ' twice' WHERE name = 'title' AND value LIKE '%(drifted)'",
    );
    assert!(report().stderr.contains("updated"));
    assert!(said(&company).contains("(drifted) twice"));
    company.sql("UPDATE attributes SET value = replace(value, ' (drifted) twice', '') WHERE name = 'title'");
    assert!(report().stderr.contains("closed, nothing differs any more"));
    let issues = company.forge.state().issues.clone();
    assert_eq!((issues.len(), issues[0]["state"].as_str()), (1, Some("closed")));
}
