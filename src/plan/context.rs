//! Everything that the steps of a plan look at.

use super::exclusion::{BoundExclusion, Excluded, exclude};
use super::holdings::Holdings;
use super::matching::{Pairing, pair};
use super::protection::BoundProtection;
use crate::desired::{Binder, Catalogue, DataErrors, DataProblem, DesiredState, Facts, GroupResolver};
use crate::policy::set::DirectoryPolicy;
use crate::snapshot::ApplicationSnapshot;

/// The desired state beside what the application holds.
pub(super) struct Context<'c, 'a> {
    pub(super) desired: &'c DesiredState<'a>,
    pub(super) application: &'a ApplicationSnapshot,
    /// Numbers of all rights, those that are only held included.
    pub(super) catalogue: Catalogue,
    pub(super) holdings: Holdings,
    pub(super) pairing: Pairing,
    pub(super) excluded: Excluded,
    pub(super) exclusions: Vec<BoundExclusion<'a>>,
    pub(super) protections: Vec<BoundProtection<'a>>,
    pub(super) findings: Vec<DataProblem>,
}

impl<'c, 'a> Context<'c, 'a> {
    /// Brings desired state and application together: holdings, pairs, exclusions, protections.
    pub(super) fn new(
        desired: &'c DesiredState<'a>,
        directories: &'a [&'a DirectoryPolicy],
        application: &'a ApplicationSnapshot,
    ) -> Result<Self, DataErrors> {
        let policy = desired.policy;
        let mut catalogue = desired.catalogue.clone();
        let holdings = super::holdings::holdings(policy, application, &mut catalogue);
        let mut groups = GroupResolver::new(desired.population, directories);
        let mut binder = Binder {
            policy,
            groups: &mut groups,
            as_of: desired.as_of,
            application: Some(application),
            missing_account_groups: Vec::new(),
        };
        let mut errors = holdings.errors.clone();
        let exclusions = bind_exclusions(&mut binder, &mut errors);
        let protections = bind_protections(&mut binder, &mut errors);
        let (group_errors, mut findings) = groups.finish();
        errors.extend(group_errors);
        if !errors.is_empty() {
            errors.sort();
            errors.dedup();
            return Err(DataErrors { errors });
        }
        findings.extend(desired.findings.iter().chain(&holdings.findings).cloned());
        findings.sort();
        findings.dedup();
        let pairing = pair(desired, application);
        let excluded = exclude(&exclusions, desired, application, &pairing);
        Ok(Self {
            desired,
            application,
            catalogue,
            holdings,
            pairing,
            excluded,
            exclusions,
            protections,
            findings,
        })
    }

    /// Whether a user has a value for any matching attribute.
    pub(super) fn has_match_value(&self, user: u32) -> bool {
        let desired = self.desired;
        let matched =
            desired.attributes.iter().filter(|attribute| desired.policy.matching.contains(&attribute.slot));
        desired.policy.matching.is_empty()
            || matched.into_iter().any(|attribute| attribute.match_value(desired.population, user).is_some())
    }

    /// What conditions about accounts are asked of.
    pub(super) fn facts(&self, user: Option<u32>, account: Option<u32>) -> Facts<'_> {
        Facts { user, account, rights: user.map_or(&[], |user| self.desired.rights.of(user)) }
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
    origin: &crate::policy::set::Origin,
    errors: &mut Vec<DataProblem>,
) {
    for name in std::mem::take(&mut binder.missing_account_groups) {
        let message =
            format!("the application has no group `{name}`: correct the name, or make the group there");
        errors.push(DataProblem::new("data/missing-account-group", origin, message));
    }
}
