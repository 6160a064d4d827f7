//! What is known beside the files: of a saved snapshot, or of nothing.

use super::numbers::Numbers;
use crate::model::invisible_character;

/// A group of a directory that rules may link.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct KnownGroup {
    /// Its name. Hostile text; only names that can be seen as they are get into the editor.
    pub name: String,
    /// Its immutable id.
    pub id: String,
    /// The directory that has it.
    pub directory: String,
    /// Its users, those of nested groups included.
    pub members: u32,
}

/// What a saved snapshot told.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// The groups, sorted.
    pub groups: Vec<KnownGroup>,
    /// What rules do to how many people; none where there is no snapshot or the policies have errors.
    pub numbers: Option<Numbers>,
}

impl KnownGroup {
    /// Whether name and id can be shown and written as they are.
    pub(super) fn is_plain(&self) -> bool {
        let plain = |text: &str| invisible_character(text).is_none() && !text.contains(['\n', '\t']);
        plain(&self.name) && plain(&self.id) && !self.name.is_empty()
    }
}
