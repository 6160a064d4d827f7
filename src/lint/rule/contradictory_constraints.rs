//! `lint/contradictory-constraints`: constraints that no user can satisfy together (the policy language, 7).

use super::definition::Rule;
use crate::lint::context::{Context, effect, shown, stops};
use crate::lint::logic::fact::Formula;
use crate::lint::logic::formula::constant;
use crate::lint::logic::rights::contains;
use crate::model::Finding;
use crate::policy::{Condition, Constraint, ConstraintTest, Otherwise, RightSelector, Test};

const CODE: &str = "lint/contradictory-constraints";
/// The most pairs of constraints that are checked.
const MAX_PAIRS: usize = 5_000;
const HELP: &str = "correct one of them, or say with `when` of whom it is asked";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "Two constraints contradict each other, so no user passes both: one requires at least as many \
           grants as the other forbids, or\ntheir conditions exclude each other. Or a constraint drops the \
           grants that an earlier one requires. Or no user in scope passes\nall constraints together.",
    remedy: "correct one of them, or limit it with `when` to the users that it is meant for.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let count = context.policy.constraints.len();
    let pairs = (0..count).flat_map(|later| (0..later).map(move |earlier| (earlier, later)));
    let mut findings: Vec<Finding> = pairs
        .take(MAX_PAIRS)
        .filter_map(|(earlier, later)| {
            contradict(context, earlier, later).or_else(|| drops(context, earlier, later))
        })
        .collect();
    if findings.is_empty() {
        findings.extend(unsatisfiable_together(context));
    }
    findings
}

/// Two constraints that no user passes together.
fn contradict(context: &Context<'_>, earlier: usize, later: usize) -> Option<Finding> {
    let rules = &context.policy.constraints;
    let (first, second) = (&rules[earlier], &rules[later]);
    let covering = covering_constraint(context, earlier, later)?;
    let applies = context.reader.applies(covering);
    let (one, other) = (&context.demands[earlier], &context.demands[later]);
    if [one, other].iter().any(|alone| context.why_nobody(&[&applies, alone]).is_some()) {
        return None;
    }
    let why = context.why_nobody(&[&applies, one, other])?;
    let linked = context.reader.demand_at(later, 0);
    let stopped = |extra: &[&Formula<'_>]| {
        let before = context.passing_first(earlier).chain([&applies, one]);
        let all: Vec<&Formula<'_>> = before.chain(extra.iter().copied()).collect();
        context.witness(&all, |evaluation| evaluation.stopped_by.as_ref() == Some(&second.id))
    };
    let stopped = stopped(&[&linked]).or_else(|| stopped(&[]));
    let shown = shown(stopped, |_| format!("is {} by `{}`", effect(second), second.id));
    let message = format!("nobody gets through both `{}` and `{}`{why}{shown}", first.id, second.id);
    let mut finding = context.finding(CODE, message, &second.origin, "contradicts the other");
    finding.labels.extend(context.label(&first.origin, "the other"));
    Some(finding.help(HELP))
}

/// The constraint whose `when` covers the users of both: both apply to the same users, or one demands a grant of users
/// that the other applies to. A constraint that only forbids may intend to stop them.
fn covering_constraint(context: &Context<'_>, earlier: usize, later: usize) -> Option<usize> {
    let rules = &context.policy.constraints;
    if ![earlier, later].iter().any(|at| stops(&rules[*at])) || !stops(&rules[later]) {
        return None;
    }
    let within = |narrow: usize, wide: usize| {
        let (narrow, outside) = (context.reader.applies(narrow), context.reader.does_not_apply(wide));
        context.why_nobody(&[&narrow, &outside]).is_some()
    };
    let (one_in_other, other_in_one) = (within(earlier, later), within(later, earlier));
    match (one_in_other, other_in_one) {
        (true, true) => Some(earlier),
        (true, false) if demanded(&rules[earlier]).is_some() => Some(earlier),
        (false, true) if demanded(&rules[later]).is_some() => Some(later),
        _ => None,
    }
}

/// The grants that a constraint demands, and how many.
fn demanded(rule: &Constraint) -> Option<(&RightSelector, u32)> {
    let demanded = match &rule.test {
        ConstraintTest::AtLeast(selector, number) => Some((selector, *number)),
        ConstraintTest::Require(Condition::Test { test: Test::Grant(Some(selector)), negated: false }) => {
            Some((selector, 1))
        }
        ConstraintTest::Require(_) | ConstraintTest::AtMost(..) | ConstraintTest::Each(..) => None,
    };
    demanded.filter(|(_, number)| *number > 0 && stops(rule))
}

/// A constraint that drops everything an earlier one demands.
fn drops(context: &Context<'_>, earlier: usize, later: usize) -> Option<Finding> {
    let rules = &context.policy.constraints;
    let (first, second) = (&rules[earlier], &rules[later]);
    let (wanted, number) = demanded(first)?;
    if second.otherwise != Otherwise::Drop {
        return None;
    }
    let always = match &second.test {
        ConstraintTest::AtMost(selector, most, _) => *most < number && contains(selector, wanted),
        ConstraintTest::Each(selector, text) => {
            let elsewhere =
                wanted.scope.as_ref().zip(constant(text)).is_some_and(|(held, kept)| *held != kept);
            elsewhere && contains(selector, wanted)
        }
        ConstraintTest::Require(_) | ConstraintTest::AtLeast(..) => false,
    };
    let (applies, spared) = (context.reader.applies(earlier), context.reader.does_not_apply(later));
    if !always || context.why_nobody(&[&applies, &spared]).is_none() {
        return None;
    }
    let mut before: Vec<&Formula<'_>> = context.passing_first(earlier + 1).collect();
    before.push(&applies);
    let lost = context.witness(&before, |evaluation| evaluation.dropped_by.contains(&second.id));
    let shown = shown(lost, |_| format!("gets through `{}` and loses them", first.id));
    let message = format!("`{}` drops the grants that `{}` wants{shown}", second.id, first.id);
    let mut finding = context.finding(CODE, message, &second.origin, "drops them");
    finding.labels.extend(context.label(&first.origin, "wants them"));
    Some(finding.help(HELP))
}

/// The first constraint that no user passes who is in scope and passes all earlier ones.
fn unsatisfiable_together(context: &Context<'_>) -> Option<Finding> {
    let leaves_nobody = |count: usize| {
        let mut all: Vec<&Formula<'_>> = vec![&context.scope];
        all.extend(context.passing_first(count));
        context.why_nobody(&all)
    };
    let alone = |at: usize| {
        let passes = &context.passing[at];
        context.why_nobody(&[passes]).or_else(|| context.why_nobody(&[&context.scope, passes])).is_some()
    };
    // A constraint that alone leaves no users is another finding.
    if leaves_nobody(0).is_some() || (0..context.passing.len()).any(alone) {
        return None;
    }
    let rules = context.policy.constraints.iter().enumerate();
    let (at, rule, why) = rules
        .take_while(|(at, _)| context.looks_through(*at))
        .find_map(|(at, rule)| Some((at, rule, leaves_nobody(at + 1)?)))?;
    let mut before: Vec<&Formula<'_>> = vec![&context.scope];
    before.extend(context.passing_first(at));
    let stopped = context.witness(&before, |evaluation| evaluation.stopped_by.as_ref() == Some(&rule.id));
    let shown = shown(stopped, |_| format!("is {}", effect(rule)));
    let message = format!(
        "nobody in scope who gets through the constraints before `{}` gets through it{why}{shown}",
        rule.id
    );
    let finding = context.finding(CODE, message, &rule.origin, "nobody gets through");
    Some(finding.help(HELP))
}
