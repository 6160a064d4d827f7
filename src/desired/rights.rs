//! Rights by number, and who has which.

use crate::model::Right;
use crate::policy::{ApplicationPolicy, EntitlementIndex, RightSelector};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A right's number in the [`Catalogue`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RightId(pub u32);

/// Every right that is wanted or held, with a number each.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    rights: Vec<(Arc<Right>, EntitlementIndex)>,
    numbers: BTreeMap<Arc<Right>, RightId>,
}

impl Catalogue {
    /// The number of a right of an entitlement type; a new one where it has none yet.
    pub fn number(&mut self, right: Right, entitlement: EntitlementIndex) -> RightId {
        let right = Arc::new(right);
        let next = RightId(self.rights.len() as u32);
        let number = *self.numbers.entry(Arc::clone(&right)).or_insert(next);
        if number == next {
            self.rights.push((right, entitlement));
        }
        number
    }

    /// The right behind a number.
    pub fn right(&self, number: RightId) -> &Arc<Right> {
        &self.rights[number.0 as usize].0
    }

    /// The entitlement type of a right.
    pub fn entitlement(&self, number: RightId) -> EntitlementIndex {
        self.rights[number.0 as usize].1
    }

    /// The number of a right, where it has one.
    pub fn find(&self, right: &Right) -> Option<RightId> {
        self.numbers.get(right).copied()
    }

    /// How many rights there are.
    pub fn len(&self) -> usize {
        self.rights.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rights.is_empty()
    }

    /// Whether a selector selects a right.
    pub fn selected(&self, selector: &RightSelector, number: RightId) -> bool {
        let (right, entitlement) = &self.rights[number.0 as usize];
        selector.entitlement.is_none_or(|wanted| wanted == *entitlement)
            && selector.value.as_ref().is_none_or(|wanted| *wanted == right.value)
            && selector.scope.as_ref().is_none_or(|wanted| Some(wanted) == right.scope.as_ref())
    }

    /// Whether a right is marked privileged.
    pub fn privileged(&self, policy: &ApplicationPolicy, number: RightId) -> bool {
        let (right, entitlement) = &self.rights[number.0 as usize];
        policy.entitlements[entitlement.0 as usize].privileged.contains(&right.value)
    }
}

/// Which rights each row has: sorted, each once.
#[derive(Clone, Debug, Default)]
pub struct RightsByRow {
    starts: Vec<u32>,
    rights: Vec<RightId>,
}

impl RightsByRow {
    /// Collects pairs of row and right for `rows` rows. The pairs are given twice: to count, and to fill.
    pub fn collect<I: Iterator<Item = (u32, RightId)>>(rows: u32, pairs: impl Fn() -> I) -> Self {
        let mut starts = vec![0_u32; rows as usize + 1];
        pairs().for_each(|(row, _)| starts[row as usize + 1] += 1);
        for row in 1..starts.len() {
            starts[row] += starts[row - 1];
        }
        let mut next = starts.clone();
        let mut rights = vec![RightId(0); starts.last().copied().unwrap_or(0) as usize];
        for (row, right) in pairs() {
            let at = &mut next[row as usize];
            rights[*at as usize] = right;
            *at += 1;
        }
        drop(next);
        Self { starts, rights }.sorted()
    }

    /// The rights of a row, sorted, each once.
    pub fn of(&self, row: u32) -> &[RightId] {
        &self.rights[self.starts[row as usize] as usize..self.starts[row as usize + 1] as usize]
    }

    /// How many there are in all rows together.
    pub fn len(&self) -> usize {
        self.rights.len()
    }

    /// Whether no row has any.
    pub fn is_empty(&self) -> bool {
        self.rights.is_empty()
    }

    fn sorted(mut self) -> Self {
        let mut kept = 0;
        for row in 0..self.starts.len() - 1 {
            let (start, end) = (self.starts[row] as usize, self.starts[row + 1] as usize);
            self.rights[start..end].sort_unstable();
            self.starts[row] = kept as u32;
            for at in start..end {
                let repeated = kept > self.starts[row] as usize && self.rights[kept - 1] == self.rights[at];
                if !repeated {
                    self.rights[kept] = self.rights[at];
                    kept += 1;
                }
            }
        }
        if let Some(last) = self.starts.last_mut() {
            *last = kept as u32;
        }
        self.rights.truncate(kept);
        self
    }
}
