//! Where the workspace is, and which of its files an address means.

use lsp_types::Uri;
use std::path::{Component, Path, PathBuf};
use std::str::FromStr;
use url::Url;

/// The workspace folder.
#[derive(Clone, Debug)]
pub(super) struct Place {
    /// The folder, absolute.
    pub(super) folder: PathBuf,
    /// The same without links, by which some editors name files.
    plain: PathBuf,
    /// The folder in messages, with `/`; empty where the editor has nothing else open.
    pub(super) shown: String,
}

impl Place {
    /// The workspace in a folder that an editor has open: the named one or, if it is not there, the folder itself.
    pub(super) fn new(open: &Path, workspace: &Path) -> Self {
        let named = open.join(workspace);
        let folder = if named.is_dir() { named } else { open.to_owned() };
        // Started inside the workspace, the command line says `..`.
        let goes_up = folder.components().any(|part| part == Component::ParentDir);
        let folder = if goes_up { folder.canonicalize().unwrap_or(folder) } else { folder };
        let folder: PathBuf = folder.components().filter(|part| *part != Component::CurDir).collect();
        let shown = folder.strip_prefix(open).ok().and_then(joined).unwrap_or_default();
        let plain = folder.canonicalize().unwrap_or_else(|_| folder.clone());
        Self { folder, plain, shown }
    }

    /// The path of a policy file in the workspace, as in messages; none for other files.
    pub(super) fn path(&self, uri: &Uri) -> Option<String> {
        let file = Url::parse(uri.as_str()).ok()?.to_file_path().ok()?;
        let inside = file.strip_prefix(&self.folder).or_else(|_| file.strip_prefix(&self.plain)).ok()?;
        let inside = joined(inside)?;
        let is_policy = [".yaml", ".yml"].iter().any(|end| inside.ends_with(end));
        let hidden = inside.split('/').any(|part| part.starts_with('.'));
        let shown = self.shown.as_str();
        let path = if shown.is_empty() { inside } else { format!("{shown}/{inside}") };
        (is_policy && !hidden).then_some(path)
    }

    /// The address of a file in the workspace.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        let inside = path.strip_prefix(self.shown.as_str()).unwrap_or(path).trim_start_matches('/');
        let url = Url::from_file_path(self.folder.join(inside)).ok()?;
        Uri::from_str(url.as_str()).ok()
    }
}

/// A relative path with `/`; none if it is not plain UTF-8 text.
fn joined(path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path
        .components()
        .map(|part| match part {
            Component::Normal(name) => name.to_str(),
            Component::Prefix(_) | Component::RootDir | Component::CurDir | Component::ParentDir => None,
        })
        .collect();
    parts.map(|parts| parts.join("/"))
}

/// The folder that an editor has open, from what it says when it begins.
pub(super) fn opened(parameters: &serde_json::Value) -> Option<PathBuf> {
    let folder = parameters.pointer("/workspaceFolders/0/uri").or_else(|| parameters.get("rootUri"))?;
    Url::parse(folder.as_str()?).ok()?.to_file_path().ok()
}
