//! Turns values into text, one output format a file. Directory data is hostile text: none of it is printed unescaped.
//!
//! Takes plans, refusals, runs, trials and findings, gives text or the bytes of a workbook. Never: decisions, printing.

pub mod applied;
pub mod codes;
pub mod doctor;
pub mod drift;
pub mod escape;
mod explanation;
pub mod findings;
pub mod groups;
pub mod history_page;
pub mod html;
pub mod impact;
mod masked;
pub mod matrix;
pub mod plan;
pub mod process;
mod profile;
pub mod progress;
pub mod report;
pub mod run;
pub mod schedule;
mod trail;
pub mod trial;
mod workbook;

pub use explanation::{RuleTexts, explained_differences, explanation};
pub use masked::masked;
pub use profile::profile;
pub use trail::{TrailLine, UserTrail, trail, trail_page};
pub use workbook::{WorkbookError, workbook};
