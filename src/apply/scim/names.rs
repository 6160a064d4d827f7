//! Members that a service shows by their user names, though they are added by id (S45).

use super::{Kind, ScimWriter, WriteError};
use crate::model::Field;
use crate::wire::scim::{AccountDecoder, ScimPath};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::PoisonError;

impl ScimWriter {
    /// Whether members are shown by user names, found out by one account that should be among them. Once it is known, this
    /// is false: what is shown is resolved already.
    pub(super) async fn names_members(
        &self,
        account: &str,
        shown: &BTreeSet<String>,
    ) -> Result<bool, WriteError> {
        if self.names.lock().unwrap_or_else(PoisonError::into_inner).is_some() {
            return Ok(false);
        }
        let Some(answer) = self.get(Kind::User, account).await? else { return Ok(false) };
        let path = ScimPath::parse("userName")?;
        let decoder = AccountDecoder::from_paths(None, std::slice::from_ref(&path));
        let record = decoder.decode(&answer.body)?;
        let Some(Field::Text(name)) = record.fields.first() else { return Ok(false) };
        if !shown.iter().any(|member| member.to_lowercase() == name.to_lowercase()) {
            return Ok(false);
        }
        self.read_names().await?;
        Ok(true)
    }

    /// Members with ids in place of user names, where the service shows those.
    pub(super) async fn resolved(&self, members: BTreeSet<String>) -> Result<BTreeSet<String>, WriteError> {
        let known = |names: &BTreeMap<String, String>| -> Option<BTreeSet<String>> {
            members.iter().map(|member| names.get(&member.to_lowercase()).cloned()).collect()
        };
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let Some(names) = names else { return Ok(members) };
        if let Some(ids) = known(&names) {
            return Ok(ids);
        }
        // Accounts that this run made are not in it yet.
        let names = self.read_names().await?;
        let id = |member: &String| names.get(&member.to_lowercase()).unwrap_or(member).clone();
        Ok(members.iter().map(id).collect())
    }

    /// The user names of these accounts, as far as they are known.
    pub(super) fn names_of(&self, accounts: &[&str]) -> Vec<String> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |names: &BTreeMap<String, String>| -> Vec<String> {
            let ours = names.iter().filter(|(_, id)| accounts.contains(&id.as_str()));
            ours.map(|(name, _)| name.clone()).collect()
        };
        names.as_ref().map(of).unwrap_or_default()
    }

    async fn read_names(&self) -> Result<BTreeMap<String, String>, WriteError> {
        let read: BTreeMap<String, String> = self.all_names().await?.into_iter().collect();
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = Some(read.clone());
        Ok(read)
    }
}
