//! A folder that `init` wrote to.
#![expect(clippy::disallowed_types, reason = "tests start the binary")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

/// A folder that `init` wrote to.
pub(crate) struct InitFolder {
    pub(crate) folder: TempDir,
}

impl InitFolder {
    /// With these flags.
    pub(crate) fn with(flags: &[&str]) -> Self {
        // Without a dot before its name: editors leave hidden folders out.
        let begun = Self { folder: tempfile::Builder::new().prefix("init-").tempdir().unwrap() };
        let (code, text) = begun.run(&[&["init"], flags].concat());
        assert_eq!(code, 0, "{text}");
        begun
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The exit code, and everything that was printed.
    pub(crate) fn run(&self, arguments: &[&str]) -> (i32, String) {
        self.run_with(arguments, &[])
    }

    /// The same with more variables.
    pub(crate) fn run_with(&self, arguments: &[&str], more: &[(&str, &str)]) -> (i32, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolewright"));
        command.current_dir(self.folder.path()).args(arguments).env_clear().env("HOME", self.folder.path());
        command.envs(more.iter().copied());
        let output = command.output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }

    /// Commits everything that is there.
    pub(crate) fn commit(&self) {
        for arguments in [
            &["init", "-q", "-b", "main"][..],
            &["add", "-A"],
            &["-c", "user.name=t", "-c", "user.email=t@company.example", "commit", "-q", "-m", "All"],
        ] {
            let mut command = Command::new("git");
            command.current_dir(self.folder.path()).args(arguments);
            assert!(command.status().unwrap().success(), "git {arguments:?}");
        }
    }

    /// Clones what was committed, as a job of CI does.
    pub(crate) fn clone_to(&self, job: &Self) {
        let mut command = Command::new("git");
        command.args(["clone", "-q", "--no-local"]).arg(self.folder.path()).arg(job.folder.path());
        assert!(command.status().unwrap().success(), "git clone");
    }

    /// All files, by path.
    pub(crate) fn all(&self) -> BTreeMap<PathBuf, String> {
        let mut found = BTreeMap::new();
        walk(self.folder.path(), &mut found);
        found
    }
}

fn walk(folder: &Path, found: &mut BTreeMap<PathBuf, String>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            walk(&path, found)
        } else {
            drop(found.insert(path.clone(), fs::read_to_string(path).unwrap()))
        }
    }
}
