//! Check runs: what the plan job leaves for the apply job (the gate, 3).

use super::account::App;
use super::decode::{DecodeError, commit, maybe_moment, read};
use super::limit::{OUTPUT, TooLong};
use crate::model::Commit;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Annotations that one call may bring.
pub const BATCH: usize = 50;

/// A check run.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct CheckRun {
    /// Its id; a later run has a greater one.
    pub id: u64,
    /// Its name.
    pub name: String,
    /// The commit that it is about.
    #[serde(rename = "head_sha", deserialize_with = "commit")]
    pub head: Commit,
    /// The app that made it; none: it is not known, so it is nobody's.
    #[serde(default)]
    pub app: Option<App>,
    /// `queued`, `in_progress`, `completed` and others.
    pub status: String,
    /// `success`, `failure` and others; none until it is completed.
    #[serde(default)]
    pub conclusion: Option<String>,
    /// When it was completed, in seconds since 1970. Whoever makes a run may say another time than it was.
    #[serde(default, deserialize_with = "maybe_moment")]
    pub completed_at: Option<i64>,
    /// Its words.
    #[serde(default)]
    pub output: Output,
}

impl CheckRun {
    /// Whether it is completed and was made by the app with this slug.
    pub fn completed_by(&self, slug: &str) -> bool {
        self.status == "completed" && self.app.as_ref().is_some_and(|app| app.slug == slug)
    }
}

/// A check run's words, each Markdown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
pub struct Output {
    /// Its title.
    #[serde(default)]
    pub title: Option<String>,
    /// Words for people.
    #[serde(default)]
    pub summary: Option<String>,
    /// More words: here the record.
    #[serde(default)]
    pub text: Option<String>,
}

/// Reads a check run.
///
/// # Errors
/// When the bytes are none.
pub fn decode_check_run(json: &[u8]) -> Result<CheckRun, DecodeError> {
    read(json)
}

/// Reads a page of `GET /repos/{owner}/{repo}/commits/{ref}/check-runs`.
///
/// # Errors
/// When the bytes are no such page.
pub fn decode_check_runs(json: &[u8]) -> Result<Vec<CheckRun>, DecodeError> {
    #[derive(Deserialize)]
    struct Page {
        check_runs: Vec<CheckRun>,
    }
    Ok(read::<Page>(json)?.check_runs)
}

/// How a check run ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conclusion {
    /// All is well.
    Success,
    /// Something is wrong.
    Failure,
    /// Neither; it blocks nothing.
    Neutral,
    /// A person has to do something; it blocks.
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

/// How loud an annotation is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// For information.
    Notice,
    /// Somebody should look.
    Warning,
    /// Something is wrong.
    Failure,
}

/// Words at a place in a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Annotation {
    /// The file, relative to the repository's root.
    pub path: String,
    /// The first line, from 1.
    pub first_line: u32,
    /// The last line, from 1.
    pub last_line: u32,
    /// How loud.
    pub level: Level,
    /// What is to be said; plain text.
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

/// A check run to be made. One that is completed is never changed: a newer one is made beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewCheckRun<'a> {
    /// Its name: `rolewright/ENV/APP`.
    pub name: &'a str,
    /// The commit that it is about.
    pub head: &'a Commit,
    /// Its title.
    pub title: &'a str,
    /// Words for people, Markdown.
    pub summary: &'a str,
    /// More words: here the record.
    pub text: Option<&'a str>,
    /// How it ends.
    pub conclusion: Conclusion,
    /// Words at places in files.
    pub annotations: &'a [Annotation],
}

impl NewCheckRun<'_> {
    /// Whether GitHub takes it.
    ///
    /// # Errors
    /// When summary or text are too long.
    pub fn check(&self) -> Result<(), TooLong> {
        TooLong::check("the check run's summary", self.summary, OUTPUT)?;
        TooLong::check("the check run's text", self.text.unwrap_or_default(), OUTPUT)
    }

    /// The bodies of the calls that make it: the first creates, the others add annotations, and the last one completes it.
    /// One call is enough where the annotations fit into it.
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
