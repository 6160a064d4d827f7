//! Linking rules: directory group -> rights.

use super::condition::{Binder, BoundCondition, Facts};
use super::groups::LinkedGroup;
use super::population::Population;
use super::rights::{Catalogue, RightId};
use crate::model::Right;
use crate::policy::{Captures, GrantTemplate, LinkingRule, TemplatePart, TextTemplate};

/// One source of rights: a rule, and one of the groups it fits.
#[derive(Debug)]
pub struct Source<'a> {
    /// The rule.
    pub rule: &'a LinkingRule,
    /// The group or role; none: the rule has no group.
    pub group: Option<LinkedGroup<'a>>,
    /// What must hold besides.
    pub when: Option<BoundCondition<'a>>,
    /// What it gives.
    pub rights: Vec<RightId>,
}

/// Every source of rights, sorted by the rules' ids, then by group.
pub(super) fn sources<'a>(binder: &mut Binder<'a, '_>, catalogue: &mut Catalogue) -> Vec<Source<'a>> {
    let mut sources = Vec::new();
    for rule in &binder.policy.rules {
        let groups = match &rule.group {
            None => vec![None],
            Some(reference) => binder.groups.resolve(reference).into_iter().map(Some).collect(),
        };
        for group in groups {
            let captures = group.as_ref().map(|group| &group.captures);
            let rights = rule.grants.iter().map(|grant| number(binder, catalogue, grant, captures)).collect();
            let when = rule.when.as_ref().map(|when| binder.bind(when));
            sources.push(Source { rule, group, when, rights });
        }
    }
    sources
}

impl Source<'_> {
    /// Whether a user gets this source's rights, other rules left aside.
    pub fn reaches(&self, population: &Population<'_>, catalogue: &Catalogue, row: u32) -> bool {
        self.group.as_ref().is_none_or(|group| group.has(row)) && self.admits(population, catalogue, row)
    }

    /// What makes a user fit, in words.
    pub fn fitting(&self) -> String {
        match &self.group {
            None => "the rule's condition holds".to_owned(),
            Some(group) if group.is_role => format!("assigned the role `{}`", group.name),
            Some(group) => format!("in the group `{}`", group.name),
        }
    }

    /// What keeps a user from fitting, in words: the group, else the rule's condition.
    pub fn not_fitting(&self, row: u32) -> String {
        match &self.group {
            None => "the rule's condition does not hold".to_owned(),
            Some(group) if group.has(row) => {
                format!("{}, but the rule's condition does not hold", self.fitting())
            }
            Some(group) if group.is_role => format!("not assigned the role `{}`", group.name),
            Some(group) => format!("not in the group `{}`", group.name),
        }
    }

    /// The users who get this source's rights, other rules left aside.
    pub fn fitting_rows(
        &self,
        population: &Population<'_>,
        catalogue: &Catalogue,
    ) -> impl Iterator<Item = u32> {
        self.rows(population).filter(|row| self.admits(population, catalogue, *row))
    }

    /// When its group was created, where that is known.
    pub fn created(&self) -> Option<jiff::Timestamp> {
        self.group.as_ref()?.created
    }

    pub(super) fn admits(&self, population: &Population<'_>, catalogue: &Catalogue, row: u32) -> bool {
        let facts = Facts { user: Some(row), ..Facts::default() };
        self.when.as_ref().is_none_or(|when| when.holds(population, catalogue, facts))
    }

    pub(super) fn rows(&self, population: &Population<'_>) -> impl Iterator<Item = u32> {
        let everybody = if self.group.is_none() { 0..population.len() } else { 0..0 };
        self.group.iter().flat_map(|group| group.users.iter().copied()).chain(everybody)
    }
}

fn number(
    binder: &Binder<'_, '_>,
    catalogue: &mut Catalogue,
    grant: &GrantTemplate,
    captures: Option<&Captures>,
) -> RightId {
    let kind = &binder.policy.entitlements[grant.entitlement.0 as usize];
    let right = Right {
        entitlement: kind.name.clone(),
        value: fill(&grant.value, captures),
        scope: grant.scope.as_ref().map(|scope| fill(scope, captures)),
    };
    catalogue.number(right, grant.entitlement)
}

fn fill(template: &TextTemplate, captures: Option<&Captures>) -> String {
    let text = |part: &TemplatePart| match part {
        TemplatePart::Text(text) => text.clone(),
        TemplatePart::Name(name) => {
            captures.and_then(|captures| captures.get(name)).cloned().unwrap_or_default()
        }
    };
    template.parts.iter().map(text).collect()
}
