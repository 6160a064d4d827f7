//! `lint/two-homes`: a right with room for one value, and rules that give two (the policy language, 5, `wire`).

use super::definition::Rule;
use crate::lint::context::Context;
use crate::lint::logic::ways::{Way, ways};
use crate::lint::logic::words;
use crate::lint::witness::{UserEvaluation, Witness};
use crate::model::{EntitlementWire, Finding};
use crate::policy::{EntitlementIndex, EntitlementType, Precedence, RightSelector};

const CODE: &str = "lint/two-homes";
/// The most pairs of grants of one type that are tried.
const MAX_PAIRS: usize = 200;

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "A user can get two values of an entitlement type that the application keeps as one value of an \
           attribute\n(`wire: { attribute: ... }`), and no constraint limits them. With a constraint \
           (`atMost: 1`) there is no finding, because the\nconstraint handles this case.",
    remedy: "add a constraint `grants: { type: '*' }, atMost: 1` with a message, or use `precedence: first`.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    // Only one rule wins, and one of its groups.
    if context.policy.precedence == Precedence::First {
        return Vec::new();
    }
    let single =
        |(_, kind): &(usize, &EntitlementType)| matches!(kind.wire, EntitlementWire::Attribute { .. });
    let kinds = context.policy.entitlements.iter().enumerate().filter(single);
    kinds.filter_map(|(at, kind)| two_values(context, at as u16, kind)).collect()
}

fn two_values(context: &Context<'_>, entitlement: u16, kind: &EntitlementType) -> Option<Finding> {
    let all = RightSelector { entitlement: Some(EntitlementIndex(entitlement)), value: None, scope: None };
    let ways = ways(context.policy, &all);
    let looked_at = ways.iter().enumerate().take_while(|_| context.looks_through(ways.len()));
    let pairs = looked_at.flat_map(|(at, one)| ways[at + 1..].iter().map(move |other| (one, other)));
    let differ = |(one, other): &(&Way<'_>, &Way<'_>)| {
        (&one.right.value, &one.right.scope) != (&other.right.value, &other.right.scope)
    };
    let found = pairs.filter(differ).take(MAX_PAIRS).find_map(|(one, other)| {
        let both = |evaluation: &UserEvaluation| {
            evaluation.in_scope
                && evaluation.stopped_by.is_none()
                && evaluation.excluded_by.is_none()
                && held(evaluation, kind).len() > 1
        };
        let fits = [one, other].map(|way| context.reader.way(way));
        Some((context.witness(&[&fits[0], &fits[1]], both)?, one.rule, other.rule))
    });
    let (Witness { who, evaluation }, one, other) = found?;
    let values: Vec<String> = held(&evaluation, kind);
    let EntitlementWire::Attribute { attribute, .. } = &kind.wire else { return None };
    let message = format!(
        "`{}` has room for one value, `{attribute}`; {who} would get {}, and is blocked",
        kind.name,
        words::list(&values, "and")
    );
    let mut finding = context.finding(CODE, message, &one.origin, "gives one");
    if one.id != other.id {
        finding.labels.extend(context.label(&other.origin, "gives another"));
    }
    let example = format!("grants: {{ {}: '*' }}, atMost: 1", kind.name);
    Some(finding.help(format!("say what follows, with a constraint: {example}, otherwise: block")))
}

fn held(evaluation: &UserEvaluation, kind: &EntitlementType) -> Vec<String> {
    evaluation.rights.iter().filter(|right| right.entitlement == kind.name).map(ToString::to_string).collect()
}
