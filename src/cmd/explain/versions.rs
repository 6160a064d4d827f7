//! The versions of the policies by which somebody is explained: those of the work tree, of a commit of the past, or those before
//! and with a change.

use crate::cmd::args::Global;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::explain_args::ExplainArguments;
use crate::cmd::out;
use crate::cmd::workspace::{self, Side, Workspace};
use crate::fetch::git::PolicyRepository;
use crate::model::Date;
use std::collections::BTreeSet;

/// One version.
pub(super) struct Version {
    /// `base` or `head`; none: there is one.
    pub(super) word: Option<&'static str>,
    /// The day that is explained, where it is not that of the next run.
    pub(super) day: Option<Date>,
    workspace: Workspace,
}

/// One version, or two: before and with a change.
pub(super) struct Versions(Vec<Version>);

impl Versions {
    /// Opens what the arguments name.
    pub(super) fn open(global: &Global, arguments: &ExplainArguments) -> Result<Self, Stop> {
        if let (Some(base), Some(head)) = (&arguments.base, &arguments.head) {
            let repository = PolicyRepository::open(&global.workspace)?;
            let (base, head) = (repository.resolve(base)?, repository.resolve(head)?);
            let version = |word, sources| -> Result<Version, Stop> {
                Ok(Version { word: Some(word), day: None, workspace: workspace::open(global, sources)? })
            };
            let before = version("base", repository.read(&base)?)?;
            return Ok(Self(vec![before, version("head", repository.merged(&base, &head)?)?]));
        }
        let Some(at) = &arguments.at else {
            let workspace = workspace::open(global, workspace::sources(global)?)?;
            return Ok(Self(vec![Version { word: None, day: None, workspace }]));
        };
        let repository = PolicyRepository::open(&global.workspace)?;
        let commit = repository.resolve(at)?;
        let mut global = global.clone();
        if global.as_of.is_none() {
            let day = repository.day(&commit)?;
            out::talk(&format!("as of {day}, the day of commit {commit}; `--as-of` names another"));
            global.as_of = Some(day.to_string());
        }
        let workspace = workspace::open(&global, repository.read(&commit)?)?;
        Ok(Self(vec![Version { word: None, day: Some(workspace.today), workspace }]))
    }

    /// The version that says how people may be named: the one before a change.
    pub(super) fn deciding(&self) -> &Workspace {
        &self.0[0].workspace
    }

    /// The names of the selected applications.
    pub(super) fn applications(&self, named: Option<&str>) -> Result<Vec<String>, Stop> {
        let all = self.0.iter().flat_map(|version| &version.workspace.policies.applications);
        let all: BTreeSet<&String> = all.map(|application| &application.name).collect();
        let Some(named) = named else { return Ok(all.into_iter().cloned().collect()) };
        match all.iter().any(|application| *application == named) {
            true => Ok(vec![named.to_owned()]),
            false => {
                let names: Vec<&str> = all.iter().map(|name| name.as_str()).collect();
                Err(Stop::new(
                    Code::UnknownApplication,
                    format!("no application is called `{named}`; there are: {}", names.join(", ")),
                ))
            }
        }
    }

    /// An application in each version that has it.
    pub(super) fn of(&self, application: &str) -> Vec<(&Version, Side<'_>)> {
        let versions = self.0.iter();
        versions.filter_map(|version| Some((version, version.workspace.application(application)?))).collect()
    }
}
