//! The lines of a plan that are about one user.

use super::fits_nobody;
use super::named::named;
use super::who::Who;
use super::{Evaluation, Explanation, Inputs, Plan, Question, Subject, WithoutAccount};
use crate::desired::DataErrors;
use crate::snapshot::{DirectorySnapshot, Excerpt};
use std::collections::BTreeSet;

/// Whom a text names.
#[derive(Clone, Debug)]
pub struct OneUser {
    /// Directory and id.
    users: BTreeSet<(String, String)>,
    /// Ids of accounts without user.
    accounts: BTreeSet<String>,
}

impl OneUser {
    /// Those whom a text names, as for [`Evaluation::explain`]; `plan` is the evaluation's own.
    pub fn new(evaluation: &Evaluation<'_>, plan: &Plan, text: &str) -> Self {
        let context = &evaluation.context;
        let (mut users, mut accounts) = (BTreeSet::new(), BTreeSet::new());
        for who in named(context, plan, text) {
            match who {
                Who::User { user, .. } => {
                    let (directory, id) = context.desired.population.id(user);
                    users.insert((directory.to_owned(), id.to_owned()));
                }
                Who::Account(account) => {
                    accounts.insert(context.application.accounts.ids.id(account).to_owned());
                }
            }
        }
        Self { users, accounts }
    }

    /// Whether a subject is meant.
    pub fn is(&self, subject: &Subject) -> bool {
        match (&subject.directory, &subject.user, &subject.account) {
            (Some(directory), Some(user), _) => self.users.contains(&(directory.clone(), user.clone())),
            (_, None, Some(account)) => self.accounts.contains(account),
            (None, Some(_), _) | (_, None, None) => false,
        }
    }

    /// Whether anybody is meant at all.
    pub fn is_anybody(&self) -> bool {
        !self.users.is_empty() || !self.accounts.is_empty()
    }

    /// Removes from a plan what is not about them. The lines left are those of the whole plan, so that what depends on
    /// others (a name that is taken) stays as it is. Returns whether anybody is meant at all.
    pub fn keep(&self, plan: &mut Plan) -> bool {
        plan.changes.retain(|change| self.is(&change.subject));
        plan.reports.retain(|report| self.is(&report.subject));
        plan.without_account = WithoutAccount::default();
        // That nobody fits says nothing about one user, and cannot be known where only some were read.
        plan.findings.retain(|finding| finding.code != fits_nobody::CODE);
        self.is_anybody() || !plan.changes.is_empty() || !plan.reports.is_empty()
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
    let one = OneUser::new(&evaluation, &lines, named);
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
    question: &Question<'_>,
) -> Result<Vec<Explanation>, DataErrors> {
    let evaluation = of_excerpts(inputs, excerpts)?;
    Ok(evaluation.explain(question, &evaluation.plan()))
}

/// Evaluates what was read of some users.
fn of_excerpts<'a>(
    inputs: &Inputs<'a>,
    excerpts: &[&'a Excerpt<DirectorySnapshot>],
) -> Result<Evaluation<'a>, DataErrors> {
    let snapshots = excerpts.iter().map(|it| it.for_showing()).collect();
    Evaluation::new(&Inputs { snapshots, ..inputs.clone() })
}
