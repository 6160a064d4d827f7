//! One application's part of what a change does.

use crate::cmd::exit::Exit;
use crate::gate::Record;
use crate::render::impact::InstanceImpact;

/// One application's part, and what apply is to find of it after the merge.
pub(super) struct Part {
    pub(super) shown: InstanceImpact,
    pub(super) record: Option<Record>,
    pub(super) exit: Exit,
}
