//! The desired state of one application, and how it comes about.

use super::attributes::{ManagedAttribute, managed};
use super::condition::{Binder, BoundCondition, Facts};
use super::constraint::{self, BoundConstraint, Walk};
use super::groups::GroupResolver;
use super::linking::{self, Source};
use super::person::{Persons, persons};
use super::population::Population;
use super::problem::{DataErrors, DataProblem};
use super::rights::{Catalogue, RightId, RightsByRow};
use super::winning::{self, LinkingFault, Winners, winners};
use crate::model::{Date, EntitlementWire, Field};
use crate::policy::{
    AccountTypeIndex, ApplicationPolicy, Constraint, DirectoryPolicy, EntitlementType, Otherwise, UserSlot,
};
use crate::snapshot::TextColumn;
use rayon::prelude::*;
use std::collections::BTreeSet;

/// Who should have what. It does not depend on what accounts there are.
#[derive(Debug)]
pub struct DesiredState<'a> {
    /// The policies.
    pub policy: &'a ApplicationPolicy,
    /// The users.
    pub population: Population<'a>,
    /// The day of the run.
    pub as_of: Date,
    /// Every right that is wanted, by number.
    pub catalogue: Catalogue,
    /// Which rights each user should have, after the constraints.
    pub rights: RightsByRow,
    /// The sources of rights, for reasons.
    pub sources: Vec<Source<'a>>,
    /// By right the places of the sources that give it.
    givers: Vec<Vec<u32>>,
    /// Which of them count for whom.
    pub winners: Winners,
    /// Users who are one person.
    pub persons: Persons,
    /// The managed attributes.
    pub attributes: Vec<ManagedAttribute<'a>>,
    /// What the data showed that stops nothing.
    pub findings: Vec<DataProblem>,
    /// What rules gave before the constraints, where these dropped anything.
    linked: Option<RightsByRow>,
    /// By user the place of the constraint that ends the evaluation, counted from 1; empty without constraints.
    ended: Vec<u16>,
    /// By name the values that constraints named.
    named: Vec<TextColumn>,
    constraints: Vec<BoundConstraint<'a>>,
    scope: BoundCondition<'a>,
    create: Option<BoundCondition<'a>>,
    enabled: Option<UserSlot>,
}

/// What ends the evaluation of a user.
#[derive(Clone, Copy, Debug)]
pub enum Ending<'a> {
    /// A constraint: skip or block.
    Constraint(&'a Constraint),
    /// Linking alone blocks.
    Linking(LinkingFault),
}

impl Ending<'_> {
    /// Whether the user should have no account.
    pub fn skips(self) -> bool {
        matches!(self, Self::Constraint(rule) if rule.otherwise == Otherwise::Skip)
    }
}

/// Works out the desired state of an application.
///
/// # Errors
/// Everything in the data that makes the policies meaningless: a named group that is not there, an ambiguous name, too
/// few members, two rules of one order. Nothing is planned then.
pub fn desire<'a>(
    policy: &'a ApplicationPolicy,
    population: Population<'a>,
    directories: &[&'a DirectoryPolicy],
    as_of: Date,
) -> Result<DesiredState<'a>, DataErrors> {
    desire_with(policy, population, directories, as_of, true)
}

/// The same for some users alone, who are supposed to be as the population says: groups may have fewer members than policies
/// want.
///
/// # Errors
/// As [`desire`].
pub fn suppose<'a>(
    policy: &'a ApplicationPolicy,
    population: Population<'a>,
    directories: &[&'a DirectoryPolicy],
    as_of: Date,
) -> Result<DesiredState<'a>, DataErrors> {
    desire_with(policy, population, directories, as_of, false)
}

fn desire_with<'a>(
    policy: &'a ApplicationPolicy,
    population: Population<'a>,
    directories: &[&'a DirectoryPolicy],
    as_of: Date,
    counts_members: bool,
) -> Result<DesiredState<'a>, DataErrors> {
    let groups = GroupResolver::new(&population, directories);
    let mut binder = Binder {
        policy,
        groups: if counts_members { groups } else { groups.of_few() },
        as_of,
        application: None,
        missing_account_groups: Vec::new(),
    };
    let mut catalogue = Catalogue::default();
    let sources = linking::sources(&mut binder, &mut catalogue);
    let constraints: Vec<_> =
        policy.constraints.iter().map(|rule| constraint::bind(&mut binder, rule)).collect();
    let scope = binder.bind(&policy.lifecycle.scope);
    let create = policy.lifecycle.create.as_ref().map(|create| binder.bind(create));
    let attributes = managed(&mut binder);
    let (mut errors, mut findings) = binder.groups.finish();
    if !errors.is_empty() {
        errors.sort();
        errors.dedup();
        return Err(DataErrors { errors });
    }
    let persons = persons(policy, &population);
    findings.extend(persons.finding(policy, &population));
    findings.sort();
    findings.dedup();
    let winners = winners(policy, &sources, &population, &catalogue);
    let linked = winning::rights(&sources, &winners, &population, &catalogue);
    let constrained = constrain(&constraints, policy, &population, &catalogue, &winners, &linked);
    let Constrained { ended, named, left } = constrained;
    let (rights, linked) = match left {
        None => (linked, None),
        Some(left) => (left, Some(linked)),
    };
    let mut givers = vec![Vec::new(); catalogue.len()];
    for (place, source) in sources.iter().enumerate() {
        for right in source.rights.iter().collect::<BTreeSet<_>>() {
            givers[right.0 as usize].push(place as u32);
        }
    }
    let enabled = policy.user_attributes.iter().position(|attribute| attribute.name == "accountEnabled");
    Ok(DesiredState {
        policy,
        population,
        as_of,
        catalogue,
        rights,
        sources,
        givers,
        winners,
        persons,
        attributes,
        findings,
        linked,
        ended,
        named,
        constraints,
        scope,
        create,
        enabled: enabled.map(|slot| UserSlot(slot as u16)),
    })
}

/// What the constraints make of everybody.
#[derive(Default)]
struct Constrained {
    ended: Vec<u16>,
    named: Vec<TextColumn>,
    /// The rights left; none where no constraint dropped any.
    left: Option<RightsByRow>,
}

/// What the constraints make of one user.
#[derive(Default)]
struct Outcome {
    /// The place of the constraint that ended the walk, from 1; 0: none.
    ended: u16,
    named: Vec<Option<String>>,
    /// The rights left; none where no constraint dropped any.
    left: Option<Vec<RightId>>,
}

/// Evaluates the constraints for every user whom linking does not block already.
fn constrain(
    constraints: &[BoundConstraint<'_>],
    policy: &ApplicationPolicy,
    population: &Population<'_>,
    catalogue: &Catalogue,
    winners: &Winners,
    linked: &RightsByRow,
) -> Constrained {
    if constraints.is_empty() {
        return Constrained::default();
    }
    let walks: Vec<Outcome> = (0..population.len())
        .into_par_iter()
        .with_min_len(4096)
        .map(|user| {
            if winners.fault(user).is_some() {
                return Outcome::default();
            }
            let facts = linked_facts(user, winners, linked);
            let walk = constraint::walk(constraints, policy.names.len(), population, catalogue, facts);
            Outcome {
                ended: walk.ended_by.map_or(0, |place| place as u16 + 1),
                named: walk.named,
                left: (!walk.dropped.is_empty()).then_some(walk.rights),
            }
        })
        .collect();
    let mut named: Vec<TextColumn> = policy.names.iter().map(|_| TextColumn::default()).collect();
    for walk in &walks {
        for (place, column) in named.iter_mut().enumerate() {
            column.push(walk.named.get(place).and_then(Option::as_deref));
        }
    }
    let drops = walks.iter().any(|walk| walk.left.is_some());
    let left = drops.then(|| {
        RightsByRow::collect(population.len(), || {
            walks.iter().enumerate().flat_map(|(user, walk)| {
                let rights = walk.left.as_deref().unwrap_or_else(|| linked.of(user as u32));
                rights.iter().map(move |right| (user as u32, *right))
            })
        })
    });
    Constrained { ended: walks.into_iter().map(|walk| walk.ended).collect(), named, left }
}

/// A user with what the rules give, before the constraints.
fn linked_facts<'f>(user: u32, winners: &Winners, linked: &'f RightsByRow) -> Facts<'f> {
    let account_type = winners.account_type(user);
    Facts { user: Some(user), account_type, rights: linked.of(user), ..Facts::default() }
}

impl<'a> DesiredState<'a> {
    /// What conditions are evaluated for, for a user.
    pub fn facts(&self, user: u32) -> Facts<'_> {
        Facts {
            user: Some(user),
            account: None,
            rights: self.rights.of(user),
            account_type: self.winners.account_type(user),
            named: &self.named,
        }
    }

    /// The sources that give a right, in their order.
    pub fn givers(&self, right: RightId) -> impl Iterator<Item = &Source<'a>> {
        let places = self.givers.get(right.0 as usize).into_iter().flatten();
        places.map(|place| &self.sources[*place as usize])
    }

    /// The kind of account that a user should have; none where there is one kind, or none can be told.
    pub fn account_type(&self, user: u32) -> Option<AccountTypeIndex> {
        self.winners.account_type(user)
    }

    /// What ends the evaluation of a user before scope is known, if anything does.
    pub fn ending(&self, user: u32) -> Option<Ending<'a>> {
        if let Some(fault) = self.winners.fault(user) {
            return Some(Ending::Linking(fault));
        }
        let place = self.ended.get(user as usize).and_then(|place| (*place as usize).checked_sub(1));
        match place {
            Some(place) => Some(Ending::Constraint(self.constraints[place].rule)),
            None => self.wants_two_of_one(user).then_some(Ending::Linking(LinkingFault::TwoOfOne)),
        }
    }

    /// Whether a user has several rights of a type that the application keeps as the one value of an attribute.
    fn wants_two_of_one(&self, user: u32) -> bool {
        let single = |kind: &&EntitlementType| matches!(kind.wire, EntitlementWire::Attribute { .. });
        self.policy.entitlements.iter().filter(single).any(|kind| {
            let of_kind = |right: &&RightId| self.catalogue.right(**right).entitlement == kind.name;
            self.rights.of(user).iter().filter(of_kind).count() > 1
        })
    }

    /// What the constraints make of a user, step by step: for reasons.
    pub fn walk(&self, user: u32) -> Walk<'a> {
        if self.constraints.is_empty() || self.winners.fault(user).is_some() {
            return Walk::default();
        }
        let linked = self.linked.as_ref().unwrap_or(&self.rights);
        let facts = linked_facts(user, &self.winners, linked);
        let names = self.policy.names.len();
        constraint::walk(&self.constraints, names, &self.population, &self.catalogue, facts)
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
        condition.holds(&self.population, &self.catalogue, self.facts(user))
    }
}
