//! `lint/names-nobody`: policies without effect: conditions that are never true, protections from operations that never
//! occur, defaults that an earlier one always overrides (the policy language, 7 to 10).

use super::definition::Rule;
use crate::lint::context::{Context, shown};
use crate::lint::logic::fact::Formula;
use crate::lint::logic::formula::TestedOn;
use crate::lint::logic::words;
use crate::model::Finding;
use crate::policy::{
    AccountTypeChange, Adoption, Condition, Default, Lifecycle, Origin, ProtectedFrom, Protection, Word,
};

const CODE: &str = "lint/names-nobody";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "A policy has no effect: the `when` of an exclusion, a protection, a default, an attribute or a \
           constraint is true for nobody. Or\na protection protects from something that the lifecycle \
           never does, an earlier default is always used instead of a later one, or\na `create` is true \
           for nobody in scope.",
    remedy: "correct the condition, or remove what has no effect.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        conditions(context).into_iter().filter_map(|named| never(context, named)).collect();
    findings
        .extend(context.policy.lifecycle.protect.iter().filter_map(|rule| useless_protection(context, rule)));
    let defaults = &context.policy.defaults;
    let looked_at = defaults.iter().enumerate().take_while(|(at, _)| context.looks_through(*at));
    findings.extend(looked_at.filter_map(|(at, rule)| overridden(context, rule, &defaults[..at])));
    findings.extend(create(context));
    findings
}

/// A condition, and how a finding says that it is never true: "the exclusion `x` excludes nobody".
struct NamedCondition<'a> {
    when: &'a Condition,
    origin: &'a Origin,
    what: &'static str,
    effect: &'static str,
}

fn conditions<'a>(context: &Context<'a>) -> Vec<NamedCondition<'a>> {
    let policy = context.policy;
    let named = |what, effect| {
        move |when: Option<&'a Condition>, origin| Some(NamedCondition { when: when?, origin, what, effect })
    };
    let exclusion = named("the exclusion", "excludes nobody");
    let protection = named("the protection", "protects nobody");
    let constraint = named("the constraint", "is asked of nobody");
    let attribute = named("the attribute", "is managed for nobody");
    let default = named("the default", "fills nobody's attribute");
    let protect = policy.lifecycle.protect.iter().filter(|rule| in_force(context, rule));
    let exclusions = context.exclusions().map(|rule| exclusion(Some(&rule.when), &rule.origin));
    exclusions
        .chain(protect.map(|rule| protection(Some(&rule.when), &rule.origin)))
        .chain(policy.constraints.iter().map(|rule| constraint(rule.when.as_ref(), &rule.origin)))
        .chain(policy.mapping.iter().map(|rule| attribute(rule.when.as_ref(), &rule.origin)))
        .chain(policy.defaults.iter().map(|rule| default(rule.when.as_ref(), &rule.origin)))
        .flatten()
        .collect()
}

fn never(context: &Context<'_>, named: NamedCondition<'_>) -> Option<Finding> {
    let NamedCondition { when, origin, what, effect } = named;
    // Ignores which constraints dropped grants before: at the first stage the most grants exist.
    let why = context.why_nobody(&[&context.reader.holds(when, 0)])?;
    let message = format!("{what} `{}` {effect}{why}", origin.id);
    let finding = context.finding(CODE, message, origin, "has no effect");
    Some(finding.help("correct its `when`, or remove it"))
}

fn in_force(context: &Context<'_>, rule: &Protection) -> bool {
    rule.until.is_none_or(|last| context.reader.as_of <= last)
}

/// A protection from an operation that the lifecycle never uses.
fn useless_protection(context: &Context<'_>, rule: &Protection) -> Option<Finding> {
    let lifecycle = &context.policy.lifecycle;
    if !in_force(context, rule) || rule.from.iter().any(|from| can_be_planned(context, lifecycle, *from)) {
        return None;
    }
    let never: Vec<String> = rule.from.iter().map(|from| format!("`{}`", from.word())).collect();
    let message = format!(
        "the protection `{}` does nothing: nothing in this lifecycle does {}",
        rule.id,
        words::joined(&never, "or")
    );
    let finding = context.finding(CODE, message, &rule.origin, "has no effect");
    Some(
        finding
            .help("name in `from` what `deleted`, `outOfScope`, `disabled` or `unmanaged` do, or remove it"),
    )
}

/// Whether an operation, or one that contains it, can be planned.
fn can_be_planned(context: &Context<'_>, lifecycle: &Lifecycle, from: ProtectedFrom) -> bool {
    let words = [&lifecycle.deleted, &lifecycle.out_of_scope, &lifecycle.disabled, &lifecycle.unmanaged];
    let says = |wanted: &[Word]| words.iter().any(|word| wanted.contains(&word.value));
    let archives = says(&[Word::Archive])
        || (lifecycle.account_type_change.value == AccountTypeChange::Archive
            && !context.policy.account_types.is_empty());
    match from {
        ProtectedFrom::Adopt => {
            lifecycle.adoption.value != Adoption::Refuse && !context.policy.matching.is_empty()
        }
        ProtectedFrom::Update | ProtectedFrom::Revoke => true,
        ProtectedFrom::Deactivate => {
            archives || says(&[Word::Deactivate, Word::RevokeAndDeactivate, Word::Delete])
        }
        ProtectedFrom::Archive => archives,
        ProtectedFrom::Delete => says(&[Word::Delete]),
    }
}

/// A default behind another one of the same attribute that applies to all its users.
fn overridden<'a>(context: &Context<'a>, rule: &'a Default, earlier: &'a [Default]) -> Option<Finding> {
    let reader = context.reader;
    let fits = rule.when.as_ref().map_or(Formula::EVERYBODY, |when| reader.holds(when, reader.last()));
    let covers = |first: &&'a Default| {
        let misses = first.when.as_ref().map(|when| reader.fails(when, reader.last(), TestedOn::User));
        let misses = misses.unwrap_or_else(|| Formula::Nobody(String::new()));
        first.attribute == rule.attribute
            && (first.account_type.is_none() || first.account_type == rule.account_type)
            && context.why_nobody(&[&fits, &misses]).is_some()
    };
    if context.why_nobody(&[&fits]).is_some() {
        return None;
    }
    let first = earlier.iter().find(covers)?;
    let name = &context.policy.account_attribute(rule.attribute).name;
    let message = format!(
        "the default `{}` never fills `{name}`: wherever it fits, `{}` fits too, and comes first",
        rule.id, first.id
    );
    let mut finding = context.finding(CODE, message, &rule.origin, "has no effect");
    finding.labels.extend(context.label(&first.origin, "comes first"));
    Some(finding.help("write the narrower default first, or remove it"))
}

fn create(context: &Context<'_>) -> Option<Finding> {
    let create = context.policy.lifecycle.create.as_ref()?;
    let create = context.reader.holds(create, context.reader.last());
    if context.why_nobody(&[&context.scope]).is_some() {
        return None;
    }
    let why = context.why_nobody(&[&context.scope, &create])?;
    let left = context.witness(&[&context.scope], |evaluation| {
        evaluation.in_scope && evaluation.stopped_by.is_none() && !evaluation.created
    });
    let shown = shown(left, |_| "is in scope and gets none".to_owned());
    let message = format!("`create` fits nobody in scope, so no account is ever made{why}{shown}");
    let finding = context.finding(CODE, message, &context.policy.lifecycle.origin, "nobody here is created");
    Some(finding.help("correct `create` or `scope`"))
}
