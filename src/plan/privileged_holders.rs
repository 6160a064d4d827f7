//! Privileged rights that somebody must go on holding, and who holds them (the policy language, 5, `keepAtLeast`).

use super::context::Context;
use crate::model::Right;
use crate::policy::EntitlementType;

/// A privileged value that so many accounts must go on holding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrivilegedHolders {
    /// The entitlement type.
    pub entitlement: String,
    /// The privileged value.
    pub value: String,
    /// How many accounts must hold it.
    pub at_least: u32,
    /// Who holds it before the run, managed or not; once for each scope.
    pub holders: Vec<Holder>,
}

/// An account that holds a right.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Holder {
    /// The account's id.
    pub account: String,
    /// The scope value that the right is bound to.
    pub scope: Option<String>,
    /// Whether it may sign in. An inactive holder does not count.
    pub active: bool,
}

impl PrivilegedHolders {
    /// Whether a right is of the value.
    pub fn is(&self, right: &Right) -> bool {
        right.entitlement == self.entitlement && right.value == self.value
    }
}

/// The privileged values of entitlement types with `keepAtLeast`, in their order.
pub(super) fn privileged_holders(context: &Context<'_>) -> Vec<PrivilegedHolders> {
    let kinds = context.desired.policy.entitlements.iter();
    let kept = kinds.filter_map(|kind| Some((kind, kind.keep_at_least?)));
    kept.flat_map(|(kind, at_least)| kind.privileged.iter().map(move |value| (kind, value, at_least)))
        .map(|(kind, value, at_least)| PrivilegedHolders {
            entitlement: kind.name.clone(),
            value: value.clone(),
            at_least,
            holders: holders(context, kind, value),
        })
        .collect()
}

fn holders(context: &Context<'_>, kind: &EntitlementType, value: &str) -> Vec<Holder> {
    let accounts = &context.application.accounts;
    let mut holders = Vec::new();
    for account in 0..accounts.len() as u32 {
        let rights = context.holdings.rights.of(account).iter().map(|id| context.catalogue.right(*id));
        let fitting = rights.filter(|right| right.entitlement == kind.name && right.value == value);
        holders.extend(fitting.map(|right| Holder {
            account: accounts.ids.id(account).to_owned(),
            scope: right.scope.clone(),
            active: accounts.active[account as usize],
        }));
    }
    holders.sort();
    holders
}
