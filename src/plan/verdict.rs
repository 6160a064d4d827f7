//! What a plan makes of one user or account, in one word, with everything that took part in it: for policy tests (the
//! policy language, 11).

use super::Evaluation;
use super::change::Change;
use super::context::Context;
use super::decision::{Decision, decide_account, decide_user};
use super::value::{Outcome, Plan, Report};
use super::who::{HeldAccount, Who};
use crate::desired::{Ending, Source, WantedValue};
use crate::model::{Operation, Right, Value};
use crate::policy::{Authority, Origin, TestResult, TestSubject, Word};
use crate::snapshot::LIST_SEPARATOR;
use std::collections::{BTreeMap, BTreeSet};

/// What becomes of one user or account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// What the plan does.
    pub result: TestResult,
    /// The grants wanted, sorted: what rules and constraints say of whom is provisioned; what is held of whom is left
    /// as they are; none where the account or its grants are taken away.
    pub grants: Vec<Right>,
    /// The account's attributes once the plan is done, `active` and the link among them; empty ones are left out.
    pub attributes: BTreeMap<String, Value>,
    /// The rules that took part: those that fitted, constraints that did not hold, defaults that filled, what was
    /// excluded or withheld by.
    pub touched: BTreeSet<Origin>,
    /// Those, and everything else that the plan gives as a reason.
    pub reasons: BTreeSet<Origin>,
    /// What the plan reports, in words.
    pub told: Vec<String>,
}

impl Evaluation<'_> {
    /// Says what the plan makes of each of these; none of one who is not there. `plan` is the evaluation's own.
    pub fn judge(&self, plan: &Plan, subjects: &[&TestSubject]) -> Vec<Option<Verdict>> {
        let context = &self.context;
        let judge = Judge { context, plan };
        let verdict = |subject: &&TestSubject| match subject {
            TestSubject::User(id) => {
                let user = context.desired.population.find(id)?;
                Some(judge.verdict(context.user(user)))
            }
            TestSubject::Account(id) => {
                let account = context.application.accounts.ids.row(id)?;
                let user = context.pairing.user(account);
                Some(judge.verdict(HeldAccount { account, user }.into()))
            }
        };
        subjects.iter().map(verdict).collect()
    }
}

struct Judge<'j, 'a> {
    context: &'j Context<'a>,
    plan: &'j Plan,
}

/// A user or account with all that the plan says of it.
struct Case<'p> {
    who: Who,
    decision: Decision,
    changes: Vec<&'p Change>,
    reports: Vec<&'p Report>,
}

impl Case<'_> {
    fn does(&self, operation: Operation) -> bool {
        self.changes.iter().any(|change| change.operation() == operation)
    }

    fn is(&self, outcome: Outcome) -> bool {
        self.reports.iter().any(|report| report.outcome == outcome)
    }

    /// Whether a protection withholds the account's own change, whatever else is done.
    fn is_withheld(&self) -> bool {
        self.reports.iter().any(|report| {
            report.outcome == Outcome::Protected && report.operation.is_some_and(|it| it != Operation::Revoke)
        })
    }
}

impl Judge<'_, '_> {
    fn verdict(&self, who: Who) -> Verdict {
        let case = self.case(who);
        let result = result(&case);
        let touched = self.touched(&case, result);
        let mut reasons = touched.clone();
        for change in &case.changes {
            reasons.extend(change.reasons.iter().map(|reason| self.plan.rule(reason.rule).clone()));
            reasons.extend(change.attribute_changes().iter().map(|it| self.plan.rule(it.rule).clone()));
        }
        let told = case.reports.iter().map(|report| format!("{}: {}", report.outcome.word(), report.message));
        Verdict {
            result,
            grants: self.grants(&case, result),
            attributes: self.attributes(&case),
            touched,
            reasons,
            told: told.collect(),
        }
    }

    fn case(&self, who: Who) -> Case<'_> {
        let context = self.context;
        let user_id = who.user().map(|user| context.desired.population.id(user));
        let account_id = who.account().map(|account| context.application.accounts.ids.id(account));
        let is_it = |subject: &super::subject::Subject| match user_id {
            Some((directory, id)) => {
                subject.user.as_deref() == Some(id) && subject.directory.as_deref() == Some(directory)
            }
            None => subject.user.is_none() && subject.account.as_deref() == account_id,
        };
        Case {
            who,
            decision: match who {
                Who::User { user, .. } => decide_user(context, user),
                Who::Account(account) => decide_account(context, account),
            },
            changes: self.plan.changes.iter().filter(|change| is_it(&change.subject)).collect(),
            reports: self.plan.reports.iter().filter(|report| is_it(&report.subject)).collect(),
        }
    }

    fn grants(&self, case: &Case<'_>, result: TestResult) -> Vec<Right> {
        let context = self.context;
        let held = || case.who.account().map_or(&[][..], |account| context.holdings.rights.of(account));
        let rights = match (case.decision, case.who.user()) {
            (decision, Some(user)) if decision.provisions() && result != TestResult::Blocked => {
                context.desired.rights.of(user)
            }
            (Decision::Lifecycle(_, word), _)
                if word != Word::Deactivate && result != TestResult::Blocked =>
            {
                &[]
            }
            _ => held(),
        };
        let mut rights: Vec<Right> =
            rights.iter().map(|right| context.catalogue.right(*right).as_ref().clone()).collect();
        rights.sort();
        rights
    }

    fn attributes(&self, case: &Case<'_>) -> BTreeMap<String, Value> {
        if case.does(Operation::Delete) {
            return BTreeMap::new();
        }
        let created = case.does(Operation::Create);
        let mut attributes = match case.who.account().filter(|_| !created) {
            Some(account) => self.held(account),
            None if created => BTreeMap::from([("active".to_owned(), Value::Boolean(true))]),
            None => BTreeMap::new(),
        };
        for change in case.changes.iter().filter(|it| !created || it.operation() != Operation::Archive) {
            for attribute in change.attribute_changes() {
                match attribute.after {
                    Some(value) => attributes.insert(attribute.attribute.to_owned(), value.clone()),
                    None => attributes.remove(attribute.attribute),
                };
            }
            if change.operation() == Operation::Deactivate {
                attributes.insert("active".to_owned(), Value::Boolean(false));
            }
        }
        attributes
    }

    fn held(&self, account: u32) -> BTreeMap<String, Value> {
        let accounts = &self.context.application.accounts;
        let value = |text: &str| match text.contains(LIST_SEPARATOR) {
            true => Value::List(text.split(LIST_SEPARATOR).map(ToOwned::to_owned).collect()),
            false => Value::Text(text.to_owned()),
        };
        let columns = accounts.columns();
        let mut held: BTreeMap<String, Value> = columns
            .filter_map(|(name, column)| Some((name.to_owned(), value(column.get(account)?))))
            .collect();
        held.insert("active".to_owned(), Value::Boolean(accounts.active[account as usize]));
        let link = accounts.links.get(account);
        let name = &self.context.desired.policy.link.name;
        held.extend(link.map(|link| (name.clone(), Value::Text(link.to_owned()))));
        held
    }

    fn touched(&self, case: &Case<'_>, result: TestResult) -> BTreeSet<Origin> {
        let reported = case.reports.iter().filter_map(|report| report.rule);
        let mut touched: BTreeSet<Origin> = reported.map(|rule| self.plan.rule(rule).clone()).collect();
        let before_rules =
            matches!(case.decision, Decision::Excluded(_) | Decision::SamePerson | Decision::Collides);
        if let Some(user) = case.who.user().filter(|_| !before_rules) {
            touched.extend(self.fitting(user).into_iter().map(|source| source.rule.origin.clone()));
            touched.extend(self.broken(user));
            if case.decision.provisions() && result != TestResult::Blocked {
                touched.extend(
                    self.filled(user, case.who.account().is_none() || case.decision == Decision::Convert),
                );
            }
        }
        touched.remove(&Origin::NOWHERE);
        touched
    }

    /// The ways to rights that count for a user.
    fn fitting(&self, user: u32) -> Vec<&Source<'_>> {
        let desired = &self.context.desired;
        match desired.winners.winner(user) {
            Some(winner) => vec![&desired.sources[winner]],
            None => {
                let fits =
                    |source: &&Source<'_>| source.reaches(&desired.population, &desired.catalogue, user);
                desired.sources.iter().filter(fits).collect()
            }
        }
    }

    /// Constraints that dropped a grant of a user, or took the user out of scope. What they block and warn of is
    /// reported.
    fn broken(&self, user: u32) -> Vec<Origin> {
        let desired = &self.context.desired;
        let dropped = desired.walk(user).dropped.into_iter().map(|(_, rule)| rule.origin.clone());
        let skipping = desired.ending(user).filter(|ending| ending.skips());
        let skipping = skipping.and_then(|ending| match ending {
            Ending::Constraint(rule) => Some(rule.origin.clone()),
            Ending::Linking(_) => None,
        });
        dropped.chain(skipping).collect()
    }

    /// Mappings and defaults that gave a value which may be written.
    fn filled(&self, user: u32, new: bool) -> Vec<Origin> {
        let desired = &self.context.desired;
        let written = desired.attributes.iter().filter(|attribute| match attribute.authority {
            Authority::Always | Authority::UntilSourceChanges => true,
            Authority::OnCreate => new,
            Authority::Never => !new,
        });
        let filled = written.filter_map(|attribute| {
            let facts = desired.facts(user);
            let reasoned = attribute.wanted(&desired.population, &desired.catalogue, facts).ok()?;
            matches!(reasoned.wanted, WantedValue::Value(_)).then(|| reasoned.origin.clone())
        });
        filled.collect()
    }
}

fn result(case: &Case<'_>) -> TestResult {
    const OWN: [(Operation, TestResult); 7] = [
        (Operation::Create, TestResult::Create),
        (Operation::Adopt, TestResult::Adopt),
        (Operation::Reactivate, TestResult::Reactivate),
        (Operation::Delete, TestResult::Delete),
        (Operation::Archive, TestResult::Archive),
        (Operation::Deactivate, TestResult::Deactivate),
        (Operation::Update, TestResult::Update),
    ];
    let own = OWN.into_iter().find(|(operation, _)| case.does(*operation)).map(|(_, result)| result);
    if case.is(Outcome::Excluded) {
        return TestResult::Excluded;
    }
    if case.is(Outcome::OutsideCanary) {
        return TestResult::OutsideCanary;
    }
    if case.is(Outcome::Blocked) {
        return TestResult::Blocked;
    }
    if case.is_withheld() {
        return TestResult::Protected;
    }
    match own {
        Some(TestResult::Create) if case.does(Operation::Archive) => TestResult::Convert,
        Some(own) => own,
        None if matches!(case.decision, Decision::Lifecycle(..)) && !case.changes.is_empty() => {
            TestResult::Revoke
        }
        None if !case.changes.is_empty() => TestResult::Update,
        None if case.is(Outcome::Protected) => TestResult::Protected,
        None if case.who.account().is_some() => TestResult::Unchanged,
        None => TestResult::None,
    }
}
