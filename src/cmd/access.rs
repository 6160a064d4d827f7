//! What the reads of a command may use, by its arguments and the policies.

use super::args::{Global, Purpose, ReadLimits};
use super::exit::Stop;
use crate::fetch::{Access, DataFolder, Kept};
use crate::model::{AddressRule, ReadBudget};
use crate::policy::Review;
use std::time::Duration;

/// The data folder, the limits that the operator set, and the addresses that may be called.
pub(super) fn access(global: &Global, review: Review) -> Result<Access, Stop> {
    let folder = DataFolder::new(global.data.as_ref().unwrap_or(&global.workspace));
    let (budget, addresses) = (budget(&global.read_limits), addresses(global, review)?);
    Ok(Access { folder, budget, addresses, kept: kept(global.purpose) })
}

/// Private addresses are called without being listed only where whoever writes policies is the operator: not for a pull
/// request, nor under review, for which others write them (threat H12). A list holds for every command.
fn addresses(global: &Global, review: Review) -> Result<AddressRule, Stop> {
    let listed = global.private_addresses.as_deref().unwrap_or_default().trim();
    if listed.is_empty() && review == Review::None && global.purpose != Purpose::PullRequest {
        return Ok(AddressRule::Any);
    }
    AddressRule::public_and(listed).map_err(Stop::error)
}

/// What earlier reads kept in the user's cache folder is no ground to write by: on a machine that runs several jobs, the job of
/// a pull request may have written it (threat H22).
fn kept(purpose: Purpose) -> Kept {
    match purpose {
        Purpose::Look | Purpose::PullRequest => Kept::InUserCache,
        Purpose::Apply => Kept::WhereNamed,
    }
}

fn budget(limits: &ReadLimits) -> ReadBudget {
    let usual = ReadBudget::default();
    ReadBudget {
        time: limits.read_minutes.map_or(usual.time, |minutes| Duration::from_secs(60 * minutes)),
        bytes: limits.read_gib.map_or(usual.bytes, |gib| gib << 30),
        records: limits.read_records.unwrap_or(usual.records),
    }
}
