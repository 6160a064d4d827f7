//! `lint/excludes-everyone`: an exclusion, a constraint, `scope` or `canary` that leaves no users (the policy language,
//! 7, 8 and 10).

use super::definition::Rule;
use crate::lint::context::{Context, effect, shown, stops};
use crate::lint::logic::fact::Formula;
use crate::lint::logic::formula::TestedOn;
use crate::model::Finding;
use crate::policy::{Constraint, Exclusion};

const CODE: &str = "lint/excludes-everyone";

pub(super) const RULE: Rule = Rule {
    code: CODE,
    says: "A condition leaves out everybody. An exclusion covers all users, all users in scope or all \
           accounts; a constraint skips or\nblocks every user; or nobody can be in `scope` or in the \
           `canary`.",
    remedy: "correct the condition. To stop an application, write `enabled: false` in its `Application`.",
    check,
};

fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        context.exclusions().filter_map(|rule| exclusion(context, rule)).collect();
    let constraints = context.policy.constraints.iter().enumerate();
    findings.extend(constraints.filter_map(|(at, rule)| constraint(context, rule, at)));
    findings.extend(scope(context));
    findings.extend(canary(context));
    findings
}

fn exclusion(context: &Context<'_>, rule: &Exclusion) -> Option<Finding> {
    let spared = |tested_on| context.reader.fails(&rule.when, context.reader.last(), tested_on);
    let (user, account) = (spared(TestedOn::User), spared(TestedOn::Account));
    let in_scope = context.why_nobody(&[&context.scope]).is_none();
    let everybody = Formula::EVERYBODY;
    let holds = context.reader.holds(&rule.when, context.reader.last());
    let (affected, shows): (&str, Vec<&Formula<'_>>) = if context.why_nobody(&[&user]).is_some() {
        ("everybody", vec![&everybody])
    } else if in_scope && context.why_nobody(&[&context.scope, &user]).is_some() {
        ("everybody in scope", vec![&context.scope])
    } else if context.why_nobody(&[&account]).is_some() {
        ("everybody who has an account", vec![&holds])
    } else {
        return None;
    };
    let excluded = context.witness(&shows, |evaluation| evaluation.excluded_by.as_ref() == Some(&rule.id));
    let shown = shown(excluded, |_| "is left untouched".to_owned());
    let message = format!("the exclusion `{}` leaves {affected} untouched{shown}", rule.id);
    let finding = context.finding(CODE, message, &rule.origin, "holds for everybody");
    Some(
        finding
            .help("correct its `when`; to stop an application, write `enabled: false` in its `Application`"),
    )
}

fn constraint(context: &Context<'_>, rule: &Constraint, at: usize) -> Option<Finding> {
    if !stops(rule) {
        return None;
    }
    let passes = &context.passing[at];
    let everybody = Formula::EVERYBODY;
    let scope = &context.scope;
    let (affected, why, shows) = match context.why_nobody(&[passes]) {
        Some(why) => ("everybody", why, &everybody),
        None if context.why_nobody(&[scope]).is_some() => return None,
        None => ("everybody in scope", context.why_nobody(&[scope, passes])?, scope),
    };
    let stopped = context.witness(&[shows], |evaluation| evaluation.stopped_by.as_ref() == Some(&rule.id));
    let effect = effect(rule);
    let shown = shown(stopped, |_| format!("is {effect}"));
    let message = format!("{affected} is {effect} by the constraint `{}`{why}{shown}", rule.id);
    let finding = context.finding(CODE, message, &rule.origin, "nobody gets through");
    Some(finding.help("correct what it asks for, or of whom with `when`"))
}

fn scope(context: &Context<'_>) -> Option<Finding> {
    let why = context.why_nobody(&[&context.scope])?;
    let out = context.witness(&[&Formula::EVERYBODY], |evaluation| !evaluation.in_scope);
    let shown = shown(out, |_| "is out of scope".to_owned());
    let message = format!("nobody can be in scope{why}{shown}");
    let finding = context.finding(CODE, message, &context.policy.lifecycle.origin, "fits nobody");
    Some(finding.help("every linked account is treated as `outOfScope` says: correct the condition"))
}

fn canary(context: &Context<'_>) -> Option<Finding> {
    let canary = context.policy.lifecycle.canary.as_ref()?;
    let holds = context.reader.holds(&canary.value, context.reader.last());
    let why = context.why_nobody(&[&holds])?;
    let waiting = context.witness(&[&context.scope], |evaluation| evaluation.waits);
    let shown = shown(waiting, |_| "waits".to_owned());
    let message = format!("nobody can be in the `canary`, so every change waits{why}{shown}");
    let finding = context.finding(CODE, message, &canary.origin, "fits nobody");
    Some(
        finding.help(
            "correct the condition; to stop an application, write `enabled: false` in its `Application`",
        ),
    )
}
