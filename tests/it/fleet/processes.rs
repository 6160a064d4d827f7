//! Real processes, a real database, and SIGKILL.
#![expect(clippy::disallowed_types, reason = "tests start the binary and kill it")]

use crate::support::playground::Playground;
use crate::support::postgres::{Schema, shared};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::PathBuf;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(120);
const APPLICATIONS: usize = 12;

/// A company with a dozen applications, whose ledgers are in a database, and three clones for three processes.
struct Company {
    author: Playground,
    _schema: Schema,
}

fn application(number: usize) -> String {
    format!("app-{number:02}")
}

impl Company {
    fn new() -> Self {
        let mut author = Playground::of(&[]);
        let schema = Schema::new();
        let port = shared().port;
        let address = format!("postgres://rolewright@127.0.0.1:{port}/accounts?schema={}", schema.name());
        author.secret("ROLEWRIGHT_LEDGER", &address);
        author.secret("ROLEWRIGHT_LEDGER_PASSWORD", "rolewright-password");
        author.secret("ROLEWRIGHT_LEDGER_CA", &format!("/tmp/rolewright-postgres-{port}/ca.pem"));
        author.write(".gitignore", "remote.git\nclone-*\ndata\n*.log\n");
        fs::remove_dir_all(author.path("policies")).unwrap();
        for folder in ["policies", "data"] {
            fs::create_dir_all(author.path(folder)).unwrap();
        }
        let head = "apiVersion: rolewright/v1\nkind:";
        author.write(
            "policies/workspace.yaml",
            &format!("{head} Workspace\nname: company\nprotectedBranch: main\n"),
        );
        author.write(
            "policies/company.yaml",
            &format!("{head} Directory\nname: company\nfile: {{ people: people.yaml }}\n"),
        );
        author.write(
            "data/people.yaml",
            "users:\n  - { id: c0de0000-0000-4000-8000-000000000001, userPrincipalName: ada@company.example, \
             mail: ada@company.example, displayName: Ada Holt, jobTitle: Editor, department: Press }\n",
        );
        author.write("data/start.yaml", "accounts: []\n");
        for name in (0..APPLICATIONS).map(application) {
            author.write(&format!("policies/{name}.yaml"), &format!(
                "{head} Application\nname: {name}\nsqlite: {{ file: {name}.db, startFrom: start.yaml }}\ndirectories: [{{ name: company }}]\n"
            ));
            author.write(&format!("policies/{name}-mapping.yaml"), &format!(
                "{head} AttributeMapping\napplication: {name}\nmatch: [email]\nattributes: {{ email: mail, title: jobTitle }}\n"
            ));
            author.write(&format!("policies/{name}-lifecycle.yaml"), &format!(
                "{head} Lifecycle\napplication: {name}\nscope: {{ user: mail, present: true }}\ndeleted: deactivate\noutOfScope: deactivate\n\
                 disabled: deactivate\nunmanaged: keep\nreturning: reactivate\nadoption: allow\nlimits:\n  - {{ change: removal, percent: 5, floor: 3, within: 7d }}\n"
            ));
        }
        author.git(&["init", "-q", "--bare", "-b", "main", "remote.git"]);
        author.git(&["remote", "add", "origin", "remote.git"]);
        let company = Self { author, _schema: schema };
        company.merge("A dozen applications");
        for clone in ["clone-0", "clone-1", "clone-2"] {
            company.author.git(&["clone", "-q", "remote.git", clone]);
        }
        company
    }

    fn merge(&self, message: &str) {
        self.author.commit(message);
        self.author.git(&["push", "-q", "origin", "main"]);
    }

    fn process(&self, number: usize, life: usize) -> Replica {
        let log = self.author.path(&format!("{number}-{life}.log"));
        let file = File::create(&log).unwrap();
        let (workspace, data) = (format!("clone-{number}/policies"), self.author.path("data"));
        let mut command: Command = self.author.command(&[
            "-C",
            &workspace,
            "--data",
            data.to_str().unwrap(),
            "reconcile",
            "--poll",
            "1",
        ]);
        command.stdout(file.try_clone().unwrap()).stderr(file);
        Replica { child: command.spawn().unwrap(), log }
    }

    /// How many applications' stores have this title.
    fn titled(&self, title: &str) -> usize {
        (0..APPLICATIONS).map(application).filter(|name| self.title(name).as_deref() == Some(title)).count()
    }

    fn title(&self, application: &str) -> Option<String> {
        let store = self.author.path(&format!("data/{application}.db"));
        let store = store.exists().then(|| Connection::open(store).ok()).flatten()?;
        store.query_row("SELECT value FROM attributes WHERE name = 'title'", [], |row| row.get(0)).ok()
    }

    /// The results of an application's runs that are recorded, newest first.
    fn results(&self, application: &str) -> Vec<String> {
        let listed = self.author.run(&[
            "-C",
            "clone-0/policies",
            "--application",
            application,
            "history",
            "--format",
            "json",
        ]);
        let line = |line: &str| {
            serde_json::from_str::<serde_json::Value>(line).unwrap()["result"].as_str().unwrap().to_owned()
        };
        listed.ends(0).stdout.lines().map(line).collect()
    }
}

/// A running process; it ends with the test.
struct Replica {
    child: Child,
    log: PathBuf,
}

impl Replica {
    fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    /// The application that it runs now.
    fn running(&self) -> Option<String> {
        let said = self.said();
        let named = |what: &str| {
            said.lines().filter_map(|line| line.split_once(what)).map(|(name, _)| name.to_owned()).collect()
        };
        let (begun, ended): (Vec<String>, Vec<String>) = (named(": a run is due"), named(": the run ended"));
        (begun.len() > ended.len()).then(|| begun.last().cloned()).flatten()
    }

    fn kill(&mut self) {
        // On Unix this is SIGKILL. It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Replica {
    fn drop(&mut self) {
        self.kill();
    }
}

fn wait_for(what: &str, replicas: &[Replica], is_so: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        let said: Vec<String> = replicas.iter().map(Replica::said).collect();
        assert!(begun.elapsed() < PATIENCE, "{what}:\n{}", said.join("\n--\n"));
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Three processes share the work of a start and of two merges. At each merge one is killed in the middle of a run; whoever knows that says so
/// (`unlock --dead`), and another makes it.
#[test]
fn f1_processes_share_the_work_and_replace_one_that_is_killed() {
    let company = Company::new();
    let mut replicas: Vec<Replica> = (0..3).map(|number| company.process(number, 0)).collect();
    wait_for("all are applied at start", &replicas, || company.titled("Editor") == APPLICATIONS);
    let mut logs: Vec<PathBuf> = replicas.iter().map(|replica| replica.log.clone()).collect();
    let mut killed: BTreeMap<String, usize> = BTreeMap::new();
    for (round, (from, to, title)) in
        [("jobTitle", "department", "Press"), ("department", "jobTitle", "Editor")].into_iter().enumerate()
    {
        wait_for("nobody runs", &replicas, || replicas.iter().all(|replica| replica.running().is_none()));
        for name in (0..APPLICATIONS).map(application) {
            company.author.edit(
                &format!("policies/{name}-mapping.yaml"),
                &format!("title: {from}"),
                &format!("title: {to}"),
            );
        }
        company.merge("Other titles");
        wait_for("one runs", &replicas, || replicas[round].running().is_some());
        replicas[round].kill();
        if let Some(dead) = replicas[round].running() {
            company
                .author
                .run(&["-C", "clone-2/policies", "--application", &dead, "unlock", "--dead"])
                .ends(0);
            *killed.entry(dead).or_default() += 1;
        }
        replicas[round] = company.process(round, 1);
        logs.push(replicas[round].log.clone());
        wait_for("all are applied after a merge", &replicas, || company.titled(title) == APPLICATIONS);
    }
    wait_for("nobody runs", &replicas, || replicas.iter().all(|replica| replica.running().is_none()));
    let said: Vec<String> = logs.iter().map(|log| fs::read_to_string(log).unwrap()).collect();
    for name in (0..APPLICATIONS).map(application) {
        let ended = said
            .iter()
            .map(|said| said.matches(&format!("{name}: the run ended: done")).count())
            .sum::<usize>();
        let times = killed.get(&name).copied().unwrap_or_default();
        // One that is killed may have ended its run and not have said so.
        let expected = 3 - times..=3;
        assert!(expected.contains(&ended), "{name}: each due run happened once:\n{}", said.join("\n--\n"));
        let results = company.results(&name);
        let done = results.iter().filter(|result| *result == "done").count();
        assert!(done <= 3 && results.len() - done <= times, "{name}: {results:?}");
        assert!(times > 0 || done == 3, "{name}: {results:?}");
    }
    let sharing = said.iter().filter(|said| said.contains("the run ended: done")).count();
    assert!(sharing > 2, "the work was not shared");
}
