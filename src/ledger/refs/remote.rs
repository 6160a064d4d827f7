//! The remote repository, accessed through the git command, which knows the user's keys and proxies.

mod child;

use child::Answer;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The time limit of git for a ref of the ledger.
const TIMEOUT: Duration = Duration::from_secs(60);
/// How many times longer a branch may take, since its history may be long.
const BRANCH_TIMEOUT_FACTOR: u32 = 10;

/// A remote that could not be reached, or refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("git {action}: {message}")]
pub struct RemoteError {
    /// The action that failed.
    pub action: &'static str,
    /// Git's message.
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
    /// A remote by name. `root` is the root of the repository's work tree, since the remote's address may be relative
    /// to it.
    pub fn new(root: &Path, name: &str) -> Self {
        Self { root: root.to_owned(), name: name.to_owned(), timeout: TIMEOUT }
    }

    /// The same with another time limit for a ref of the ledger; a branch gets ten times as long.
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
        let with_more_time = Self { timeout: self.timeout * BRANCH_TIMEOUT_FACTOR, ..self.clone() };
        with_more_time.fetch(&refspec)
    }

    /// The branch that the remote's HEAD points to.
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

    /// Fetches a ref of the ledger to the same name here. `false` if the remote does not have it; then the local one
    /// must be ignored.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn fetch_ref(&self, reference: &str) -> Result<bool, RemoteError> {
        if self.refs(reference)?.is_empty() {
            return Ok(false);
        }
        match self.fetch(&format!("+{reference}:{reference}")) {
            // A reset may have deleted it in between.
            Err(error) if !self.refs(reference)?.is_empty() => Err(error),
            fetched => Ok(fetched.is_ok()),
        }
    }

    /// The names of the remote's refs that match a pattern; a full name matches only itself.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn refs(&self, pattern: &str) -> Result<Vec<String>, RemoteError> {
        Ok(self.heads(pattern)?.into_iter().map(|(name, _)| name).collect())
    }

    /// The same, each with the object it points to.
    ///
    /// # Errors
    /// When the remote cannot be reached.
    pub fn heads(&self, pattern: &str) -> Result<Vec<(String, String)>, RemoteError> {
        let text = self.succeed("ls-remote", &["ls-remote", "--refs", &self.name, pattern])?;
        let heads = text.lines().filter_map(|line| line.split_once('\t'));
        let matches = |name: &str| pattern.contains('*') || name == pattern;
        let heads = heads.filter(|(_, name)| matches(name));
        Ok(heads.map(|(object, name)| (name.to_owned(), object.to_owned())).collect())
    }

    /// Pushes an object to a ref (an empty `new` deletes the ref) if the ref still points to `old` on the remote
    /// (`None`: does not exist).
    ///
    /// # Errors
    /// When it does not, when the remote refuses, or when the outcome is unknown: only reading the ref tells.
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
        let failed = |message: &str| RemoteError { action, message: one_line(message) };
        let Answer { status, stdout, stderr } =
            child::git(&self.root, arguments, self.timeout).map_err(|error| failed(&error))?;
        if status.success() { Ok(stdout) } else { Err(failed(&stderr)) }
    }
}

/// The first lines of git's message as one line, without credentials in URLs and control characters.
fn one_line(text: &str) -> String {
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
    use super::one_line;

    #[test]
    fn git_messages_become_one_line_without_credentials() {
        let message =
            "fatal: unable to access 'https://robot:hunter2@example.org/x.git/':\n\n\u{1b}[31mno\u{7}\n";
        assert_eq!(one_line(message), "fatal: unable to access 'https://example.org/x.git/':; [31mno");
        assert_eq!(one_line("git@example.org: Permission denied"), "git@example.org: Permission denied");
    }
}
