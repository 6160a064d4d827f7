//! The remote repository, reached by git itself: it knows the user's keys and proxies.

mod child;

use child::Answer;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// How long git may take for a ref of the ledger.
const TIMEOUT: Duration = Duration::from_secs(60);
/// A branch may bring a long history: it may take so many times as long.
const BRANCH_TIMES: u32 = 10;

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
    timeout: Duration,
}

impl Remote {
    /// A remote by name, of the repository whose work tree has this root: an address may be relative to it.
    pub fn new(root: &Path, name: &str) -> Self {
        Self { root: root.to_owned(), name: name.to_owned(), timeout: TIMEOUT }
    }

    /// The same, but each call for a ref of the ledger takes no longer than that; for a branch, ten times that.
    #[must_use]
    pub fn with_timeout(self, timeout: Duration) -> Self {
        Self { timeout, ..self }
    }

    /// Fetches a branch.
    ///
    /// # Errors
    /// When the remote cannot be reached, or has no such branch.
    pub fn fetch_branch(&self, branch: &str) -> Result<(), RemoteError> {
        let refspec = format!("+refs/heads/{branch}:refs/remotes/{}/{branch}", self.name);
        let patient = Self { timeout: self.timeout * BRANCH_TIMES, ..self.clone() };
        patient.fetch(&refspec)
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

    /// Brings a ref of the ledger here, under the same name. False: the remote has none, and the one here means nothing.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn fetch_ref(&self, reference: &str) -> Result<bool, RemoteError> {
        if self.refs(reference)?.is_empty() {
            return Ok(false);
        }
        match self.fetch(&format!("+{reference}:{reference}")) {
            // It may have been deleted in between, by a reset.
            Err(error) if !self.refs(reference)?.is_empty() => Err(error),
            fetched => Ok(fetched.is_ok()),
        }
    }

    /// The names of the remote's refs that a pattern fits; a full name fits itself only.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn refs(&self, pattern: &str) -> Result<Vec<String>, RemoteError> {
        Ok(self.heads(pattern)?.into_iter().map(|(name, _)| name).collect())
    }

    /// The same, each with the object that it names.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn heads(&self, pattern: &str) -> Result<Vec<(String, String)>, RemoteError> {
        let text = self.succeed("ls-remote", &["ls-remote", "--refs", &self.name, pattern])?;
        let heads = text.lines().filter_map(|line| line.split_once('\t'));
        let fits = |name: &str| pattern.contains('*') || name == pattern;
        let heads = heads.filter(|(_, name)| fits(name));
        Ok(heads.map(|(object, name)| (name.to_owned(), object.to_owned())).collect())
    }

    /// Pushes an object to a ref, an empty `new` deletes it, if the ref still names `old` there (none: is absent).
    ///
    /// # Errors
    /// When it does not, when the remote refuses, or when it is not known whether it took it: only looking tells.
    pub fn push(&self, reference: &str, old: Option<&str>, new: &str) -> Result<(), RemoteError> {
        let lease = format!("--force-with-lease={reference}:{}", old.unwrap_or_default());
        let refspec = format!("{new}:{reference}");
        let plain = ["--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no"];
        self.succeed("push", &[&["push"], &plain[..], &[&lease, &self.name, &refspec]].concat()).map(drop)
    }

    fn fetch(&self, refspec: &str) -> Result<(), RemoteError> {
        let plain =
            ["--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head", "--recurse-submodules=no"];
        self.succeed("fetch", &[&["fetch"], &plain[..], &[&self.name, refspec]].concat()).map(drop)
    }

    fn succeed(&self, action: &'static str, arguments: &[&str]) -> Result<String, RemoteError> {
        let failed = |message: &str| RemoteError { action, message: shown(message) };
        let Answer { status, stdout, stderr } =
            child::git(&self.root, arguments, self.timeout).map_err(|error| failed(&error))?;
        if status.success() { Ok(stdout) } else { Err(failed(&stderr)) }
    }
}

/// The first lines of what git says, in one line, without credentials that an URL may hold, without control characters.
fn shown(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).take(4).collect();
    let words: Vec<String> = lines.join("; ").split(' ').map(without_credentials).collect();
    words.join(" ").chars().filter(|letter| !letter.is_control()).collect()
}

fn without_credentials(word: &str) -> String {
    let Some(start) = word.find("://").map(|place| place + 3) else { return word.to_owned() };
    match word[start..].rfind('@') {
        Some(end) => format!("{}{}", &word[..start], &word[start + end + 1..]),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::shown;

    #[test]
    fn what_git_says_is_shown_on_one_line_without_credentials() {
        let said =
            "fatal: unable to access 'https://robot:hunter2@example.org/x.git/':\n\n\u{1b}[31mno\u{7}\n";
        assert_eq!(shown(said), "fatal: unable to access 'https://example.org/x.git/':; [31mno");
        assert_eq!(shown("git@example.org: Permission denied"), "git@example.org: Permission denied");
    }
}
