//! What a rule may read.

use crate::language::documents::Documents;
use crate::language::read::Read;
use crate::model::Date;

/// What a rule may read.
pub(super) struct Context<'r> {
    pub(super) read: &'r Read,
    pub(super) documents: &'r Documents,
    /// The day that dates are compared with.
    pub(super) as_of: Date,
}
