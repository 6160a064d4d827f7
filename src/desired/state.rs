//! The desired state of one application, and how it comes about.

use super::attributes::{ManagedAttribute, managed};
use super::condition::{Binder, BoundCondition, Facts};
use super::groups::GroupResolver;
use super::linking::{self, Source};
use super::population::Population;
use super::problem::{DataErrors, DataProblem};
use super::rights::{Catalogue, RightsByRow};
use crate::model::{Date, Field};
use crate::policy::set::{ApplicationPolicy, Constraint, DirectoryPolicy, Otherwise, UserSlot};

/// Who should have what: nothing in it depends on the accounts there are.
#[derive(Debug)]
pub struct DesiredState<'a> {
    /// The policies.
    pub policy: &'a ApplicationPolicy,
    /// The users.
    pub population: &'a Population<'a>,
    /// The day of the run.
    pub as_of: Date,
    /// Every right that is wanted, by number.
    pub catalogue: Catalogue,
    /// Which rights each user should have.
    pub rights: RightsByRow,
    /// The ways to rights, for reasons.
    pub sources: Vec<Source<'a>>,
    /// The managed attributes.
    pub attributes: Vec<ManagedAttribute<'a>>,
    /// What the data showed that stops nothing.
    pub findings: Vec<DataProblem>,
    constraints: Vec<BoundConstraint<'a>>,
    scope: BoundCondition<'a>,
    create: Option<BoundCondition<'a>>,
    enabled: Option<UserSlot>,
}

#[derive(Debug)]
struct BoundConstraint<'a> {
    rule: &'a Constraint,
    when: Option<BoundCondition<'a>>,
    require: BoundCondition<'a>,
}

/// What the constraints say of a user.
#[derive(Clone, Debug, Default)]
pub struct Verdict<'a> {
    /// The constraint that ends it: skip or block.
    pub ended_by: Option<&'a Constraint>,
    /// Those that warn.
    pub warned_by: Vec<&'a Constraint>,
}

impl Verdict<'_> {
    /// Whether the user should have no account.
    pub fn skipped(&self) -> bool {
        self.ended_by.is_some_and(|rule| rule.otherwise == Otherwise::Skip)
    }

    /// Whether the user's data is bad.
    pub fn blocked(&self) -> bool {
        self.ended_by.is_some_and(|rule| rule.otherwise == Otherwise::Block)
    }
}

/// Works out the desired state of an application.
///
/// # Errors
/// Everything in the data that makes the policies meaningless: a named group that is not there, an ambiguous name, too
/// few members, two rules of one order. Nothing is planned then.
pub fn desire<'a>(
    policy: &'a ApplicationPolicy,
    population: &'a Population<'a>,
    directories: &'a [&'a DirectoryPolicy],
    as_of: Date,
) -> Result<DesiredState<'a>, DataErrors> {
    let mut groups = GroupResolver::new(population, directories);
    let mut binder =
        Binder { policy, groups: &mut groups, as_of, application: None, missing_account_groups: Vec::new() };
    let mut catalogue = Catalogue::default();
    let sources = linking::sources(&mut binder, &mut catalogue);
    let constraints = policy.constraints.iter().map(|rule| bind_constraint(&mut binder, rule)).collect();
    let scope = binder.bind(&policy.lifecycle.scope);
    let create = policy.lifecycle.create.as_ref().map(|create| binder.bind(create));
    let attributes = managed(&mut binder);
    let (mut errors, mut findings) = groups.finish();
    if !errors.is_empty() {
        errors.sort();
        errors.dedup();
        return Err(DataErrors { errors });
    }
    findings.sort();
    findings.dedup();
    let rights = linking::rights(&sources, population, &catalogue);
    let enabled = policy.user_attributes.iter().position(|attribute| attribute.name == "accountEnabled");
    Ok(DesiredState {
        policy,
        population,
        as_of,
        catalogue,
        rights,
        sources,
        attributes,
        findings,
        constraints,
        scope,
        create,
        enabled: enabled.map(|slot| UserSlot(slot as u16)),
    })
}

fn bind_constraint<'a>(binder: &mut Binder<'a, '_>, rule: &'a Constraint) -> BoundConstraint<'a> {
    let when = rule.when.as_ref().map(|when| binder.bind(when));
    BoundConstraint { rule, when, require: binder.bind(&rule.require) }
}

impl<'a> DesiredState<'a> {
    /// What a condition is asked of, for a user.
    pub fn facts(&self, user: u32) -> Facts<'_> {
        Facts { user: Some(user), account: None, rights: self.rights.of(user) }
    }

    /// What the constraints say of a user, in the order written. The first `skip` or `block` ends it.
    pub fn verdict(&self, user: u32) -> Verdict<'a> {
        let mut verdict = Verdict::default();
        for constraint in &self.constraints {
            let asked = constraint.when.as_ref().is_none_or(|when| self.holds(when, user));
            if !asked || self.holds(&constraint.require, user) {
                continue;
            }
            if constraint.rule.otherwise == Otherwise::Warn {
                verdict.warned_by.push(constraint.rule);
            } else {
                verdict.ended_by = Some(constraint.rule);
                break;
            }
        }
        verdict
    }

    /// Whether a user is in scope, the constraints' `skip` left aside.
    pub fn in_scope(&self, user: u32) -> bool {
        self.holds(&self.scope, user)
    }

    /// Whether a user in scope who has no account gets one.
    pub fn creates(&self, user: u32) -> bool {
        self.create.as_ref().is_none_or(|create| self.holds(create, user))
    }

    /// Whether the directory says that a user is disabled. Unknown is not disabled (MG15).
    pub fn disabled(&self, user: u32) -> bool {
        self.enabled.is_some_and(|slot| self.population.field(slot, user) == Field::Boolean(false))
    }

    fn holds(&self, condition: &BoundCondition<'_>, user: u32) -> bool {
        condition.holds(self.population, &self.catalogue, self.facts(user))
    }
}
