//! `lint/shadowed-order`: under `precedence: first`, a rule that never wins (the policy language, 6).

use super::definition::Rule;
use crate::lint::context::{Context, shown};
use crate::lint::logic::conflict::covers;
use crate::lint::logic::fact::Formula;
use crate::lint::witness::UserEvaluation;
use crate::model::Finding;
use crate::policy::{Condition, LinkingRule, Precedence, Test};

const CODE: &str = "lint/shadowed-order";
/// The most rules that are checked together for leaving nothing to a later one.
const MAX_TOGETHER: usize = 40;

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "Under `precedence: first`, a rule never wins, because a rule with a lower order is always true \
           for the same users too. Or two\nrules have the same order and the same group, so the group's \
           age cannot decide between them and everybody in the group is\nblocked.",
    remedy: "change the orders, or make the earlier rule's condition narrower.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    if context.policy.precedence != Precedence::First {
        return Vec::new();
    }
    let rules = &context.policy.rules;
    let not: Vec<Formula<'_>> = rules.iter().map(|rule| context.reader.not_rule(rule)).collect();
    let mut findings = Vec::new();
    for (at, rule) in rules.iter().enumerate() {
        if !context.looks_through(rules.len()) {
            break;
        }
        if context.why_nobody(&[&context.rules[at]]).is_some() {
            continue;
        }
        findings.extend(shadowed(context, &not, at).or_else(|| tied(context, rule, at)));
    }
    findings
}

fn shadowed<'a>(context: &Context<'a>, not: &[Formula<'a>], at: usize) -> Option<Finding> {
    let rules = &context.policy.rules;
    let (rule, fits) = (&rules[at], &context.rules[at]);
    let lower: Vec<usize> = (0..rules.len())
        .filter(|other| rules[*other].order < rule.order && may_cover(context, &rules[*other], rule))
        .collect();
    let single = lower.iter().copied().find(|other| context.why_nobody(&[fits, &not[*other]]).is_some());
    let together = || {
        let mut all = vec![fits];
        all.extend(lower.iter().map(|other| &not[*other]));
        let few = (2..=MAX_TOGETHER).contains(&lower.len());
        (few && context.why_nobody(&all).is_some()).then_some(lower.clone())
    };
    let winners = single.map(|single| vec![single]).or_else(together)?;
    let beaten = context.witness(&[fits], |evaluation| {
        let winner = evaluation.winner.as_ref().filter(|winner| **winner != rule.id);
        evaluation.fitting.contains(&rule.id) && winner.is_some()
    });
    let shown = shown(beaten, |witness| {
        let winner = witness.evaluation.winner.clone().unwrap_or_default();
        format!("fits it, and `{winner}` wins")
    });
    let by = match winners.as_slice() {
        [only] => format!("whomever it fits, `{}` fits too, and comes first", rules[*only].id),
        _ => "whomever it fits, one of the rules before it fits too".to_owned(),
    };
    let message = format!("the rule `{}` never wins: {by}{shown}", rule.id);
    let mut finding = context.finding(CODE, message, &rule.origin, "never wins");
    if let [only] = winners.as_slice() {
        finding.labels.extend(context.label(&rules[*only].origin, "always before it"));
    }
    Some(finding.help("give it a lower `order`, or make the other rule narrower"))
}

/// A cheap first check whether a rule can match every user of another: a user outside its group exists unless something
/// says otherwise.
fn may_cover(context: &Context<'_>, wide: &LinkingRule, narrow: &LinkingRule) -> bool {
    let Some(group) = &wide.group else { return true };
    narrow.group.as_ref().is_some_and(|narrow| covers(context.reader, group, narrow))
        || narrow.when.as_ref().is_some_and(asks_groups)
}

fn asks_groups(condition: &Condition) -> bool {
    match condition {
        Condition::All(parts) | Condition::Any(parts) => parts.iter().any(asks_groups),
        Condition::Test { test, .. } => matches!(test, Test::Group(_)),
    }
}

/// Two rules with the same order and group: the group's age is equal too, so the winner is undefined.
fn tied(context: &Context<'_>, rule: &LinkingRule, at: usize) -> Option<Finding> {
    let group = rule.group.as_ref()?;
    let earlier = context.policy.rules.iter().enumerate().take(at);
    for (other, first) in earlier.filter(|(_, first)| first.order == rule.order) {
        let covers = |wide, narrow| covers(context.reader, wide, narrow);
        if !first.group.as_ref().is_some_and(|earlier| covers(earlier, group) && covers(group, earlier)) {
            continue;
        }
        let both = [&context.rules[at], &context.rules[other]];
        let fits = |evaluation: &UserEvaluation| {
            evaluation.tied && evaluation.fitting.contains(&rule.id) && evaluation.fitting.contains(&first.id)
        };
        let Some(tied) = context.witness(&both, fits) else { continue };
        let message = format!(
            "`{}` and `{}` have one order and one group, so neither wins; for example, {} is blocked",
            first.id, rule.id, tied.who
        );
        let mut finding = context.finding(CODE, message, &rule.origin, "as old as the other");
        finding.labels.extend(context.label(&first.origin, "of the same order and group"));
        return Some(finding.help("give one of them another `order`"));
    }
    None
}
