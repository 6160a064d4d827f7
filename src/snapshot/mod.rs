//! The contents of a directory or an application at one time, in columns, with proof of completeness.
//!
//! Takes records from readers, gives immutable columns. A snapshot exists only as [`Complete`]: an interrupted read is
//! an [`Incomplete`], never a shorter snapshot. Never: knowledge of the source of the rows.

mod application;
mod column;
mod complete;
mod directory;
mod excerpt;
mod ids;
mod texts;

pub(crate) use application::LIST_SEPARATOR;
pub use application::{
    Accounts, ApplicationBuilder, ApplicationGroups, ApplicationSnapshot, Capabilities, GrantRow,
};
pub use column::{Column, TextColumn};
pub use complete::{Complete, Incomplete};
pub use directory::{
    AppRole, DEFAULT_ACCESS, DirectoryBuilder, DirectorySnapshot, GroupRecord, Groups, Users,
};
pub use excerpt::Excerpt;
pub use ids::IdColumn;
