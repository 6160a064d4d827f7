//! What rules do to people: how many each one gives what, leaves untouched, stops.

use super::Evaluation;
use super::decision::Decision;
use crate::desired::{Ending, RightId};
use crate::policy::{Origin, Otherwise, Precedence};
use std::collections::{BTreeMap, BTreeSet};

/// A rule of an application, and what it does to the people of an evaluation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleEffect {
    /// Where it is written.
    pub rule: Origin,
    /// What it does.
    pub effect: Effect,
}

/// What a rule does, in numbers of people. Each is counted as if the other rules stayed as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// A linking rule.
    Links {
        /// Who is in the group and fulfils the condition.
        fits: usize,
        /// Who of them has an account once the plan is applied.
        provisioned: usize,
        /// The rights that it gives, as plans write them, and how many of those get each by this rule.
        rights: Vec<(String, usize)>,
    },
    /// An exclusion.
    Excludes {
        /// Users who are left untouched.
        users: usize,
        /// Accounts without user that are left untouched.
        accounts: usize,
    },
    /// A constraint: users in scope, or to be provisioned where it only warns, who do not meet it.
    Constrains {
        /// What happens to them.
        otherwise: Otherwise,
        /// How many they are.
        users: usize,
    },
}

impl Evaluation<'_> {
    /// The effect of every linking rule, exclusion and constraint, in the order of their kinds and ids.
    pub fn rule_effects(&self) -> Vec<RuleEffect> {
        let mut effects = self.links();
        effects.extend(self.excludes());
        effects.extend(self.constrains());
        effects.sort_by(|one, other| one.rule.cmp(&other.rule));
        effects
    }

    fn links(&self) -> Vec<RuleEffect> {
        let desired = self.desired();
        let first = desired.policy.precedence == Precedence::First;
        let mut found: BTreeMap<&Origin, Linked> = BTreeMap::new();
        for (place, source) in desired.sources.iter().enumerate() {
            let linked = found.entry(&source.rule.origin).or_default();
            for row in source.fitting_rows(&desired.population, &desired.catalogue) {
                linked.fits.insert(row);
                if !self.decisions.users[row as usize].provisions() {
                    continue;
                }
                linked.provisioned.insert(row);
                if first && desired.winners.winner(row) != Some(place) {
                    continue;
                }
                let left = desired.rights.of(row);
                for right in source.rights.iter().filter(|right| left.contains(right)) {
                    linked.rights.entry(*right).or_default().insert(row);
                }
            }
        }
        let told = |(rule, linked): (&Origin, Linked)| {
            let rights = linked.rights.into_iter();
            let mut rights: Vec<(String, usize)> = rights
                .map(|(right, rows)| (desired.catalogue.right(right).to_string(), rows.len()))
                .collect();
            rights.sort();
            let (fits, provisioned) = (linked.fits.len(), linked.provisioned.len());
            RuleEffect { rule: rule.clone(), effect: Effect::Links { fits, provisioned, rights } }
        };
        found.into_iter().map(told).collect()
    }

    fn excludes(&self) -> Vec<RuleEffect> {
        let context = &self.context;
        let mut counts = vec![(0, 0); context.exclusions.len()];
        for place in (0..context.desired.population.len()).filter_map(|user| context.excluded.user(user)) {
            counts[place].0 += 1;
        }
        let accounts = 0..context.application.accounts.len() as u32;
        let alone = accounts.filter(|account| context.pairing.user(*account).is_none());
        for place in alone.filter_map(|account| context.excluded.account(account)) {
            counts[place].1 += 1;
        }
        let rules = context.exclusions.iter().zip(counts);
        rules
            .map(|(bound, (users, accounts))| RuleEffect {
                rule: bound.rule.origin.clone(),
                effect: Effect::Excludes { users, accounts },
            })
            .collect()
    }

    fn constrains(&self) -> Vec<RuleEffect> {
        let desired = self.desired();
        let constraints = &desired.policy.constraints;
        let mut counts: BTreeMap<&Origin, usize> =
            constraints.iter().map(|constraint| (&constraint.origin, 0)).collect();
        let walks = constraints.iter().any(|constraint| match constraint.otherwise {
            Otherwise::Drop | Otherwise::Warn => true,
            Otherwise::Skip | Otherwise::Block => false,
        });
        for user in 0..desired.population.len() {
            let decision = self.decisions.users[user as usize];
            let mut broken: BTreeSet<&Origin> = BTreeSet::new();
            if let Some(Ending::Constraint(rule)) = desired.ending(user) {
                broken.insert(&rule.origin);
            }
            if walks {
                let walk = desired.walk(user);
                broken.extend(walk.dropped.iter().map(|(_, rule)| &rule.origin));
                let warned = walk.warned_by.iter().filter(|_| decision.provisions());
                broken.extend(warned.map(|rule| &rule.origin));
            }
            let counts_at_all = desired.in_scope(user) && !is_left_aside(decision);
            for rule in broken.into_iter().filter(|_| counts_at_all) {
                counts.entry(rule).and_modify(|count| *count += 1);
            }
        }
        constraints
            .iter()
            .map(|constraint| RuleEffect {
                rule: constraint.origin.clone(),
                effect: Effect::Constrains {
                    otherwise: constraint.otherwise,
                    users: counts.get(&constraint.origin).copied().unwrap_or(0),
                },
            })
            .collect()
    }
}

/// The people of a linking rule.
#[derive(Default)]
struct Linked {
    fits: BTreeSet<u32>,
    provisioned: BTreeSet<u32>,
    rights: BTreeMap<RightId, BTreeSet<u32>>,
}

/// Whether nobody asks the constraints about a user.
fn is_left_aside(decision: Decision) -> bool {
    matches!(decision, Decision::Excluded(_) | Decision::SamePerson)
}
