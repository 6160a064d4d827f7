//! What Rolewright builds on, one statement a file.

mod again;
mod archived;
mod cleared;
mod created;
mod deactivated;
mod deleted;
mod granted;
mod hostile;
mod linked;
mod long;
mod reactivated;
mod renamed;
mod revoked;
mod same_name;
mod settled;
mod twice;
mod updated;

use super::trial::Statement;

/// Every statement, in the order of trying.
pub(super) const STATEMENTS: &[&Statement] = &[
    &created::STATEMENT,
    &linked::STATEMENT,
    &again::STATEMENT,
    &same_name::STATEMENT,
    &updated::STATEMENT,
    &twice::STATEMENT,
    &renamed::STATEMENT,
    &cleared::STATEMENT,
    &deactivated::STATEMENT,
    &reactivated::STATEMENT,
    &granted::STATEMENT,
    &revoked::STATEMENT,
    &hostile::STATEMENT,
    &long::STATEMENT,
    &settled::STATEMENT,
    &archived::STATEMENT,
    &deleted::STATEMENT,
];
