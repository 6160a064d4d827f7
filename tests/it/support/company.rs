//! A company: a bare repository, a desk where policies are edited, a folder with the directory's users and the
//! application's accounts, and CI's jobs, each in its own clone.
#![expect(clippy::disallowed_types, reason = "tests start git and the binary")]
#![expect(clippy::disallowed_methods, reason = "tests make files")]

use super::forge::Forge;
use crate::support::playground::{CommandOutput, copy};
use serde_json::Value;
use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The ledger's ref.
pub(crate) const LEDGER: &str = "refs/rolewright/default/dstny";
pub(crate) const LIFECYCLE: &str = "policies/dstny/lifecycle.yaml";
pub(crate) const RULES: &str = "policies/dstny/linking-rules.yaml";
pub(crate) const MAPPING: &str = "policies/dstny/attribute-mapping.yaml";
pub(crate) const APPLICATION: &str = "policies/dstny/application.yaml";
pub(crate) const WORKSPACE: &str = "policies/workspace.yaml";
const PEOPLE: &str = "data/directories/people.yaml";

/// How a pull request is merged.
#[derive(Clone, Copy, Debug)]
pub(crate) enum How {
    Merge,
    Squash,
    Rebase,
}

/// The company.
pub(crate) struct Company {
    folder: TempDir,
    pub(crate) forge: Forge,
    jobs: Cell<u32>,
    environment: Vec<(String, String)>,
}

impl Company {
    /// With an empty `main`, and the worked policies of the phone system on the desk, not committed.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("remote.git")).expect("a folder");
        git(&at("remote.git"), &["init", "-q", "--bare", "-b", "main", "."]);
        git(folder.path(), &["clone", "-q", "remote.git", "desk"]);
        fs::write(at("desk/README.md"), "Access\n").expect("a file");
        let forge = Forge::start(&at("remote.git"));
        let mut company = Self { folder, forge, jobs: Cell::new(0), environment: Vec::new() };
        company.commit("Begin");
        company.desk(&["push", "-q", "origin", "main"]);
        let worked = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
        for part in ["directories", "dstny"] {
            copy(&worked.join(part), &company.path(&format!("desk/policies/{part}")));
            copy(&worked.join(part), &company.path(&format!("data/{part}")));
        }
        for other in ["headquarters", "branch", "fabrikam"] {
            for end in ["", "-people"] {
                let file = format!("desk/policies/directories/{other}{end}.yaml");
                fs::remove_file(company.path(&file)).expect("a file goes");
            }
        }
        // The data has its own folder here, and the policy tests are removed because many tests here change the
        // policies.
        for file in ["dstny/tests.yaml", "dstny/start.yaml", "directories/people.yaml"] {
            fs::remove_file(company.path(&format!("desk/policies/{file}"))).expect("a file goes");
        }
        let workspace = fs::read_to_string(worked.join("workspace.yaml")).expect("the workspace");
        company.write(WORKSPACE, &format!("{workspace}review: {{ forge: github }}\n"));
        let url = company.forge.url();
        for (name, value) in [
            ("ROLEWRIGHT_KEY", "a key of the tests"),
            ("ROLEWRIGHT_FORGE_TIMEOUT", "0"),
            ("GITHUB_TOKEN", "ghs_canary-3f9a"),
            ("GITHUB_REPOSITORY", "ida/access"),
            ("GITHUB_API_URL", &url),
            ("GITHUB_ACTOR_ID", "583231"),
        ] {
            company.set(name, value);
        }
        company
    }

    /// With the worked policies reviewed, merged, applied and settled.
    pub(crate) fn running() -> Self {
        Self::running_with(|_| ())
    }

    /// The same with other initial policies.
    pub(crate) fn running_with(edit: impl FnOnce(&Self)) -> Self {
        let company = Self::new();
        company.bring("first", edit);
        company.apply().ends(0);
        company
    }

    /// Sets a variable of all later jobs.
    pub(crate) fn set(&mut self, name: &str, value: &str) {
        self.unset(name);
        self.environment.push((name.to_owned(), value.to_owned()));
    }

    pub(crate) fn unset(&mut self, name: &str) {
        self.environment.retain(|(known, _)| known != name);
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    // ---- At the desk.

    pub(crate) fn desk(&self, arguments: &[&str]) -> String {
        git(&self.path("desk"), arguments)
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path("desk").join(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        fs::write(self.path("desk").join(name), text).expect("a file");
    }

    /// Replaces a text that must exist.
    pub(crate) fn edit(&self, name: &str, from: &str, to: &str) {
        self.write(name, &replaced(&self.read(name), name, from, to));
    }

    pub(crate) fn commit(&self, message: &str) -> String {
        self.desk(&["add", "-A"]);
        self.desk(&["commit", "-q", "--allow-empty", "-m", message]);
        self.desk(&["rev-parse", "HEAD"])
    }

    /// Switches to a new branch at the remote's `main`, with the uncommitted changes.
    pub(crate) fn branch(&self, name: &str) {
        self.desk(&["fetch", "-q", "origin"]);
        self.desk(&["checkout", "-q", "--no-track", "-B", name, "origin/main"]);
    }

    /// Commits an edit on the current branch, and pushes it.
    pub(crate) fn push(&self, edit: impl FnOnce(&Self)) -> String {
        edit(self);
        let commit = self.commit("More rights");
        self.desk(&["push", "-q", "--force", "origin", "HEAD"]);
        commit
    }

    /// Opens a pull request of a new branch with an edit; gives its number.
    pub(crate) fn propose(&self, branch: &str, edit: impl FnOnce(&Self)) -> u64 {
        self.branch(branch);
        self.push(edit);
        self.forge.open(branch, "main")
    }

    /// Merges a pull request, by its branch on the remote.
    pub(crate) fn merge(&self, number: u64, how: How) -> String {
        let pull = self.forge.state().pull_mut(number).clone();
        self.desk(&["fetch", "-q", "origin"]);
        let base = format!("origin/{}", pull.base);
        let proposed = format!("origin/{}", pull.branch);
        let head = self.desk(&["rev-parse", &proposed]);
        let before = self.desk(&["rev-parse", &base]);
        self.desk(&["checkout", "-q", "--detach", &base]);
        match how {
            How::Merge => drop(self.desk(&["merge", "-q", "--no-ff", "-m", "Merge pull request", &proposed])),
            How::Squash => {
                self.desk(&["merge", "-q", "--squash", &proposed]);
                self.commit("Squashed pull request");
            }
            How::Rebase => {
                self.desk(&["checkout", "-q", "--detach", &proposed]);
                self.desk(&["rebase", "-q", "--no-ff", &base]);
            }
        }
        self.desk(&["push", "-q", "origin", &format!("HEAD:refs/heads/{}", pull.base)]);
        let brought = self.desk(&["rev-list", &format!("{before}..HEAD")]);
        self.forge.merged(number, brought.lines().map(ToOwned::to_owned).collect(), head);
        self.desk(&["rev-parse", "HEAD"])
    }

    /// Opens, plans and merges a pull request.
    pub(crate) fn bring(&self, branch: &str, edit: impl FnOnce(&Self)) -> u64 {
        let number = self.propose(branch, edit);
        self.plan(number).ends(0);
        self.merge(number, How::Merge);
        number
    }

    /// Pushes an edit to `main` without a review.
    pub(crate) fn force(&self, edit: impl FnOnce(&Self)) -> String {
        self.branch("past-review");
        edit(self);
        let commit = self.commit("Nobody saw this");
        self.desk(&["push", "-q", "origin", "HEAD:main"]);
        commit
    }

    // ---- CI's jobs.

    /// A clone, with a commit checked out.
    pub(crate) fn clone(&self, revision: &str, more: &[&str]) -> PathBuf {
        let number = self.jobs.get() + 1;
        self.jobs.set(number);
        let name = format!("job-{number}");
        let url = format!("file://{}", self.path("remote.git").display());
        git(self.folder.path(), &[&["clone", "-q"], more, &[&url, &name]].concat());
        let job = self.path(&name);
        git(&job, &["checkout", "-q", "--detach", revision]);
        job
    }

    /// The binary in a job's clone.
    pub(crate) fn command(&self, job: &Path, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rolewright"));
        command.current_dir(job).args(arguments).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.env("HOME", self.folder.path()).env("GIT_CONFIG_SYSTEM", "/dev/null");
        command.env("ROLEWRIGHT_PRIVATE_ADDRESSES", "127.0.0.0/8,::1");
        command.env("ROLEWRIGHT_DATA", self.path("data"));
        command.envs(self.environment.iter().cloned()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, job: &Path, arguments: &[&str]) -> CommandOutput {
        CommandOutput::of(self.command(job, arguments).output().expect("the binary starts"))
    }

    /// The plan job of a pull request.
    pub(crate) fn plan(&self, number: u64) -> CommandOutput {
        let pull = self.forge.state().pull_mut(number).clone();
        let head = format!("origin/{}", pull.branch);
        let job = self.clone(&head, &[]);
        let (base, number) = (format!("origin/{}", pull.base), number.to_string());
        self.run(&job, &["plan", "--base", &base, "--head", &head, "--pull-request", &number])
    }

    /// The apply job.
    pub(crate) fn apply(&self) -> CommandOutput {
        self.apply_with(&[])
    }

    pub(crate) fn apply_with(&self, more: &[&str]) -> CommandOutput {
        let job = self.clone("origin/main", &[]);
        self.run(&job, &[&["apply"], more].concat())
    }

    /// The remaining changes for the policies at the tip.
    pub(crate) fn left(&self) -> CommandOutput {
        let job = self.clone("origin/main", &[]);
        self.run(&job, &["plan", "--detailed-exitcode"])
    }

    /// An `apply` that must wait for a person and write nothing.
    pub(crate) fn waits(&self) -> CommandOutput {
        let before = self.store();
        let ran = self.apply().ends(4);
        assert_eq!(self.store(), before, "stdout:\n{}\nstderr:\n{}", ran.stdout, ran.stderr);
        ran
    }

    // ---- Directory and application.

    /// Changes the directory.
    pub(crate) fn directory(&self, from: &str, to: &str) {
        let text = fs::read_to_string(self.path(PEOPLE)).expect("the people");
        fs::write(self.path(PEOPLE), replaced(&text, PEOPLE, from, to)).expect("a file");
    }

    /// Everything in the application, in a fixed order.
    pub(crate) fn store(&self) -> Vec<String> {
        let file = self.path("data/dstny.db");
        if !file.exists() {
            return Vec::new();
        }
        let store = rusqlite::Connection::open(file).expect("the store");
        let all = "SELECT 'account ' || id || ' ' || coalesce(link, '-') || ' ' || active FROM accounts \
             UNION ALL SELECT 'attribute ' || account || ' ' || name || ' ' || value FROM attributes \
             UNION ALL SELECT 'grant ' || account || ' ' || entitlement || ' ' || value FROM grants ORDER BY 1";
        let mut query = store.prepare(all).expect("a query");
        let rows = query.query_map([], |row| row.get(0)).expect("rows");
        rows.map(|row| row.expect("a row")).collect()
    }

    /// Runs SQL in the store.
    pub(crate) fn sql(&self, text: &str) {
        let store = rusqlite::Connection::open(self.path("data/dstny.db")).expect("the store");
        store.execute_batch(text).expect("SQL");
    }

    pub(crate) fn remote(&self, arguments: &[&str]) -> String {
        git(&self.path("remote.git"), arguments)
    }

    /// The ledger's commit; empty if there is none.
    pub(crate) fn ledger(&self) -> String {
        self.remote(&["for-each-ref", "--format=%(objectname)", LEDGER])
    }

    /// A JSON file of the ledger.
    pub(crate) fn ledger_file(&self, name: &str) -> Value {
        let text = self.remote(&["show", &format!("{LEDGER}:{name}")]);
        serde_json::from_str(&text).expect("JSON")
    }

    /// The last settled commit.
    pub(crate) fn settled(&self) -> String {
        self.ledger_file("state.json")["settled"]["commit"].as_str().unwrap_or_default().to_owned()
    }

    /// The name of the last run.
    pub(crate) fn last_run(&self) -> String {
        format!("r-{}", self.ledger_file("state.json")["seq"])
    }
}

fn replaced(text: &str, name: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{name} does not contain {from:?}");
    text.replace(from, to)
}

/// Runs git without the user's configuration.
pub(crate) fn git(folder: &Path, arguments: &[&str]) -> String {
    let output = Command::new("git")
        .current_dir(folder)
        .args([
            "-c",
            "user.name=Test",
            "-c",
            "user.email=test@contoso.example",
            "-c",
            "advice.detachedHead=false",
        ])
        .args(arguments)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .expect("git starts");
    assert!(output.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
}

// ---- Edits of the policies.

/// Call centre agents no longer get their right: two revocations.
pub(crate) fn drops_agents(company: &Company) {
    company.edit(RULES, "  - { id: agents, group: Call centre agents, grant: { callCentre: agent } }\n", "");
}

/// Disabled users lose their account: one deletion.
pub(crate) fn deletes_disabled(company: &Company) {
    company.edit(LIFECYCLE, "disabled: provision", "disabled: delete");
}

/// Other titles: updates.
pub(crate) fn changes_titles(company: &Company) {
    company.edit(MAPPING, "title: jobTitle", "title: department");
}
