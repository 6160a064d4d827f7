//! Shows what a run has to say where people look: one comment of a pull request, check runs, one issue.
//!
//! Takes finished texts and where they belong, gives what became of them. What is there is looked at first, so that a
//! thing is written once, whoever runs again. Never: deciding, making texts, changing what somebody else wrote.

mod error;
pub mod github;
pub mod gitlab;

pub use error::PublishError;
