//! What the editor may set: `initializationOptions`, and `rolewright` in its settings.

use serde::Deserialize;
use serde_json::Value;
use std::path::PathBuf;

/// The settings; one that is left out keeps what the command line says.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Settings {
    /// The workspace folder, relative to the folder that the editor has open.
    pub(super) workspace: Option<PathBuf>,
    /// What `rolewright snapshot` saved, relative to the same.
    pub(super) snapshot: Option<PathBuf>,
}

impl Settings {
    /// What an editor sent; nothing where it is of another form.
    pub(super) fn of(value: Option<&Value>) -> Self {
        let own = value.map(|value| value.get("rolewright").unwrap_or(value));
        let settings = own.and_then(|own| Self::deserialize(own).ok()).unwrap_or_default();
        let said = |path: Option<PathBuf>| path.filter(|path| !path.as_os_str().is_empty());
        Self { workspace: said(settings.workspace), snapshot: said(settings.snapshot) }
    }

    /// These, and the others' where these say nothing.
    pub(super) fn or(self, others: &Self) -> Self {
        Self {
            workspace: self.workspace.or_else(|| others.workspace.clone()),
            snapshot: self.snapshot.or_else(|| others.snapshot.clone()),
        }
    }
}
