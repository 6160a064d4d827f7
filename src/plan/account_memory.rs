//! What the ledger remembers of accounts where the application can't tell: whose they are, where it has no attribute for a
//! link (`link: ledger`), and which groups they are in, where it shows no members (the policy language, 5). Keyed
//! fingerprints and nothing else.

use super::change::{Action, Change};
use crate::model::{ApplicationConnection, EntitlementWire, Members, Right};
use crate::policy::ApplicationPolicy;
use crate::snapshot::{ApplicationSnapshot, Complete};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use std::collections::{BTreeMap, BTreeSet};

/// Fingerprints of accounts with those of their users and groups. Without the key nobody can tell what they are of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct AccountMemory {
    /// The id of the key that they are made with.
    pub kid: String,
    /// Account: its user.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub links: BTreeMap<String, String>,
    /// Account: the groups that it was put into.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub groups: BTreeMap<String, BTreeSet<String>>,
    /// The operator's key.
    #[serde(skip)]
    key: Vec<u8>,
}

/// Whether an application does not show who is in its groups, as its profile says, and rights are kept in them.
pub fn hides_members(policy: &ApplicationPolicy) -> bool {
    let ApplicationConnection::Scim(scim) = &policy.connection else { return false };
    let in_groups = |wire: &EntitlementWire| matches!(wire, EntitlementWire::Group { .. });
    scim.profile.members == Some(Members::Hidden)
        && policy.entitlements.iter().any(|kind| in_groups(&kind.wire))
}

impl AccountMemory {
    /// The same with the operator's key, and its id where nothing is remembered yet.
    #[must_use]
    pub fn keyed(mut self, key: &[u8], kid: &str) -> Self {
        self.key = key.to_vec();
        if self.links.is_empty() && self.groups.is_empty() {
            kid.clone_into(&mut self.kid);
        }
        self
    }

    /// Whether policies need what is remembered.
    pub fn is_needed(policy: &ApplicationPolicy) -> bool {
        policy.link.is_in_ledger() || hides_members(policy)
    }

    /// A complete snapshot with what the application did not tell: whose its accounts are, and who is in its groups. `users`
    /// are the ids of all users. An account whose user is in no directory is linked to the user's fingerprint.
    pub fn tell<'u>(
        &self,
        policy: &ApplicationPolicy,
        users: impl Iterator<Item = &'u str>,
        application: Complete<ApplicationSnapshot>,
    ) -> Complete<ApplicationSnapshot> {
        let accounts = &application.accounts;
        let fingerprints: Vec<String> =
            (0..accounts.len() as u32).map(|row| self.account(accounts.ids.id(row))).collect();
        let links: Option<Vec<Option<String>>> = policy.link.is_in_ledger().then(|| {
            let users: BTreeMap<String, &str> = users.map(|user| (self.user(user), user)).collect();
            let link = |account: &String| {
                let user = self.links.get(account)?;
                Some(users.get(user).map_or_else(|| user.clone(), |id| (*id).to_owned()))
            };
            fingerprints.iter().map(link).collect()
        });
        let mut members: Vec<(u32, u32)> = Vec::new();
        if hides_members(policy) {
            let names = application.groups.names.iter().zip(0..);
            let groups: BTreeMap<String, u32> = names.map(|(name, row)| (self.group(name), row)).collect();
            for (account, row) in fingerprints.iter().zip(0..) {
                let held = self.groups.get(account).into_iter().flatten();
                members.extend(held.filter_map(|group| Some((*groups.get(group)?, row))));
            }
        }
        application.with_remembered(links.as_deref(), &members)
    }

    /// Notes a change that was made to an account.
    pub fn note(&mut self, policy: &ApplicationPolicy, change: &Change, account: &str) {
        let key = self.account(account);
        let hides = hides_members(policy);
        match &change.action {
            Action::Create { .. }
            | Action::Adopt { .. }
            | Action::Reactivate { .. }
            | Action::Update { .. } => {
                if let Some(user) = &change.subject.user
                    && policy.link.is_in_ledger()
                {
                    self.links.insert(key, self.user(user));
                }
            }
            Action::Archive { .. } => {
                self.links.remove(&key);
            }
            Action::Delete => {
                self.links.remove(&key);
                self.groups.remove(&key);
            }
            Action::Deactivate => {}
            Action::Grant(right) => {
                if let Some(group) = group_of(policy, right).filter(|_| hides) {
                    let group = self.group(&group);
                    self.groups.entry(key).or_default().insert(group);
                }
            }
            Action::Revoke(right) => {
                let fingerprint = group_of(policy, right).map(|group| self.group(&group));
                if let Some(fingerprint) = fingerprint
                    && let Some(groups) = self.groups.get_mut(&key)
                {
                    groups.remove(&fingerprint);
                    if groups.is_empty() {
                        self.groups.remove(&key);
                    }
                }
            }
        }
    }

    fn account(&self, id: &str) -> String {
        self.fingerprint("account", id)
    }

    fn user(&self, id: &str) -> String {
        self.fingerprint("link", id)
    }

    fn group(&self, name: &str) -> String {
        self.fingerprint("group", name)
    }

    fn fingerprint(&self, of: &str, text: &str) -> String {
        // A key of any length is a key to HMAC.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(&self.key) else { return String::new() };
        mac.update(of.as_bytes());
        mac.update(&[0]);
        mac.update(text.as_bytes());
        URL_SAFE_NO_PAD.encode(&mac.finalize().into_bytes()[..12])
    }
}

/// The name of the group that stores a right.
fn group_of(policy: &ApplicationPolicy, right: &Right) -> Option<String> {
    let kind = policy.entitlements.iter().find(|kind| kind.name == right.entitlement)?;
    let scope = kind.scope.map(|place| policy.scopes[place as usize].name.as_str());
    matches!(kind.wire, EntitlementWire::Group { .. }).then(|| kind.wire.text(right, scope))
}
