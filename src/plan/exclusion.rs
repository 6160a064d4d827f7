//! Who is left untouched on purpose (the policy language, 8).

use super::matching::Pairing;
use crate::desired::{BoundCondition, DesiredState, Facts};
use crate::policy::Exclusion;
use crate::snapshot::ApplicationSnapshot;
use rayon::prelude::*;

/// An exclusion in force, bound to the data.
pub(super) struct BoundExclusion<'a> {
    pub(super) rule: &'a Exclusion,
    pub(super) when: BoundCondition<'a>,
}

/// The exclusion of each user and each account: its place in the list, counted from 1; 0 is none.
#[derive(Debug)]
pub(super) struct Excluded {
    users: Vec<u16>,
    accounts: Vec<u16>,
}

impl Excluded {
    /// The exclusion that a user is under, by its place in the list.
    pub(super) fn user(&self, user: u32) -> Option<usize> {
        (self.users[user as usize] as usize).checked_sub(1)
    }

    /// The exclusion that an account is under, by its place in the list.
    pub(super) fn account(&self, account: u32) -> Option<usize> {
        (self.accounts[account as usize] as usize).checked_sub(1)
    }
}

/// Asks every exclusion of every user with the account, and of every account without user. An excluded user takes the
/// account along, an excluded account its user.
pub(super) fn exclude(
    exclusions: &[BoundExclusion<'_>],
    desired: &DesiredState<'_>,
    application: &ApplicationSnapshot,
    pairing: &Pairing,
) -> Excluded {
    let first = |facts: Facts<'_>| {
        let holds = |exclusion: &BoundExclusion<'_>| {
            exclusion.when.holds(&desired.population, &desired.catalogue, facts)
        };
        exclusions.iter().position(holds).map_or(0, |at| at as u16 + 1)
    };
    let users: Vec<u16> = (0..desired.population.len())
        .into_par_iter()
        .with_min_len(4096)
        .map(|user| first(Facts { account: pairing.account(user), ..desired.facts(user) }))
        .collect();
    let accounts = 0..application.accounts.len() as u32;
    let own = accounts.clone().map(|account| match pairing.user(account) {
        Some(user) if users[user as usize] > 0 => users[user as usize],
        _ => first(Facts { account: Some(account), ..Facts::default() }),
    });
    let mut excluded = Excluded { accounts: own.collect(), users };
    // If two accounts are linked to one user, excluding either excludes all three, in any order of reading.
    for (account, own) in accounts.clone().zip(&excluded.accounts).filter(|(_, own)| **own > 0) {
        if let Some(user) = pairing.user(account) {
            let of_user = &mut excluded.users[user as usize];
            *of_user = if *of_user == 0 { *own } else { (*own).min(*of_user) };
        }
    }
    // An exclusion of any user of a person excludes the person.
    for (_, members) in desired.persons.several() {
        let of_any = members.iter().map(|user| excluded.users[*user as usize]).filter(|own| *own > 0).min();
        if let Some(own) = of_any {
            members.iter().for_each(|user| excluded.users[*user as usize] = own);
        }
    }
    for account in accounts {
        if let Some(user) = pairing.user(account) {
            excluded.accounts[account as usize] = excluded.users[user as usize];
        }
    }
    excluded
}
