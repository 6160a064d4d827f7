//! The pull requests that a run carries out, and what may be shown on them.

use crate::gate::CarriedPull;
use crate::policy::Privacy;

/// The pull requests that a run carries out.
#[derive(Debug)]
pub(super) struct Carried {
    /// Environment and application: `default/dstny`.
    pub(super) instance: String,
    /// Those whose plans count as evidence (on GitLab those that were merged), and those that earlier runs have not
    /// finished.
    pub(super) pulls: Vec<CarriedPull>,
    /// What the settled policies and these say about naming people: the strictest counts.
    pub(super) privacy: Vec<Option<Privacy>>,
}
