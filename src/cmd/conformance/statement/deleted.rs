//! An account is deleted.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;
use crate::plan::Action;

pub(super) const STATEMENT: Statement = Statement {
    says: "an account can be deleted",
    advice: "use `deactivate` in Lifecycle; say `delete: deactivates` in the Profile of a service that keeps deleted accounts inactive",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let mut problems = Vec::new();
    for _ in 0..2 {
        problems.extend(sandbox.change(&account, Action::Delete)?.err());
    }
    let snapshot = sandbox.read()?;
    let row = snapshot.accounts.ids.row(&account.id);
    Ok(match row {
        Some(row) if !snapshot.accounts.active[row as usize] && sandbox.keeps_deleted() => {
            Verdict::of(&problems, "it is kept, inactive, as the Profile says")
        }
        Some(row) if !snapshot.accounts.active[row as usize] => Verdict::warned("it is shown as inactive"),
        Some(_) => {
            problems.push("it is still shown".to_owned());
            Verdict::failed(problems.join("; "))
        }
        None => Verdict::of(&problems, "it is gone, and deleting it again does no harm"),
    })
}
