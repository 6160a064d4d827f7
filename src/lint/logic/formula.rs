//! Conditions, rules and constraints as formulas. What cannot be decided is left out, so that a formula is never
//! narrower than what it stands for: if no user satisfies it, none satisfies the original.

use super::fact::{Count, Fact, Formula};
use super::rights::{can_give, most, pattern};
use super::ways::{Way, ways};
use super::words;
use crate::lint::budget::Budget;
use crate::model::Date;
use crate::policy::{
    ApplicationPolicy, Condition, ConstraintTest, ConstraintText, ConstraintTextPart, LinkingRule, Otherwise,
    RightSelector, Subject, Test,
};

/// Selects every grant.
const ANY: RightSelector = RightSelector { entitlement: None, value: None, scope: None };

/// The most ways to one grant that are listed before the rules that may give it.
const MAX_WAYS: usize = 8;

/// What a condition is tested on; decides what its negation says about an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lint) enum TestedOn {
    /// A user, who may have no account: a test of the account may be false, and its negation too.
    User,
    /// A user with an account.
    Account,
}

/// Turns one application's policies into formulas.
#[derive(Clone, Copy, Debug)]
pub(in crate::lint) struct Reader<'a> {
    pub(in crate::lint) policy: &'a ApplicationPolicy,
    pub(in crate::lint) as_of: Date,
    /// What is left to look at.
    pub(in crate::lint) budget: &'a Budget,
    /// The [`stages`] of its constraints.
    pub(in crate::lint) stages: &'a [u32],
}

/// How many constraints that can drop grants stand before each constraint, and before the end.
pub(in crate::lint) fn stages(policy: &ApplicationPolicy) -> Vec<u32> {
    let mut before = 0;
    let mut stages = vec![before];
    for rule in &policy.constraints {
        before += u32::from(rule.otherwise == Otherwise::Drop);
        stages.push(before);
    }
    stages
}

impl<'a> Reader<'a> {
    /// The users a rule matches.
    pub(in crate::lint) fn rule(self, rule: &'a LinkingRule) -> Formula<'a> {
        let group = rule.group.iter().map(|group| Formula::Is(Fact::Group(group.clone(), false)));
        let when = rule.when.iter().map(|when| self.holds(when, 0));
        Formula::All(group.chain(when).collect())
    }

    /// The users a rule does not match.
    pub(in crate::lint) fn not_rule(self, rule: &'a LinkingRule) -> Formula<'a> {
        let group = rule.group.iter().map(|group| Formula::Is(Fact::Group(group.clone(), true)));
        let when = rule.when.iter().map(|when| self.fails(when, 0, TestedOn::User));
        Formula::Any(group.chain(when).collect())
    }

    /// The users in scope.
    pub(in crate::lint) fn scope(self) -> Formula<'a> {
        self.holds(&self.policy.lifecycle.scope, self.last())
    }

    /// The users for whom a condition is true, after `stage` constraints that drop grants.
    pub(in crate::lint) fn holds(self, condition: &'a Condition, stage: u32) -> Formula<'a> {
        if !self.budget.take(1) {
            return Formula::EVERYBODY;
        }
        match condition {
            Condition::All(parts) => Formula::All(parts.iter().map(|part| self.holds(part, stage)).collect()),
            Condition::Any(parts) => Formula::Any(parts.iter().map(|part| self.holds(part, stage)).collect()),
            Condition::Test { test, negated } => self.test(test, *negated, stage),
        }
    }

    /// The users for whom a condition is false.
    pub(in crate::lint) fn fails(
        self,
        condition: &'a Condition,
        stage: u32,
        tested_on: TestedOn,
    ) -> Formula<'a> {
        if !self.budget.take(1) {
            return Formula::EVERYBODY;
        }
        match condition {
            Condition::All(parts) => {
                Formula::Any(parts.iter().map(|part| self.fails(part, stage, tested_on)).collect())
            }
            Condition::Any(parts) => {
                Formula::All(parts.iter().map(|part| self.fails(part, stage, tested_on)).collect())
            }
            Condition::Test { test, .. } if tested_on == TestedOn::User && tests_account(test) => {
                Formula::EVERYBODY
            }
            Condition::Test { test, negated } => self.test(test, !negated, stage),
        }
    }

    /// The users who pass a constraint, or for one that drops grants, what is true of users afterwards.
    pub(in crate::lint) fn passes(self, index: usize) -> Formula<'a> {
        let rule = &self.policy.constraints[index];
        let held = self.demand(index);
        match (&rule.when, matches!(held, Formula::All(ref parts) if parts.is_empty())) {
            (_, true) => Formula::EVERYBODY,
            (None, false) => held,
            (Some(when), false) => {
                Formula::Any(vec![self.fails(when, self.stage(index), TestedOn::User), held])
            }
        }
    }

    /// The users a constraint applies to.
    pub(in crate::lint) fn applies(self, index: usize) -> Formula<'a> {
        let when = &self.policy.constraints[index].when;
        when.as_ref().map_or(Formula::EVERYBODY, |when| self.holds(when, self.stage(index)))
    }

    /// The users a constraint does not apply to.
    pub(in crate::lint) fn does_not_apply(self, index: usize) -> Formula<'a> {
        let when = &self.policy.constraints[index].when;
        let nobody = || Formula::Nobody(String::new());
        when.as_ref().map_or_else(nobody, |when| self.fails(when, self.stage(index), TestedOn::User))
    }

    /// What is true of users who pass a constraint that applies to them.
    pub(in crate::lint) fn demand(self, index: usize) -> Formula<'a> {
        match self.policy.constraints[index].otherwise {
            Otherwise::Warn => Formula::EVERYBODY,
            Otherwise::Drop => self.demand_at(index, self.stage(index) + 1),
            Otherwise::Skip | Otherwise::Block => self.demand_at(index, self.stage(index)),
        }
    }

    /// The test of a constraint, at `stage`.
    pub(in crate::lint) fn demand_at(self, index: usize, stage: u32) -> Formula<'a> {
        match &self.policy.constraints[index].test {
            ConstraintTest::Require(condition) => self.holds(condition, stage),
            ConstraintTest::AtLeast(selector, number) => self.at_least(selector, *number, stage),
            ConstraintTest::AtMost(selector, number, _) => {
                Formula::Is(Fact::Grants(selector.clone(), Count::AtMost(*number), stage))
            }
            ConstraintTest::Each(selector, text) => constant(text).map_or(Formula::EVERYBODY, |text| {
                Formula::Is(Fact::OnlyScope(selector.clone(), text, stage))
            }),
        }
    }

    /// The number of earlier constraints that can drop grants.
    pub(in crate::lint) fn stage(self, index: usize) -> u32 {
        self.stages[index]
    }

    /// The stage after all constraints.
    pub(in crate::lint) fn last(self) -> u32 {
        self.stage(self.policy.constraints.len())
    }

    /// The users with at least this many grants: those matched by a rule that can give one.
    fn at_least(self, selector: &RightSelector, number: u32, stage: u32) -> Formula<'a> {
        if number == 0 || !self.budget.take(1 + self.policy.rules.len()) {
            return Formula::EVERYBODY;
        }
        let rules = self.policy.rules.iter().filter(|rule| can_give(rule, selector));
        let fitting: Vec<Formula<'a>> = rules.map(|rule| self.rule(rule)).collect();
        if fitting.is_empty() {
            return Formula::Nobody(format!("no rule gives {}", words::selector(self.policy, selector)));
        }
        if let Some(most) = most(self.policy, selector).filter(|most| *most < number as usize) {
            let what = words::selector(self.policy, selector);
            return Formula::Nobody(format!(
                "the rules give {what} {most} times at most, not {number} times"
            ));
        }
        let has = Formula::Is(Fact::Grants(selector.clone(), Count::AtLeast(number), stage));
        let known = self.known_ways(selector, number);
        Formula::All(vec![has, Formula::Any(known.into_iter().chain(fitting).collect())])
    }

    /// The users with exactly these grants, as far as names determine them: narrower than the users whom any rule
    /// matches, but a better start for a witness.
    fn known_ways(self, selector: &RightSelector, number: u32) -> Vec<Formula<'a>> {
        let mut ways = ways(self.policy, selector);
        if number == 1 {
            ways.retain(|way| pattern(way.rule).is_some());
            return ways.into_iter().take(MAX_WAYS).map(|way| self.way(&way)).collect();
        }
        ways.sort_by(|one, other| one.right.cmp(&other.right));
        let right = |way: &Way<'_>| (way.right.entitlement, way.right.value.clone(), way.right.scope.clone());
        ways.dedup_by(|one, other| right(one) == right(other));
        let enough = ways.len() >= number as usize;
        let fits = ways.into_iter().take(number as usize).map(|way| self.way(&way));
        if enough { vec![Formula::All(fits.collect())] } else { Vec::new() }
    }

    /// The users who get a right this way: those in the one group whose name determines it.
    pub(in crate::lint) fn way(self, way: &Way<'a>) -> Formula<'a> {
        let group = way.group.iter().map(|group| Formula::Is(Fact::Group(group.clone(), false)));
        let when = way.rule.when.iter().map(|when| self.holds(when, 0));
        Formula::All(group.chain(when).collect())
    }

    fn test(self, test: &'a Test, negated: bool, stage: u32) -> Formula<'a> {
        Formula::Is(match test {
            Test::Always if negated => return Formula::Nobody("`always` is true of everybody".to_owned()),
            Test::Always => return Formula::EVERYBODY,
            Test::Attribute(subject, comparison) => Fact::Attribute(subject, comparison, negated),
            Test::Group(group) => Fact::Group(group.clone(), negated),
            Test::AccountGroup(name) => Fact::AccountGroup(name, negated),
            Test::Until(day) => Fact::Until(*day, negated),
            Test::Grant(selector) => {
                let selector = selector.clone().unwrap_or(ANY);
                if !negated {
                    return self.at_least(&selector, 1, stage);
                }
                Fact::Grants(selector, Count::AtMost(0), stage)
            }
        })
    }
}

/// Whether a test is about the account.
fn tests_account(test: &Test) -> bool {
    match test {
        Test::Attribute(subject, _) => !matches!(subject, Subject::User(..) | Subject::UserId),
        Test::AccountGroup(_) => true,
        Test::Group(_) | Test::Grant(_) | Test::Until(_) | Test::Always => false,
    }
}

/// The text, if it has no variables.
pub(in crate::lint) fn constant(text: &ConstraintText) -> Option<String> {
    let part = |part: &ConstraintTextPart| match part {
        ConstraintTextPart::Text(text) => Some(text.clone()),
        ConstraintTextPart::Name(_) => None,
    };
    text.parts.iter().map(part).collect()
}
