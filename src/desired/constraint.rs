//! What the constraints make of one user (the policy language, 7), in the order written.

use super::condition::{Binder, BoundCondition, Facts};
use super::population::Population;
use super::rights::{Catalogue, RightId};
use crate::policy::{
    Constraint, ConstraintTest, ConstraintText, ConstraintTextPart, Otherwise, RightSelector,
};

/// A constraint whose conditions are bound to the data.
#[derive(Debug)]
pub(super) struct BoundConstraint<'a> {
    pub(super) rule: &'a Constraint,
    when: Option<BoundCondition<'a>>,
    require: Option<BoundCondition<'a>>,
}

/// What the constraints make of a user.
#[derive(Clone, Debug, Default)]
pub struct Walk<'a> {
    /// The constraint that ends it, by its place: skip or block.
    pub ended_by: Option<usize>,
    /// Those that warn.
    pub warned_by: Vec<&'a Constraint>,
    /// Grants that are not wanted, and the constraint that dropped them.
    pub dropped: Vec<(RightId, &'a Constraint)>,
    /// The grants left, sorted.
    pub rights: Vec<RightId>,
    /// What was named, by name.
    pub named: Vec<Option<String>>,
}

/// Binds a constraint.
pub(super) fn bind<'a>(binder: &mut Binder<'a, '_>, rule: &'a Constraint) -> BoundConstraint<'a> {
    let when = rule.when.as_ref().map(|when| binder.bind(when));
    let require = match &rule.test {
        ConstraintTest::Require(condition) => Some(binder.bind(condition)),
        ConstraintTest::AtLeast(..) | ConstraintTest::AtMost(..) | ConstraintTest::Each(..) => None,
    };
    BoundConstraint { rule, when, require }
}

/// Evaluates every constraint for a user, in order; each sees the grants that earlier ones left. The first `skip`
/// or `block` ends it. `linked` are the user, the type of account and the rights that the rules give.
pub(super) fn walk<'a>(
    constraints: &[BoundConstraint<'a>],
    names: usize,
    population: &Population<'_>,
    catalogue: &Catalogue,
    linked: Facts<'_>,
) -> Walk<'a> {
    let mut walk = Walk { rights: linked.rights.to_vec(), named: vec![None; names], ..Walk::default() };
    for (place, constraint) in constraints.iter().enumerate() {
        let facts = Facts { rights: &walk.rights, ..linked };
        let holds = |condition: &BoundCondition<'_>| condition.holds(population, catalogue, facts);
        if constraint.when.as_ref().is_some_and(|when| !holds(when)) {
            continue;
        }
        let broken = match (&constraint.rule.test, &constraint.require) {
            (ConstraintTest::Require(_), Some(require)) if holds(require) => None,
            (ConstraintTest::Require(_), _) => Some(Vec::new()),
            (test, _) => walk.count(test, catalogue),
        };
        let Some(breaking) = broken else { continue };
        match constraint.rule.otherwise {
            Otherwise::Warn => walk.warned_by.push(constraint.rule),
            Otherwise::Drop => walk.drop(&breaking, constraint.rule),
            Otherwise::Skip | Otherwise::Block => {
                walk.ended_by = Some(place);
                break;
            }
        }
    }
    walk
}

impl<'a> Walk<'a> {
    /// The grants that break a test; none where it holds. A test that holds gives its names.
    fn count(&mut self, test: &ConstraintTest, catalogue: &Catalogue) -> Option<Vec<RightId>> {
        match test {
            ConstraintTest::Require(_) => None,
            ConstraintTest::AtLeast(selector, number) => {
                let selected = self.selected(selector, catalogue);
                (selected.len() < *number as usize).then(Vec::new)
            }
            ConstraintTest::AtMost(selector, number, names) => {
                let selected = self.selected(selector, catalogue);
                if selected.len() > *number as usize {
                    return Some(selected);
                }
                let scope = selected.first().and_then(|right| catalogue.right(*right).scope.clone());
                names.iter().for_each(|name| self.named[name.0 as usize].clone_from(&scope));
                None
            }
            ConstraintTest::Each(selector, text) => {
                let wanted = self.fill(text);
                let elsewhere = |right: &RightId| {
                    wanted.is_none() || catalogue.right(*right).scope.as_deref() != wanted.as_deref()
                };
                let breaking: Vec<RightId> =
                    self.selected(selector, catalogue).into_iter().filter(elsewhere).collect();
                (!breaking.is_empty()).then_some(breaking)
            }
        }
    }

    fn selected(&self, selector: &RightSelector, catalogue: &Catalogue) -> Vec<RightId> {
        self.rights.iter().copied().filter(|right| catalogue.selected(selector, *right)).collect()
    }

    /// A text with its names' values; none where one is empty, for an empty name equals nothing.
    fn fill(&self, text: &ConstraintText) -> Option<String> {
        let part = |part: &ConstraintTextPart| match part {
            ConstraintTextPart::Text(text) => Some(text.clone()),
            ConstraintTextPart::Name(name) => self.named[name.0 as usize].clone(),
        };
        text.parts.iter().map(part).collect()
    }

    fn drop(&mut self, breaking: &[RightId], rule: &'a Constraint) {
        self.rights.retain(|right| !breaking.contains(right));
        self.dropped.extend(breaking.iter().map(|right| (*right, rule)));
    }
}
