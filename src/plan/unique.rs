//! Values that no two accounts may have (the policy language, 9, `unique`): whoever collides is blocked, none numbered.

use super::context::Context;
use super::decision::{Decision, State};
use super::decisions::Decisions;
use super::equal::{Equality, HashedRows, by_value};
use crate::desired::{Computed, ManagedAttribute, Wanted};
use crate::model::AttributePath;
use crate::policy::set::{Authority, Origin, Word};
use rayon::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Users blocked by a collision: the mapping, and what collides.
pub(super) type Collisions<'a> = BTreeMap<u32, (&'a Origin, String)>;

/// Finds users who want one value, and users who want a value that another's account keeps.
pub(super) fn collisions<'a>(context: &Context<'_, 'a>, decisions: &Decisions) -> Collisions<'a> {
    let mut found = Collisions::new();
    for attribute in context.desired.attributes.iter().filter(|attribute| attribute.unique) {
        let Some(mapping) = attribute.mapping else { continue };
        let path = context.desired.policy.account_attribute(attribute.slot);
        let search = Search { context, decisions, attribute, path, equality: Equality::new(path.case_exact) };
        for (user, message) in search.among_users().into_iter().chain(search.against_accounts()) {
            found.entry(user).or_insert((&mapping.origin, message));
        }
    }
    found
}

struct Search<'s, 'c, 'a> {
    context: &'s Context<'c, 'a>,
    decisions: &'s Decisions,
    attribute: &'s ManagedAttribute<'a>,
    path: &'s AttributePath,
    equality: Equality,
}

impl<'a> Search<'_, '_, 'a> {
    /// The users whose account will have the wanted value.
    fn rows(&self) -> Vec<u32> {
        let on_create = self.attribute.authority == Authority::OnCreate;
        let takes =
            |decision: Decision| if on_create { decision == Decision::Create } else { decision.provisions() };
        (0..self.context.desired.population.len())
            .filter(|user| takes(self.decisions.users[*user as usize]))
            .collect()
    }

    fn wanted(&self, user: u32) -> Option<Cow<'a, str>> {
        let desired = self.context.desired;
        let wanted =
            self.attribute.wanted(desired.population, &desired.catalogue, desired.facts(user)).ok()?.wanted;
        match wanted {
            Wanted::Value(Computed::Text(text)) => Some(text),
            Wanted::Value(value) => value.to_value().map(|value| value.to_string().into()),
            Wanted::Untouched => None,
        }
    }

    fn held(&self, account: u32) -> Option<&'a str> {
        self.context.application.accounts.column(&self.path.name)?.get(account)
    }

    fn among_users(&self) -> Vec<(u32, String)> {
        let hashed = HashedRows::new(self.rows(), |user| self.wanted(user), &self.equality);
        let mut found = Vec::new();
        for run in hashed.repeated() {
            let shared = by_value(&run, |user| self.wanted(user), &self.equality);
            for (value, users) in shared.into_iter().filter(|(_, users)| users.len() > 1) {
                let population = self.context.desired.population;
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

    fn against_accounts(&self) -> Vec<(u32, String)> {
        let taking: Vec<u32> = self.rows().into_par_iter().filter(|user| self.takes_anew(*user)).collect();
        if taking.is_empty() {
            return Vec::new();
        }
        let taking = HashedRows::new(taking, |user| self.wanted(user), &self.equality);
        let accounts = (0..self.context.application.accounts.len() as u32).collect();
        let accounts =
            HashedRows::new(accounts, |account| self.held(account).map(Cow::Borrowed), &self.equality);
        let mut found = Vec::new();
        for (users, holders) in taking.common(&accounts) {
            for user in users {
                let Some(value) = self.wanted(user) else { continue };
                let holder = holders.iter().copied().filter(|holder| self.keeps(*holder, user, &value));
                let ids = &self.context.application.accounts.ids;
                if let Some(id) = holder.map(|holder| ids.id(holder)).min() {
                    let name = &self.path.name;
                    found.push((
                        user,
                        format!("the {name} `{value}` is that of the account `{id}`, which keeps it"),
                    ));
                }
            }
        }
        found
    }

    fn takes_anew(&self, user: u32) -> bool {
        let own = self.context.pairing.account(user).and_then(|account| self.held(account));
        self.wanted(user).is_some_and(|wanted| own.is_none_or(|own| !self.equality.same(own, &wanted)))
    }

    /// Whether an account, not the user's own, has the value and will still have it after the run.
    fn keeps(&self, account: u32, user: u32, value: &str) -> bool {
        let holder = self.context.pairing.user(account);
        if holder == Some(user) || self.held(account).is_none_or(|held| !self.equality.same(held, value)) {
            return false;
        }
        match holder.map_or(self.decisions.account(account), |holder| self.decisions.users[holder as usize]) {
            Decision::Carry(
                State::Deleted | State::OutOfScope | State::Disabled | State::Unmanaged,
                Word::Delete,
            ) => false,
            Decision::Adopt | Decision::Update if self.attribute.authority == Authority::Always => {
                let wanted = holder.and_then(|holder| self.wanted(holder));
                wanted.is_none_or(|wanted| self.equality.same(&wanted, value))
            }
            _ => true,
        }
    }
}
