//! Desired state beside what the application holds: the plan.
//!
//! Takes policies and complete snapshots, gives a [`Plan`]: the same inputs in any order give the same bytes. Never:
//! clock, randomness that reaches a result, writers.

mod archive;
mod archived_names;
mod build;
mod carry;
mod context;
mod critic;
mod decision;
mod decisions;
mod document;
mod equal;
mod exclusion;
mod existing;
mod explain;
mod holdings;
mod kept;
mod listing;
mod matching;
mod memory;
mod one_user;
mod order;
mod protection;
mod provision;
mod reach;
mod rules;
mod unique;
mod value;
mod verdict;

pub use document::{FORMAT, PlanDocument};
pub use existing::existing;
pub use explain::{Explanation, Step, explain};
pub use kept::{Holder, Kept};
pub use listing::{GroupLink, GroupListing, ListedGroup, ListedRole, list_groups};
pub use memory::{Memory, remember};
pub use one_user::{OneUser, UsersPlan, explain_of_user, plan_of_user};
pub use reach::Reach;
pub use value::{
    AttributeChange, Base, Change, Hold, Outcome, Plan, Reason, Report, Seen, Subject, WithoutAccount,
};
pub use verdict::{Verdict, judge};

use crate::desired::{DataErrors, Population, desire};
use crate::model::{Commit, Date, Digest};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot};
use archived_names::ArchivedNames;
use build::{Builder, Built};
use context::Context;
use decisions::Decisions;
use rayon::prelude::*;
use rules::RuleTable;

/// Everything that a plan is made from.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The application's policies.
    pub policy: &'a ApplicationPolicy,
    /// Their digest.
    pub digest: Digest,
    /// The environment.
    pub environment: &'a str,
    /// The commit they come from; none: the work tree.
    pub commit: Option<&'a Commit>,
    /// What the documents of its directories say, in the application's order.
    pub directories: &'a [&'a DirectoryPolicy],
    /// What these directories held, in the same order.
    pub snapshots: &'a [&'a Complete<DirectorySnapshot>],
    /// What the application held.
    pub application: &'a Complete<ApplicationSnapshot>,
    /// What the ledger remembers of users' records; none where nothing asks for it.
    pub memory: Option<&'a Memory>,
    /// The day of the run, UTC.
    pub as_of: Date,
}

/// Makes the plan.
///
/// # Errors
/// Everything in the data that makes the policies meaningless, such as a named group that is not there.
pub fn plan(inputs: &Inputs<'_>) -> Result<Plan, DataErrors> {
    let population = Population::new(inputs.policy, inputs.snapshots);
    let desired = desire(inputs.policy, &population, inputs.directories, inputs.as_of)?;
    let context = Context::new(&desired, inputs.directories, inputs.application, inputs.memory)?;
    let decisions = Decisions::new(&context);
    let archived = ArchivedNames::new(&context, &decisions);
    let collisions = unique::collisions(&context, &decisions, &archived);
    let rules = RuleTable::new(inputs.policy);
    let builder = Builder { context: &context, rules: &rules, collisions: &collisions, archived: &archived };
    let mut built = build_all(&builder, &decisions);
    sort(&mut built);
    Ok(Plan {
        application: inputs.policy.name.clone(),
        environment: inputs.environment.to_owned(),
        commit: inputs.commit.cloned(),
        policy: inputs.digest,
        as_of: inputs.as_of,
        seen: seen(inputs),
        base: base(&context),
        kept: kept::kept(&context),
        changes: built.changes,
        reports: built.reports,
        without_account: WithoutAccount { out_of_scope: built.out_of_scope, not_created: built.not_created },
        findings: context.findings.clone(),
        rules: rules.into_origins(),
    })
}

fn build_all(builder: &Builder<'_, '_, '_>, decisions: &Decisions) -> Built {
    let users = decisions.users.par_iter().enumerate().with_min_len(4096);
    let mut built = users
        .fold(Built::default, |mut built, (user, decision)| {
            builder.one(&mut built, Some(user as u32), None, *decision);
            built
        })
        .reduce(Built::default, Built::and);
    for (account, decision) in &decisions.accounts {
        builder.one(&mut built, None, Some(*account), *decision);
    }
    built
}

/// Brings changes and reports into plan order, which no order of reading and no number of threads can alter.
fn sort(built: &mut Built) {
    built.changes.par_sort_by(|one, other| {
        let key =
            |change: &'_ Change| (change.operation, change.subject.key().to_owned(), change.right.clone());
        (one.operation, one.subject.key())
            .cmp(&(other.operation, other.subject.key()))
            .then_with(|| key(one).cmp(&key(other)))
    });
    built.reports.par_sort_by(|one, other| {
        let key = |report: &Report| (report.operation, report.rule, report.message.clone());
        (one.outcome, one.subject.key())
            .cmp(&(other.outcome, other.subject.key()))
            .then_with(|| key(one).cmp(&key(other)))
    });
}

fn seen(inputs: &Inputs<'_>) -> Seen {
    Seen {
        users: inputs.snapshots.iter().map(|directory| directory.users.len() as u32).sum(),
        groups: inputs.snapshots.iter().map(|directory| directory.groups.len() as u32).sum(),
        accounts: inputs.application.accounts.len() as u32,
    }
}

fn base(context: &Context<'_, '_>) -> Base {
    let accounts = 0..context.application.accounts.len() as u32;
    let managed = accounts
        .filter(|account| context.pairing.linked(*account) && context.excluded.account(*account).is_none());
    managed.fold(Base::default(), |base, account| Base {
        accounts: base.accounts + 1,
        grants: base.grants + context.holdings.rights.of(account).len() as u32,
    })
}
