//! Check runs: how the plan job passes its record to the apply job (the gate, 3).

use super::account::App;
use super::decode::{DecodeError, commit, maybe_moment, read};
use super::limit::{OUTPUT, TooLong};
use crate::model::Commit;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The most annotations in one call.
pub const BATCH: usize = 50;

/// A check run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CheckRun {
    /// Its id; ids increase with time.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The commit it belongs to.
    #[serde(rename = "head_sha", deserialize_with = "commit")]
    pub head: Commit,
    /// The app that made it; `None` if unknown, and then it is not accepted as ours.
    #[serde(default)]
    pub app: Option<App>,
    /// `queued`, `in_progress`, `completed` and others.
    pub status: String,
    /// `success`, `failure` and others; `None` until it is completed.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// When it was completed, in seconds since 1970. The app sets it, so it may be wrong.
    #[serde(default, deserialize_with = "maybe_moment")]
    pub completed_at: Option<i64>,
    /// Its texts.
    #[serde(default)]
    pub output: Output,
}

impl CheckRun {
    /// Whether it is completed and the app with this slug made it.
    pub fn completed_by(&self, slug: &str) -> bool {
        self.status == "completed" && self.app.as_ref().is_some_and(|app| app.slug == slug)
    }
}

/// The texts of a check run, as Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Output {
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// Text for people.
    #[serde(default)]
    pub summary: Option<String>,
    /// More text: the record.
    #[serde(default)]
    pub text: Option<String>,
}

/// Reads a check run.
///
/// # Errors
/// When the bytes are not a check run.
pub fn decode_check_run(json: &[u8]) -> Result<CheckRun, DecodeError> {
    read(json)
}

/// Reads a page of `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`.
///
/// # Errors
/// When the bytes are not such a page.
pub fn decode_check_runs(json: &[u8]) -> Result<Vec<CheckRun>, DecodeError> {
    #[derive(Deserialize)]
    struct Page {
        check_runs: Vec<CheckRun>,
    }
    Ok(read::<Page>(json)?.check_runs)
}

/// The conclusion of a check run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// No problem.
    Success,
    /// A problem.
    Failure,
    /// Neither; blocks nothing.
    Neutral,
    /// A person has to act; blocks.
    ActionRequired,
}

impl Conclusion {
    /// Its name in the API.
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Neutral => "neutral",
            Self::ActionRequired => "action_required",
        }
    }
}

/// The severity of an annotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For information.
    Notice,
    /// Worth a look.
    Warning,
    /// A problem.
    Failure,
}

/// A message at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The file, relative to the repository's root.
    pub path: String,
    /// The first line, from 1.
    pub first_line: u32,
    /// The last line, from 1.
    pub last_line: u32,
    /// The severity.
    pub level: Level,
    /// The message, plain text.
    pub message: String,
}

impl Annotation {
    fn json(&self) -> Value {
        let level = match self.level {
            Level::Notice => "notice",
            Level::Warning => "warning",
            Level::Failure => "failure",
        };
        json!({
            "path": self.path,
            "start_line": self.first_line,
            "end_line": self.last_line,
            "annotation_level": level,
            "message": self.message,
        })
    }
}

/// A check run to create. A completed one is never changed; a newer one is created instead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCheckRun<'a> {
    /// Its name: `rolewright/ENV/APP`.
    pub name: &'a str,
    /// The commit it belongs to.
    pub head: &'a Commit,
    /// Its title.
    pub title: &'a str,
    /// Text for people, Markdown.
    pub summary: &'a str,
    /// More text: the record.
    pub text: Option<&'a str>,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Messages at places in files.
    pub annotations: &'a [Annotation],
}

impl NewCheckRun<'_> {
    /// Checks the lengths.
    ///
    /// # Errors
    /// When the summary or the text is too long for GitHub.
    pub fn check(&self) -> Result<(), TooLong> {
        TooLong::check("the check run's summary", self.summary, OUTPUT)?;
        TooLong::check("the check run's text", self.text.unwrap_or_default(), OUTPUT)
    }

    /// The bodies of the calls that make it: the first creates it, the others add annotations, the last completes it.
    /// One call is enough if all annotations fit into it.
    pub fn bodies(&self) -> Vec<Value> {
        let mut parts: Vec<&[Annotation]> = self.annotations.chunks(BATCH).collect();
        if parts.is_empty() {
            parts.push(&[]);
        }
        let last = parts.len() - 1;
        parts.iter().enumerate().map(|(at, part)| self.body(at == 0, at == last, part)).collect()
    }

    fn body(&self, first: bool, last: bool, annotations: &[Annotation]) -> Value {
        let mut output = Map::new();
        output.insert("title".to_owned(), json!(self.title));
        output.insert("summary".to_owned(), json!(self.summary));
        if let (true, Some(text)) = (last, self.text) {
            output.insert("text".to_owned(), json!(text));
        }
        if !annotations.is_empty() {
            output.insert("annotations".to_owned(), annotations.iter().map(Annotation::json).collect());
        }
        let mut body = Map::new();
        if first {
            body.insert("name".to_owned(), json!(self.name));
            body.insert("head_sha".to_owned(), json!(self.head.0));
        }
        body.insert("status".to_owned(), json!(if last { "completed" } else { "in_progress" }));
        if last {
            body.insert("conclusion".to_owned(), json!(self.conclusion.word()));
        }
        body.insert("output".to_owned(), Value::Object(output));
        Value::Object(body)
    }
}
