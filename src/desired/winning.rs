//! Which linking rule wins for each user, and which kind of account follows (the policy language, 6).

use super::linking::Source;
use super::members::Members;
use super::population::Population;
use super::rights::{Catalogue, RightsByRow};
use crate::policy::{AccountTypeIndex, ApplicationPolicy, Precedence};

const NONE: u32 = u32::MAX;
const NO_TYPE: u16 = u16::MAX;
const TWO_TYPES: u16 = u16::MAX - 1;

/// Which sources of rights count for whom.
#[derive(Debug, Default)]
pub struct Winners {
    /// By user the place of the source that wins; empty where every rule counts.
    winners: Vec<u32>,
    /// Users for whom it is unclear which rule wins.
    tied: Members,
    /// By user the kind of account; empty where there is one kind.
    types: Vec<u16>,
}

/// Why linking alone blocks a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkingFault {
    /// Rules of one order fit, and their groups' age doesn't part them (PU-2).
    Tie,
    /// No rule says which kind of account.
    NoAccountType,
    /// Rules say two kinds of account.
    TwoAccountTypes,
    /// Rules give several rights of a type that the application keeps as the one value of an attribute.
    TwoOfOne,
}

impl Winners {
    /// Whether a source gives a user its rights. In a tie all count, so that a tie takes nothing away.
    pub(super) fn counts(&self, source: usize, user: u32) -> bool {
        self.winners.is_empty() || self.winners[user as usize] == source as u32 || self.tied.contains(user)
    }

    /// The source that wins, where one does.
    pub fn winner(&self, user: u32) -> Option<usize> {
        let winner = self.winners.get(user as usize).copied().filter(|winner| *winner != NONE)?;
        (!self.tied.contains(user)).then_some(winner as usize)
    }

    /// The kind of account of a user.
    pub fn account_type(&self, user: u32) -> Option<AccountTypeIndex> {
        let kind = self.types.get(user as usize).copied()?;
        (kind < TWO_TYPES).then_some(AccountTypeIndex(kind))
    }

    /// Why linking blocks a user, if it does.
    pub fn fault(&self, user: u32) -> Option<LinkingFault> {
        if self.tied.contains(user) {
            return Some(LinkingFault::Tie);
        }
        match self.types.get(user as usize) {
            Some(&NO_TYPE) => Some(LinkingFault::NoAccountType),
            Some(&TWO_TYPES) => Some(LinkingFault::TwoAccountTypes),
            _ => None,
        }
    }
}

/// Finds what wins for each user.
pub(super) fn winners(
    policy: &ApplicationPolicy,
    sources: &[Source<'_>],
    population: &Population<'_>,
    catalogue: &Catalogue,
) -> Winners {
    let mut found = Winners::default();
    if policy.precedence == Precedence::First {
        found.winners = vec![NONE; population.len() as usize];
        for place in by_rank(sources) {
            let reached = sources[place].rows(population);
            for user in reached.filter(|user| sources[place].admits(population, catalogue, *user)) {
                found.compete(sources, place, user);
            }
        }
    }
    if !policy.account_types.is_empty() {
        found.types = vec![NO_TYPE; population.len() as usize];
        for (place, source) in sources.iter().enumerate() {
            let Some(kind) = source.rule.account_type else { continue };
            let reached = source.rows(population);
            for user in reached.filter(|user| source.admits(population, catalogue, *user)) {
                if found.counts(place, user) {
                    let known = &mut found.types[user as usize];
                    *known = if *known == NO_TYPE || *known == kind.0 { kind.0 } else { TWO_TYPES };
                }
            }
        }
    }
    found
}

/// The rights of each user, of the rules that count.
pub(super) fn rights(
    sources: &[Source<'_>],
    winners: &Winners,
    population: &Population<'_>,
    catalogue: &Catalogue,
) -> RightsByRow {
    RightsByRow::collect(population.len(), || {
        sources.iter().enumerate().flat_map(|(place, source)| {
            source
                .rows(population)
                .filter(move |row| winners.counts(place, *row) && source.admits(population, catalogue, *row))
                .flat_map(|row| source.rights.iter().map(move |right| (row, *right)))
        })
    })
}

/// Places of sources: lower order first, at the same order the older group, those of unknown age last.
fn by_rank(sources: &[Source<'_>]) -> Vec<usize> {
    let mut places: Vec<usize> = (0..sources.len()).collect();
    places.sort_by_key(|place| {
        let created = sources[*place].created();
        (sources[*place].rule.order, created.is_none(), created, *place)
    });
    places
}

impl Winners {
    /// Sources come by rank, so the first one wins; a later one of the same order is a tie unless its group is known to
    /// be younger, or it gives the same by the same rule.
    fn compete(&mut self, sources: &[Source<'_>], place: usize, user: u32) {
        let winner = &mut self.winners[user as usize];
        if *winner == NONE {
            *winner = place as u32;
            return;
        }
        let (first, second) = (&sources[*winner as usize], &sources[place]);
        let younger = first.created().zip(second.created()).is_some_and(|(first, second)| first < second);
        // Two groups by which one rule gives the same rights are no tie.
        let same = std::ptr::eq(first.rule, second.rule) && first.rights == second.rights;
        if first.rule.order == second.rule.order && !younger && !same {
            self.tied.insert(user);
        }
    }
}
