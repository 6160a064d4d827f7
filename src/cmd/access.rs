//! What the reads of a command may use, by its arguments and the policies.

use super::args::{Global, Purpose};
use super::code::Code;
use super::exit::Stop;
use super::read_limits::ReadLimits;
use crate::fetch::{Access, DataFolder, Kept};
use crate::model::{AddressRule, ReadBudget, SourceSet};
use crate::policy::Review;
use std::time::Duration;

/// The data folder, the limits that the operator set, and the addresses that may be called.
pub(super) fn access(global: &Global, sources: &SourceSet, review: Review) -> Result<Access, Stop> {
    let folder = folder(global, sources, review);
    let (budget, addresses) = (budget(&global.read_limits), addresses(global, review)?);
    Ok(Access { folder, budget, addresses, kept: kept(global.purpose) })
}

/// Where pull requests show what changes, hand-written files that stand beside the policies are read from the same commit: a
/// change of one is a change to show, not the directory's own (threat H10). So does a process that stays, whose work tree nobody
/// brings up to date. Otherwise as they are on the disk.
fn folder(global: &Global, sources: &SourceSet, review: Review) -> DataFolder {
    let shows = review != Review::None || matches!(global.purpose, Purpose::PullRequest | Purpose::Reconcile);
    match &global.data {
        Some(data) => DataFolder::new(data),
        None if shows && sources.commit.is_some() => DataFolder::new(&global.workspace).with_sources(sources),
        None => DataFolder::new(&global.workspace),
    }
}

/// Private addresses are called without being listed only where whoever writes policies is the operator: not for a pull
/// request, nor under review, for which others write them (threat H12). A list holds for every command.
fn addresses(global: &Global, review: Review) -> Result<AddressRule, Stop> {
    let listed = global.private_addresses.as_deref().unwrap_or_default().trim();
    if listed.is_empty() && review == Review::None && global.purpose != Purpose::PullRequest {
        return Ok(AddressRule::Any);
    }
    AddressRule::public_and(listed).map_err(|problem| Stop::new(Code::Argument, problem))
}

/// What earlier reads kept in the user's cache folder is no ground to write by: on a machine that runs several jobs, the job of
/// a pull request may have written it (threat H22).
fn kept(purpose: Purpose) -> Kept {
    match purpose {
        Purpose::Look | Purpose::PullRequest => Kept::InUserCache,
        Purpose::Apply | Purpose::Reconcile => Kept::WhereNamed,
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
