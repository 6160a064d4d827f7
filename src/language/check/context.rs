//! What a rule looks at.

use crate::language::documents::Documents;
use crate::language::read::Read;
use crate::model::Date;

/// What a rule may look at.
pub(super) struct Context<'r> {
    pub(super) read: &'r Read,
    pub(super) documents: &'r Documents,
    /// The day on which dates are judged.
    pub(super) as_of: Date,
}
