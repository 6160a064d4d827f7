//! Values that no two accounts may have (the policy language, 9, `unique`): whoever collides is blocked, none numbered.

use super::archived_names::ArchivedNames;
use super::context::Context;
use super::decision::Decision;
use super::decisions::Decisions;
use super::equal::{Equality, HashedRows, by_value};
use super::protection::protection;
use super::who::HeldAccount;
use crate::desired::{Computed, ManagedAttribute, RightId, WantedValue};
use crate::model::{AttributePath, Operation};
use crate::policy::{Authority, Origin, Word};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Users blocked by a collision: the mapping, and what collides.
pub(super) type Collisions<'a> = BTreeMap<u32, (&'a Origin, String)>;

/// Finds users who want one value, and users who want a value that another's account keeps.
pub(super) fn collisions<'a>(
    context: &Context<'a>,
    decisions: &Decisions,
    archived: &ArchivedNames,
) -> Collisions<'a> {
    let mut found = Collisions::new();
    let mut waiting = Vec::new();
    for attribute in context.desired.attributes.iter().filter(|attribute| attribute.unique) {
        let Some(mapping) = attribute.mapping else { continue };
        let path = context.desired.policy.account_attribute(attribute.slot);
        let search = Search {
            context,
            decisions,
            archived,
            attribute,
            path,
            equality: Equality::new(path.case_exact),
        };
        let Against { kept, awaited } = search.against_accounts();
        for (user, message) in search.among_users().into_iter().chain(kept) {
            found.entry(user).or_insert((&mapping.origin, message));
        }
        waiting.extend(awaited.into_iter().map(|wait| (wait, &mapping.origin)));
    }
    block_who_waits_in_vain(context, &mut found, waiting);
    found
}

/// Someone who may have a value only when another gives it up.
struct Wait {
    user: u32,
    holder: u32,
    message: String,
}

/// What the values that accounts hold mean for those who want them.
#[derive(Default)]
struct Against {
    kept: Vec<(u32, String)>,
    awaited: Vec<Wait>,
}

/// Who is blocked keeps the old value, so whoever waits for that is blocked too, and so on.
fn block_who_waits_in_vain<'a>(
    context: &Context<'a>,
    found: &mut Collisions<'a>,
    waiting: Vec<(Wait, &'a Origin)>,
) {
    let mut takers: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
    for (wait, _) in &waiting {
        takers.entry(wait.holder).or_default().push(wait.user);
    }
    let stuck = |holder: &&u32| found.contains_key(*holder) || has_bad_data(context, **holder);
    let mut open: Vec<u32> = takers.keys().filter(stuck).copied().collect();
    let mut blocked = BTreeSet::new();
    while let Some(user) = open.pop() {
        if blocked.insert(user) {
            open.extend(takers.get(&user).into_iter().flatten());
        }
    }
    let mut in_vain: Vec<_> =
        waiting.into_iter().filter(|(wait, _)| blocked.contains(&wait.holder)).collect();
    in_vain.sort_by(|(one, _), (other, _)| one.message.cmp(&other.message));
    for (wait, origin) in in_vain {
        found.entry(wait.user).or_insert((origin, wait.message));
    }
}

fn has_bad_data(context: &Context<'_>, user: u32) -> bool {
    let desired = &context.desired;
    let mut attributes = desired.attributes.iter();
    attributes.any(|it| it.wanted(&desired.population, &desired.catalogue, desired.facts(user)).is_err())
}

/// What becomes of a value that an account holds.
enum HeldValue {
    Stays,
    Freed,
    /// Freed if this user is not blocked.
    FreedBy(u32),
}

struct Search<'s, 'a> {
    context: &'s Context<'a>,
    decisions: &'s Decisions,
    archived: &'s ArchivedNames,
    attribute: &'s ManagedAttribute<'a>,
    path: &'s AttributePath,
    equality: Equality,
}

impl<'a> Search<'_, 'a> {
    /// The users whose account may come to have the wanted value.
    fn rows(&self) -> Vec<u32> {
        let takes = |decision: Decision| match self.attribute.authority {
            Authority::Always | Authority::UntilSourceChanges => decision.provisions(),
            Authority::OnCreate => matches!(decision, Decision::Create | Decision::Convert),
            Authority::Never => false,
        };
        (0..self.context.desired.population.len())
            .filter(|user| takes(self.decisions.users[*user as usize]))
            .collect()
    }

    fn wanted(&self, user: u32) -> Option<Cow<'a, str>> {
        let desired = &self.context.desired;
        let wanted =
            self.attribute.wanted(&desired.population, &desired.catalogue, desired.facts(user)).ok()?.wanted;
        match wanted {
            WantedValue::Value(Computed::Text(text)) => Some(text),
            WantedValue::Value(value) => value.to_value().map(|value| value.to_string().into()),
            WantedValue::Untouched => None,
        }
    }

    fn held(&self, account: u32) -> Option<&'a str> {
        self.context.held(self.attribute.slot, account)
    }

    fn among_users(&self) -> Vec<(u32, String)> {
        let hashed = HashedRows::new(self.rows(), |user| self.wanted(user), &self.equality);
        let mut found = Vec::new();
        for run in hashed.repeated() {
            // Whoever is blocked by bad data gets no value, so blocks nobody.
            let run: Vec<u32> =
                run.iter().copied().filter(|user| !has_bad_data(self.context, *user)).collect();
            let shared = by_value(&run, |user| self.wanted(user), &self.equality);
            for (value, users) in shared.into_iter().filter(|(_, users)| users.len() > 1) {
                let population = &self.context.desired.population;
                let mut ids: Vec<String> =
                    users.iter().map(|user| format!("`{}`", population.id(*user).1)).collect();
                ids.sort();
                let name = &self.path.name;
                let message = format!("the users {} would all have the {name} `{value}`", ids.join(", "));
                found.extend(users.into_iter().map(|user| (user, message.clone())));
            }
        }
        found
    }

    fn against_accounts(&self) -> Against {
        let mut found = Against::default();
        let accounts = self.context.application.accounts.len() as u32;
        if accounts == 0 {
            return found;
        }
        let taking: Vec<u32> = self.rows().into_par_iter().filter(|user| self.takes_anew(*user)).collect();
        if taking.is_empty() {
            return found;
        }
        let taking = HashedRows::new(taking, |user| self.wanted(user), &self.equality);
        let held = |account| self.held(account).map(Cow::Borrowed);
        let accounts = HashedRows::meeting(&taking, 0..accounts, held, &self.equality);
        for (users, holders) in taking.common(&accounts) {
            for user in users {
                self.against(user, &holders, &mut found);
            }
        }
        found
    }

    /// One who wants a value, and the accounts that may hold it.
    fn against(&self, user: u32, holders: &[u32], found: &mut Against) {
        let Some(value) = self.wanted(user) else { return };
        let ids = &self.context.application.accounts.ids;
        let mut keeping: Option<&str> = None;
        for holder in holders {
            let id = ids.id(*holder);
            match self.held_value(*holder, user, &value) {
                HeldValue::Stays => keeping = Some(keeping.map_or(id, |other| other.min(id))),
                HeldValue::FreedBy(holder) => {
                    found.awaited.push(Wait { user, holder, message: self.keeps(&value, id) });
                }
                HeldValue::Freed => {}
            }
        }
        found.kept.extend(keeping.map(|id| (user, self.keeps(&value, id))));
    }

    fn keeps(&self, value: &str, account: &str) -> String {
        format!("the {} `{value}` is that of the account `{account}`, which keeps it", self.path.name)
    }

    /// Whether a user's account will hold a value that it does not hold yet; one of another kind is a new one.
    fn takes_anew(&self, user: u32) -> bool {
        if self.decisions.users[user as usize] == Decision::Convert {
            return self.wanted(user).is_some();
        }
        let own = self.context.pairing.account(user).and_then(|account| self.held(account));
        self.wanted(user).is_some_and(|wanted| own.is_none_or(|own| !self.equality.same(own, &wanted)))
    }

    /// What becomes of a value that an account, not the user's own, may hold.
    fn held_value(&self, account: u32, user: u32, value: &str) -> HeldValue {
        let holder = self.context.pairing.user(account);
        if holder == Some(user) || self.held(account).is_none_or(|held| !self.equality.same(held, value)) {
            return HeldValue::Freed;
        }
        let held = HeldAccount { account, user: holder };
        // Outside the canary nothing is written yet.
        if self.context.waits(held.into()) {
            return HeldValue::Stays;
        }
        let decision =
            holder.map_or(self.decisions.account(account), |holder| self.decisions.users[holder as usize]);
        match (decision, holder) {
            (Decision::Lifecycle(_, Word::Archive) | Decision::Convert, _)
                if self.context.renames_in_archive(self.attribute.slot)
                    && self.archived.refused(self.context, account).is_none() =>
            {
                let rights = self.context.holdings.rights.of(account);
                // Nothing is archived for somebody who is blocked.
                let converts = holder.filter(|_| decision == Decision::Convert);
                let freed = converts.map_or(HeldValue::Freed, HeldValue::FreedBy);
                self.unless_protected(held, Operation::Archive, rights, freed)
            }
            (Decision::Lifecycle(_, Word::Delete), _) => {
                let rights = self.context.holdings.rights.of(account);
                self.unless_protected(held, Operation::Delete, rights, HeldValue::Freed)
            }
            (Decision::Adopt | Decision::Update, Some(other))
                if self.is_written(decision) && self.gives_up(other, value) =>
            {
                let freed = self.unless_protected(held, Operation::Update, &[], HeldValue::FreedBy(other));
                if decision == Decision::Adopt {
                    self.unless_protected(held, Operation::Adopt, &[], freed)
                } else {
                    freed
                }
            }
            _ => HeldValue::Stays,
        }
    }

    /// Whether a value that differs is surely written to an account that is there.
    fn is_written(&self, decision: Decision) -> bool {
        match self.attribute.authority {
            Authority::Always => true,
            Authority::UntilSourceChanges => decision == Decision::Adopt,
            Authority::OnCreate | Authority::Never => false,
        }
    }

    /// Whether a user's account is to have another value, or none.
    fn gives_up(&self, user: u32, value: &str) -> bool {
        let desired = &self.context.desired;
        let reasoned = self.attribute.wanted(&desired.population, &desired.catalogue, desired.facts(user));
        match reasoned.map(|it| it.wanted) {
            Ok(WantedValue::Value(Computed::Empty)) => true,
            Ok(WantedValue::Value(_)) => self.wanted(user).is_some_and(|it| !self.equality.same(&it, value)),
            Ok(WantedValue::Untouched) | Err(_) => false,
        }
    }

    /// A protected account keeps what it has.
    fn unless_protected(
        &self,
        held: HeldAccount,
        operation: Operation,
        rights: &[RightId],
        otherwise: HeldValue,
    ) -> HeldValue {
        if protection(self.context, held, operation, rights).is_some() { HeldValue::Stays } else { otherwise }
    }
}
