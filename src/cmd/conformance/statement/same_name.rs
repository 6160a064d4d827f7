//! A second account with the same user name is refused, or at least seen.

use crate::cmd::conformance::sandbox::Sandbox;
use crate::cmd::conformance::trial::Statement;
use crate::cmd::conformance::verdict::Verdict;

pub(super) const STATEMENT: Statement = Statement {
    says: "two accounts cannot have the same user name",
    advice: "map `userName` with `unique: true`, so that Rolewright keeps names apart where the application does not",
    check,
};

fn check(sandbox: &mut Sandbox<'_>) -> Result<Verdict, String> {
    let account = sandbox.fresh()?;
    let mut second = sandbox.next();
    for attribute in &mut second.attributes {
        let first = account.attributes.iter().find(|one| one.path.name == attribute.path.name);
        if let Some(first) = first {
            attribute.first = first.first.clone();
        }
    }
    let answer = sandbox.create(&second)?;
    let shown = sandbox.read()?;
    let links = (0..shown.accounts.len() as u32).filter_map(|row| shown.accounts.links.get(row));
    let is_there = links.into_iter().any(|link| link == second.link);
    Ok(match (answer, is_there) {
        (Err(_), false) => Verdict::passed("the second is refused"),
        (Ok(()), true) => Verdict::warned("the second is created with the same user name"),
        (Ok(()), false) => {
            Verdict::failed("the application reports that it created the second, but does not show it")
        }
        (Err(problem), true) => Verdict::failed(format!("the second is refused, but created ({problem})")),
    })
}
