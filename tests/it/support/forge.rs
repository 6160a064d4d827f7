//! A GitHub with state: pull requests whose heads follow the pushes to a bare repository, the commits that merges made,
//! check runs with the app that made them, comments. The stateful server that the other tests use has none of these, so
//! they are implemented here, and every request and answer is checked against GitHub's contract.
//!
//! It has its own clock: one second passes with each action.
#![expect(clippy::disallowed_types, reason = "tests ask git")]

use crate::support::github::double::{Answer, Double, contract};
use crate::support::http_server::{Reply, Request};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A running forge; it stops when dropped.
pub(crate) struct Forge {
    double: Double,
    state: Arc<Mutex<State>>,
}

/// Its state.
pub(crate) struct State {
    remote: PathBuf,
    seconds: u32,
    ids: u64,
    pub(crate) pulls: Vec<Pull>,
    /// Each in the API's form.
    pub(crate) checks: Vec<Value>,
    pub(crate) comments: Vec<Comment>,
    /// Each in the API's form.
    pub(crate) issues: Vec<Value>,
    pub(crate) visibility: &'static str,
    /// Every request is refused.
    pub(crate) down: bool,
    /// The token may not write.
    pub(crate) read_only: bool,
}

/// A pull request.
#[derive(Clone)]
pub(crate) struct Pull {
    pub(crate) number: u64,
    pub(crate) branch: String,
    pub(crate) base: String,
    title: String,
    /// The time of the merge, its last commit, all commits that it added, and the last commit of the branch.
    merged: Option<Merged>,
}

#[derive(Clone)]
struct Merged {
    at: String,
    made: String,
    brought: Vec<String>,
    head: String,
}

/// A comment on a pull request.
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) pull: u64,
    pub(crate) body: String,
    /// How often it was edited.
    pub(crate) edits: u32,
    login: String,
}

impl Forge {
    pub(crate) fn start(remote: &Path) -> Self {
        let state = State {
            remote: remote.to_owned(),
            seconds: 0,
            ids: 100,
            pulls: Vec::new(),
            checks: Vec::new(),
            comments: Vec::new(),
            issues: Vec::new(),
            visibility: "private",
            down: false,
            read_only: false,
        };
        let state = Arc::new(Mutex::new(state));
        let shared = Arc::clone(&state);
        let double = Double::start(move |_| move |request: &Request| lock(&shared).answer(request));
        Self { double, state }
    }

    pub(crate) fn url(&self) -> String {
        self.double.url()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.double.requests()
    }

    /// How many requests changed something.
    pub(crate) fn writes(&self) -> usize {
        self.requests().iter().filter(|request| request.method != "GET").count()
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    /// Opens a pull request; gives its number.
    pub(crate) fn open(&self, branch: &str, base: &str) -> u64 {
        let mut state = self.state();
        let number = state.id();
        let (branch, base) = (branch.to_owned(), base.to_owned());
        state.pulls.push(Pull { number, branch, base, title: "More rights".to_owned(), merged: None });
        number
    }

    /// Stores that a pull request was merged: `brought` are the commits that it added to the base, the newest first.
    pub(crate) fn merged(&self, number: u64, brought: Vec<String>, head: String) {
        let mut state = self.state();
        let (at, made) = (state.now(), brought.first().expect("a merge makes a commit").clone());
        let merged = Merged { at, made, brought, head };
        state.pull_mut(number).merged = Some(merged);
    }

    /// Creates a check run by another app, or again by CI.
    pub(crate) fn publish(&self, app: &str, head: &str, text: &str) {
        self.state().check(
            app,
            json!({ "name": "rolewright/default/dstny", "head_sha": head, "status": "completed",
                "conclusion": "success", "output": { "title": "Planned", "summary": "Fine", "text": text } }),
        );
    }
}

impl State {
    fn id(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// The current time; then one second passes.
    fn now(&mut self) -> String {
        self.seconds += 1;
        format!("2026-11-20T12:{:02}:{:02}Z", self.seconds / 60, self.seconds % 60)
    }

    pub(crate) fn pull_mut(&mut self, number: u64) -> &mut Pull {
        self.pulls.iter_mut().find(|pull| pull.number == number).expect("a pull request")
    }

    /// Changes the title of a pull request.
    pub(crate) fn retitle(&mut self, number: u64, title: &str) {
        self.pull_mut(number).title = title.to_owned();
    }

    fn check(&mut self, app: &str, over: Value) -> Value {
        let (id, now) = (self.id(), self.now());
        let mut run = contract().sample("/repos/ida/access/check-runs", "post", &over);
        run["id"] = id.into();
        run["app"]["id"] = 15368.into();
        run["app"]["slug"] = app.into();
        run["started_at"] = now.clone().into();
        run["completed_at"] = now.into();
        self.checks.push(run.clone());
        run
    }

    /// The last commit of a branch on the remote.
    fn tip(&self, branch: &str) -> String {
        let reference = format!("refs/heads/{branch}");
        let output = Command::new("git").current_dir(&self.remote).args(["rev-parse", &reference]).output();
        String::from_utf8(output.expect("git starts").stdout).expect("a commit").trim().to_owned()
    }

    fn head(&self, pull: &Pull) -> String {
        pull.merged.as_ref().map_or_else(|| self.tip(&pull.branch), |merged| merged.head.clone())
    }

    fn shown(&self, pull: &Pull) -> Value {
        let merged = pull.merged.as_ref();
        json!({
            "number": pull.number, "title": pull.title,
            "state": if merged.is_some() { "closed" } else { "open" },
            "head": { "ref": pull.branch, "sha": self.head(pull) },
            "base": { "ref": pull.base, "sha": self.tip(&pull.base) },
            "merged_at": merged.map(|merged| merged.at.clone()), "merge_commit_sha": merged.map(|merged| merged.made.clone()),
            "user": { "id": 5 },
        })
    }

    fn answer(&mut self, request: &Request) -> Answer {
        if self.down {
            return Answer::Fault(Reply::json(401, &json!({ "message": "Bad credentials" })));
        }
        if self.read_only && request.method != "GET" {
            let message = json!({ "message": "Resource not accessible by integration" });
            return Answer::Fault(Reply::json(403, &message));
        }
        let path = request.path().trim_start_matches("/repos/ida/access").to_owned();
        let parts: Vec<&str> = path.split('/').skip(1).collect();
        let number = |text: &str| text.parse::<u64>().expect("a number");
        let fine = |over| Answer::Fine(200, vec![], over);
        match (request.method.as_str(), parts.as_slice()) {
            ("GET", []) => {
                let (visibility, private) = (self.visibility, self.visibility != "public");
                fine(json!({ "visibility": visibility, "private": private, "default_branch": "main" }))
            }
            ("GET", ["commits", commit, "pulls"]) => {
                let brought = |pull: &&Pull| {
                    let merged = pull.merged.as_ref();
                    merged.is_some_and(|merged| merged.brought.iter().any(|made| made == commit))
                };
                Answer::List(vec![], self.pulls.iter().filter(brought).map(|pull| self.shown(pull)).collect())
            }
            ("GET", ["pulls"]) => {
                let closed = self.pulls.iter().filter(|pull| pull.merged.is_some());
                Answer::List(vec![], closed.map(|pull| self.shown(pull)).collect())
            }
            ("GET", ["pulls", pull]) => {
                let pull = self.pull_mut(number(pull)).clone();
                fine(self.shown(&pull))
            }
            ("GET", ["commits", commit, "check-runs"]) => {
                let wanted = request.parameter("check_name");
                let fits =
                    |run: &&Value| run["head_sha"] == *commit && wanted.as_deref() == run["name"].as_str();
                let runs: Vec<&Value> = self.checks.iter().filter(fits).collect();
                fine(json!({ "total_count": runs.len(), "check_runs": runs }))
            }
            ("POST", ["check-runs"]) => {
                let made = self.check("github-actions", body(request));
                Answer::Fine(201, vec![], made)
            }
            ("GET", ["issues", pull, "comments"]) => {
                let of_pull = self.comments.iter().filter(|comment| comment.pull == number(pull));
                Answer::List(vec![], of_pull.map(Comment::shown).collect())
            }
            ("POST", ["issues", pull, "comments"]) => {
                let made = self.comment("github-actions[bot]", number(pull), &text_of(request));
                Answer::Fine(201, vec![], made)
            }
            ("PATCH", ["issues", "comments", id]) => {
                let comment = self.comments.iter_mut().find(|comment| comment.id == number(id));
                let comment = comment.expect("a comment");
                comment.body = text_of(request);
                comment.edits += 1;
                fine(comment.shown())
            }
            ("GET", ["issues"]) => {
                let open = self.issues.iter().filter(|issue| issue["state"] == "open");
                Answer::List(vec![], open.cloned().collect())
            }
            ("POST", ["issues"]) => {
                let asked = body(request);
                let user = json!({ "id": 9, "login": "github-actions[bot]", "type": "Bot" });
                let issue = json!({ "number": self.id(), "state": "open", "title": asked["title"], "body": asked["body"], "user": user });
                self.issues.push(issue.clone());
                Answer::Fine(201, vec![], issue)
            }
            ("PATCH", ["issues", id]) => {
                let issue = self.issues.iter_mut().find(|issue| issue["number"] == number(id));
                let issue = issue.expect("an issue");
                for (name, value) in body(request).as_object().expect("an object") {
                    issue[name] = value.clone();
                }
                fine(issue.clone())
            }
            other => panic!("the forge was asked for {other:?}"),
        }
    }

    /// Creates a comment.
    pub(crate) fn comment(&mut self, login: &str, pull: u64, body: &str) -> Value {
        let id = self.id();
        let (body, login) = (body.to_owned(), login.to_owned());
        let comment = Comment { id, pull, body, edits: 0, login };
        let shown = comment.shown();
        self.comments.push(comment);
        shown
    }

    /// The comments that CI wrote on a pull request.
    pub(crate) fn ours(&self, pull: u64) -> Vec<&Comment> {
        let of_bot = |comment: &&Comment| comment.pull == pull && comment.login == "github-actions[bot]";
        self.comments.iter().filter(of_bot).collect()
    }
}

impl Comment {
    fn shown(&self) -> Value {
        let kind = if self.login.ends_with("[bot]") { "Bot" } else { "User" };
        json!({ "id": self.id, "body": self.body, "user": { "id": 9, "login": self.login, "type": kind } })
    }
}

fn body(request: &Request) -> Value {
    serde_json::from_str(&request.body).expect("a body")
}

fn text_of(request: &Request) -> String {
    body(request)["body"].as_str().expect("a text").to_owned()
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}
