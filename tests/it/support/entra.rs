//! A double of Microsoft Entra ID, and workspaces that read it.

mod delta;
pub(crate) mod double;
pub(crate) mod head_office;
mod search;
pub(crate) mod tenant;
pub(crate) mod workspace;
