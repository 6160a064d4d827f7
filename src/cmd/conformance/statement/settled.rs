//! What was written is what is read, again and again.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "a second plan would be empty",
    advice: "check what the application alters afterwards, and list it in the Profile; otherwise each run writes it again",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let mut problems = Vec::new();
    for _ in 0..2 {
        let wanted = account.attributes.iter().map(|one| (&one.path, Some(one.first.to_string())));
        problems.extend(account.differences(sandbox, wanted)?);
    }
    let found = sandbox.find(&account)?.len();
    if found != 1 {
        problems.push(format!("{found} accounts have its link"));
    }
    Ok(Verdict::of(&problems, "two reads show what was written"))
}
