//! `lint/contradictory-constraints`: constraints that nobody can satisfy together (the policy language, 7).

use super::Rule;
use crate::lint::context::{Context, does, shown, stops};
use crate::lint::logic::fact::Formula;
use crate::lint::logic::formula::constant;
use crate::lint::logic::rights::contains;
use crate::model::Finding;
use crate::policy::{Condition, Constraint, ConstraintTest, Otherwise, RightSelector, Test};

const CODE: &str = "lint/contradictory-constraints";
/// Pairs of constraints that are looked at, at most.
const MOST_PAIRS: usize = 5_000;
const HELP: &str = "correct one of them, or say with `when` of whom it is asked";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "Of those whom two constraints mean, nobody gets through both: one wants at least as many grants as the \
           other forbids, or their\nconditions contradict each other. Or a constraint drops the grants that one before \
           it requires. Or nobody in scope gets through all\nconstraints together.",
    remedy: "correct one of them, or say with `when` of whom it is asked.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let count = context.policy.constraints.len();
    let pairs = (0..count).flat_map(|later| (0..later).map(move |earlier| (earlier, later)));
    let mut findings: Vec<Finding> = pairs
        .take(MOST_PAIRS)
        .filter_map(|(earlier, later)| {
            contradict(context, earlier, later).or_else(|| drops(context, earlier, later))
        })
        .collect();
    if findings.is_empty() {
        findings.extend(together(context));
    }
    findings
}

/// Two that nobody gets through together.
fn contradict(context: &Context<'_>, earlier: usize, later: usize) -> Option<Finding> {
    let rules = &context.policy.constraints;
    let (first, second) = (&rules[earlier], &rules[later]);
    let whom = whom(context, earlier, later)?;
    let asked = context.reader.asked(whom);
    let (one, other) = (&context.demands[earlier], &context.demands[later]);
    if [one, other].iter().any(|alone| context.nobody(&[&asked, alone]).is_some()) {
        return None;
    }
    let why = context.nobody(&[&asked, one, other])?;
    let linked = context.reader.demand_at(later, 0);
    let stopped = |extra: &[&Formula<'_>]| {
        let before = context.through(earlier).chain([&asked, one]);
        let all: Vec<&Formula<'_>> = before.chain(extra.iter().copied()).collect();
        context.witness(&all, |it| it.stopped_by.as_ref() == Some(&second.id))
    };
    let stopped = stopped(&[&linked]).or_else(|| stopped(&[]));
    let shown = shown(stopped, |_| format!("is {} by `{}`", does(second), second.id));
    let message = format!("nobody gets through both `{}` and `{}`{why}{shown}", first.id, second.id);
    let mut finding = context.finding(CODE, message, &second.origin, "contradicts the other");
    finding.labels.extend(context.label(&first.origin, "the other"));
    Some(finding.help(HELP))
}

/// The constraint whose `when` says of whom both are asked: both of the same people, or the one that demands a grant
/// of people whom the other means too. What only forbids may well mean to stop somebody.
fn whom(context: &Context<'_>, earlier: usize, later: usize) -> Option<usize> {
    let rules = &context.policy.constraints;
    if ![earlier, later].iter().any(|at| stops(&rules[*at])) || !stops(&rules[later]) {
        return None;
    }
    let within = |narrow: usize, wide: usize| {
        let (narrow, outside) = (context.reader.asked(narrow), context.reader.not_asked(wide));
        context.nobody(&[&narrow, &outside]).is_some()
    };
    let (one_in_other, other_in_one) = (within(earlier, later), within(later, earlier));
    match (one_in_other, other_in_one) {
        (true, true) => Some(earlier),
        (true, false) if demanded(&rules[earlier]).is_some() => Some(earlier),
        (false, true) if demanded(&rules[later]).is_some() => Some(later),
        _ => None,
    }
}

/// The grants that a constraint wants, and how many.
fn demanded(rule: &Constraint) -> Option<(&RightSelector, u32)> {
    match &rule.test {
        _ if !stops(rule) => None,
        ConstraintTest::AtLeast(selector, number) if *number > 0 => Some((selector, *number)),
        ConstraintTest::Require(Condition::Test { test: Test::Grant(Some(selector)), negated: false }) => {
            Some((selector, 1))
        }
        _ => None,
    }
}

/// One that drops whatever the one before wants.
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
        _ => false,
    };
    let (asked, spared) = (context.reader.asked(earlier), context.reader.not_asked(later));
    if !always || context.nobody(&[&asked, &spared]).is_none() {
        return None;
    }
    let mut before: Vec<&Formula<'_>> = context.through(earlier + 1).collect();
    before.push(&asked);
    let lost = context.witness(&before, |it| it.dropped_by.contains(&second.id));
    let shown = shown(lost, |_| format!("gets through `{}` and loses them", first.id));
    let message = format!("`{}` drops the grants that `{}` wants{shown}", second.id, first.id);
    let mut finding = context.finding(CODE, message, &second.origin, "drops them");
    finding.labels.extend(context.label(&first.origin, "wants them"));
    Some(finding.help(HELP))
}

/// The first constraint that nobody gets through who is in scope and got through those before it.
fn together(context: &Context<'_>) -> Option<Finding> {
    let leaves_nobody = |count: usize| {
        let mut all: Vec<&Formula<'_>> = vec![&context.scope];
        all.extend(context.through(count));
        context.nobody(&all)
    };
    let alone = |at: usize| {
        let passes = &context.passing[at];
        context.nobody(&[passes]).or_else(|| context.nobody(&[&context.scope, passes])).is_some()
    };
    // Alone they are told as what leaves nobody.
    if leaves_nobody(0).is_some() || (0..context.passing.len()).any(alone) {
        return None;
    }
    let rules = context.policy.constraints.iter().enumerate();
    let (at, rule, why) =
        rules.into_iter().find_map(|(at, rule)| Some((at, rule, leaves_nobody(at + 1)?)))?;
    let mut before: Vec<&Formula<'_>> = vec![&context.scope];
    before.extend(context.through(at));
    let stopped = context.witness(&before, |it| it.stopped_by.as_ref() == Some(&rule.id));
    let shown = shown(stopped, |_| format!("is {}", does(rule)));
    let message = format!(
        "nobody in scope who gets through the constraints before `{}` gets through it{why}{shown}",
        rule.id
    );
    let finding = context.finding(CODE, message, &rule.origin, "nobody gets through");
    Some(finding.help(HELP))
}
