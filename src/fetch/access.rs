//! What reads may use.

use super::data_folder::DataFolder;
use crate::model::ReadBudget;

/// What every read of a workspace may use.
#[derive(Clone, Debug)]
pub struct Access {
    /// The folder of the files that connections name.
    pub folder: DataFolder,
    /// The limits of each read over a network.
    pub budget: ReadBudget,
}

impl Access {
    /// The files of a folder, and a network within the usual limits.
    pub fn new(folder: DataFolder) -> Self {
        Self { folder, budget: ReadBudget::default() }
    }
}
