//! What is known about the policies at the tip before anything is read: which were settled, and what people were shown
//! since.

use super::voice::Voice;
use crate::cmd::args::{ApplyArguments, Global};
use crate::cmd::branch::Branch;
use crate::cmd::carried::Carried;
use crate::cmd::clock::Stopwatch;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::instance::Instance;
use crate::cmd::known::{self, Candidate};
use crate::cmd::place::Place;
use crate::cmd::read::World;
use crate::cmd::run_mail::Recipients;
use crate::cmd::settled::SettledPolicies;
use crate::cmd::side_plan::SidePlan;
use crate::cmd::workspace::Side;
use crate::gate::{Known, Review, SilentRun};
use crate::ledger::Loaded;
use crate::model::Commit;
use crate::policy;
use std::time::Duration;

/// The run of one application, as requested.
pub(in crate::cmd) struct Job<'j> {
    pub(in crate::cmd) global: &'j Global,
    pub(in crate::cmd) arguments: &'j ApplyArguments,
    pub(in crate::cmd) branch: &'j Branch,
    pub(in crate::cmd) application: &'j str,
    /// What began it, in the ledger's words.
    pub(in crate::cmd) cause: &'j str,
    /// Since when the time of `--stop-after` runs.
    pub(in crate::cmd) watch: &'j Stopwatch,
    pub(in crate::cmd) voice: &'j Voice,
    /// The run of a process that died, watched for as long as a lease lasts.
    pub(in crate::cmd) silent: Option<&'j SilentRun>,
}

/// What is known.
pub(super) struct Background {
    pub(super) known: Known,
    settled: Option<SettledPolicies>,
    /// Why nothing may be read.
    unread: Option<Stop>,
}

impl Background {
    /// Reads ledger, history and forge.
    pub(super) fn of(
        job: &Job<'_>,
        instance: &Instance<'_>,
        tip: &Commit,
        place: &Place,
        loaded: &Loaded,
        recipients: &mut Recipients,
    ) -> Result<Self, Stop> {
        let repository = &job.branch.repository;
        let settled = SettledPolicies::load(job.global, repository, loaded, instance.day())?;
        let before = place.review.max(loaded.state.review);
        recipients.compare(&instance.workspace().policies.workspace, settled.as_ref(), before);
        let branch = job.branch.name();
        let candidate = Candidate {
            global: job.global,
            repository,
            instance,
            tip,
            branch,
            runs: &loaded.runs,
            later: &loaded.state.later,
            before,
            settled: settled.as_ref(),
        };
        let patience = Duration::from_secs(job.arguments.forge_timeout);
        let name = instance.side().instance();
        let released = released(loaded, job.arguments.release.as_deref())?;
        let known =
            candidate.known(released, |forge, commits| forge.pulls_of(&commits, branch, &name, patience))?;
        recipients.shown(&known);
        let unread = candidate.check_connections(&known).err();
        Ok(Self { known, settled, unread })
    }

    /// Why nothing may be read, asked once; none: the connections are settled or covered.
    pub(super) fn unread(&mut self) -> Option<Stop> {
        self.unread.take()
    }

    /// The settled policies' application, if it decides about these policies.
    pub(super) fn settled(&self) -> Option<Side<'_>> {
        self.deciding()?.side()
    }

    /// The pull requests that this run carries out, and what may be shown on them: nothing that the settled policies
    /// hide.
    pub(super) fn carried(&self, instance: &Instance<'_>, loaded: &Loaded) -> Carried {
        let settled = self.settled.as_ref().map(|settled| settled.policies().workspace.privacy);
        let privacy = settled.into_iter().chain([instance.workspace().policies.workspace.privacy]);
        Carried {
            instance: instance.side().instance(),
            pulls: loaded.state.carries(self.known.pulls()),
            privacy: privacy.collect(),
        }
    }

    fn deciding(&self) -> Option<&SettledPolicies> {
        self.settled.as_ref().filter(|_| self.known.needs_settled())
    }

    /// The settled policies' plan for a world.
    pub(super) fn settled_plan(&self, instance: &Instance<'_>, world: &World) -> Option<SidePlan<'_>> {
        self.deciding()?.plan(instance, world)
    }

    /// How the changes of a plan are judged.
    pub(super) fn review<'j>(
        &'j self,
        instance: &'j Instance<'_>,
        settled: Option<&'j SidePlan<'_>>,
    ) -> Review<'j> {
        self.known.judge_by(instance.key(), settled.map(SidePlan::of_policy))
    }

    /// The commits without a plan, as messages.
    pub(super) fn uncovered(&self) -> impl Iterator<Item = String> {
        known::uncovered(&self.known)
    }

    /// The advice for held changes.
    pub(super) fn held(&self, count: usize) -> String {
        let why = match self.known.review() {
            policy::Review::None => "an account with privileged rights would be taken over",
            policy::Review::Github => "no pull request showed this before its merge",
        };
        let (changes, them) = match count {
            1 => ("1 change waits".to_owned(), "it"),
            _ => (format!("{count} changes wait"), "them"),
        };
        format!(
            "{changes} for a person: {why}; review {them}, then `rolewright apply --release RUN` (`rolewright \
             history` names the run)"
        )
    }
}

/// The runs that a person released, this time or before.
fn released(loaded: &Loaded, now: Option<&str>) -> Result<Vec<String>, Stop> {
    let mut released = loaded.state.shown.clone();
    if let Some(name) = now {
        if !loaded.runs.iter().any(|record| record.run == name) {
            return Err(Stop::new(
                Code::UnknownName,
                format!("the ledger has no run `{name}`; `rolewright history` lists them"),
            ));
        }
        if !released.iter().any(|run| run == name) {
            released.push(name.to_owned());
        }
    }
    Ok(released)
}
