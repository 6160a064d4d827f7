//! Memberships in groups that name their members by user name: each account is read, and its name written.

use super::{Kind, MembersWritten, Memberships, ScimWriter, WriteError};
use crate::apply::Permit;
use crate::model::Field;
use crate::wire::scim::{AccountDecoder, ScimPath};
use std::collections::{BTreeMap, BTreeSet};

/// Accounts by their user names, as just read.
#[derive(Default)]
struct Named {
    ids: BTreeMap<String, String>,
    /// Accounts that do not exist.
    gone: BTreeSet<String>,
}

impl ScimWriter {
    /// Writes memberships by the user names that the accounts have now. An account that does not exist has none.
    pub(super) async fn write_by_names(&self, wanted: Memberships<'_>, permit: &Permit) -> MembersWritten {
        let named = match self.user_names(wanted, permit).await {
            Ok(Some(named)) => named,
            Ok(None) => return MembersWritten { is_cut_short: true, ..MembersWritten::default() },
            Err(error) => return MembersWritten { error: Some(error), ..MembersWritten::default() },
        };
        let names: Vec<&str> = named.ids.keys().map(String::as_str).collect();
        let mut written = match names.is_empty() {
            true => MembersWritten::default(),
            false => self.write_values(Memberships { accounts: &names, ..wanted }, permit).await,
        };
        written.done = written.done.iter().filter_map(|name| named.ids.get(name).cloned()).collect();
        if !wanted.gives {
            written.done.extend(named.gone);
        } else if let Some(id) = named.gone.into_iter().next() {
            written.error.get_or_insert(WriteError::Stale {
                attribute: "id".to_owned(),
                expected: Some(id),
                found: None,
            });
        }
        written
    }

    /// The user names of accounts; none: the permit was taken back.
    async fn user_names(
        &self,
        wanted: Memberships<'_>,
        permit: &Permit,
    ) -> Result<Option<Named>, WriteError> {
        let decoder = AccountDecoder::from_paths(None, &[ScimPath::parse("userName")?]);
        let mut named = Named::default();
        for id in wanted.accounts {
            if !permit.holds() {
                return Ok(None);
            }
            let answer = match self.get(Kind::User, id).await? {
                // Who was just made may not be shown yet.
                None if wanted.gives => self.appeared(Kind::User, id).await,
                answer => answer,
            };
            let Some(answer) = answer else {
                named.gone.insert((*id).to_owned());
                continue;
            };
            match decoder.decode(&answer.body)?.fields.pop() {
                Some(Field::Text(name)) => drop(named.ids.insert(name.into_owned(), (*id).to_owned())),
                Some(Field::Empty | Field::Boolean(_) | Field::List(_)) | None => {
                    return Err(WriteError::Stale {
                        attribute: "userName".to_owned(),
                        expected: None,
                        found: None,
                    });
                }
            }
        }
        Ok(Some(named))
    }
}
