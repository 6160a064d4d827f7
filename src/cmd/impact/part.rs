//! The effect of a change on one application.

use crate::cmd::exit::Exit;
use crate::gate::Record;
use crate::render::impact::InstanceImpact;

/// The effect on one application, and the record that `apply` needs after the merge.
pub(super) struct Part {
    pub(super) shown: InstanceImpact,
    pub(super) record: Option<Record>,
    pub(super) exit: Exit,
}
