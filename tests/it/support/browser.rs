//! What a real browser sees of a page.
#![expect(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test is told where to put pictures, and starts a browser"
)]

use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What `tests/servers/browser.mjs` saw while it looked around, filtered, and opened a person and a rule.
#[derive(Debug, Deserialize)]
pub(crate) struct Seen {
    /// Messages on the console, and errors of scripts.
    pub(crate) console: Vec<String>,
    /// What the page asked for besides itself.
    pub(crate) requests: Vec<String>,
    /// What scripts said in dialogs.
    pub(crate) dialogs: Vec<String>,
    /// What axe found wrong, by view.
    pub(crate) violations: BTreeMap<String, Vec<String>>,
    pub(crate) title: String,
    /// "6 people of 6"
    pub(crate) count: String,
    #[serde(default)]
    pub(crate) applications: Vec<String>,
    /// How runs ended.
    #[serde(default)]
    pub(crate) runs: Vec<String>,
    /// The choices of departments and of results; the first is "all".
    #[serde(default)]
    pub(crate) departments: Vec<String>,
    #[serde(default)]
    pub(crate) results: Vec<String>,
    /// The count of people in the first department.
    #[serde(default)]
    pub(crate) in_department: String,
    /// The titles of tables, their headings, and the cells of their rows.
    #[serde(default)]
    pub(crate) tables: Vec<String>,
    #[serde(default)]
    pub(crate) headings: Vec<String>,
    #[serde(default)]
    pub(crate) lines: Vec<Vec<String>>,
    /// The first choice above a table, and the count that it leaves.
    #[serde(default)]
    pub(crate) chosen: String,
    /// The texts of the part that is always open.
    #[serde(default)]
    pub(crate) open: Vec<String>,
    /// The names of all elements of the page.
    pub(crate) elements: Vec<String>,
    /// How many elements the page has, at first and after a search.
    pub(crate) nodes: usize,
    #[serde(default)]
    pub(crate) nodes_found: usize,
    /// How many rows the list has at a time.
    pub(crate) rows: usize,
    /// The last row, after scrolling to the end.
    #[serde(default)]
    pub(crate) last: String,
    /// How many people have each kind of change.
    #[serde(default)]
    pub(crate) kinds: BTreeMap<String, String>,
    /// What has the focus after `/`.
    pub(crate) focus: String,
    /// The count after typing a name.
    pub(crate) found: String,
    #[serde(default)]
    pub(crate) person: String,
    #[serde(default)]
    pub(crate) rule: Option<String>,
    /// How the filters are shown on paper.
    pub(crate) printed: String,
}

/// Opens a page. `name` is the folder of its pictures, where `ROLEWRIGHT_SCREENSHOTS` asks for some.
pub(crate) fn open(page: &Path, name: &str) -> Seen {
    seen_by("browser.mjs", page, name)
}

/// What a script of `tests/servers` sees of a page.
pub(crate) fn seen_by<S: DeserializeOwned>(script: &str, page: &Path, name: &str) -> S {
    let browser = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/servers/browser.sh");
    let mut command = Command::new(browser);
    command.arg(page).env("BROWSER_SCRIPT", script);
    if let Some(folder) = std::env::var_os("ROLEWRIGHT_SCREENSHOTS") {
        let folder = Path::new(&folder).join(name);
        std::fs::create_dir_all(&folder).expect("a folder");
        command.arg(folder);
    }
    let output = command.output().expect("the browser starts");
    let (said, problem) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let line = said.lines().last().unwrap_or_default();
    serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {said}\n{problem}"))
}

impl Seen {
    /// Nothing was loaded, said or violated.
    pub(crate) fn is_quiet(&self) -> Result<(), String> {
        let violated = self.violations.values().any(|view| !view.is_empty());
        let is_loud = [&self.console, &self.requests, &self.dialogs].iter().any(|said| !said.is_empty());
        if violated || is_loud { Err(format!("{self:#?}")) } else { Ok(()) }
    }
}
