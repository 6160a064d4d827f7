//! Where the application keeps what changes write.

use crate::model::AttributePath;
use crate::policy::{ACCOUNT_TYPE, AccountSlot, ApplicationPolicy};
use std::sync::Arc;

/// The paths of an application's attributes, shared by all changes.
#[derive(Debug)]
pub(super) struct Paths {
    /// Of the link.
    pub(super) link: Arc<AttributePath>,
    /// Of the type of account.
    pub(super) account_type: Arc<AttributePath>,
    attributes: Vec<Arc<AttributePath>>,
}

impl Paths {
    pub(super) fn new(policy: &ApplicationPolicy) -> Self {
        let attributes: Vec<Arc<AttributePath>> =
            policy.account_attributes.iter().cloned().map(Arc::new).collect();
        let account_type = attributes.iter().find(|path| path.name == ACCOUNT_TYPE).cloned();
        let plain = || AttributePath {
            name: ACCOUNT_TYPE.to_owned(),
            path: ACCOUNT_TYPE.to_owned(),
            case_exact: false,
        };
        Self {
            link: Arc::new(policy.link.clone()),
            account_type: account_type.unwrap_or_else(|| Arc::new(plain())),
            attributes,
        }
    }

    /// Of an account attribute.
    pub(super) fn of(&self, slot: AccountSlot) -> Arc<AttributePath> {
        Arc::clone(&self.attributes[slot.0 as usize])
    }
}
