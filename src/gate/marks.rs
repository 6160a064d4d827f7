//! Which changes people must see first, by the policies before and after: no commit takes a mark from its own changes.

use crate::model::{EntitlementWire, Right};
use crate::policy::ApplicationPolicy;
use std::collections::{BTreeMap, BTreeSet};

/// What makes changes sensitive beside their operation: privileged rights, and the attributes by which accounts are
/// found. And where the application keeps rights, which says what a right really is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// Entitlement and value.
    privileged: BTreeSet<(String, String)>,
    finding: BTreeSet<String>,
    /// By entitlement.
    wires: BTreeMap<String, EntitlementWire>,
}

impl Marks {
    /// The marks of one version of the policies.
    pub fn of(policy: &ApplicationPolicy) -> Self {
        Self::default().and(policy)
    }

    /// Also those of another version. Rights are where the first one keeps them.
    #[must_use]
    pub fn and(mut self, policy: &ApplicationPolicy) -> Self {
        for kind in &policy.entitlements {
            self.privileged.extend(kind.privileged.iter().map(|value| (kind.name.clone(), value.clone())));
            self.wires.entry(kind.name.clone()).or_insert_with(|| kind.wire.clone());
        }
        let matching = policy.matching.iter().map(|slot| &policy.account_attribute(*slot).name);
        self.finding.extend(matching.chain([&policy.link.name]).cloned());
        self
    }

    /// Whether a right is privileged in one of the versions.
    pub(super) fn is_privileged(&self, right: &Right) -> bool {
        self.privileged.contains(&(right.entitlement.clone(), right.value.clone()))
    }

    /// Where the application keeps a right; none: in a row under its own name.
    pub(super) fn wire(&self, right: &Right) -> Option<&EntitlementWire> {
        self.wires.get(&right.entitlement).filter(|wire| **wire != EntitlementWire::Row)
    }

    /// Whether one of the versions finds accounts by an attribute: whoever sets it decides to whom an account belongs.
    pub(super) fn finds_accounts(&self, attribute: &str) -> bool {
        self.finding.contains(attribute)
    }
}
