//! What an editor asks about policies: problems, completion, hover, definitions, references, new names, mends.
//!
//! Takes the files of a workspace, unsaved buffers in the place of files, and a place in one of them; gives lists, Markdown and edits,
//! with places in UTF-16. Never: the editor's protocol, files, the network, a credential, a panic on a buffer that is no YAML.

mod completion;
mod cursor;
mod documents;
mod edit;
mod hover;
mod index;
mod known;
mod mend;
mod navigation;
mod numbers;
mod overlay;
mod position;
mod problem;
mod quoting;
mod rename;
mod role;
mod shape;
mod symbol;
mod walk;
mod workspace;

pub use completion::{Completion, CompletionKind, complete};
pub use edit::Edit;
pub use hover::{Hover, hover};
pub use known::{Known, KnownGroup};
pub use mend::{Mend, mends};
pub use navigation::{GivenName, definitions, names_given, references};
pub use numbers::{ApplicationNumbers, Numbers};
pub use overlay::Overlay;
pub use position::{LineColumn, LineRange, Lines};
pub use problem::{Checker, Problem, RelatedPlace};
pub use rename::{Renaming, rename, renamed_place};
pub use workspace::Workspace;
