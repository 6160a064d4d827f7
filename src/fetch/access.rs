//! What reads may use.

use super::data_folder::DataFolder;
use super::entra::Kept;
use crate::model::{AddressRule, ReadBudget};

/// What every read of a workspace may use.
#[derive(Clone, Debug)]
pub struct Access {
    /// The folder of the files that connections name.
    pub folder: DataFolder,
    /// The limits of each read over a network.
    pub budget: ReadBudget,
    /// Which addresses connections may lead to.
    pub addresses: AddressRule,
    /// Where a tenant's read keeps what it needs to ask for changes only.
    pub kept: Kept,
}

impl Access {
    /// The files of a folder, and any network within the usual limits.
    pub fn new(folder: DataFolder) -> Self {
        Self { folder, budget: ReadBudget::default(), addresses: AddressRule::Any, kept: Kept::InUserCache }
    }

    /// The same with the stricter rule about addresses of both.
    #[must_use]
    pub fn as_strict_as(&self, other: &Self) -> Self {
        match &self.addresses {
            AddressRule::Any => Self { addresses: other.addresses.clone(), ..self.clone() },
            AddressRule::PublicAnd(_) => self.clone(),
        }
    }
}
