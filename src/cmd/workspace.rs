//! A workspace that was read and checked.

use super::access::access;
use super::args::Global;
use super::clock::as_of;
use super::code::Code;
use super::exit::Stop;
use super::out;
use crate::fetch::git::PolicyRepository;
use crate::fetch::{Access, read_work_tree};
use crate::gate::{Guarded, same_connections};
use crate::language::{Checked, load};
use crate::model::{ApplicationConnection, Date, Digest, DirectoryConnection, Finding, SourceSet};
use crate::policy::{ApplicationPolicy, DirectoryPolicy, PolicySet};
use crate::render::findings;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

/// Policies without errors, and the place of their data.
pub(super) struct Workspace {
    /// The files.
    pub sources: SourceSet,
    /// The policies.
    pub policies: PolicySet,
    /// What reads may use.
    pub access: Access,
    /// Today, or the day that the user names. Plans use the day of [`Instance`](super::instance::Instance), which is
    /// never before the last run's.
    pub today: Date,
    /// The workspace folder, as the user wrote it.
    pub place: PathBuf,
}

/// The folder as the user wrote it, with `/`.
pub(super) fn shown_folder(global: &Global) -> String {
    let shown = global.workspace.to_string_lossy().replace('\\', "/");
    let shown = shown.trim_start_matches("./").trim_end_matches('/');
    if shown == "." { String::new() } else { shown.to_owned() }
}

/// Reads the files of the work tree.
pub(super) fn sources(global: &Global) -> Result<SourceSet, Stop> {
    read_work_tree(&global.workspace, &shown_folder(global))
        .map_err(|error| Stop::new(Code::PolicyFiles, error.to_string()))
}

/// Reads and checks a workspace; prints findings on stderr.
pub(super) fn open(global: &Global, sources: SourceSet) -> Result<Workspace, Stop> {
    let today = as_of(global.as_of.as_deref())?;
    let Checked { findings, policies } = load(&sources, today);
    let colour = out::colour(global.color);
    let Some(policies) = policies else {
        out::talk_face(&findings::text(&findings, &sources, colour, out::width()));
        return Err(Stop::new(Code::Policies, "the policies have errors; nothing was read"));
    };
    let (ending, others): (Vec<Finding>, Vec<Finding>) =
        findings.into_iter().partition(|finding| finding.code == ENDING);
    if !others.is_empty() {
        out::talk_face(&findings::text(&others, &sources, colour, out::width()));
    }
    if !ending.is_empty() {
        once(dates(ending.len()));
    }
    let access = access(global, &sources, policies.workspace.review)?;
    Ok(Workspace { sources, policies, access, today, place: global.workspace.clone() })
}

/// Prints a line, unless it was printed before: `apply` reads the policies several times.
fn once(line: String) {
    static TOLD: Mutex<Vec<String>> = Mutex::new(Vec::new());
    let mut told = TOLD.lock().unwrap_or_else(PoisonError::into_inner);
    if !told.contains(&line) {
        out::talk(&line);
        told.push(line);
    }
}

/// Dates that end soon are shown in full where they can be acted on, by `validate`; other commands say that there are some.
const ENDING: &str = "check/until";

fn dates(count: usize) -> String {
    let what = if count == 1 {
        "1 date in the policies ends soon"
    } else {
        &format!("{count} dates in the policies end soon")
    };
    format!("{what} or is over: `rolewright validate` shows it")
}

/// Checks a workspace for a day without printing findings; none if it has errors.
pub(super) fn sound(global: &Global, sources: SourceSet, day: Date) -> Option<Workspace> {
    let policies = load(&sources, day).policies?;
    let access = access(global, &sources, policies.workspace.review).ok()?;
    Some(Workspace { sources, policies, access, today: day, place: global.workspace.clone() })
}

/// One version of an application's policies, with its workspace.
#[derive(Clone, Copy)]
pub(super) struct Side<'s> {
    /// The workspace.
    pub workspace: &'s Workspace,
    /// The application's policies.
    pub policy: &'s ApplicationPolicy,
}

impl<'s> Side<'s> {
    /// Environment and application: `default/dstny`.
    pub(super) fn instance(self) -> String {
        format!("{}/{}", self.workspace.policies.workspace.environment, self.policy.name)
    }

    /// The names that it may have had before, by its policies.
    pub(super) fn former_instances(self) -> Vec<String> {
        let settings = &self.workspace.policies.workspace;
        let environments = [Some(&settings.environment), settings.previous_environment.as_ref()];
        // A name that another application still has is not free to be taken over with its history.
        let former = self.policy.previously.as_ref();
        let former = former.filter(|name| self.workspace.application(name).is_none());
        let names = [Some(&self.policy.name), former];
        let all = environments
            .iter()
            .flatten()
            .flat_map(|environment| names.iter().flatten().map(move |name| format!("{environment}/{name}")));
        let own = self.instance();
        all.filter(|instance| *instance != own).collect()
    }

    /// What guards it; `directories` are its own.
    pub(super) fn guarded(self, directories: &'s [&'s DirectoryPolicy]) -> Guarded<'s> {
        Guarded { workspace: &self.workspace.policies.workspace, policy: self.policy, directories }
    }

    /// The policy digest.
    pub(super) fn digest(self) -> Result<Digest, Stop> {
        self.workspace.digest(self.policy)
    }

    /// Whether the application and its directories have the same connections as in another version.
    pub(super) fn same_connections(self, other: Side<'_>) -> bool {
        let (set, others) = (&self.workspace.policies, &other.workspace.policies);
        same_connections(set, self.policy, others, other.policy)
    }
}

impl Workspace {
    /// One of its applications.
    pub(super) fn side<'w>(&'w self, policy: &'w ApplicationPolicy) -> Side<'w> {
        Side { workspace: self, policy }
    }

    /// The application with a name, if it exists.
    pub(super) fn application(&self, name: &str) -> Option<Side<'_>> {
        let policy = self.policies.applications.iter().find(|policy| policy.name == name)?;
        Some(self.side(policy))
    }

    /// The selected applications: the named one, or all.
    pub(super) fn applications(&self, named: Option<&str>) -> Result<Vec<&ApplicationPolicy>, Stop> {
        let all = &self.policies.applications;
        let Some(named) = named else { return Ok(all.iter().collect()) };
        match all.iter().find(|application| application.name == named) {
            Some(application) => Ok(vec![application]),
            None => {
                let names: Vec<&str> = all.iter().map(|application| application.name.as_str()).collect();
                Err(Stop::new(
                    Code::UnknownApplication,
                    format!("no application is called `{named}`; there are: {}", names.join(", ")),
                ))
            }
        }
    }

    /// The selected directories: the named one, or all that the application uses, or all.
    pub(super) fn directories_meant(
        &self,
        application: Option<&str>,
        directory: Option<&str>,
    ) -> Result<Vec<&DirectoryPolicy>, Stop> {
        let applications = self.applications(application)?;
        let feeds = |directory: &&DirectoryPolicy| {
            application.is_none()
                || applications.iter().any(|policy| policy.directories.contains(&directory.name))
        };
        let all: Vec<&DirectoryPolicy> = self.policies.directories.iter().filter(feeds).collect();
        let Some(named) = directory else { return Ok(all) };
        match all.iter().find(|directory| directory.name == named) {
            Some(directory) => Ok(vec![directory]),
            None => {
                let names: Vec<&str> = all.iter().map(|directory| directory.name.as_str()).collect();
                Err(Stop::new(
                    Code::UnknownName,
                    format!("no directory is called `{named}`; there are: {}", names.join(", ")),
                ))
            }
        }
    }

    /// The directories of an application, in its order.
    pub(super) fn directories(&self, application: &ApplicationPolicy) -> Vec<&DirectoryPolicy> {
        let named = application.directories.iter();
        named
            .filter_map(|name| self.policies.directories.iter().find(|directory| directory.name == *name))
            .collect()
    }

    /// The policy digest of an application, and of the files of data that stand beside the policies.
    pub(super) fn digest(&self, application: &ApplicationPolicy) -> Result<Digest, Stop> {
        let digest = application.digest(&self.policies);
        let people =
            self.directories(application).into_iter().filter_map(|directory| self.data_of(directory));
        let files: Vec<String> =
            people.chain(self.start_of(application)).map(|digest| digest.to_string()).collect();
        let all = match (digest, files.as_slice()) {
            (digest, []) => digest,
            (digest, files) => digest.and_then(|digest| Digest::of_json(&(digest.to_string(), files))),
        };
        all.map_err(|error| Stop::new(Code::Defect, error.to_string()))
    }

    /// The digest of a directory's file, if the policies' commit has it.
    pub(super) fn data_of(&self, directory: &DirectoryPolicy) -> Option<Digest> {
        match &directory.connection {
            DirectoryConnection::People { path } => self.committed(path),
            DirectoryConnection::Ndjson { .. }
            | DirectoryConnection::Entra(_)
            | DirectoryConnection::Ldap(_) => None,
        }
    }

    /// The same of the state that an embedded store starts from.
    fn start_of(&self, application: &ApplicationPolicy) -> Option<Digest> {
        match &application.connection {
            ApplicationConnection::Sqlite { start_from, .. } => self.committed(start_from.as_ref()?),
            ApplicationConnection::Postgres(postgres) => self.committed(postgres.start_from.as_ref()?),
            ApplicationConnection::Scim(_)
            | ApplicationConnection::Rest(_)
            | ApplicationConnection::File { .. } => None,
        }
    }

    fn committed(&self, path: &str) -> Option<Digest> {
        self.access.folder.committed(path).map(|text| Digest::of(text.as_bytes()))
    }
}

/// Reads the files of a revision, or of the work tree where none is named.
pub(super) fn sources_at(global: &Global, revision: Option<&str>) -> Result<SourceSet, Stop> {
    let Some(revision) = revision else { return sources(global) };
    let repository = PolicyRepository::open(&global.workspace)?;
    let commit = repository.resolve(revision)?;
    Ok(repository.read(&commit)?)
}
