#![expect(clippy::disallowed_methods, reason = "door: commands also work inside the workspace folder")]
//! Finds the workspace folder when a command is started inside it.

use super::args::{Global, WORKSPACE};
use std::env;
use std::path::{Path, PathBuf};

/// The same flags, with the folder around the current one where that is the workspace and nobody named another.
pub(super) fn found(global: &Global) -> Global {
    let default = Path::new(WORKSPACE);
    let around = (global.workspace == default && !default.is_dir()).then(around).flatten();
    Global { workspace: around.unwrap_or_else(|| global.workspace.clone()), ..global.clone() }
}

/// The path from the current folder to the nearest folder around it that has the workspace's name: `.`, `..`, `../..`.
fn around() -> Option<PathBuf> {
    let current = env::current_dir().ok()?;
    let steps =
        current.ancestors().position(|folder| folder.file_name().is_some_and(|name| name == WORKSPACE))?;
    Some(if steps == 0 { PathBuf::from(".") } else { [".."].repeat(steps).iter().collect() })
}
