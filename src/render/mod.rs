//! Values to text, one file a face. What a directory says is hostile text: nothing of it reaches a face unescaped.
//!
//! Takes plans, refusals, runs, trials and findings, gives text. Never: deciding, printing.

pub mod escape;
mod explanation;
pub mod findings;
pub mod plan;
pub mod run;
pub mod schedule;
pub mod trial;

pub use explanation::explanation;
