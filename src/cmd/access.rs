//! What the reads of a command may use, by its arguments.

use super::args::{Global, ReadLimits};
use crate::fetch::{Access, DataFolder};
use crate::model::ReadBudget;
use std::time::Duration;

/// The data folder, and the limits that the operator set.
pub(super) fn access(global: &Global) -> Access {
    let folder = DataFolder::new(global.data.as_ref().unwrap_or(&global.workspace));
    Access { budget: budget(&global.read_limits), ..Access::new(folder) }
}

fn budget(limits: &ReadLimits) -> ReadBudget {
    let usual = ReadBudget::default();
    ReadBudget {
        time: limits.read_minutes.map_or(usual.time, |minutes| Duration::from_secs(60 * minutes)),
        bytes: limits.read_gib.map_or(usual.bytes, |gib| gib << 30),
        records: limits.read_records.unwrap_or(usual.records),
    }
}
