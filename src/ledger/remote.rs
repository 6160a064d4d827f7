#![expect(
    clippy::disallowed_types,
    reason = "verb room: the only child process is git, which fetches and pushes"
)]
//! The remote repository, reached by git itself: it knows the user's keys and proxies.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

/// A remote that could not be reached, or that refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("git {action}: {message}")]
pub struct RemoteError {
    /// What was tried.
    pub action: &'static str,
    /// What git said.
    pub message: String,
}

/// A remote of a repository.
#[derive(Clone, Debug)]
pub struct Remote {
    root: PathBuf,
    name: String,
}

impl Remote {
    /// A remote by name, of the repository whose work tree has this root: an address may be relative to it.
    pub fn new(root: &Path, name: &str) -> Self {
        Self { root: root.to_owned(), name: name.to_owned() }
    }

    /// Fetches a branch.
    ///
    /// # Errors
    /// When the remote cannot be reached, or has no such branch.
    pub fn fetch_branch(&self, branch: &str) -> Result<(), RemoteError> {
        let refspec = format!("+refs/heads/{branch}:refs/remotes/{}/{branch}", self.name);
        self.succeed("fetch", &["fetch", "--quiet", "--no-tags", &self.name, &refspec]).map(drop)
    }

    /// What the remote's HEAD names.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn default_branch(&self) -> Result<Option<String>, RemoteError> {
        let text = self.succeed("ls-remote", &["ls-remote", "--symref", &self.name, "HEAD"])?;
        Ok(text.lines().find_map(|line| {
            let target = line.strip_prefix("ref: refs/heads/")?;
            target.split('\t').next().map(ToOwned::to_owned)
        }))
    }

    /// Fetches a ref of the ledger, and gives the commit it names.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn fetch_ref(&self, reference: &str) -> Result<Option<String>, RemoteError> {
        let text = self.succeed("ls-remote", &["ls-remote", &self.name, reference])?;
        let Some(commit) = text.lines().find_map(|line| {
            let (commit, name) = line.split_once('\t')?;
            (name == reference).then(|| commit.to_owned())
        }) else {
            return Ok(None);
        };
        let refspec = format!("+{reference}:{reference}");
        self.succeed(
            "fetch",
            &["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", &self.name, &refspec],
        )?;
        Ok(Some(commit))
    }

    /// Pushes a commit to a ref if the ref still names `old` there (none: is absent). False: it does not.
    ///
    /// # Errors
    /// When it is not known whether the remote took it.
    pub fn push(&self, reference: &str, old: Option<&str>, new: &str) -> Result<bool, RemoteError> {
        let lease = format!("--force-with-lease={reference}:{}", old.unwrap_or_default());
        let refspec = format!("{new}:{reference}");
        let output = self
            .run("push", &["push", "--quiet", "--no-verify", "--porcelain", &lease, &self.name, &refspec])?;
        if output.status.success() {
            return Ok(true);
        }
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        let refused =
            ["stale info", "[rejected]", "failed to lock", "cannot lock ref", "reference already exists"];
        if refused.iter().any(|word| said.contains(word)) {
            return Ok(false);
        }
        Err(RemoteError { action: "push", message: shown(&said) })
    }

    fn succeed(&self, action: &'static str, arguments: &[&str]) -> Result<String, RemoteError> {
        let output = self.run(action, arguments)?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        Err(RemoteError { action, message: shown(&String::from_utf8_lossy(&output.stderr)) })
    }

    fn run(&self, action: &'static str, arguments: &[&str]) -> Result<Output, RemoteError> {
        Command::new("git")
            .arg("-C")
            .arg(&self.root)
            .args(arguments)
            .env_clear()
            .envs(environment())
            .env("GIT_TERMINAL_PROMPT", "0")
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .map_err(|error| RemoteError { action, message: format!("git could not be started: {error}") })
    }
}

/// What git needs to reach a remote: the user's paths, agents, proxies and git's own settings. None of our secrets.
fn environment() -> Vec<(OsString, OsString)> {
    let wanted = |name: &str| {
        matches!(
            name,
            "PATH"
                | "HOME"
                | "USER"
                | "LOGNAME"
                | "TMPDIR"
                | "SSH_AUTH_SOCK"
                | "SSH_AGENT_PID"
                | "XDG_CONFIG_HOME"
        ) || (name.starts_with("GIT_") && !matches!(name, "GIT_DIR" | "GIT_WORK_TREE" | "GIT_INDEX_FILE"))
            || name.to_ascii_lowercase().ends_with("_proxy")
            || name.starts_with("SSL_CERT")
    };
    env::vars_os().filter(|(name, _)| name.to_str().is_some_and(wanted)).collect()
}

/// The first lines of what git says, in one line, without credentials that an URL may hold.
fn shown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(4).collect();
    let words = lines.join("; ");
    let words: Vec<String> = words
        .split(' ')
        .map(|word| match (word.find("://"), word.rfind('@')) {
            (Some(start), Some(end)) if start < end => format!("{}{}", &word[..start + 3], &word[end + 1..]),
            _ => word.to_owned(),
        })
        .collect();
    words.join(" ")
}
