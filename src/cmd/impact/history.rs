//! What the ledger knows of an application whose change is planned.

use super::sides::{Pair, Sides};
use crate::cmd::args::Global;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::out;
use crate::cmd::place::{Place, Question};
use crate::cmd::settled::SettledPolicies;
use crate::cmd::workspace::Side;
use crate::ledger::{Loaded, Remote};
use crate::policy::Review;

/// The ledger, and what it settled.
pub(super) struct History {
    pub(super) loaded: Loaded,
    /// The settled policies, where pull requests decide by what these do not want.
    pub(super) settled: Option<SettledPolicies>,
    /// How changes are reviewed where nothing is settled yet.
    pub(super) before: Review,
    /// How changes are reviewed: the strictest of base, merge, and what runs settled.
    pub(super) review: Review,
}

impl History {
    /// Reads it, from the remote if there is one. If it has no influence on a record, this clone's copy is enough.
    pub(super) fn read(
        global: &Global,
        sides: &Sides,
        pair: &Pair<'_>,
        head: Side<'_>,
    ) -> Result<Self, Stop> {
        let repository = &sides.repository;
        let remote = repository.remote()?.map(|name| Remote::new(repository.root(), &name));
        let place = |remote| {
            let (commit, branch) = (&sides.base, sides.branch());
            Question { global, repository, remote, side: head, commit, branch }.place()
        };
        let load = |place: Place| -> Result<(Loaded, Review), Stop> {
            let loaded = place.ledger.load()?;
            let before = place.review.max(loaded.state.review);
            Ok((loaded, before))
        };
        let (loaded, before) = match place(remote).and_then(load) {
            Ok(read) => read,
            Err(stop) if sides.review() == Review::None && stop.exit == Exit::Error => {
                let why = &stop.message;
                out::talk(&format!(
                    "{}: {why}; what was done before is taken from this clone",
                    pair.instance
                ));
                place(None).and_then(load)?
            }
            Err(stop) => return Err(stop),
        };
        let settled = SettledPolicies::load(global, repository, &loaded, head.workspace.today)?;
        let by_runs = settled.as_ref().map_or(before, |settled| settled.version().review);
        let review = sides.review().max(by_runs);
        Ok(Self { loaded, settled: settled.filter(|_| review != Review::None), before, review })
    }
}
