#![expect(
    clippy::disallowed_methods,
    reason = "door: CODEOWNERS and workflows are files of the work tree, and CI says in its environment where it is"
)]
//! `rolewright doctor`

use super::args::{DoctorArguments, Global};
use super::choices::DoctorFormat;
use super::clock::{as_of, unix_seconds};
use super::code::Code;
use super::exit::{Exit, Stop};
use super::lost_store::store_in_tree;
use super::out;
use super::service_profile;
use super::workspace::{self, Workspace};
use crate::doctor::{self, Line, Outcome, ProbeReport, Step, WorkflowFile};
use crate::fetch::git::PolicyRepository;
use crate::fetch::{probe_application, probe_branch, probe_directory, resolve_host, secret};
use crate::language::load;
use crate::ledger::Remote;
use crate::model::{MailConnection, Secret};
use crate::notify::{self, Limits};
use crate::policy::ApplicationPolicy;
use crate::render;
use crate::wire::github;
use std::collections::BTreeSet;
use std::env;
use std::path::Path;
use std::time::Duration;

/// Where forges look for the file; the first that exists counts.
const CODEOWNERS: [&str; 4] = [".github/CODEOWNERS", ".gitlab/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS"];
/// Where GitHub keeps workflows.
const GITHUB_WORKFLOWS: &str = ".github/workflows";
/// Where GitLab keeps the pipeline.
const GITLAB_PIPELINE: &str = ".gitlab-ci.yml";
/// The assumed longest time of one change, for which change windows must leave room.
const CHANGE: Duration = Duration::from_secs(120);

/// Checks everything that a run needs, one after the other; writes nothing but where a profile is wanted and may be tried.
pub(super) fn run(global: &Global, arguments: &DoctorArguments) -> Result<Exit, Stop> {
    let sources = workspace::sources(global)?;
    let paths: Vec<String> = sources.iter().map(|(_, file)| file.path.clone()).collect();
    let findings = load(&sources, as_of(global.as_of.as_deref())?).findings;
    let workspace = workspace::open(global, sources)?;
    let applications = workspace.applications(global.application.as_deref())?;
    if arguments.profile {
        let [application] = applications.as_slice() else {
            return Err(Stop::new(
                Code::OneApplication,
                "name the application of the profile with `--application`",
            ));
        };
        return service_profile::run(arguments, &workspace, application);
    }
    let mut lines = connections(&workspace, &applications);
    lines.extend(workspace.policies.workspace.mail.iter().flat_map(|server| mail(server, &workspace)));
    lines.extend(doctor::expiry("workspace", &findings));
    lines.extend(repository(global, &workspace, &paths));
    lines.extend(ledger(global));
    lines.extend(stores(global, &workspace, &applications));
    lines.extend(review(&workspace.policies.workspace.protected_branch));
    let code = doctor::exit_code(&lines);
    out::data(&match arguments.format {
        DoctorFormat::Human => render::doctor::text(&lines),
        DoctorFormat::Json => render::doctor::json(&lines, code),
    });
    Ok(match code {
        0 => Exit::Done,
        7 => Exit::Incomplete,
        _ => Exit::Error,
    })
}

/// Each directory once, even if several applications use it, then each application with its calendar.
fn connections(workspace: &Workspace, applications: &[&ApplicationPolicy]) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut seen = BTreeSet::new();
    for directory in applications.iter().flat_map(|application| workspace.directories(application)) {
        if seen.insert(&directory.name) {
            let met = probe_directory(directory, &workspace.access);
            lines.extend(doctor::connection(&format!("directory `{}`", directory.name), &met, true));
        }
    }
    for application in applications {
        let subject = format!("application `{}`", application.name);
        let met = probe_application(application, &workspace.access);
        lines.extend(doctor::connection(&subject, &met, true));
        lines.extend(doctor::calendar(&subject, application, unix_seconds(), CHANGE));
    }
    lines
}

/// The mail server. A run that cannot send its report is not affected.
fn mail(connection: &MailConnection, workspace: &Workspace) -> Vec<Line> {
    let mut met = ProbeReport::default();
    let password = match connection.credential.as_ref().map(secret).transpose() {
        Ok(password) => password,
        Err(problem) => {
            met.note(Step::Secret, Err(problem));
            return doctor::connection("mail", &met, false);
        }
    };
    if password.is_some() {
        met.note(Step::Secret, Ok("the password can be read".to_owned()));
    }
    if met.note(Step::Name, resolve_host(&connection.server, connection.port)) {
        let limits = Limits { letter: Duration::from_secs(20), ..Limits::default() };
        let addresses = &workspace.access.addresses;
        let (reached, signed_in) = notify::probe(connection, password.as_ref(), limits, addresses);
        met.note(Step::Connection, reached.map(|()| format!("`{}` answers", connection.server)));
        if let Some(signed_in) = signed_in {
            met.note(Step::SignIn, signed_in.map(|()| format!("`{}` can sign in", connection.from)));
        }
    }
    doctor::connection("mail", &met, false)
}

/// The remote, the protected branch, and the owners of the policies.
fn repository(global: &Global, workspace: &Workspace, paths: &[String]) -> Vec<Line> {
    const SUBJECT: &str = "repository";
    let failed = |step, message: String| vec![Line::new(SUBJECT, step, Outcome::Failed, message)];
    let repository = match PolicyRepository::open(&global.workspace) {
        Ok(repository) => repository,
        Err(error) => return failed(Step::Branch, error.to_string()),
    };
    let branch = workspace.policies.workspace.protected_branch.as_str();
    let mut lines = match repository.remote() {
        Err(error) => failed(Step::Remote, error.to_string()),
        Ok(None) => {
            let message = "there is none: the branch of this repository is applied";
            let there = repository.tip(None, branch).map(drop).map_err(|error| error.to_string());
            vec![Line::new(SUBJECT, Step::Remote, Outcome::Passed, message), branch_line(branch, there)]
        }
        Ok(Some(name)) => {
            let remote = Remote::new(repository.root(), &name);
            match remote.refs(&format!("refs/heads/{branch}")) {
                Err(error) => failed(Step::Remote, error.to_string()),
                Ok(found) => {
                    let there = if found.is_empty() {
                        Err(format!("`{name}` has no branch `{branch}`"))
                    } else {
                        Ok(())
                    };
                    let message = format!("`{name}` answers");
                    vec![
                        Line::new(SUBJECT, Step::Remote, Outcome::Passed, message),
                        branch_line(branch, there),
                    ]
                }
            }
        }
    };
    let file = CODEOWNERS.iter().find_map(|path| std::fs::read_to_string(repository.root().join(path)).ok());
    let paths = from_root(paths, &workspace::shown_folder(global), repository.folder());
    lines.push(doctor::owners(SUBJECT, file.as_deref(), &paths));
    lines.extend(doctor::workflows(SUBJECT, &workflow_files(repository.root())));
    lines
}

/// The database of the ledgers, if they are in one.
fn ledger(global: &Global) -> Option<Line> {
    const SUBJECT: &str = "ledger";
    let database = global.ledger.database()?;
    let (step, result) = match database.version() {
        Ok(0) => (Step::Read, Ok(format!("the first run makes its tables in `{}`", database.schema()))),
        Ok(_) => (Step::Read, Ok(format!("`{}` reads `{}`", database.user(), database.schema()))),
        Err(error) => (Step::Connection, Err(error.to_string())),
    };
    Some(match result {
        Ok(message) => Line::new(SUBJECT, step, Outcome::Passed, message),
        Err(problem) => Line::new(SUBJECT, step, Outcome::Failed, problem),
    })
}

/// Embedded stores in the work tree, where CI applies: its jobs lose them.
fn stores(global: &Global, workspace: &Workspace, applications: &[&ApplicationPolicy]) -> Vec<Line> {
    let Ok(repository) = PolicyRepository::open(&global.workspace) else { return Vec::new() };
    if workflow_files(repository.root()).is_empty() {
        return Vec::new();
    }
    let lost = applications.iter().filter_map(|application| {
        let store = store_in_tree(workspace.side(application), repository.root())?;
        Some(doctor::lost_store(&format!("application `{}`", application.name), store))
    });
    lost.collect()
}

/// The workflows of forges in the work tree that run Rolewright, by path.
fn workflow_files(root: &Path) -> Vec<WorkflowFile> {
    let folder = std::fs::read_dir(root.join(GITHUB_WORKFLOWS)).into_iter().flatten().flatten();
    let names = folder.filter_map(|entry| entry.file_name().into_string().ok());
    let names = names.filter(|name| name.ends_with(".yml") || name.ends_with(".yaml"));
    let mut paths: Vec<String> = names.map(|name| format!("{GITHUB_WORKFLOWS}/{name}")).collect();
    paths.push(GITLAB_PIPELINE.to_owned());
    paths.sort_unstable();
    let read = paths.into_iter().filter_map(|path| {
        let text = std::fs::read_to_string(root.join(&path)).ok()?;
        text.contains("rolewright").then_some(WorkflowFile { path, text })
    });
    read.collect()
}

/// What GitHub requires before a merge, if the environment names a repository there.
fn review(branch: &str) -> Option<Line> {
    const SUBJECT: &str = "repository";
    let job = match github::actions(|name| env::var(name).ok()) {
        Ok(job) => job?,
        Err(error) => return Some(doctor::review(SUBJECT, branch, &Err(error.to_string()))),
    };
    let rules = match env::var(github::TOKEN).ok().filter(|token| !token.is_empty()) {
        Some(token) => probe_branch(job.address, &Secret::new(token), branch),
        None => Err(format!("`{}` is not set, so GitHub was not asked what a merge needs", github::TOKEN)),
    };
    Some(doctor::review(SUBJECT, branch, &rules))
}

fn branch_line(branch: &str, there: Result<(), String>) -> Line {
    match there {
        Ok(()) => Line::new("repository", Step::Branch, Outcome::Passed, format!("`{branch}` is there")),
        Err(problem) => Line::new("repository", Step::Branch, Outcome::Failed, problem),
    }
}

/// The files' paths relative to the repository's root, whatever the current folder is.
fn from_root(paths: &[String], shown: &str, folder: &str) -> Vec<String> {
    let inside = paths.iter().map(|path| path.strip_prefix(shown).unwrap_or(path).trim_start_matches('/'));
    inside.map(|path| Path::new(folder).join(path).to_string_lossy().replace('\\', "/")).collect()
}
