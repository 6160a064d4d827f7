//! A company's git repository in a temporary folder, and the binary run in it as by a user.
#![expect(clippy::disallowed_types, reason = "tests start git and the binary")]
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// A repository with a copy of the worked policies, committed on `main`.
pub(crate) struct Playground {
    folder: TempDir,
    secrets: Vec<(String, String)>,
}

/// The output of a command, and its exit code.
pub(crate) struct CommandOutput {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Playground {
    /// With the phone system only.
    pub(crate) fn new() -> Self {
        Self::of(&["dstny"])
    }

    /// With these applications of the worked policies.
    pub(crate) fn of(applications: &[&str]) -> Self {
        let playground = Self { folder: tempfile::tempdir().expect("a folder"), secrets: Vec::new() };
        copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("policies"), &playground.path("policies"));
        for entry in fs::read_dir(playground.path("policies")).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
            if path.is_dir() && name != "directories" && !applications.contains(&name) {
                fs::remove_dir_all(path).expect("a folder goes");
            }
        }
        playground.git(&["init", "-q", "-b", "main", "."]);
        fs::write(playground.path(".gitignore"), "*.db*\n").expect("a file");
        playground.commit("The first policies");
        playground
    }

    /// Removes the change windows, so that the result of a test does not depend on the time.
    pub(crate) fn at_any_hour(self, application: &str) -> Self {
        let file = format!("policies/{application}/application.yaml");
        let text = self.read(&file);
        let lines: Vec<&str> = text.lines().filter(|line| !line.starts_with("changeWindows:")).collect();
        self.write(&file, &(lines.join("\n") + "\n"));
        self.commit_all("At any hour");
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn secret(&mut self, name: &str, value: &str) {
        self.secrets.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    /// Replaces a text that must exist.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{name} does not contain {from:?}");
        self.write(name, &text.replace(from, to));
    }

    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "-m", message]);
    }

    /// Commits, also if nothing changed.
    pub(crate) fn commit_all(&self, message: &str) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-q", "--allow-empty", "-m", message]);
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        let output = Command::new("git")
            .current_dir(self.folder.path())
            .args(["-c", "user.name=Test", "-c", "user.email=test@contoso.example"])
            .args(arguments)
            .env("GIT_CONFIG_GLOBAL", "/dev/null")
            .env("GIT_CONFIG_SYSTEM", "/dev/null")
            .output()
            .expect("git starts");
        assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// The binary with these arguments, without the user's environment.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolewright"));
        command.current_dir(self.folder.path()).args(arguments).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.folder.path()).env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.env("ROLEWRIGHT_PRIVATE_ADDRESSES", "127.0.0.0/8,::1");
        command.envs(self.secrets.iter().cloned()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> CommandOutput {
        CommandOutput::of(self.command(arguments).output().expect("the binary starts"))
    }
}

impl CommandOutput {
    pub(crate) fn of(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }

    /// Asserts the exit code, and shows all output if it is another.
    pub(crate) fn ends(self, code: i32) -> Self {
        assert_eq!(self.code, code, "stdout:\n{}\nstderr:\n{}", self.stdout, self.stderr);
        self
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name");
        if path.is_dir() {
            copy(&path, &to.join(name));
        } else if path.extension().is_some_and(|ending| ending == "yaml") {
            fs::copy(&path, to.join(name)).expect("a copy");
        }
    }
}
