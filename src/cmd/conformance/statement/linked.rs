//! An account can be found again by its link.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "the link of an account is shown",
    advice: "put into `link` an attribute that the application keeps and nobody else writes: accounts are found by it",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let snapshot = sandbox.read()?;
    let row = snapshot.accounts.ids.row(&account.id).ok_or("the account is not shown any more")?;
    Ok(match snapshot.accounts.links.get(row) {
        Some(link) if link == account.link => Verdict::passed("as it was written"),
        Some(link) => Verdict::failed(format!("it is `{link}` instead of `{}`", account.link)),
        None => Verdict::failed("it is empty, so no run would find the account again"),
    })
}
