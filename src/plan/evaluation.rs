//! One evaluation: policies applied to what directories and application held. Plans, explanations and verdicts are
//! read from it, so that everybody is looked at once.

use super::archived_names::ArchivedNames;
use super::build::Builder;
use super::built::Built;
use super::change::Change;
use super::context::Context;
use super::decisions::Decisions;
use super::fits_nobody::fits_nobody;
use super::memory::Memory;
use super::paths::Paths;
use super::rules::RuleTable;
use super::unique::{Collisions, collisions};
use super::unkept::unkept;
use super::value::{Base, Outcome, Plan, Report, Seen, WithoutAccount};
use super::who::Who;
use crate::desired::{DataErrors, DesiredState, Population, RightId, desire};
use crate::model::{Commit, Date, Digest, Operation, Right};
use crate::policy::{ApplicationPolicy, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, Complete, DirectorySnapshot};
use rayon::prelude::*;
use std::sync::Arc;

/// Everything that a plan is made from.
#[derive(Clone, Debug)]
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
    pub directories: Vec<&'a DirectoryPolicy>,
    /// What these directories held, in the same order.
    pub snapshots: Vec<&'a Complete<DirectorySnapshot>>,
    /// What the application held.
    pub application: &'a Complete<ApplicationSnapshot>,
    /// What the ledger remembers of users' records; none where nothing asks for it.
    pub memory: Option<&'a Memory>,
    /// The day of the run, UTC.
    pub as_of: Date,
}

/// Who should have what, beside what the application holds: decided for every user and every account.
pub struct Evaluation<'a> {
    pub(super) inputs: Inputs<'a>,
    pub(super) context: Context<'a>,
    pub(super) decisions: Decisions,
    archived: ArchivedNames,
    collisions: Collisions<'a>,
    rules: RuleTable<'a>,
    paths: Paths,
}

impl<'a> Evaluation<'a> {
    /// Evaluates everybody.
    ///
    /// # Errors
    /// Everything in the data that makes the policies meaningless, such as a named group that is not there.
    pub fn new(inputs: &Inputs<'a>) -> Result<Self, DataErrors> {
        let population = Population::new(inputs.policy, &inputs.snapshots);
        let desired = desire(inputs.policy, population, &inputs.directories, inputs.as_of)?;
        let context = Context::new(desired, &inputs.directories, inputs.application, inputs.memory)?;
        let decisions = Decisions::new(&context);
        let archived = ArchivedNames::new(&context, &decisions);
        let collisions = collisions(&context, &decisions, &archived);
        let rules = RuleTable::new(inputs.policy);
        let paths = Paths::new(inputs.policy);
        Ok(Self { inputs: inputs.clone(), context, decisions, archived, collisions, rules, paths })
    }

    /// The same evaluation with another memory: who gets what does not depend on it, only which values are written.
    #[must_use]
    pub fn with_memory(mut self, memory: &'a Memory) -> Self {
        self.context.memory = Some(memory);
        self
    }

    /// Who should have what, whatever the application holds.
    pub fn desired(&self) -> &DesiredState<'a> {
        &self.context.desired
    }

    /// Every right that is wanted for somebody, or that some account holds.
    pub fn rights(&self) -> Vec<Arc<Right>> {
        let catalogue = &self.context.catalogue;
        (0..catalogue.len() as u32).map(|number| Arc::clone(catalogue.right(RightId(number)))).collect()
    }

    /// The plan.
    pub fn plan(&self) -> Plan {
        let mut built = self.build_all();
        sort(&mut built);
        let inputs = &self.inputs;
        let mut findings = self.context.findings.clone();
        findings.extend(unkept(inputs.policy, &built.unkept));
        findings.extend(fits_nobody(&self.context));
        findings.sort();
        Plan {
            application: inputs.policy.name.clone(),
            environment: inputs.environment.to_owned(),
            commit: inputs.commit.cloned(),
            policy: inputs.digest,
            as_of: inputs.as_of,
            seen: self.seen(),
            base: self.base(),
            privileged_holders: super::privileged_holders::privileged_holders(&self.context),
            changes: built.changes,
            reports: built.reports,
            without_account: WithoutAccount {
                out_of_scope: built.out_of_scope,
                not_created: built.not_created,
            },
            findings,
            rules: self.rules.origins(),
        }
    }

    /// What turns decisions into changes and reports.
    pub(super) fn builder(&self) -> Builder<'_, 'a> {
        Builder {
            context: &self.context,
            rules: &self.rules,
            paths: &self.paths,
            collisions: &self.collisions,
            archived: &self.archived,
        }
    }

    fn build_all(&self) -> Built {
        let builder = self.builder();
        let users = self.decisions.users.par_iter().enumerate().with_min_len(4096);
        let mut built = users
            .fold(Built::default, |mut built, (user, decision)| {
                builder.one(&mut built, self.context.user(user as u32), *decision);
                built
            })
            .reduce(Built::default, Built::and);
        for (account, decision) in &self.decisions.accounts {
            builder.one(&mut built, Who::Account(*account), *decision);
        }
        built
    }

    fn seen(&self) -> Seen {
        let snapshots = &self.inputs.snapshots;
        Seen {
            users: snapshots.iter().map(|directory| directory.users.len() as u32).sum(),
            groups: snapshots.iter().map(|directory| directory.groups.len() as u32).sum(),
            accounts: self.inputs.application.accounts.len() as u32,
        }
    }

    fn base(&self) -> Base {
        let context = &self.context;
        let accounts = 0..context.application.accounts.len() as u32;
        let managed = accounts.filter(|account| {
            context.pairing.linked(*account) && context.excluded.account(*account).is_none()
        });
        managed.fold(Base::default(), |base, account| Base {
            accounts: base.accounts + 1,
            grants: base.grants + context.holdings.rights.of(account).len() as u32,
        })
    }
}

/// Sorts changes and reports into plan order, the same for any order of reading and any number of threads.
fn sort(built: &mut Built) {
    // Nearly every comparison is decided by numbers, for which no text has to be fetched from memory.
    let begins = |change: &Change| (change.operation(), first_bytes(change.subject.key()));
    built.changes.par_sort_by_cached_key(begins);
    for run in built.changes.chunk_by_mut(|one, other| begins(one) == begins(other)) {
        run.par_sort_by(|one, other| change_order(one).cmp(&change_order(other)));
    }
    built.reports.par_sort_by(|one, other| report_order(one).cmp(&report_order(other)));
}

/// The first bytes of a text, as a number that sorts like them.
fn first_bytes(text: &str) -> u64 {
    let mut bytes = [0; 8];
    let length = text.len().min(bytes.len());
    bytes[..length].copy_from_slice(&text.as_bytes()[..length]);
    u64::from_be_bytes(bytes)
}

fn change_order(change: &Change) -> (Operation, &str, Option<&Right>) {
    (change.operation(), change.subject.key(), change.right())
}

fn report_order(report: &Report) -> (Outcome, &str, Option<Operation>, Option<u32>, &str) {
    (report.outcome, report.subject.key(), report.operation, report.rule, &report.message)
}
