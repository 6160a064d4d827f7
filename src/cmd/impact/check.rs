//! `rolewright check`: whether all changes of a merge queue's commit would be made after its merge, with the evidence
//! of its pull requests. Writes and publishes nothing.

use super::history::History;
use super::queue::Queue;
use super::sides::{Pair, Sides};
use crate::cmd::args::{CheckArguments, Global};
use crate::cmd::clock::unix_seconds;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::forge::Forge;
use crate::cmd::instance::Instance;
use crate::cmd::known::Candidate;
use crate::cmd::privacy::Redaction;
use crate::cmd::side_plan::SidePlan;
use crate::cmd::workspace::Side;
use crate::cmd::{out, read};
use crate::gate::{JudgedPolicies, Judgement, Known, OwnEffects, judge};
use crate::model::Commit;
use crate::plan::{Change, Plan};
use crate::policy::Review;
use crate::render::plan::{self as face, Shown, Style};

/// Checks every selected application.
pub(in crate::cmd) fn run(global: &Global, arguments: &CheckArguments) -> Result<Exit, Stop> {
    let sides = Sides::open(global, &arguments.base, &arguments.head, arguments.hosts.as_deref())?;
    let redaction = Redaction::of(sides.privacy(), &sides.head.to_string())?;
    let checker = Checker { global, arguments, sides: &sides, redaction: &redaction };
    let mut exit = Exit::Done;
    for pair in sides.pairs(global)? {
        exit = exit.and(checker.check(&pair).unwrap_or_else(|stop| {
            let words = redaction.words(&stop.message);
            out::talk(&format!("{}: {}", pair.instance, stop.line_with(&words)));
            stop.exit
        }));
    }
    Ok(exit)
}

/// The inputs of the checks.
struct Checker<'c> {
    global: &'c Global,
    arguments: &'c CheckArguments,
    sides: &'c Sides,
    redaction: &'c Redaction,
}

impl Checker<'_> {
    /// Checks one application: what `apply` would decide after the merge, on one set of snapshots. Only the commit's
    /// effects in addition to its base determine the exit code.
    fn check(&self, pair: &Pair<'_>) -> Result<Exit, Stop> {
        let Some(head) = pair.head.filter(|_| !pair.same().unwrap_or(false)) else {
            out::talk(&format!("{}: no effect", pair.instance));
            return Ok(Exit::Done);
        };
        self.sides.check_destinations(pair)?;
        let history = History::read(self.global, self.sides, pair, head)?;
        let instance = Instance::deciding(head, &history.loaded.state, self.redaction)?;
        let queue = self.queue(head, &history)?;
        let candidate = self.candidate(&instance, &history);
        let known = self.known(pair, &candidate, &history, &queue)?;
        let settled = history.settled.as_ref().filter(|_| known.needs_settled());
        let world = instance.remembering(read::shared(head, &pair.others(settled))?);
        let with = instance.executable_by(head, &world)?;
        let before = settled.and_then(|settled| settled.plan(&instance, &world));
        let now = unix_seconds();
        let past = instance.past(now);
        let review = known.judge_by(instance.key(), before.as_ref().map(SidePlan::of_policy));
        let judgement = judge(instance.set_aside(with.plan, now), head.policy, &review, &past);
        let own = |commit: &Commit| queue.has(commit);
        let base = pair.base.and_then(|base| Some((base, instance.executable_by(base, &world).ok()?.plan)));
        let base = match base {
            None => None,
            Some((base, plan)) => {
                let known = candidate.known_of_base(base, &known, own)?;
                let review = known.judge_by(instance.key(), before.as_ref().map(SidePlan::of_policy));
                Some((judge(instance.set_aside(plan, now), base.policy, &review, &past), base.policy))
            }
        };
        let base = base.as_ref().map(|(judgement, policy)| JudgedPolicies { judgement, policy });
        let judged = JudgedPolicies { judgement: &judgement, policy: head.policy };
        let own_effects = OwnEffects::of(judged, base, known.missing(), own);
        self.tell(&pair.instance, &judgement, &own_effects);
        let exit = if own_effects.refusals.is_empty() { Exit::Done } else { Exit::Refused };
        Ok(exit.and(if own_effects.waits() { Exit::Waits } else { Exit::Done }))
    }

    /// The commits of the queue; none if pull requests are not reviewed by their plans.
    fn queue(&self, head: Side<'_>, history: &History) -> Result<Queue, Stop> {
        match history.review {
            Review::None => Ok(Queue::default()),
            Review::Github => Queue::find(self.sides, branch(head), self.arguments.pull_request),
        }
    }

    /// The merge as it is going to be applied.
    fn candidate<'k>(&'k self, instance: &'k Instance<'k>, history: &'k History) -> Candidate<'k> {
        Candidate {
            global: self.global,
            repository: &self.sides.repository,
            instance,
            tip: &self.sides.head,
            branch: branch(instance.side()),
            runs: &history.loaded.runs,
            settled: history.settled.as_ref(),
            later: &history.loaded.state.later,
            before: history.before,
        }
    }

    /// What is known before anything is read, as if the queue's pull requests were merged.
    fn known(
        &self,
        pair: &Pair<'_>,
        candidate: &Candidate<'_>,
        history: &History,
        queue: &Queue,
    ) -> Result<Known, Stop> {
        let head = candidate.instance.side();
        let pulls = |forge: &Forge, commits| queue.pulls(forge, commits, branch(head), &pair.instance);
        let known = candidate.known(history.loaded.state.shown.clone(), pulls)?;
        if pair.base.is_none_or(|base| !head.same_connections(base)) {
            candidate.check_connections(&known)?;
        }
        Ok(known)
    }

    /// Prints what would wait, and what a guard would refuse.
    fn tell(&self, instance: &str, judgement: &Judgement, own_effects: &OwnEffects) {
        let held: Vec<Change> = judgement.held().cloned().collect();
        let count = held.len();
        if count == 0 && own_effects.refusals.is_empty() {
            out::talk(&format!("{instance}: all of it would be applied"));
        } else {
            let held = Plan { changes: held, reports: Vec::new(), ..judgement.plan().clone() };
            let style = Style { colour: out::colour(self.global.color), full: false };
            let shown = Shown { plan: &self.redaction.shown(&held), refusals: &own_effects.refusals };
            out::data(&face::terminal(&shown, style));
        }
        if count > 0 {
            let changes = if count == 1 { "1 change".to_owned() } else { format!("{count} changes") };
            out::talk(&format!(
                "{instance}: {changes} would wait for a person: no pull request of the queue showed this; plan again on the \
                 protected branch as it will be"
            ));
        }
        if count > own_effects.held {
            let waiting = count - own_effects.held;
            out::talk(&format!("{instance}: {waiting} of them wait without this commit too"));
        }
        for (commit, why) in &own_effects.missing {
            out::talk(&format!("{instance}: commit {commit} was not shown: {why}"));
        }
    }
}

/// The protected branch, by the merge.
fn branch(head: Side<'_>) -> &str {
    &head.workspace.policies.workspace.protected_branch
}
