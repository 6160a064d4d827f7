//! The steps of an explanation besides rights: the account, exclusions, constraints, scope, attributes, what is decided and
//! planned.

use super::explanation::Step;
use crate::desired::{Blocking, Computed, Ending, WantedValue};
use crate::plan::build::linking_message;
use crate::plan::context::Context;
use crate::plan::decision::{Decision, decide_account, decide_user};
use crate::plan::{Plan, Subject};
use crate::policy::{Exclusion, Origin, Otherwise};

/// The title of what the plan does.
pub(super) const PLANNED: &str = "planned";

/// An account that no user stands behind: how it is found, whether it is excluded, what becomes of it.
pub(super) fn of_account(context: &Context<'_>, account: u32) -> Vec<Step> {
    let (pairing, accounts) = (&context.pairing, &context.application.accounts);
    let active = if accounts.active[account as usize] { "active" } else { "inactive" };
    let user = match (pairing.frozen_accounts.get(&account), accounts.links.get(account)) {
        (Some(frozen), _) => frozen.clone(),
        (None, Some(link)) => format!("none: no directory has the user `{link}` that it is linked to"),
        (None, None) => "none: it has no link, and no user's values match".to_owned(),
    };
    let excluded = context.excluded.account(account).map(|place| context.exclusions[place].rule);
    vec![
        step("account", format!("`{}`, {active}", accounts.ids.id(account)), None),
        step("user", user, None),
        exclusion(excluded),
        decision(decide_account(context, account)),
    ]
}

/// Explains one user's steps, without the rights.
pub(super) struct Explainer<'e, 'a> {
    pub(super) context: &'e Context<'a>,
    pub(super) row: u32,
}

impl Explainer<'_, '_> {
    /// Account, exclusion, constraints, scope, attributes, decision.
    pub(super) fn steps(&self) -> Vec<Step> {
        let excluded = self.context.excluded.user(self.row).map(|place| self.context.exclusions[place].rule);
        let mut steps = vec![self.account(), exclusion(excluded)];
        steps.extend(self.constraints());
        steps.push(self.scope());
        steps.extend(self.attributes());
        steps.push(decision(decide_user(self.context, self.row)));
        steps
    }

    fn account(&self) -> Step {
        let (pairing, accounts) = (&self.context.pairing, &self.context.application.accounts);
        let answer = match pairing.account(self.row) {
            None => {
                pairing.frozen_users.get(&self.row).map_or("none".to_owned(), |frozen| frozen.message.clone())
            }
            Some(account) => {
                let how = if pairing.linked(account) { "linked" } else { "found by a matching attribute" };
                let active = if accounts.active[account as usize] { "active" } else { "inactive" };
                format!("`{}`, {how}, {active}", accounts.ids.id(account))
            }
        };
        step("account", answer, None)
    }

    fn constraints(&self) -> Vec<Step> {
        let desired = &self.context.desired;
        let walk = desired.walk(self.row);
        let dropped = walk.dropped.iter().map(|(right, rule)| {
            let right = desired.catalogue.right(*right);
            let message = rule.message.clone().unwrap_or_default();
            step(
                format!("constraint `{}`", rule.id),
                format!("drops `{right}`. {message}"),
                Some(&rule.origin),
            )
        });
        let mut steps: Vec<Step> = dropped.collect();
        if let Some(Ending::Linking(fault)) = desired.ending(self.row) {
            steps.push(step("linking", linking_message(fault), None));
        }
        let ended = walk.ended_by.map(|place| &desired.policy.constraints[place]);
        let failed = walk.warned_by.into_iter().chain(ended);
        let failed = failed.map(|rule| {
            let message = rule.message.clone().unwrap_or_default();
            step(format!("constraint `{}`", rule.id), format!("does not hold. {message}"), Some(&rule.origin))
        });
        steps.extend(failed);
        steps
    }

    fn scope(&self) -> Step {
        let desired = &self.context.desired;
        let enabled =
            if desired.disabled(self.row) { "disabled in the directory" } else { "enabled in the directory" };
        let scope = if let Some(Ending::Constraint(rule)) = desired.ending(self.row)
            && rule.otherwise == Otherwise::Skip
        {
            format!("out of scope by the constraint `{}`", rule.id)
        } else if desired.in_scope(self.row) {
            "in scope".to_owned()
        } else {
            "not in scope".to_owned()
        };
        step("state", format!("{scope}, {enabled}"), Some(&desired.policy.lifecycle.origin))
    }

    fn attributes(&self) -> Vec<Step> {
        let desired = &self.context.desired;
        let explained = desired.attributes.iter().map(|attribute| {
            let name = &desired.policy.account_attribute(attribute.slot).name;
            match attribute.wanted(&desired.population, &desired.catalogue, desired.facts(self.row)) {
                Ok(reasoned) => {
                    let answer = match reasoned.wanted {
                        WantedValue::Untouched => "left as it is".to_owned(),
                        WantedValue::Value(Computed::Empty) => "empty".to_owned(),
                        WantedValue::Value(value) => {
                            value.to_value().map_or(String::new(), |value| format!("`{value}`"))
                        }
                    };
                    step(format!("attribute `{name}`"), answer, Some(reasoned.origin))
                }
                Err(Blocking { origin, message }) => {
                    step(format!("attribute `{name}`"), message, Some(origin))
                }
            }
        });
        explained.collect()
    }
}

fn exclusion(rule: Option<&Exclusion>) -> Step {
    match rule {
        None => step("excluded", "no", None),
        Some(rule) => step("excluded", format!("yes: {}", rule.reason), Some(&rule.origin)),
    }
}

fn decision(decision: Decision) -> Step {
    let answer = match decision {
        Decision::Nothing => "no account, and none is wanted",
        Decision::NotCreated => "no account, and none is created",
        Decision::Excluded(_) => "left untouched",
        Decision::SamePerson => "another user of the same person counts",
        Decision::Ended | Decision::Collides | Decision::NothingToMatch | Decision::TypeDiffers => "blocked",
        Decision::Convert => "the account is archived, and one of the right type is made",
        Decision::Returning(_) | Decision::Keep(_) => "kept as it is",
        Decision::NotAdopted => "not adopted",
        Decision::Create => "an account is created",
        Decision::Adopt => "the account is taken under management",
        Decision::Update => "the account is kept up to date",
        Decision::Lifecycle(..) => "the account is taken away, or its rights are",
    };
    step("decision", answer, None)
}

/// What the plan says of a subject.
pub(super) fn planned(plan: &Plan, subject: &Subject) -> Vec<Step> {
    let changes = plan.changes.iter().filter(|change| change.subject.key() == subject.key());
    let reports = plan.reports.iter().filter(|report| report.subject.key() == subject.key());
    let changes = changes.map(|change| {
        let right = change.right().map_or(String::new(), |right| format!(" `{right}`"));
        let written = change.attribute_changes();
        let names: Vec<&str> = written.iter().map(|attribute| attribute.attribute).collect();
        step(PLANNED, format!("{}{right} {}", change.operation(), names.join(", ")).trim_end(), None)
    });
    let reports = reports.map(|report| {
        step(report.outcome.word(), report.message.clone(), report.rule.map(|rule| plan.rule(rule)))
    });
    changes.chain(reports).collect()
}

fn step(title: impl Into<String>, answer: impl Into<String>, origin: Option<&Origin>) -> Step {
    Step { title: title.into(), answer: answer.into(), origin: origin.cloned() }
}
