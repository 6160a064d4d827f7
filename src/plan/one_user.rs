//! The lines of a plan that are about one user.

use super::named_users::named_users;
use super::{Evaluation, Explanation, Inputs, Plan, Subject, WithoutAccount};
use crate::desired::DataErrors;
use crate::snapshot::{DirectorySnapshot, Excerpt};
use std::collections::BTreeSet;

/// Whom a text names: users, and accounts by id or shown name.
#[derive(Clone, Debug)]
pub struct OneUser {
    named: String,
    users: BTreeSet<(String, String)>,
}

impl OneUser {
    /// Those whom a text names: users by id, `userPrincipalName` or `mail`, subjects of a plan also by the account's id
    /// or by the name that plans show; ASCII case ignored.
    pub fn new(evaluation: &Evaluation<'_>, named: &str) -> Self {
        let desired = evaluation.desired();
        let users = named_users(desired, named).into_iter().map(|row| {
            let (directory, id) = desired.population.id(row);
            (directory.to_owned(), id.to_owned())
        });
        Self { named: named.to_owned(), users: users.collect() }
    }

    /// Whether a subject is meant.
    pub fn is(&self, subject: &Subject) -> bool {
        let user = subject.directory.clone().zip(subject.user.clone());
        let account = subject.account.as_ref().is_some_and(|id| id.eq_ignore_ascii_case(&self.named));
        account
            || subject.name.eq_ignore_ascii_case(&self.named)
            || user.is_some_and(|user| self.users.contains(&user))
    }

    /// Removes from a plan what is not about them. The lines left are those of the whole plan, so that what depends on
    /// others (a name that is taken) stays as it is. Returns whether anybody is meant at all.
    pub fn keep(&self, plan: &mut Plan) -> bool {
        plan.changes.retain(|change| self.is(&change.subject));
        plan.reports.retain(|report| self.is(&report.subject));
        plan.without_account = WithoutAccount::default();
        !self.users.is_empty() || !plan.changes.is_empty() || !plan.reports.is_empty()
    }
}

/// The lines about one user. Guards need whole plans, so this one cannot be judged or applied.
#[derive(Debug)]
pub struct UsersPlan {
    /// Their lines.
    pub lines: Plan,
    /// Whether anybody is meant.
    pub found: bool,
    /// Whoever is meant, has an account and keeps it, with nothing to change.
    pub existing: Vec<Subject>,
}

/// Makes the lines about one user from what was read of those who matter for them ([`Reach`](super::Reach)): the same
/// that the whole plan has. The snapshots among the inputs are not looked at.
///
/// # Errors
/// As [`Evaluation::new`]; what the whole directories would say may be more.
pub fn plan_of_user(
    inputs: &Inputs<'_>,
    excerpts: &[&Excerpt<DirectorySnapshot>],
    named: &str,
) -> Result<UsersPlan, DataErrors> {
    let evaluation = of_excerpts(inputs, excerpts)?;
    let mut lines = evaluation.plan();
    let mut existing = evaluation.existing(&lines);
    let one = OneUser::new(&evaluation, named);
    existing.retain(|subject| one.is(subject));
    let found = one.keep(&mut lines) || !existing.is_empty();
    Ok(UsersPlan { lines, found, existing })
}

/// Explains one user from what was read of those who matter for them, as [`Evaluation::explain`] does from everybody.
///
/// # Errors
/// As [`plan_of_user`].
pub fn explain_of_user(
    inputs: &Inputs<'_>,
    excerpts: &[&Excerpt<DirectorySnapshot>],
    named: &str,
) -> Result<Vec<Explanation>, DataErrors> {
    let evaluation = of_excerpts(inputs, excerpts)?;
    Ok(evaluation.explain(named, &evaluation.plan()))
}

/// Evaluates what was read of some users.
fn of_excerpts<'a>(
    inputs: &Inputs<'a>,
    excerpts: &[&'a Excerpt<DirectorySnapshot>],
) -> Result<Evaluation<'a>, DataErrors> {
    let snapshots = excerpts.iter().map(|it| it.for_showing()).collect();
    Evaluation::new(&Inputs { snapshots, ..inputs.clone() })
}
