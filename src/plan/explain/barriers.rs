//! What keeps a user from getting any right, whatever the rules say: an exclusion, bad data, an account that is not touched.

use super::explanation::Need;
use super::supposed::ROW;
use super::unmet::Asked;
use crate::desired::{Binder, Computed, DesiredState, Ending, Facts, WantedValue};
use crate::model::{Operation, Right};
use crate::plan::build::linking_message;
use crate::plan::context::Context;
use crate::plan::decisions::Decisions;
use crate::plan::equal::Equality;
use crate::plan::protection::protection;
use crate::plan::value::{Outcome, Plan};
use crate::plan::who::HeldAccount;
use crate::plan::{Evaluation, Subject};
use crate::policy::{ACCOUNT_TYPE, AccountTypeChange, Adoption, Otherwise, Returning, Word};

/// A user, as the data are.
pub(super) struct Barriers<'b, 'a> {
    context: &'b Context<'a>,
    decisions: &'b Decisions,
    /// The user's row among all users.
    pub(super) user: u32,
    /// What the plan says blocks or protects the user.
    reported: Vec<Need>,
}

impl<'b, 'a> Barriers<'b, 'a> {
    /// Of a user; `plan` is the evaluation's own, and `right` the one that is asked for.
    pub(super) fn new(
        evaluation: &'b Evaluation<'a>,
        plan: &Plan,
        subject: &Subject,
        user: u32,
        right: &Right,
    ) -> Self {
        let context = &evaluation.context;
        let own = |report: &&crate::plan::Report| {
            // What is blocked for those in scope alone is found anew for the user as supposed.
            report.subject.key() == subject.key()
                && evaluation.decisions.users[user as usize].provisions()
                && (report.outcome == Outcome::Blocked
                    || report.outcome == Outcome::Quarantined
                    || report.outcome == Outcome::Protected && report.operation == Some(Operation::Adopt))
        };
        let reports = plan.reports.iter().filter(own);
        let reported = reports.map(|report| {
            let rule = report.rule.map(|rule| plan.rule(rule)).filter(|rule| !rule.path.is_empty());
            Need::new(format!("{}: {}", report.outcome.word(), report.message), rule)
        });
        let lacking = context.catalogue.find(right).filter(|right| context.holdings.lacking.contains(right));
        let lacking = lacking
            .map(|_| Need::new(format!("the application has no `{right}`, and none is made there"), None));
        let reported = reported.chain(lacking).collect();
        Self { context, decisions: &evaluation.decisions, user, reported }
    }

    /// Whether the user has an account.
    pub(super) fn has_account(&self) -> bool {
        self.context.pairing.account(self.user).is_some()
    }

    /// What keeps the user, supposed as this state says, from getting anything.
    pub(super) fn of<'s>(&self, state: &DesiredState<'s>, binder: &mut Binder<'s, '_>) -> Vec<Need> {
        let mut needs = self.reported.clone();
        needs.extend(self.excluded(state, binder));
        let (context, lifecycle) = (self.context, &state.policy.lifecycle);
        if context.desired.persons.is_other(self.user) {
            needs.push(Need::new("another user of the same person counts", None));
        }
        if state.disabled(ROW) && lifecycle.disabled.value != Word::Provision {
            needs.push(Need::new("disabled in the directory", Some(&lifecycle.disabled.origin)));
        }
        match state.ending(ROW) {
            Some(Ending::Constraint(rule)) if rule.otherwise == Otherwise::Block => {
                let message = rule.message.as_ref().map_or(String::new(), |message| format!(": {message}"));
                let what = format!("blocked by the constraint `{}`{message}", rule.id);
                needs.push(Need::new(what, Some(&rule.origin)));
            }
            Some(Ending::Linking(fault)) => {
                needs.push(Need::new(format!("blocked: {}", linking_message(fault)), None));
            }
            Some(Ending::Constraint(_)) | None => {}
        }
        match context.pairing.account(self.user) {
            Some(account) => needs.extend(self.on_account(state, account)),
            None => needs.extend(self.on_creation()),
        }
        needs.extend(blocked_attributes(state));
        if needs.is_empty() && !self.decisions.users[self.user as usize].provisions() {
            needs.extend(self.taken(state));
        }
        if let Some(canary) = &lifecycle.canary {
            let facts = Facts { account: context.pairing.account(self.user), ..state.facts(ROW) };
            let asked = Asked { facts, state, rule: &canary.origin };
            let unmet = asked.unmet(binder, &canary.value).into_iter();
            needs.extend(unmet.map(|need| Need {
                what: format!("not in the canary: {}", need.what),
                group: None,
                ..need
            }));
        }
        needs
    }

    fn excluded<'s>(&self, state: &DesiredState<'s>, binder: &mut Binder<'s, '_>) -> Option<Need> {
        let excluded = |rule: &crate::policy::Exclusion| {
            Need::new(format!("excluded: {}", rule.reason), Some(&rule.origin))
        };
        if let Some(place) = self.context.excluded.user(self.user) {
            return Some(excluded(self.context.exclusions[place].rule));
        }
        let facts = Facts { account: self.context.pairing.account(self.user), ..state.facts(ROW) };
        let in_force =
            state.policy.exclusions.iter().filter(|rule| rule.until.is_none_or(|until| state.as_of <= until));
        in_force
            .into_iter()
            .find(|rule| binder.bind(&rule.when).holds(&state.population, &state.catalogue, facts))
            .map(excluded)
    }

    /// An account that stays as it is.
    fn on_account(&self, state: &DesiredState<'_>, account: u32) -> Vec<Need> {
        let (context, lifecycle) = (self.context, &state.policy.lifecycle);
        let mut needs = Vec::new();
        if let Some(frozen) = context.pairing.frozen_users.get(&self.user) {
            needs.push(Need::new(format!("blocked: {}", frozen.message), None));
        }
        if !context.pairing.linked(account) {
            if lifecycle.adoption.value == Adoption::Refuse {
                let what = "an account matches, and `adoption: refuse` takes none under management";
                needs.push(Need::new(what, Some(&lifecycle.adoption.origin)));
            }
            let held = HeldAccount::of(self.user, account);
            if let Some(rule) = protection(context, held, Operation::Adopt, &[]) {
                needs.push(Need::new(format!("protected by `{}`", rule.id), Some(&rule.origin)));
            }
        }
        let inactive = !context.application.accounts.active[account as usize];
        if inactive && lifecycle.returning.value != Returning::Reactivate {
            let what = "the account is inactive, and `returning` leaves it so";
            needs.push(Need::new(what, Some(&lifecycle.returning.origin)));
        }
        let held = context.application.accounts.column(ACCOUNT_TYPE).and_then(|column| column.get(account));
        let wanted = state.account_type(ROW).map(|kind| state.policy.account_types[kind.0 as usize].as_str());
        let differs = wanted.is_some() && wanted != held;
        if differs {
            let what = match lifecycle.account_type_change.value {
                AccountTypeChange::Block => "the account is of another type than the rules want",
                // Whether that is possible depends on the names of other accounts.
                AccountTypeChange::Archive => {
                    "the account, of another type than the rules want, to be archived and one of that type to be made"
                }
            };
            needs.push(Need::new(what, Some(&lifecycle.account_type_change.origin)));
        }
        needs
    }

    /// A user for whom no account can be made.
    fn on_creation(&self) -> Vec<Need> {
        let context = self.context;
        let mut needs = Vec::new();
        if let Some(frozen) = context.pairing.frozen_users.get(&self.user) {
            needs.push(Need::new(format!("blocked: {}", frozen.message), None));
        }
        if !context.has_match_value(self.user) {
            let what = "blocked: no value to find an existing account by: enter it in the directory";
            needs.push(Need::new(what, None));
        }
        needs
    }

    /// Values that no two accounts may have, and that another account or user has.
    fn taken(&self, state: &DesiredState<'_>) -> Vec<Need> {
        let mut needs = Vec::new();
        for attribute in state.attributes.iter().filter(|attribute| attribute.unique) {
            let path = state.policy.account_attribute(attribute.slot);
            let equality = Equality::new(path.case_exact);
            let wanted = attribute.wanted(&state.population, &state.catalogue, state.facts(ROW));
            let Some(value) = wanted.ok().and_then(|wanted| text(&wanted.wanted)) else { continue };
            let Some(mapping) = attribute.mapping else { continue };
            if self.is_held(attribute.slot, &value, &equality)
                || self.is_wanted(attribute.slot, &value, &equality)
            {
                let what = format!("blocked: `{value}`, its `{}`, is another's", path.name);
                needs.push(Need::new(what, Some(&mapping.origin)));
            }
        }
        needs
    }

    fn is_held(&self, slot: crate::policy::AccountSlot, value: &str, equality: &Equality) -> bool {
        let own = self.context.pairing.account(self.user);
        let accounts = 0..self.context.application.accounts.len() as u32;
        accounts
            .filter(|account| Some(*account) != own)
            .any(|account| self.context.held(slot, account).is_some_and(|held| equality.same(held, value)))
    }

    fn is_wanted(&self, slot: crate::policy::AccountSlot, value: &str, equality: &Equality) -> bool {
        let desired = &self.context.desired;
        let decided = self.decisions.users.iter().zip(0..);
        let others = decided.filter(|(decision, user)| decision.provisions() && *user != self.user);
        others.map(|(_, user)| user).any(|user| {
            desired.attributes.iter().filter(|attribute| attribute.slot == slot).any(|attribute| {
                let wanted = attribute.wanted(&desired.population, &desired.catalogue, desired.facts(user));
                let wanted = wanted.ok().and_then(|wanted| text(&wanted.wanted));
                wanted.is_some_and(|wanted| equality.same(&wanted, value))
            })
        })
    }
}

/// Attributes whose data block the user.
fn blocked_attributes(state: &DesiredState<'_>) -> Vec<Need> {
    let wanted = state
        .attributes
        .iter()
        .map(|attribute| attribute.wanted(&state.population, &state.catalogue, state.facts(ROW)));
    wanted
        .filter_map(Result::err)
        .map(|blocking| Need::new(format!("blocked: {}", blocking.message), Some(blocking.origin)))
        .collect()
}

fn text(wanted: &WantedValue<'_>) -> Option<String> {
    match wanted {
        WantedValue::Untouched | WantedValue::Value(Computed::Empty) => None,
        WantedValue::Value(value) => value.to_value().map(|value| value.to_string()),
    }
}
