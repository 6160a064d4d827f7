//! Values to text, one file a face. What a directory says is hostile text: nothing of it reaches a face unescaped.
//!
//! Takes plans, refusals, runs, trials and findings, gives text, or the bytes of a workbook. Never: deciding, printing.

pub mod doctor;
pub mod drift;
pub mod escape;
mod explanation;
pub mod findings;
pub mod groups;
pub mod impact;
mod masked;
pub mod plan;
pub mod progress;
pub mod report;
pub mod run;
pub mod schedule;
pub mod trial;
mod workbook;

pub use explanation::explanation;
pub use masked::masked;
pub use workbook::{WorkbookError, workbook};
