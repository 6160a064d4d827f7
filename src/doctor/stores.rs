//! Embedded account stores that CI's jobs lose.

use super::line::{Line, Outcome, Step};

/// The line of an application whose store, named as in its policies, is in the work tree of a repository that CI's workflows
/// apply.
pub fn lost_store(subject: &str, store: &str) -> Line {
    let message = format!(
        "`{store}` is in the work tree: a job of CI loses it, so `apply` refuses there (`run/lost-store`)"
    );
    Line::new(subject, Step::Store, Outcome::Warned, message)
}
