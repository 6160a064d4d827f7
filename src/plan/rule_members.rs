//! Who fits each linking rule: what a change of policies or data does to a rule, whatever else decides about its people.

use super::Evaluation;
use crate::policy::Origin;
use std::collections::{BTreeMap, BTreeSet};

/// The users who fit each linking rule of an application, in the group and by the condition; other rules left aside.
#[derive(Clone, Debug, Default)]
pub struct RuleMembers<'e> {
    rules: BTreeMap<&'e str, Members<'e>>,
}

#[derive(Clone, Debug)]
struct Members<'e> {
    origin: &'e Origin,
    /// Directory and immutable id.
    users: BTreeSet<(&'e str, &'e str)>,
}

/// How many people begin and cease to fit a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleTurnover {
    /// The rule, where it is written now; of a rule that is gone, where it was.
    pub rule: Origin,
    /// Who begins to fit it.
    pub joins: usize,
    /// Who fits it no more.
    pub leaves: usize,
}

impl<'e> RuleMembers<'e> {
    /// Those of an evaluation.
    pub fn of(evaluation: &'e Evaluation<'_>) -> Self {
        let desired = evaluation.desired();
        let mut rules: BTreeMap<&str, Members<'_>> = BTreeMap::new();
        for source in &desired.sources {
            let origin = &source.rule.origin;
            let members = rules.entry(&origin.id).or_insert(Members { origin, users: BTreeSet::new() });
            let rows = source.fitting_rows(&desired.population, &desired.catalogue);
            members.users.extend(rows.map(|row| desired.population.id(row)));
        }
        Self { rules }
    }

    /// The rules that other people fit than before, by id.
    pub fn since(&self, before: &RuleMembers<'_>) -> Vec<RuleTurnover> {
        let ids: BTreeSet<&str> = self.rules.keys().chain(before.rules.keys()).copied().collect();
        let turnovers = ids.into_iter().filter_map(|id| {
            let (now, then) = (self.rules.get(id), before.rules.get(id));
            let rule = now.map(|now| now.origin).or(then.map(|then| then.origin))?.clone();
            let (now, then) = (now.map(|now| &now.users), then.map(|then| &then.users));
            Some(RuleTurnover { rule, joins: not_among(now, then), leaves: not_among(then, now) })
        });
        turnovers.filter(|turnover| turnover.joins + turnover.leaves > 0).collect()
    }
}

type Users<'e> = Option<&'e BTreeSet<(&'e str, &'e str)>>;

/// How many of some are not among others.
fn not_among(some: Users<'_>, others: Users<'_>) -> usize {
    some.map_or(0, |some| {
        some.iter().filter(|user| others.is_none_or(|others| !others.contains(*user))).count()
    })
}
