//! `lint/two-homes`: a right that has room for one value, and rules that give two (the policy language, 5, `wire`).

use super::Rule;
use crate::lint::context::Context;
use crate::lint::logic::example::name_with;
use crate::lint::logic::fact::{Fact, Formula};
use crate::lint::logic::rights::{Possible, possible};
use crate::lint::logic::words;
use crate::lint::witness::{Verdict, Witness};
use crate::model::EntitlementWire;
use crate::policy::Finding;
use crate::policy::set::{EntitlementType, GroupReference, GroupSelector, LinkingRule, Precedence};

const CODE: &str = "lint/two-homes";
/// Pairs of grants of one type that are tried at most.
const MOST_PAIRS: usize = 200;

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "An entitlement type is kept as the one value of an attribute (`wire: { attribute: ... }`), and a user can \
           get two values that no\nconstraint limits. Where a constraint does (`atMost: 1`), nothing is said: that \
           two homes are possible is what it is there for.",
    remedy: "add a constraint `grants: { type: '*' }, atMost: 1` with a message, or use `precedence: first`.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    // One rule wins, and one of its groups.
    if context.policy.precedence == Precedence::First {
        return Vec::new();
    }
    let single =
        |(_, kind): &(usize, &EntitlementType)| matches!(kind.wire, EntitlementWire::Attribute { .. });
    let kinds = context.policy.entitlements.iter().enumerate().filter(single);
    kinds.filter_map(|(at, kind)| two_values(context, at as u16, kind)).collect()
}

/// One way to a right of the type.
struct Way<'a> {
    rule: &'a LinkingRule,
    right: Possible,
    fits: Formula<'a>,
}

fn two_values(context: &Context<'_>, entitlement: u16, kind: &EntitlementType) -> Option<Finding> {
    let ways = ways(context, entitlement);
    let pairs =
        ways.iter().enumerate().flat_map(|(at, one)| ways[at + 1..].iter().map(move |other| (one, other)));
    let differ = |(one, other): &(&Way<'_>, &Way<'_>)| {
        (&one.right.value, &one.right.scope) != (&other.right.value, &other.right.scope)
    };
    let found = pairs.filter(differ).take(MOST_PAIRS).find_map(|(one, other)| {
        let both = |it: &Verdict| {
            it.in_scope && it.stopped_by.is_none() && it.excluded_by.is_none() && held(it, kind).len() > 1
        };
        Some((context.witness(&[&one.fits, &other.fits], both)?, one.rule, other.rule))
    });
    let (Witness { who, verdict }, one, other) = found?;
    let values: Vec<String> = held(&verdict, kind);
    let EntitlementWire::Attribute { attribute, .. } = &kind.wire else { return None };
    let message = format!(
        "`{}` has room for one value, `{attribute}`; {who} gets {}",
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

fn held(verdict: &Verdict, kind: &EntitlementType) -> Vec<String> {
    verdict.rights.iter().filter(|it| it.entitlement == kind.name).map(ToString::to_string).collect()
}

/// Every way to a right of the type whose values are known.
fn ways<'a>(context: &Context<'a>, entitlement: u16) -> Vec<Way<'a>> {
    let mut ways = Vec::new();
    for rule in &context.policy.rules {
        for grant in rule.grants.iter().filter(|grant| grant.entitlement.0 == entitlement) {
            let rights = possible(rule, grant).unwrap_or_default();
            ways.extend(rights.into_iter().filter_map(|right| {
                let fits = fitting(context, rule, &right)?;
                Some(Way { rule, right, fits })
            }));
        }
    }
    ways
}

/// Whom a rule gives just this right: those in the one group whose name says so.
fn fitting<'a>(context: &Context<'a>, rule: &'a LinkingRule, right: &Possible) -> Option<Formula<'a>> {
    let group = match &rule.group {
        None => None,
        Some(reference) => Some(Formula::Is(Fact::Group(named(reference, right)?, false))),
    };
    let when = rule.when.iter().map(|when| context.reader.holds(when, 0));
    Some(Formula::All(group.into_iter().chain(when).collect()))
}

/// The reference, and of a pattern the one name that it fits with these captures.
fn named(reference: &GroupReference, right: &Possible) -> Option<GroupReference> {
    let GroupSelector::Pattern(pattern) = &reference.selector else { return Some(reference.clone()) };
    let name = name_with(pattern, &right.captures)?;
    Some(GroupReference { selector: GroupSelector::Name(name), ..reference.clone() })
}
