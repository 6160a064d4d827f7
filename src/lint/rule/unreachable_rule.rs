//! `lint/unreachable-rule`: a linking rule that never gives anything to anyone (the policy language, 6).

use super::definition::Rule;
use crate::lint::context::{Context, effect, shown, stops};
use crate::lint::logic::fact::Formula;
use crate::lint::logic::rights::always_selected;
use crate::model::Finding;
use crate::policy::{Condition, Constraint, ConstraintTest, LinkingRule, Otherwise};

const CODE: &str = "lint/unreachable-rule";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "A linking rule never gives anything. Its condition contradicts itself, all users that it is \
           true for are out of scope or stopped\nby a constraint, or a constraint drops everything that it \
           gives.",
    remedy: "correct the condition, or remove the rule.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let Some(reach) = Reach::new(context) else {
        let rules = context.policy.rules.iter().enumerate();
        return rules.filter_map(|(at, rule)| fits_nobody(context, rule, &context.rules[at])).collect();
    };
    let rules = context.policy.rules.iter().enumerate();
    rules
        .take_while(|_| context.looks_through(context.passing.len()))
        .filter_map(|(at, rule)| {
            let fits = &context.rules[at];
            fits_nobody(context, rule, fits)
                .or_else(|| out_of_scope(context, rule, fits))
                .or_else(|| stopped(context, rule, fits))
                .or_else(|| reach.nobody(context, rule, fits))
                .or_else(|| dropped(context, rule, fits))
        })
        .collect()
}

fn fits_nobody<'a>(context: &Context<'a>, rule: &LinkingRule, fits: &Formula<'a>) -> Option<Finding> {
    let why = context.why_nobody(&[fits])?;
    let message = format!("the rule `{}` fits nobody{why}", rule.id);
    let finding = context.finding(CODE, message, &rule.origin, "never gives anything");
    Some(finding.help("correct its `group` or `when`, or remove the rule"))
}

fn out_of_scope<'a>(context: &Context<'a>, rule: &LinkingRule, fits: &Formula<'a>) -> Option<Finding> {
    let why = context.why_nobody(&[fits, &context.scope])?;
    let out =
        context.witness(&[fits], |evaluation| evaluation.fitting.contains(&rule.id) && !evaluation.in_scope);
    let shown = shown(out, |_| "is not in scope".to_owned());
    let message = format!("the rule `{}` fits only users who are out of scope{why}{shown}", rule.id);
    let finding = context.finding(CODE, message, &rule.origin, "never gives anything");
    let mut finding = finding.help("a rule brings nobody into scope: widen `scope`, or correct the rule");
    finding.labels.extend(context.label(&context.policy.lifecycle.origin, "the scope"));
    Some(finding)
}

fn stopped<'a>(context: &Context<'a>, rule: &LinkingRule, fits: &Formula<'a>) -> Option<Finding> {
    let constraints =
        context.policy.constraints.iter().enumerate().filter(|(_, constraint)| stops(constraint));
    let (constraint, why) = constraints.into_iter().find_map(|(at, constraint)| {
        Some((constraint, context.why_nobody(&[fits, &context.passing[at]])?))
    })?;
    let stopped = context.witness(&[fits], |evaluation| {
        evaluation.fitting.contains(&rule.id) && evaluation.stopped_by.as_ref() == Some(&constraint.id)
    });
    let effect = effect(constraint);
    let shown = shown(stopped, |_| format!("is {effect}"));
    let message =
        format!("everybody whom the rule `{}` fits is {effect} by `{}`{why}{shown}", rule.id, constraint.id);
    let finding = context.finding(CODE, message, &rule.origin, "never gives anything");
    let mut finding = finding.help("correct the rule or the constraint");
    finding.labels.extend(context.label(&constraint.origin, "the constraint"));
    Some(finding)
}

/// Proof that scope and all constraints together leave some users.
struct Reach;

impl Reach {
    /// `None` if they leave no users; another rule reports that once.
    fn new(context: &Context<'_>) -> Option<Self> {
        let mut all = vec![&context.scope];
        all.extend(context.passing_first(context.passing.len()));
        context.why_nobody(&all).is_none().then_some(Self)
    }

    fn nobody<'a>(&self, context: &Context<'a>, rule: &LinkingRule, fits: &Formula<'a>) -> Option<Finding> {
        let mut all = vec![fits, &context.scope];
        all.extend(context.passing_first(context.passing.len()));
        let why = context.why_nobody(&all)?;
        let message = format!(
            "nobody whom the rule `{}` fits is in scope and gets through the constraints{why}",
            rule.id
        );
        let finding = context.finding(CODE, message, &rule.origin, "never gives anything");
        Some(finding.help("correct the rule, the scope or the constraints"))
    }
}

/// Only if no earlier constraint can test the dropped rights: they may have been markers for it.
fn dropped<'a>(context: &Context<'a>, rule: &LinkingRule, fits: &Formula<'a>) -> Option<Finding> {
    if rule.account_type.is_some() {
        return None;
    }
    let silent = |constraint: &&Constraint| !asks_grants(constraint);
    let before = context.policy.constraints.iter().take_while(silent).count();
    let constraint = context.policy.constraints.get(before)?;
    let ConstraintTest::AtMost(selector, 0, _) = &constraint.test else { return None };
    let drops = constraint.otherwise == Otherwise::Drop && constraint.when.is_none();
    if !drops || !always_selected(rule, selector) {
        return None;
    }
    let lost = context.witness(&[fits], |evaluation| {
        evaluation.fitting.contains(&rule.id) && evaluation.dropped_by.contains(&constraint.id)
    });
    let shown = shown(lost, |_| "loses it again".to_owned());
    let message = format!("all that the rule `{}` gives is dropped by `{}`{shown}", rule.id, constraint.id);
    let finding = context.finding(CODE, message, &rule.origin, "never gives anything");
    let mut finding = finding.help("correct the constraint, or remove the rule");
    finding.labels.extend(context.label(&constraint.origin, "drops it"));
    Some(finding)
}

fn asks_grants(rule: &Constraint) -> bool {
    let by_test = match &rule.test {
        ConstraintTest::Require(condition) => condition.needs_grants(),
        ConstraintTest::AtLeast(..) | ConstraintTest::AtMost(..) | ConstraintTest::Each(..) => true,
    };
    by_test || rule.when.as_ref().is_some_and(Condition::needs_grants)
}
