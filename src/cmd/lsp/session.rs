#![expect(clippy::disallowed_methods, reason = "door: an editor that names no folder means the current one")]
//! What one editor has open, and what is known for it.

use super::buffer::Buffer;
use super::place::{Place, opened};
use super::publish::Published;
use super::saved_people::SavedPeople;
use super::settings::Settings;
use crate::cmd::args::Global;
use crate::cmd::clock::as_of;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::editor::{Checker, Known, Overlay, Problem, Workspace};
use crate::fetch::read_work_tree;
use crate::model::{Date, FileId, SourceSet};
use lsp_server::{Connection, Message, Notification, Request, RequestId, Response, ResponseError};
use lsp_types::notification::{
    DidChangeConfiguration, DidChangeTextDocument, DidChangeWatchedFiles, DidCloseTextDocument,
    DidOpenTextDocument, DidSaveTextDocument, Notification as Notice, ShowMessage,
};
use lsp_types::{
    DidChangeConfigurationParams, DidChangeTextDocumentParams, DidCloseTextDocumentParams,
    DidOpenTextDocumentParams, MessageType, ShowMessageParams, Uri,
};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Where a snapshot is looked for if nothing is set: in the workspace, where hidden folders hold no policies.
const USUAL: &str = ".snapshot";

/// A session with one editor.
pub(super) struct Session<'c> {
    connection: &'c Connection,
    global: Global,
    /// What the command line says.
    own: Settings,
    settings: Settings,
    /// The folder that the editor has open.
    open_folder: PathBuf,
    watches: bool,
    /// Whether the editor can set the cursor into what it writes.
    pub(super) takes_snippets: bool,
    pub(super) place: Place,
    /// The files as they are saved.
    saved: SourceSet,
    overlay: Overlay,
    pub(super) buffers: BTreeMap<String, Buffer>,
    /// The files with their buffers; none: something changed.
    workspace: Option<Workspace>,
    checker: Checker,
    /// What was found in them.
    problems: Vec<Problem>,
    published: Published,
    is_stale: bool,
    people: SavedPeople,
    /// The groups of the saved snapshot alone.
    groups: Known,
    /// What it tells of the files as they are now.
    known: Option<Known>,
    /// The last problem that was shown, so that it is shown once.
    told: Option<String>,
}

impl<'c> Session<'c> {
    /// A session by what the editor says when it begins.
    ///
    /// # Errors
    /// There is no folder to work in.
    pub(super) fn new(
        global: &Global,
        own: Settings,
        parameters: &Value,
        connection: &'c Connection,
    ) -> Result<Self, Stop> {
        let here = || std::env::current_dir().map_err(|error| Stop::new(Code::File, error.to_string()));
        let open_folder = opened(parameters).map_or_else(here, Ok)?;
        let settings = Settings::of(parameters.get("initializationOptions")).or(&own);
        let can = |capability: &str| parameters.pointer(capability) == Some(&Value::Bool(true));
        let snippets = "/capabilities/textDocument/completion/completionItem/snippetSupport";
        let watches = "/capabilities/workspace/didChangeWatchedFiles/dynamicRegistration";
        let place = place(global, &settings, &open_folder);
        Ok(Self {
            connection,
            global: global.clone(),
            own,
            settings,
            open_folder,
            watches: can(watches),
            takes_snippets: can(snippets),
            place,
            saved: SourceSet::default(),
            overlay: Overlay::default(),
            buffers: BTreeMap::new(),
            workspace: None,
            checker: Checker::default(),
            problems: Vec::new(),
            published: Published::default(),
            is_stale: true,
            people: SavedPeople::default(),
            groups: Known::default(),
            known: None,
            told: None,
        })
    }

    /// Reads the files, and asks the editor to say when they change.
    pub(super) fn begin(&mut self) {
        self.read_files();
        if self.watches {
            let parameters = json!({ "registrations": [{
                "id": "policies",
                "method": DidChangeWatchedFiles::METHOD,
                "registerOptions": { "watchers": [{ "globPattern": "**/*.{yaml,yml}" }] },
            }] });
            let id = RequestId::from("watch".to_owned());
            let method = "client/registerCapability".to_owned();
            self.say(Message::Request(Request::new(id, method, parameters)));
        }
    }

    /// Whether the editor was not told yet what the last change means.
    pub(super) fn is_stale(&self) -> bool {
        self.is_stale
    }

    /// Tells the editor what is wrong in which file.
    pub(super) fn publish(&mut self) {
        if !self.is_stale {
            return;
        }
        self.is_stale = false;
        let Some(day) = self.day() else { return };
        let workspace = Self::read(&mut self.workspace, &self.overlay, &self.saved);
        self.problems = self.checker.problems(workspace.sources(), &self.overlay, day);
        let changed = self.published.changes(&self.place, workspace.sources(), &self.problems, &self.buffers);
        changed.into_iter().for_each(|notice| self.say(Message::Notification(notice)));
    }

    /// The files with their buffers.
    pub(super) fn workspace(&mut self) -> &Workspace {
        Self::read(&mut self.workspace, &self.overlay, &self.saved)
    }

    fn read<'w>(workspace: &'w mut Option<Workspace>, overlay: &Overlay, saved: &SourceSet) -> &'w Workspace {
        workspace.get_or_insert_with(|| Workspace::new(overlay.over(saved)))
    }

    /// The files, and the groups of the saved snapshot.
    pub(super) fn workspace_and_groups(&mut self) -> (&Workspace, &Known) {
        if self.known.is_none()
            && let Some(folder) = self.snapshot_folder()
        {
            self.groups = Known { groups: self.people.groups(&folder), numbers: None };
        }
        let workspace = Self::read(&mut self.workspace, &self.overlay, &self.saved);
        (workspace, self.known.as_ref().unwrap_or(&self.groups))
    }

    /// The folder of the saved snapshot: the one that is set, or the usual one.
    fn snapshot_folder(&self) -> Option<PathBuf> {
        let set = self.settings.snapshot.as_ref().map(|folder| self.open_folder.join(folder));
        set.or_else(|| Some(self.place.folder.join(USUAL)).filter(|folder| folder.is_dir()))
    }

    /// The files, what the saved snapshot tells of them, and what was found in them.
    pub(super) fn everything(&mut self) -> (&Workspace, &Known, &[Problem]) {
        self.publish();
        let folder = self.snapshot_folder();
        let day = self.day();
        let workspace = Self::read(&mut self.workspace, &self.overlay, &self.saved);
        let known = self.known.get_or_insert_with(|| match (folder, day) {
            (Some(folder), Some(day)) => self.people.known(&folder, workspace.sources(), day),
            (None, _) | (_, None) => Known::default(),
        });
        (workspace, known, &self.problems)
    }

    /// What was found in the files as they are now, and the files.
    pub(super) fn problems(&mut self) -> (&Workspace, &[Problem]) {
        self.publish();
        let workspace = Self::read(&mut self.workspace, &self.overlay, &self.saved);
        (workspace, &self.problems)
    }

    /// The file that an address means, by its number.
    pub(super) fn file(&mut self, uri: &Uri) -> Option<FileId> {
        let path = self.place.path(uri)?;
        self.workspace().sources().find(&path)
    }

    /// The address of a file.
    pub(super) fn uri(&self, path: &str) -> Option<Uri> {
        self.buffers.get(path).map(|buffer| buffer.uri.clone()).or_else(|| self.place.uri(path))
    }

    /// Answers a request.
    pub(super) fn answer(&self, id: RequestId, answer: Result<Value, ResponseError>) {
        self.say(Message::Response(match answer {
            Ok(value) => Response::new_ok(id, value),
            Err(error) => Response::new_err(id, error.code, error.message),
        }));
    }

    /// Takes note of what the editor tells. What it tells in another form than the protocol's is left aside.
    pub(super) fn notice(&mut self, notice: &Notification) {
        let parameters = &notice.params;
        match notice.method.as_str() {
            DidOpenTextDocument::METHOD => {
                if let Ok(opened) = DidOpenTextDocumentParams::deserialize(parameters) {
                    let document = opened.text_document;
                    self.edit(document.uri, document.version, document.text);
                }
            }
            DidChangeTextDocument::METHOD => {
                if let Ok(changed) = DidChangeTextDocumentParams::deserialize(parameters)
                    && let Some(whole) = changed.content_changes.into_iter().next_back()
                {
                    self.edit(changed.text_document.uri, changed.text_document.version, whole.text);
                }
            }
            DidCloseTextDocument::METHOD => {
                if let Ok(closed) = DidCloseTextDocumentParams::deserialize(parameters)
                    && let Some(path) = self.place.path(&closed.text_document.uri)
                {
                    self.buffers.remove(&path);
                    self.overlay.close(&path);
                    self.read_files();
                }
            }
            DidSaveTextDocument::METHOD | DidChangeWatchedFiles::METHOD => self.read_files(),
            DidChangeConfiguration::METHOD => {
                if let Ok(changed) = DidChangeConfigurationParams::deserialize(parameters) {
                    self.settings = Settings::of(Some(&changed.settings)).or(&self.own);
                    self.place = place(&self.global, &self.settings, &self.open_folder);
                    self.read_files();
                }
            }
            _ => {}
        }
    }

    fn edit(&mut self, uri: Uri, version: i32, text: String) {
        let Some(path) = self.place.path(&uri) else { return };
        self.overlay.set(path.clone(), text);
        self.buffers.insert(path, Buffer { uri, version });
        self.changed();
    }

    fn changed(&mut self) {
        self.workspace = None;
        self.known = None;
        self.is_stale = true;
    }

    fn read_files(&mut self) {
        match read_work_tree(&self.place.folder, &self.place.shown) {
            Ok(saved) => self.saved = saved,
            Err(error) => self.show(&error.to_string()),
        }
        self.changed();
    }

    fn day(&mut self) -> Option<Date> {
        as_of(self.global.as_of.as_deref()).map_err(|stop| self.show(&stop.to_string())).ok()
    }

    /// Shows a message, once.
    fn show(&mut self, text: &str) {
        if self.told.as_deref() != Some(text) {
            self.told = Some(text.to_owned());
            let message =
                ShowMessageParams { typ: MessageType::WARNING, message: format!("Rolewright: {text}") };
            self.say(Message::Notification(Notification::new(ShowMessage::METHOD.to_owned(), message)));
        }
    }

    fn say(&self, message: Message) {
        // An editor that is gone gets nothing; the loop ends by itself.
        let _ = self.connection.sender.send(message);
    }
}

fn place(global: &Global, settings: &Settings, open: &std::path::Path) -> Place {
    Place::new(open, settings.workspace.as_ref().unwrap_or(&global.workspace))
}
