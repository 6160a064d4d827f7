//! Where an instance's history is. The judged commit does not choose it: the prefix of the refs is the operator's, and a
//! name without a ledger beside others that have one is new, renamed, or an attempt to leave a history behind.

use super::args::Global;
use super::code::Code;
use super::exit::Stop;
use super::out;
use super::settled::SettledPolicies;
use super::workspace::{self, Side};
use crate::fetch::git::PolicyRepository;
use crate::ledger::{Ledger, LedgerPlace, Pushed, Remote};
use crate::model::Commit;
use crate::policy::Review;
use std::collections::BTreeSet;

/// The ledger of an instance.
pub(super) struct Place {
    pub(super) ledger: Ledger,
    /// The instance's own ledger, which does not exist yet: the history is under its former name.
    new: Option<Ledger>,
    /// How other instances of the workspace are reviewed, where this one has nothing settled yet: a new name is no way
    /// out of the review.
    pub(super) review: Review,
}

/// The instance whose ledger is looked for.
pub(super) struct Question<'q> {
    pub(super) global: &'q Global,
    pub(super) repository: &'q PolicyRepository,
    pub(super) remote: Option<Remote>,
    pub(super) side: Side<'q>,
    /// The commit that its policies come from, or are merged into.
    pub(super) commit: &'q Commit,
    /// The protected branch.
    pub(super) branch: &'q str,
}

impl Question<'_> {
    /// Finds it, under a former name too.
    ///
    /// # Errors
    /// It has none, and either the policies look like those of another instance that has one, or the history of the
    /// branch was reviewed: a person has to say which it is.
    pub(super) fn place(&self) -> Result<Place, Stop> {
        let ledger = self.open(&self.side.instance())?;
        let loaded = ledger.load()?;
        if loaded.settled_tree.is_some() {
            return Ok(Place { ledger, new: None, review: Review::None });
        }
        if !loaded.exists() {
            for former in self.side.former_instances() {
                let carried = self.open(&former)?;
                if carried.load()?.exists() {
                    return Ok(Place { ledger: carried, new: Some(ledger), review: Review::None });
                }
            }
        }
        let others = self.others()?;
        let review = others.iter().map(|other| other.version().review).max().unwrap_or_default();
        if !loaded.exists() {
            self.is_not_in_git()?;
            self.is_new(&others, review)?;
        }
        Ok(Place { ledger, new: None, review })
    }

    fn open(&self, instance: &str) -> Result<Ledger, Stop> {
        let git = self.repository.git_folder();
        Ok(Ledger::open(git, &self.global.ledger, instance, self.remote.clone())?)
    }

    /// What other instances have settled.
    fn others(&self) -> Result<Vec<SettledPolicies>, Stop> {
        let own = self.side.instance();
        let all = self.global.ledger.instances(self.repository.git_folder(), self.remote.as_ref())?;
        let mut others = Vec::new();
        for instance in all.iter().filter(|instance| **instance != own) {
            let loaded = self.open(instance)?.load()?;
            let day = self.side.workspace.today;
            others.extend(SettledPolicies::load(self.global, self.repository, &loaded, day)?);
        }
        Ok(others)
    }

    /// Refuses to begin a history in a database beside one in git, which would be forgotten.
    fn is_not_in_git(&self) -> Result<(), Stop> {
        if self.global.ledger.database().is_none() {
            return Ok(());
        }
        let own = self.side.instance();
        let git = LedgerPlace::default();
        let in_git = git.instances(self.repository.git_folder(), self.remote.as_ref())?;
        if !in_git.iter().any(|instance| *instance == own || self.side.former_instances().contains(instance))
        {
            return Ok(());
        }
        let refs = LedgerPlace::REFS;
        Err(Stop::new(
            Code::LedgerMissing,
            format!(
                "`{own}` has no ledger in the database, and one in git: what was settled, held and counted would be forgotten. Carry it \
                 along with `rolewright ledger move --from {refs}`; if it is another application, begin it with `rolewright ledger adopt`"
            ),
        ))
    }

    /// Whether an instance without a ledger is a new one.
    fn is_new(&self, others: &[SettledPolicies], review: Review) -> Result<(), Stop> {
        let own = self.side.instance();
        if let Some(other) = others.iter().find(|other| self.renames(other)) {
            let other = other.instance();
            let what = format!(
                "`{own}` has no ledger, and takes the place of `{other}`, which has one: what was applied, held and \
                counted would be forgotten. If it was renamed, say so with `previously:`; if it is another one, \
                begin it with `rolewright ledger adopt`"
            );
            return match review {
                Review::None => {
                    out::talk(&what);
                    Ok(())
                }
                Review::Github => Err(Stop::new(Code::LedgerMissing, what)),
            };
        }
        let unreviewed = self.side.workspace.policies.workspace.review == Review::None && others.is_empty();
        match unreviewed.then(|| self.reviewed_before()).transpose()?.flatten() {
            None => Ok(()),
            Some(commit) => Err(Stop::new(
                Code::LedgerMissing,
                format!(
                    "`{own}` has no ledger, and says `review: none`, but at commit {commit} pull requests reviewed it: its ledger was \
                     lost, or somebody wants this to look like a first run. If it is as it should be, begin it with `rolewright \
                     ledger adopt`"
                ),
            )),
        }
    }

    /// Whether this instance looks like another one under a new name: the environment of the same branch, or the same
    /// account store.
    fn renames(&self, other: &SettledPolicies) -> bool {
        let Some(settled) = other.side() else { return false };
        let (own, settings) =
            (&self.side.workspace.policies.workspace, &settled.workspace.policies.workspace);
        if own.environment != settings.environment {
            return settings.protected_branch == self.branch;
        }
        self.side.workspace.application(&settled.policy.name).is_none()
            && self.side.policy.connection == settled.policy.connection
    }

    /// The newest commit of the branch at which pull requests reviewed the policies.
    fn reviewed_before(&self) -> Result<Option<Commit>, Stop> {
        let line = self.repository.first_parents(self.commit, &[])?;
        let mut seen = BTreeSet::new();
        for commit in line.commits.iter().rev() {
            if !self.repository.tree_id(commit).is_ok_and(|tree| seen.insert(tree)) {
                continue;
            }
            let Ok(sources) = self.repository.read(commit) else { continue };
            // Most versions need not be compiled.
            let may_review = sources.iter().any(|(_, file)| file.text.contains("forge"));
            let sound = may_review.then(|| workspace::sound(self.global, sources, self.side.workspace.today));
            if sound.flatten().is_some_and(|at| at.policies.workspace.review != Review::None) {
                return Ok(Some(commit.clone()));
            }
        }
        Ok(None)
    }
}

impl Place {
    /// Carries the ledger along to the instance's new name, once a run settled the policies that say it.
    pub(super) fn carry(&self, tip: &Commit) -> Result<(), Stop> {
        let Some(new) = &self.new else { return Ok(()) };
        let settled = self.ledger.load()?.state.settled;
        if settled.is_none_or(|settled| settled.commit != tip.to_string()) {
            return Ok(());
        }
        let (from, to) = (self.ledger.instance(), new.instance());
        match self.ledger.carry(new)? {
            Pushed::Done(_) => out::talk(&format!("{to}: the ledger of `{from}` is carried along")),
            Pushed::Refused => {
                out::talk(&format!("{to}: the ledger of `{from}` is carried along by the next run"))
            }
        }
        Ok(())
    }
}
