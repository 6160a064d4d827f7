//! `rolewright check`: would all of a merge queue's commit flow after its merge, by what its pull requests showed? Writes and
//! publishes nothing.

use super::planner::executable;
use super::queue::Queue;
use super::sides::{Pair, Sides};
use crate::cmd::args::{CheckArguments, Global};
use crate::cmd::changed::{Changed, changed};
use crate::cmd::clock::unix_seconds;
use crate::cmd::exit::{Exit, Stop};
use crate::cmd::forge::Forge;
use crate::cmd::privacy::Faces;
use crate::cmd::read::Side;
use crate::cmd::{key, memory, out, read};
use crate::gate::{
    Asked, Classes, Evidence, ItemKey, Past, Refusal, Reviewed, State, Wanted, classify, evidence, guards,
    impact, split,
};
use crate::model::{Commit, Secret};
use crate::plan::{Change, Hold, Plan};
use crate::policy::{ApplicationPolicy, Review};
use crate::render::plan::{self as face, Shown, Style};

/// Looks at every application that is meant.
pub(in crate::cmd) fn run(global: &Global, arguments: &CheckArguments) -> Result<Exit, Stop> {
    let sides = Sides::open(global, &arguments.base, &arguments.head, arguments.hosts.as_deref())?;
    let faces = Faces::of(sides.privacy(), &sides.head.to_string())?;
    let checker = Checker { global, arguments, sides: &sides, faces: &faces };
    let mut exit = Exit::Done;
    for pair in sides.pairs(global)? {
        exit = exit.and(checker.check(&pair).unwrap_or_else(|stop| {
            out::talk(&format!("{}: {}", pair.instance, faces.words(&stop.message)));
            stop.exit
        }));
    }
    Ok(exit)
}

/// What applications are checked with.
struct Checker<'c> {
    global: &'c Global,
    arguments: &'c CheckArguments,
    sides: &'c Sides,
    faces: &'c Faces,
}

/// A plan and the policies that it was made with.
type Made<'m> = (&'m Plan, &'m ApplicationPolicy);

impl Checker<'_> {
    /// Of one application: what the commit does beyond its base is what counts, on one set of snapshots.
    fn check(&self, pair: &Pair<'_>) -> Result<Exit, Stop> {
        let Some(head) = pair.head.filter(|_| !pair.same().unwrap_or(false)) else {
            out::talk(&format!("{}: proven without effect", pair.instance));
            return Ok(Exit::Done);
        };
        self.sides.check_hosts(pair)?;
        let secret = key::operators();
        if secret.is_none() && memory::asks(head.1) {
            return Err(key::missing(&head.1.name));
        }
        let key = ItemKey::new(secret.as_ref().map(Secret::expose));
        let evidence = self.evidence(pair, head, &key)?;
        let loaded = self.sides.ledger(pair)?;
        let others: Vec<Side<'_>> = pair.base.into_iter().collect();
        let mut world = read::shared(head, &others)?;
        world.memory = memory::keyed(loaded.state.memory.as_ref(), head.1, secret.as_ref());
        world.not_before = memory::last_day(&loaded.state);
        let with = executable(head, &world)?;
        let without = pair.base.and_then(|base| Some((executable(base, &world).ok()?, base.1)));
        let without = without.as_ref().map(|(plan, policy)| (plan, *policy));
        let (with, classes) = match &evidence {
            None => unreviewed(with, head.1, without),
            Some(evidence) => {
                let listed = evidence.listed();
                let (settled, covered) = (without, evidence.covers());
                let reviewed = Reviewed { key: &key, same: false, settled, covered, listed: &listed };
                let with = split(with, head.1, &reviewed);
                let classes = classify(&with, head.1, &reviewed);
                (with, classes)
            }
        };
        let refusals = refusals((&with, head.1), &classes, without, &loaded.state);
        self.tell(&pair.instance, &with, &classes, &refusals);
        let missing = evidence.iter().flat_map(|evidence| &evidence.missing);
        for (commit, why) in missing {
            out::talk(&format!("{}: commit {commit} is not covered: {why}", pair.instance));
        }
        let exit = if refusals.is_empty() { Exit::Done } else { Exit::Refused };
        Ok(exit.and(if classes.settles { Exit::Done } else { Exit::Waits }))
    }

    /// What the pull requests of the queue's commits showed, by their newest plans; none: nobody reviews by plans.
    fn evidence(
        &self,
        pair: &Pair<'_>,
        (workspace, policy): Side<'_>,
        key: &ItemKey,
    ) -> Result<Option<Evidence>, Stop> {
        if self.sides.review() == Review::None {
            return Ok(None);
        }
        let Sides { repository, base, head, .. } = self.sides;
        let branch = workspace.policies.workspace.protected_branch.as_str();
        let queue = Queue::find(self.sides, branch, self.arguments.pull_request)?;
        let known = std::slice::from_ref(base);
        let Changed { commits, .. } =
            changed((self.global, repository), (known, head), &policy.name, workspace.as_of)?;
        let forge = Forge::of_environment()?;
        let asked = commits.into_iter().map(|commit| {
            let number = queue.number_of(&commit);
            let pulls = number.map(|number| forge.queued(number, &pair.instance)).transpose()?;
            Ok(Asked { commit, pulls: pulls.into_iter().collect() })
        });
        let asked: Vec<Asked> = asked.collect::<Result<_, Stop>>()?;
        let wanted = Wanted { instance: &pair.instance, branch, app: forge.app(), kid: key.kid() };
        let in_history = |it: &str| repository.is_ancestor(&Commit(it.to_owned()), base);
        Ok(Some(evidence(&asked, &wanted, in_history)))
    }

    /// Shows what would wait, and what a guard would say.
    fn tell(&self, instance: &str, plan: &Plan, classes: &Classes, refusals: &[Refusal]) {
        let held = classes.held.iter().filter_map(|place| plan.changes.get(*place)).cloned().collect();
        let held = Plan { changes: held, reports: Vec::new(), ..plan.clone() };
        if held.changes.is_empty() && refusals.is_empty() {
            out::talk(&format!("{instance}: all would flow"));
            return;
        }
        let style = Style { colour: out::colour(self.global.color), full: false };
        out::data(&face::terminal(&Shown { plan: &self.faces.shown(&held), refusals }, style));
        if !held.changes.is_empty() {
            let count = held.changes.len();
            out::talk(&format!(
                "{instance}: {count} changes would wait for a person: no pull request of the queue showed them; plan them again \
                 on the protected branch as it will be"
            ));
        }
    }
}

/// Without review all flows but what takes over accounts with privileged rights; what the base would hold too is not this
/// commit's fault.
fn unreviewed(plan: Plan, policy: &ApplicationPolicy, base: Option<Made<'_>>) -> (Plan, Classes) {
    let privileged = |change: &Change| change.hold == Some(Hold::Privileged);
    let because = impact((&plan, policy), base).because;
    let settles = !because.changes.iter().any(privileged);
    let held = plan.changes.iter().enumerate().filter(|(_, it)| privileged(it)).map(|(place, _)| place);
    let held = held.collect();
    (plan, Classes { held, settles, vanished: 0 })
}

/// What guards say of what would flow. What they say of the base too is not this commit's fault.
fn refusals(
    (plan, policy): Made<'_>,
    classes: &Classes,
    base: Option<Made<'_>>,
    state: &State,
) -> Vec<Refusal> {
    let past = Past::of(state, unix_seconds());
    let refused_before = base
        .is_some_and(|(plan, policy)| !guards(plan, policy, plan.changes.iter(), &past).refusals.is_empty());
    if refused_before {
        return Vec::new();
    }
    let flowing = plan.changes.iter().enumerate().filter(|(place, _)| !classes.held.contains(place));
    guards(plan, policy, flowing.map(|(_, change)| change), &past).refusals
}
