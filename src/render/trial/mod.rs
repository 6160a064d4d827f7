//! What came of policy tests, one face a file.

mod text;

pub use text::text;

use crate::trial::Trial;

/// What is shown.
#[derive(Clone, Copy, Debug)]
pub struct ShownTrials<'t> {
    /// The tests of all applications that are meant, one application after the other.
    pub trials: &'t [Trial],
}
