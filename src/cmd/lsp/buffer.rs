//! A buffer that an editor has open.

use lsp_types::Uri;

/// A buffer; its text is in the overlay.
#[derive(Clone, Debug)]
pub(super) struct Buffer {
    /// Its address, as the editor writes it.
    pub(super) uri: Uri,
    /// Its version.
    pub(super) version: i32,
}
