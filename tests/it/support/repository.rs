//! A git repository in a folder of its own, made with git itself.
#![expect(clippy::disallowed_types, reason = "git makes the repositories that are read")]
#![expect(clippy::disallowed_methods, reason = "the work tree's files are written by the test")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// A repository in a temporary folder.
pub(crate) struct TestRepository {
    home: TempDir,
    name: String,
}

impl TestRepository {
    /// An empty repository with the branch `main`; `init` are further arguments of `git init`.
    pub(crate) fn with(init: &[&str]) -> Self {
        let repository = Self::at("work");
        let place = repository.path();
        run(
            repository.home.path(),
            &[&["init", "--quiet", "-b", "main"], init, &[text(&place)]].concat(),
            b"",
        );
        repository
    }

    /// An empty repository with the branch `main`.
    pub(crate) fn new() -> Self {
        Self::with(&[])
    }

    /// A repository with one commit of `policies/a.yaml`.
    pub(crate) fn started() -> Self {
        let repository = Self::new();
        repository.write("policies/a.yaml", "one\n");
        repository.commit("first");
        repository
    }

    /// A clone of this repository, over `file://`, so that git's transport is used.
    pub(crate) fn cloned(&self, options: &[&str]) -> Self {
        let clone = Self::at("clone");
        let from = format!("file://{}", text(&self.path()));
        run(
            clone.home.path(),
            &[&["clone", "--quiet"], options, &[from.as_str(), text(&clone.path())]].concat(),
            b"",
        );
        clone
    }

    fn at(name: &str) -> Self {
        Self { home: TempDir::new().unwrap(), name: name.to_owned() }
    }

    /// Its folder.
    pub(crate) fn path(&self) -> PathBuf {
        self.home.path().join(&self.name)
    }

    /// Its `.git`.
    pub(crate) fn git_folder(&self) -> PathBuf {
        if self.path().join(".git").exists() { self.path().join(".git") } else { self.path() }
    }

    /// The output of a git command.
    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        run(&self.path(), arguments, b"")
    }

    /// Stores an object, and gives its id. Git does not check it.
    pub(crate) fn object(&self, kind: &str, bytes: &[u8]) -> String {
        run(&self.path(), &["hash-object", "-t", kind, "--literally", "-w", "--stdin"], bytes)
    }

    /// Writes a file of the work tree.
    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Removes a file.
    pub(crate) fn remove(&self, path: &Path) {
        std::fs::remove_file(path).unwrap();
    }

    /// Adds an entry to the index, without a file in the work tree.
    pub(crate) fn stage(&self, mode: &str, id: &str, path: &str) {
        self.git(&["update-index", "--add", "--cacheinfo", &format!("{mode},{id},{path}")]);
    }

    /// Commits the whole work tree.
    pub(crate) fn commit(&self, message: &str) -> String {
        self.git(&["add", "--all"]);
        self.commit_staged(message)
    }

    /// Commits the index.
    pub(crate) fn commit_staged(&self, message: &str) -> String {
        self.git(&["commit", "--quiet", "--allow-empty", "-m", message]);
        self.git(&["rev-parse", "HEAD"])
    }

    /// Adds a script for one of git's hooks.
    #[cfg(unix)]
    pub(crate) fn hook(&self, name: &str, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.git_folder().join("hooks").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(&path, format!("#!/bin/sh\n{script}\n")).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
}

/// A path as text.
pub(crate) fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

fn run(folder: &Path, arguments: &[&str], input: &[u8]) -> String {
    let mut child = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgSign=false"])
        .args(["-c", "protocol.file.allow=always"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}
