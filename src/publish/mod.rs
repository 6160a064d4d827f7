//! Publishes results where people look: one comment of a pull request, check runs, one issue.
//!
//! Takes finished texts and their targets, gives the result of each. The current content is read first, so that nothing
//! is published twice. Never: decisions, writing texts, changing what someone else wrote.

mod error;
pub mod github;
pub mod gitlab;

pub use error::PublishError;
