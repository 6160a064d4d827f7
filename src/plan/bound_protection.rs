//! Protections, bound to the data that their conditions are asked of.

use crate::desired::BoundCondition;
use crate::policy::Protection;

/// A protection in force, bound to the data.
pub(super) struct BoundProtection<'a> {
    pub(super) rule: &'a Protection,
    pub(super) when: BoundCondition<'a>,
}
