//! What every step of a plan reads.

use super::bound_protection::BoundProtection;
use super::exclusion::{BoundExclusion, Excluded, exclude};
use super::holdings::Holdings;
use super::matching::{Pairing, pair};
use super::memory::Memory;
use super::who::Who;
use crate::desired::BoundCondition;
use crate::desired::{Binder, Catalogue, DataErrors, DataProblem, DesiredState, Facts, GroupResolver};
use crate::policy::{ACCOUNT_TYPE, AccountSlot, DirectoryPolicy};
use crate::snapshot::{ApplicationSnapshot, TextColumn};

/// The desired state beside what the application holds.
pub(super) struct Context<'a> {
    pub(super) desired: DesiredState<'a>,
    pub(super) application: &'a ApplicationSnapshot,
    /// By account attribute the column that was read.
    columns: Vec<Option<&'a TextColumn>>,
    /// Numbers all rights, including those that are held but not wanted.
    pub(super) catalogue: Catalogue,
    pub(super) holdings: Holdings,
    pub(super) pairing: Pairing,
    pub(super) excluded: Excluded,
    pub(super) exclusions: Vec<BoundExclusion<'a>>,
    pub(super) protections: Vec<BoundProtection<'a>>,
    /// Whose changes do not wait; none: nobody waits.
    pub(super) canary: Option<BoundCondition<'a>>,
    /// What the ledger remembers of users' records.
    pub(super) memory: Option<&'a Memory>,
    pub(super) findings: Vec<DataProblem>,
}

impl<'a> Context<'a> {
    /// Brings desired state and application together: holdings, pairs, exclusions, protections.
    pub(super) fn new(
        desired: DesiredState<'a>,
        directories: &[&'a DirectoryPolicy],
        application: &'a ApplicationSnapshot,
        memory: Option<&'a Memory>,
    ) -> Result<Self, DataErrors> {
        let policy = desired.policy;
        let mut catalogue = desired.catalogue.clone();
        let holdings = super::holdings::holdings(policy, application, &mut catalogue);
        let mut binder = Binder {
            policy,
            groups: GroupResolver::new(&desired.population, directories),
            as_of: desired.as_of,
            application: Some(application),
            missing_account_groups: Vec::new(),
        };
        let mut errors = holdings.errors.clone();
        let exclusions = bind_exclusions(&mut binder, &mut errors);
        let protections = bind_protections(&mut binder, &mut errors);
        let canary = policy.lifecycle.canary.as_ref().map(|canary| {
            let bound = binder.bind(&canary.value);
            report_missing(&mut binder, &canary.origin, &mut errors);
            bound
        });
        let (group_errors, mut findings) = binder.groups.finish();
        errors.extend(group_errors);
        if !errors.is_empty() {
            errors.sort();
            errors.dedup();
            return Err(DataErrors { errors });
        }
        findings.extend(desired.findings.iter().chain(&holdings.findings).cloned());
        findings.sort();
        findings.dedup();
        let pairing = pair(&desired, application);
        let excluded = exclude(&exclusions, &desired, application, &pairing);
        let attributes = policy.account_attributes.iter();
        Ok(Self {
            desired,
            application,
            columns: attributes.map(|attribute| application.accounts.column(&attribute.name)).collect(),
            catalogue,
            holdings,
            pairing,
            excluded,
            exclusions,
            protections,
            canary,
            memory,
            findings,
        })
    }

    /// A user with the account.
    pub(super) fn user(&self, user: u32) -> Who {
        Who::User { user, account: self.pairing.account(user) }
    }

    /// Whether a user has a value for any matching attribute.
    pub(super) fn has_match_value(&self, user: u32) -> bool {
        let desired = &self.desired;
        let matched =
            desired.attributes.iter().filter(|attribute| desired.policy.matching.contains(&attribute.slot));
        desired.policy.matching.is_empty()
            || matched.into_iter().any(|attribute| attribute.match_value(&desired.population, user).is_some())
    }

    /// What conditions about accounts are evaluated for.
    pub(super) fn facts(&self, who: Who) -> Facts<'_> {
        let of_user = who.user().map(|user| self.desired.facts(user)).unwrap_or_default();
        Facts { account: who.account(), ..of_user }
    }

    /// What an account holds as an attribute; none: it is empty, or was not read.
    pub(super) fn held(&self, slot: AccountSlot, account: u32) -> Option<&'a str> {
        self.columns[slot.0 as usize]?.get(account)
    }

    /// Whether changes of a user or account wait for a later stage of the rollout.
    pub(super) fn waits(&self, who: Who) -> bool {
        let facts = self.facts(who);
        let canary = self.canary.as_ref();
        canary.is_some_and(|canary| !canary.holds(&self.desired.population, &self.catalogue, facts))
    }

    /// Whether an account is of another type than its user's rules want.
    pub(super) fn is_of_another_type(&self, user: u32, account: u32) -> bool {
        let Some(wanted) = self.desired.account_type(user) else { return false };
        let column = self.application.accounts.column(ACCOUNT_TYPE);
        let held = column.and_then(|column| column.get(account));
        held != Some(self.desired.policy.account_types[wanted.0 as usize].as_str())
    }
}

fn bind_exclusions<'a>(
    binder: &mut Binder<'a, '_>,
    errors: &mut Vec<DataProblem>,
) -> Vec<BoundExclusion<'a>> {
    let as_of = binder.as_of;
    let mut bound = Vec::new();
    for rule in binder.policy.exclusions.iter().filter(|rule| rule.until.is_none_or(|until| as_of <= until)) {
        bound.push(BoundExclusion { rule, when: binder.bind(&rule.when) });
        report_missing(binder, &rule.origin, errors);
    }
    bound
}

fn bind_protections<'a>(
    binder: &mut Binder<'a, '_>,
    errors: &mut Vec<DataProblem>,
) -> Vec<BoundProtection<'a>> {
    let as_of = binder.as_of;
    let mut bound = Vec::new();
    for rule in
        binder.policy.lifecycle.protect.iter().filter(|rule| rule.until.is_none_or(|until| as_of <= until))
    {
        bound.push(BoundProtection { rule, when: binder.bind(&rule.when) });
        report_missing(binder, &rule.origin, errors);
    }
    bound
}

/// A group that an exclusion or protection names and the application does not have is an error, never "nobody": a
/// renamed group must not expose its members.
fn report_missing(
    binder: &mut Binder<'_, '_>,
    origin: &crate::policy::Origin,
    errors: &mut Vec<DataProblem>,
) {
    for name in std::mem::take(&mut binder.missing_account_groups) {
        let message =
            format!("the application has no group `{name}`: correct the name, or make the group there");
        errors.push(DataProblem::new("data/missing-account-group", origin, message));
    }
}
