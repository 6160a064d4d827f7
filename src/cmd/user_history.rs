//! `rolewright history --user USER`: which runs touched a person, as far as the ledger's records tell. They hold keyed items
//! instead of names, so everything that the policies of each run could have done to the person is made into items again.

use super::args::{Global, HistoryArguments};
use super::branch::Branch;
use super::choices::HistoryFormat;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::instance::Instance;
use super::outputs::{self, Target};
use super::privacy::Redaction;
use super::read::World;
use super::workspace::{self, Side, Workspace};
use super::{out, read, saved};
use crate::gate::{Deed, Marks, RunRecord, Traces, Trail};
use crate::ledger::{Ledger, Loaded};
use crate::model::Commit;
use crate::plan::{OneUser, Subject};
use crate::render::{TrailLine, UserTrail, escape, trail, trail_page};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Versions of the policies that are evaluated again, of the newest runs; each takes as long as a plan.
const MOST_VERSIONS: usize = 20;

/// One run as JSON.
#[derive(Serialize)]
struct Line<'l> {
    instance: &'l str,
    run: &'l str,
    at: &'l str,
    commit: &'l str,
    result: &'l str,
    listed: Vec<DeedLine<'l>>,
    held: Vec<DeedLine<'l>>,
    perhaps: &'l BTreeMap<String, u64>,
}

#[derive(Serialize)]
struct DeedLine<'l> {
    operation: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    what: Option<&'l str>,
}

/// Lists the runs that touched a person, or may have, of each application.
pub(super) fn show(
    global: &Global,
    arguments: &HistoryArguments,
    user: &str,
    targets: Vec<Target<HistoryFormat>>,
) -> Result<Exit, Stop> {
    let branch = Branch::find(global, None)?;
    let workspace = workspace::open(global, branch.repository.read(&branch.tip()?)?)?;
    let redaction = Redaction::of_plans(&workspace)?;
    if redaction.hides() {
        return Err(Stop::new(
            Code::Privacy,
            "`history --user` shows one person, and others can read this output (`privacy` in the Workspace): run it where only you read it",
        ));
    }
    let mut all = Vec::new();
    for application in workspace.applications(global.application.as_deref())? {
        let side = workspace.side(application);
        let git = branch.repository.git_folder();
        let ledger = Ledger::open(git, &global.ledger, &side.instance(), branch.remote())?;
        let loaded = ledger.load()?;
        let versions = Versions::read(global, &branch, side, &loaded, arguments.snapshot.is_some());
        let instance = Instance::of(side, &loaded.state, &redaction)?;
        let kid = instance.key().kid();
        if !loaded.state.kid.is_empty() && loaded.state.kid != kid {
            return Err(Stop::new(
                Code::AnotherKey,
                format!(
                    "{}: its records were made with another key than this `ROLEWRIGHT_KEY`, so nobody can be found \
                    in them: set it to the key that the runs use",
                    side.instance()
                ),
            ));
        }
        let others: Vec<Side<'_>> = versions.sides().collect();
        let world = match &arguments.snapshot {
            Some(folder) => saved::shared(folder, side, &others)?,
            None => read::shared(side, &others)?,
        };
        let asked = Asked { user, accounts: &arguments.account };
        let history = UserHistory::new(&instance, &instance.remembering(world), &versions, asked)?;
        all.push(history.told(loaded.runs, loaded.state.seq));
    }
    if targets.iter().any(|target| target.format == HistoryFormat::Json) {
        for told in &all {
            told.notes.iter().for_each(|note| out::talk(&format!("{}: {note}", told.instance)));
        }
    }
    let trails: Vec<UserTrail<'_>> = all.iter().map(Told::trail).collect();
    outputs::show(targets, |target| match target.format {
        HistoryFormat::Human => Ok(trails.iter().map(trail).collect()),
        HistoryFormat::Json => {
            let lines: Result<Vec<String>, Stop> = all.iter().map(Told::json).collect();
            Ok(lines?.concat())
        }
        HistoryFormat::Html => {
            trail_page(user, &trails).map_err(|error| Stop::new(Code::Defect, error.to_string()))
        }
    })?;
    Ok(Exit::Done)
}

/// The policies of runs, by their digest; none where they cannot be evaluated on what is read.
struct Versions {
    application: String,
    read: BTreeMap<String, Option<Workspace>>,
}

impl Versions {
    /// Reads them. Those with other connections are left out, unless what is read was saved: this command calls what the
    /// protected branch names.
    fn read(global: &Global, branch: &Branch, tip: Side<'_>, loaded: &Loaded, is_saved: bool) -> Self {
        let mut read = BTreeMap::new();
        for RunRecord { policy, commit, .. } in &loaded.runs {
            if read.len() == MOST_VERSIONS || read.contains_key(policy) {
                continue;
            }
            let sources = branch.repository.read(&Commit(commit.clone())).ok();
            let workspace =
                sources.and_then(|sources| workspace::sound(global, sources, tip.workspace.today));
            let reads_the_same = |workspace: &Workspace| {
                let side = workspace.application(&tip.policy.name);
                side.is_some_and(|side| is_saved || tip.same_connections(side))
            };
            read.insert(policy.clone(), workspace.filter(reads_the_same));
        }
        Self { application: tip.policy.name.clone(), read }
    }

    /// Those that can be evaluated.
    fn sides(&self) -> impl Iterator<Item = Side<'_>> {
        self.read.values().flatten().filter_map(|workspace| workspace.application(&self.application))
    }

    /// The version with a digest.
    fn side(&self, digest: &str) -> Option<Side<'_>> {
        self.read.get(digest)?.as_ref()?.application(&self.application)
    }
}

/// Who is asked for.
#[derive(Clone, Copy)]
struct Asked<'a> {
    user: &'a str,
    accounts: &'a [String],
}

/// One application, and one person.
struct UserHistory {
    instance: String,
    who: Vec<String>,
    /// By policy digest.
    trails: BTreeMap<String, Trail>,
    /// By the policies in force, for runs whose own cannot be evaluated.
    of_tip: Trail,
    notes: Vec<String>,
}

impl UserHistory {
    fn new(
        instance: &Instance<'_>,
        world: &World,
        versions: &Versions,
        asked: Asked<'_>,
    ) -> Result<Self, Stop> {
        let evaluation = instance.evaluate(world)?;
        let found = evaluation.subjects(asked.user, &evaluation.plan());
        let mut notes = Vec::new();
        let knows_account = found.iter().any(|subject| subject.user.is_some() && subject.account.is_some());
        if found.is_empty() {
            let user = asked.user;
            notes.push(format!(
                "nobody is called `{user}` in what was read; records are searched for that id"
            ));
        } else if !knows_account && asked.accounts.is_empty() {
            notes.push(
                "no account of this person is known, and records name user and account together where something is taken away: say it with \
                 `--account ID`, or read what was saved then with `--snapshot DIR`"
                    .to_owned(),
            );
        }
        let subjects = subjects(found, &instance.policy().directories, asked);
        let trail_of = |side: Side<'_>| -> Result<Trail, Stop> {
            let evaluation = instance.evaluate_by(side, world)?;
            let mut plan = evaluation.plan();
            OneUser::new(&evaluation, &plan, asked.user).keep(&mut plan);
            let (rights, marks) = (evaluation.rights(), Marks::of(side.policy));
            let name = side.instance();
            Ok(Trail::new(instance.key(), &name, &marks, &subjects, &rights, plan.changes.iter()))
        };
        let mut trails = BTreeMap::new();
        for digest in versions.read.keys() {
            if let Some(trail) = versions.side(digest).and_then(|side| trail_of(side).ok()) {
                trails.insert(digest.clone(), trail);
            }
        }
        let of_tip = trail_of(instance.side())?;
        let who = subjects.iter().map(who).collect();
        Ok(Self { instance: instance.side().instance(), who, trails, of_tip, notes })
    }

    /// What the records of runs tell; `counted` runs were ever begun.
    fn told(mut self, runs: Vec<RunRecord>, counted: u64) -> Told {
        let unread = runs.iter().filter(|record| !self.trails.contains_key(&record.policy)).count();
        if unread > 0 {
            self.notes.push(format!(
                "the policies of {unread} runs cannot be evaluated on what was read, or are older than {MOST_VERSIONS} others: \
                 rights that only they knew are not recognised"
            ));
        }
        self.notes.extend(absent(&runs, counted));
        let runs: Vec<(RunRecord, Traces)> = runs
            .into_iter()
            .map(|record| {
                let traces = self.trails.get(&record.policy).unwrap_or(&self.of_tip).traces(&record);
                (record, traces)
            })
            .collect();
        if runs.iter().any(|(_, traces)| !traces.untold.is_empty()) {
            self.notes.push(
                "records list what takes something away, adoptions, privileged rights and what finds accounts; everything else they \
                 count (`perhaps among`)"
                    .to_owned(),
            );
        }
        Told { instance: self.instance, who: self.who, runs, notes: self.notes }
    }
}

/// What the runs of one application did to the person.
struct Told {
    instance: String,
    who: Vec<String>,
    runs: Vec<(RunRecord, Traces)>,
    notes: Vec<String>,
}

impl Told {
    fn trail(&self) -> UserTrail<'_> {
        let lines = self.runs.iter().map(|(record, traces)| TrailLine { record, traces });
        UserTrail { instance: &self.instance, who: &self.who, lines: lines.collect(), notes: &self.notes }
    }

    /// One JSON document for each run that touched the person, or may have.
    fn json(&self) -> Result<String, Stop> {
        let mut lines = String::new();
        for (record, traces) in self.runs.iter().filter(|(_, traces)| !traces.is_empty()) {
            let line = Line {
                instance: &self.instance,
                run: &record.run,
                at: &record.at,
                commit: &record.commit,
                result: record.result.word(),
                listed: deeds(&traces.listed),
                held: deeds(&traces.held),
                perhaps: &traces.untold,
            };
            let line =
                serde_json::to_string(&line).map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
            lines.push_str(&escape::json(format!("{line}\n")));
        }
        Ok(lines)
    }
}

fn deeds(deeds: &BTreeSet<Deed>) -> Vec<DeedLine<'_>> {
    deeds
        .iter()
        .map(|deed| DeedLine { operation: deed.operation.word(), what: deed.what.as_deref() })
        .collect()
}

/// Everybody whom records may mean by the person: the user with each account, and each account alone, as it is once its user is
/// gone. Whom nobody is called is looked for by id.
fn subjects(found: Vec<Subject>, directories: &[String], asked: Asked<'_>) -> Vec<Subject> {
    let of_users = found.iter().filter_map(|subject| subject.account.clone());
    let accounts: BTreeSet<String> = of_users.chain(asked.accounts.iter().cloned()).collect();
    let mut users = found;
    if users.is_empty() {
        let asked = asked.user.to_owned();
        let of = |directory: &String| Subject {
            directory: Some(directory.clone()),
            user: Some(asked.clone()),
            ..Subject::default()
        };
        users.extend(directories.iter().map(of));
        users.push(Subject { account: Some(asked.clone()), ..Subject::default() });
    }
    let mut all: BTreeSet<Subject> = users.iter().cloned().collect();
    for account in accounts.into_iter().map(Some) {
        all.insert(Subject { account: account.clone(), ..Subject::default() });
        let with_user = users.iter().filter(|subject| subject.user.is_some());
        all.extend(with_user.map(|subject| Subject { account: account.clone(), ..subject.clone() }));
    }
    all.into_iter().collect()
}

fn who(subject: &Subject) -> String {
    let user = match (&subject.directory, &subject.user) {
        (Some(directory), Some(user)) => format!("user `{user}` of the directory `{directory}`"),
        (_, _) => "without a user".to_owned(),
    };
    match &subject.account {
        Some(account) => format!("{user}, account `{account}`"),
        None => user,
    }
}

/// Runs that were counted and have no record here.
fn absent(runs: &[RunRecord], counted: u64) -> Option<String> {
    let number = |record: &RunRecord| record.run.strip_prefix("r-")?.parse::<u64>().ok();
    let known: BTreeSet<u64> = runs.iter().filter_map(number).collect();
    let absent: Vec<u64> = (1..=counted).filter(|run| !known.contains(run)).collect();
    let (first, last) = (absent.first()?, absent.last()?);
    Some(format!("{} runs between r-{first} and r-{last} have no record in this ledger", absent.len()))
}
