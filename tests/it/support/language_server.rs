//! An editor: speaks the Language Server Protocol with a server over its stdin and stdout.
#![expect(clippy::disallowed_types, reason = "tests start servers")]

use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

/// A server that says nothing for so long is taken for dead.
const PATIENCE: Duration = Duration::from_secs(60);

/// A server that an editor has started, and what it told.
pub(crate) struct LanguageServer {
    child: Child,
    input: Option<ChildStdin>,
    messages: Receiver<Value>,
    next: i64,
    /// What the editor's settings say, by section.
    settings: Value,
    /// Whether the server has asked for them.
    has_settings: bool,
    /// By file the diagnostics that an editor would show.
    pub(crate) diagnostics: BTreeMap<String, Vec<Value>>,
    /// The other notifications, in order.
    pub(crate) notices: Vec<Value>,
    /// What the server can do.
    pub(crate) capabilities: Value,
}

impl LanguageServer {
    /// Starts a server in a folder that the editor has open.
    pub(crate) fn start(mut command: Command, folder: &Path, options: Value, settings: Value) -> Self {
        let mut child =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the server starts");
        let output = BufReader::new(child.stdout.take().expect("a pipe"));
        let (send, messages) = channel();
        thread::spawn(move || read(output, |message| send.send(message).is_ok()));
        let input = child.stdin.take();
        let mut server = Self {
            child,
            input,
            messages,
            next: 0,
            settings,
            has_settings: false,
            diagnostics: BTreeMap::new(),
            notices: Vec::new(),
            capabilities: Value::Null,
        };
        let folder = uri(folder);
        let begun = server.ask(
            "initialize",
            json!({
                "processId": null,
                "rootUri": folder,
                "workspaceFolders": [{ "uri": folder, "name": "policies" }],
                "initializationOptions": options,
                "capabilities": {
                    "textDocument": {
                        "completion": { "completionItem": { "snippetSupport": true, "documentationFormat": ["markdown"] } },
                        "hover": { "contentFormat": ["markdown"] },
                        "publishDiagnostics": { "relatedInformation": true },
                    },
                    "workspace": {
                        "workspaceFolders": true, "configuration": true, "didChangeConfiguration": { "dynamicRegistration": true },
                        "didChangeWatchedFiles": { "dynamicRegistration": true },
                    },
                },
            }),
        );
        server.capabilities = begun.expect("the server begins")["capabilities"].clone();
        server.tell("initialized", json!({}));
        if !server.settings.is_null() {
            server.wait(|server| server.has_settings);
        }
        server
    }

    /// Asks, and waits for the answer; what else the server says meanwhile is kept.
    pub(crate) fn ask(&mut self, method: &str, parameters: Value) -> Result<Value, String> {
        self.next += 1;
        let id = json!(self.next);
        let asked = json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": parameters });
        self.send(&asked);
        loop {
            let message = self.hear();
            if message.get("method").is_none() && message["id"] == id {
                return match message.get("error") {
                    Some(error) => Err(error["message"].as_str().unwrap_or_default().to_owned()),
                    None => Ok(message["result"].clone()),
                };
            }
            self.take(message);
        }
    }

    /// Tells something.
    pub(crate) fn tell(&mut self, method: &str, parameters: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": parameters }));
    }

    /// Waits until the server has told what is asked for.
    pub(crate) fn wait(&mut self, until: impl Fn(&Self) -> bool) {
        while !until(self) {
            let message = self.hear();
            self.take(message);
        }
    }

    /// Opens a file.
    pub(crate) fn open(&mut self, uri: &str, text: &str) {
        let document = json!({ "uri": uri, "languageId": "yaml", "version": 1, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": document }));
    }

    /// Gives an open file another text.
    pub(crate) fn change(&mut self, uri: &str, version: usize, text: &str) {
        let parameters = json!({
            "textDocument": { "uri": uri, "version": version }, "contentChanges": [{ "text": text }],
        });
        self.tell("textDocument/didChange", parameters);
    }

    /// Sends bytes that need not be a message.
    pub(crate) fn send_bytes(&mut self, bytes: &[u8]) {
        // A server that has ended takes nothing.
        let _ = self.input.as_mut().expect("a pipe").write_all(bytes);
    }

    /// Ends the session as an editor does; the server's exit code.
    pub(crate) fn end(mut self) -> i32 {
        self.ask("shutdown", Value::Null).expect("the server shuts down");
        self.tell("exit", Value::Null);
        self.ended()
    }

    /// Closes the pipe; the server's exit code.
    pub(crate) fn ended(mut self) -> i32 {
        self.input = None;
        self.child.wait().expect("the server ends").code().unwrap_or(-1)
    }

    fn send(&mut self, message: &Value) {
        let text = message.to_string();
        let whole = format!("Content-Length: {}\r\n\r\n{text}", text.len());
        self.input.as_mut().expect("a pipe").write_all(whole.as_bytes()).expect("the server listens");
    }

    fn hear(&self) -> Value {
        self.messages.recv_timeout(PATIENCE).expect("the server answers")
    }

    fn take(&mut self, message: Value) {
        let method = message["method"].as_str().unwrap_or_default();
        if let Some(id) = message.get("id") {
            let result = match method {
                "workspace/configuration" => {
                    self.has_settings = true;
                    self.configuration(&message["params"]["items"])
                }
                _ => Value::Null,
            };
            let answer = json!({ "jsonrpc": "2.0", "id": id, "result": result });
            return self.send(&answer);
        }
        if method == "textDocument/publishDiagnostics" {
            let uri = message["params"]["uri"].as_str().unwrap_or_default().to_owned();
            let shown = message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
            self.diagnostics.insert(uri, shown);
        } else {
            self.notices.push(message);
        }
    }

    fn configuration(&self, items: &Value) -> Value {
        let of = |item: &Value| {
            let section = item["section"].as_str().unwrap_or_default();
            self.settings.get(section).cloned().unwrap_or(Value::Null)
        };
        items.as_array().map(|items| items.iter().map(of).collect()).unwrap_or_default()
    }
}

impl Drop for LanguageServer {
    fn drop(&mut self) {
        // One that has ended already cannot be killed.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads messages until the server ends.
fn read(mut output: BufReader<ChildStdout>, mut take: impl FnMut(Value) -> bool) {
    loop {
        let mut length = None;
        loop {
            let mut line = String::new();
            if output.read_line(&mut line).unwrap_or(0) == 0 {
                return;
            }
            if let Some(number) = line.to_ascii_lowercase().strip_prefix("content-length:") {
                length = number.trim().parse::<usize>().ok();
            }
            if line.trim().is_empty() {
                break;
            }
        }
        let mut text = vec![0; length.expect("a length")];
        output.read_exact(&mut text).expect("a whole message");
        if !take(serde_json::from_slice(&text).expect("a message in JSON")) {
            return;
        }
    }
}

/// The address of a file.
pub(crate) fn uri(path: &Path) -> String {
    url::Url::from_file_path(path).expect("an absolute path").to_string()
}

/// A place as the protocol counts: lines, and units of UTF-16 in them.
pub(crate) fn position(text: &str, byte: usize) -> Value {
    let before = &text[..byte];
    let line = before.matches('\n').count();
    let column = before.rsplit('\n').next().unwrap_or_default().encode_utf16().count();
    json!({ "line": line, "character": column })
}
