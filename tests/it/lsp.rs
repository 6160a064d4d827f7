//! `rolewright lsp`, spoken to as editors do.

mod hostile;
mod renames;
mod sessions;
mod trust;
