//! Turns decisions into changes and reports, each with its reasons.

use super::archived_names::ArchivedNames;
use super::built::Built;
use super::change::{Action, Reason};
use super::context::Context;
use super::decision::{Decision, State};
use super::paths::Paths;
use super::rules::RuleTable;
use super::subject::Subject;
use super::unique::Collisions;
use super::value::{Outcome, Report};
use super::who::{HeldAccount, Who};
use crate::desired::{Ending, LinkingFault, Source, WantedValue};
use crate::model::{Field, Operation};
use crate::policy::{Constraint, Origin, Otherwise, Returning, UserSlot, Word};
use std::collections::BTreeSet;

/// The attribute that says to which department a user belongs.
const DEPARTMENT: &str = "department";

/// Builds what decisions say.
pub(super) struct Builder<'b, 'a> {
    pub(super) context: &'b Context<'a>,
    pub(super) rules: &'b RuleTable<'a>,
    pub(super) paths: &'b Paths,
    pub(super) collisions: &'b Collisions<'a>,
    pub(super) archived: &'b ArchivedNames,
}

impl<'a> Builder<'_, 'a> {
    /// Builds the changes and reports of a user, or of an account without user. Outside the canary they wait.
    pub(super) fn one(&self, built: &mut Built, who: Who, decision: Decision) {
        let before = built.changes.len();
        match who {
            Who::User { user, account } => self.user(built, user, account, decision),
            Who::Account(account) => self.account(built, account, decision),
        }
        if built.changes.len() > before && self.context.waits(who) {
            let waiting: Vec<String> = built
                .changes
                .drain(before..)
                .map(|change| {
                    let right = change.right().map_or(String::new(), |right| format!(" `{right}`"));
                    format!("{}{right}", change.operation())
                })
                .collect();
            let canary = self.context.desired.policy.lifecycle.canary.as_ref();
            let message = format!("waits: {}", waiting.join(", "));
            self.report(built, Outcome::OutsideCanary, who, message, canary.map(|canary| &canary.origin));
        }
    }

    /// Builds the changes and reports of a user.
    fn user(&self, built: &mut Built, user: u32, account: Option<u32>, decision: Decision) {
        let (pairing, policy) = (&self.context.pairing, self.context.desired.policy);
        let who = Who::User { user, account };
        let before = built.reports.len();
        match decision {
            Decision::Nothing => self.without_account(built, user),
            Decision::NotCreated => built.not_created += 1,
            Decision::Excluded(place) => self.excluded(built, who, place),
            Decision::SamePerson => {}
            Decision::Ended => self.ended(built, user, who),
            Decision::TypeDiffers => {
                let message = self.type_differs(user, account);
                let origin = &policy.lifecycle.account_type_change.origin;
                self.report(built, Outcome::Blocked, who, message, Some(origin));
            }
            Decision::Convert => self.convert(built, user, account),
            Decision::Collides => {
                let message = pairing.frozen_users.get(&user).map(|frozen| frozen.message.clone());
                self.report(built, Outcome::Blocked, who, message.unwrap_or_default(), None);
            }
            Decision::NothingToMatch => {
                let names: Vec<&str> = policy
                    .matching
                    .iter()
                    .map(|slot| policy.account_attribute(*slot).name.as_str())
                    .collect();
                let message = format!(
                    "no {} to find an existing account by: enter it in the directory",
                    names.join(" or ")
                );
                self.report(built, Outcome::Blocked, who, message, None);
            }
            Decision::Returning(word) => self.returning(built, who, word),
            Decision::NotAdopted => {
                let message =
                    "an account matches, and `adoption: refuse` takes none under management".to_owned();
                self.report(
                    built,
                    Outcome::NotAdopted,
                    who,
                    message,
                    Some(&policy.lifecycle.adoption.origin),
                );
            }
            Decision::Keep(state) => self.report_kept(built, who, state),
            Decision::Create | Decision::Adopt | Decision::Update => self.provision(built, user, decision),
            Decision::Lifecycle(state, word) => {
                for account in self.carried(user, word) {
                    self.lifecycle(built, HeldAccount::of(user, account), state, word);
                }
            }
        }
        // Whoever gets no account is told the one reason.
        let left_out = |report: &Report| {
            report.outcome == Outcome::Blocked || report.operation == Some(Operation::Adopt)
        };
        if !built.reports[before..].iter().any(left_out) {
            self.warnings(built, user, decision);
        }
    }

    /// The linked accounts on which a word is carried out. Of several that are to be archived all are, or none: then the one
    /// that cannot be is told.
    fn carried(&self, user: u32, word: Word) -> Vec<u32> {
        let accounts = self.context.pairing.linked_accounts(user);
        let refused = |account: &&u32| self.archived.refused(self.context, **account).is_some();
        match accounts.iter().find(refused) {
            Some(account) if word == Word::Archive => vec![*account],
            _ => accounts,
        }
    }

    /// Builds the changes and reports of an account without user.
    fn account(&self, built: &mut Built, account: u32, decision: Decision) {
        let who = Who::Account(account);
        match decision {
            Decision::Excluded(place) => self.excluded(built, who, place),
            Decision::Collides => {
                let message = self.context.pairing.frozen_accounts.get(&account).cloned().unwrap_or_default();
                self.report(built, Outcome::Blocked, who, message, None);
            }
            Decision::Keep(state) => self.report_kept(built, who, state),
            Decision::Lifecycle(state, word) => {
                self.lifecycle(built, HeldAccount { account, user: None }, state, word);
            }
            // Either nothing is done, or the decision is never made without a user.
            Decision::Nothing
            | Decision::NotCreated
            | Decision::Ended
            | Decision::SamePerson
            | Decision::TypeDiffers
            | Decision::Convert
            | Decision::NothingToMatch
            | Decision::Returning(_)
            | Decision::NotAdopted
            | Decision::Create
            | Decision::Adopt
            | Decision::Update => {}
        }
    }

    fn ended(&self, built: &mut Built, user: u32, who: Who) {
        match self.context.desired.ending(user) {
            Some(Ending::Constraint(rule)) => {
                self.report(built, Outcome::Blocked, who, told(rule), Some(&rule.origin));
            }
            Some(Ending::Linking(fault)) => {
                let mut rules = self.fitting(user);
                if fault == LinkingFault::Tie {
                    retain_tied(&mut rules);
                }
                let origin = rules.first().map(|source| &source.rule.origin);
                let named: BTreeSet<String> =
                    rules.iter().map(|source| format!("`{}`", source.rule.id)).collect();
                let named: Vec<String> = named.into_iter().collect();
                let message = match named.as_slice() {
                    [] => linking_message(fault).to_owned(),
                    named => format!("{} ({})", linking_message(fault), named.join(", ")),
                };
                self.report(built, Outcome::Blocked, who, message, origin);
            }
            None => {}
        }
    }

    /// The sources of rights that fit a user, whether they win or not.
    pub(super) fn fitting(&self, user: u32) -> Vec<&Source<'a>> {
        let desired = &self.context.desired;
        let fits = |source: &&Source<'a>| source.reaches(&desired.population, &desired.catalogue, user);
        desired.sources.iter().filter(fits).collect()
    }

    fn without_account(&self, built: &mut Built, user: u32) {
        // Constraints block only users in scope, so here only `skip` matters.
        let skipping = self.skipping(user);
        match skipping {
            Some(rule) => {
                let message = rule.message.clone().unwrap_or_else(|| "out of scope".to_owned());
                self.report(
                    built,
                    Outcome::Skipped,
                    Who::User { user, account: None },
                    message,
                    Some(&rule.origin),
                );
            }
            None => built.out_of_scope += 1,
        }
    }

    /// The constraint that takes a user out of scope.
    fn skipping(&self, user: u32) -> Option<&'a Constraint> {
        let Some(Ending::Constraint(rule)) = self.context.desired.ending(user) else { return None };
        (rule.otherwise == Otherwise::Skip).then_some(rule)
    }

    fn excluded(&self, built: &mut Built, who: Who, place: u16) {
        let rule = self.context.exclusions[place as usize].rule;
        let owner = rule.owner.as_ref().map_or(String::new(), |owner| format!(" ({owner})"));
        self.report(built, Outcome::Excluded, who, format!("{}{owner}", rule.reason), Some(&rule.origin));
    }

    fn returning(&self, built: &mut Built, who: Who, word: Returning) {
        let origin = &self.context.desired.policy.lifecycle.returning.origin;
        let (outcome, message) = match word {
            Returning::Block => {
                (Outcome::Blocked, "the account is inactive, and `returning: block` asks a person to look")
            }
            // `reactivate` is decided to be an update.
            Returning::Keep | Returning::Reactivate => {
                (Outcome::Kept, "the account is inactive, and `returning: keep` leaves it so")
            }
        };
        self.report(built, outcome, who, message.to_owned(), Some(origin));
    }

    fn report_kept(&self, built: &mut Built, who: Who, state: State) {
        let (origin, because) = self.state(state, who.user());
        self.report(built, Outcome::Kept, who, because, Some(origin));
    }

    fn warnings(&self, built: &mut Built, user: u32, decision: Decision) {
        if !decision.provisions() {
            return;
        }
        let who = self.context.user(user);
        let walk = self.context.desired.walk(user);
        for rule in walk.warned_by {
            self.report(built, Outcome::Warning, who, told(rule), Some(&rule.origin));
        }
        for (right, rule) in walk.dropped {
            let right = self.context.desired.catalogue.right(right);
            self.report(
                built,
                Outcome::Dropped,
                who,
                format!("`{right}`: {}", told(rule)),
                Some(&rule.origin),
            );
        }
    }

    /// Why somebody is out of scope: a constraint skips the user, or dropped the grants that scope asks for.
    fn out_of_scope(&self, user: Option<u32>) -> String {
        if let Some(rule) = user.and_then(|user| self.skipping(user)) {
            return format!("out of scope by the constraint `{}`", rule.id);
        }
        let dropped = user.map(|user| self.context.desired.walk(user).dropped).unwrap_or_default();
        let mut ids: Vec<String> = dropped.iter().map(|(_, rule)| format!("`{}`", rule.id)).collect();
        ids.dedup();
        match ids.as_slice() {
            [] => "not in scope".to_owned(),
            ids => format!("not in scope once grants were dropped by {}", ids.join(", ")),
        }
    }

    /// The lifecycle setting for a state, and why it applies.
    pub(super) fn state(&self, state: State, user: Option<u32>) -> (&'a Origin, String) {
        let lifecycle = &self.context.desired.policy.lifecycle;
        match state {
            State::Deleted => (&lifecycle.deleted.origin, "its user is in no directory any more".to_owned()),
            State::Disabled => (&lifecycle.disabled.origin, "disabled in the directory".to_owned()),
            State::Unmanaged => {
                (&lifecycle.unmanaged.origin, "no user has its link or a matching value".to_owned())
            }
            State::OutOfScope => (&lifecycle.out_of_scope.origin, self.out_of_scope(user)),
        }
    }

    pub(super) fn change(&self, built: &mut Built, who: Who, action: Action, reasons: &[Reason]) {
        let subject = built.subject(who, || self.subject(who));
        built.change(subject, action, reasons);
    }

    pub(super) fn report(
        &self,
        built: &mut Built,
        outcome: Outcome,
        who: Who,
        message: String,
        origin: Option<&Origin>,
    ) {
        let rule = origin.map(|origin| self.rules.number(origin));
        let subject = built.subject(who, || self.subject(who));
        built.reports.push(Report { outcome, subject, operation: None, message, rule });
    }

    pub(super) fn withheld(
        &self,
        built: &mut Built,
        operation: Operation,
        held: HeldAccount,
        rule: &crate::policy::Protection,
    ) {
        let message = rule.message.clone().unwrap_or_else(|| format!("protected by `{}`", rule.id));
        self.report(built, Outcome::Protected, held.into(), message, Some(&rule.origin));
        if let Some(report) = built.reports.last_mut() {
            report.operation = Some(operation);
        }
    }

    pub(super) fn reason(&self, origin: &Origin, because: impl Into<String>) -> Reason {
        Reason { rule: self.rules.number(origin), because: because.into() }
    }

    /// The ids, and a name to show: the account's `userName`, else the wanted one, else a matching value, else the id.
    pub(super) fn subject(&self, who: Who) -> Subject {
        let (user, account) = (who.user(), who.account());
        let (directory, id) = user.map(|user| self.context.desired.population.id(user)).unzip();
        let account_id = account.map(|account| self.context.application.accounts.ids.id(account));
        let name = account
            .and_then(|account| self.held_name(account))
            .or_else(|| user.and_then(|user| self.wanted_name(user)));
        Subject {
            directory: directory.map(ToOwned::to_owned),
            user: id.map(ToOwned::to_owned),
            account: account_id.map(ToOwned::to_owned),
            name: name.unwrap_or_else(|| id.or(account_id).unwrap_or_default().to_owned()),
            department: user.and_then(|user| self.department(user)),
        }
    }

    /// A user's department, where the policies read it: a plan asks for nothing that they don't.
    fn department(&self, user: u32) -> Option<String> {
        let desired = &self.context.desired;
        let slot =
            desired.policy.user_attributes.iter().position(|attribute| attribute.name == DEPARTMENT)?;
        match desired.population.field(UserSlot(slot as u16), user) {
            Field::Text(department) => Some(department.into_owned()),
            Field::Empty | Field::Boolean(_) | Field::List(_) => None,
        }
    }

    fn held_name(&self, account: u32) -> Option<String> {
        let policy = self.context.desired.policy;
        let matching = policy.matching.iter().map(|slot| policy.account_attribute(*slot).name.as_str());
        std::iter::once("userName")
            .chain(matching)
            .find_map(|name| self.context.application.accounts.column(name)?.get(account))
            .map(ToOwned::to_owned)
    }

    fn wanted_name(&self, user: u32) -> Option<String> {
        let desired = &self.context.desired;
        let policy = desired.policy;
        let named = desired
            .attributes
            .iter()
            .filter(|attribute| policy.account_attribute(attribute.slot).name == "userName");
        let matched = desired.attributes.iter().filter(|attribute| policy.matching.contains(&attribute.slot));
        named.chain(matched).find_map(|attribute| {
            match attribute.wanted(&desired.population, &desired.catalogue, desired.facts(user)).ok()?.wanted
            {
                WantedValue::Value(value) => value.to_value().map(|value| value.to_string()),
                WantedValue::Untouched => None,
            }
        })
    }
}

/// Leaves the rules that nothing parts: those of the lowest order, of the oldest group or one of unknown age.
fn retain_tied(rules: &mut Vec<&Source<'_>>) {
    let lowest = rules.iter().map(|source| source.rule.order).min();
    rules.retain(|source| Some(source.rule.order) == lowest);
    let oldest = rules.iter().filter_map(|source| source.created()).min();
    rules.retain(|source| source.created().is_none_or(|created| Some(created) == oldest));
}

/// What a constraint tells people.
pub(super) fn told(rule: &Constraint) -> String {
    rule.message.clone().unwrap_or_else(|| format!("the constraint `{}` does not hold", rule.id))
}

/// Why linking blocks a user, in words.
pub(super) fn linking_message(fault: LinkingFault) -> &'static str {
    match fault {
        LinkingFault::Tie => {
            "rules of one order fit, and their groups' age does not say which one wins: give one of them another `order`"
        }
        LinkingFault::NoAccountType => "no rule that fits says which type of account it is",
        LinkingFault::TwoAccountTypes => "rules that fit want two types of account",
        LinkingFault::TwoOfOne => {
            "rules that fit give two rights of one type, and the application keeps one: say with a constraint which"
        }
    }
}
