//! A lost answer is healed: the same creation again makes nothing.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "repeating a creation whose answer was lost makes no second account",
    advice: "let the application refuse a second account with the same link or user name",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let answer = sandbox.create(&account)?;
    let found = sandbox.find(&account)?.len();
    Ok(match (found, answer) {
        (1, Ok(())) => Verdict::passed("repeated, it returns the existing account"),
        (1, Err(problem)) => {
            Verdict::warned(format!("repeated, it is refused ({problem}); the next run finds the account"))
        }
        (found, _) => Verdict::failed(format!("repeated, there are {found} accounts with the same link")),
    })
}
