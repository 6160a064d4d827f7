//! What was seen in a directory or an application at one time, in columns, and that it was seen completely.
//!
//! Takes records from whoever read them, gives immutable columns. A snapshot exists only as [`Complete`]: a read that
//! broke off is an [`Incomplete`], never a shorter snapshot. Never: knowing where the rows came from.

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
