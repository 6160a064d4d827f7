//! Carries an approved plan out: several steps at a time, until all are done or something stops the run.

use super::{Permit, Results, Writer};
use crate::execution::{ChangeOutcome, Halt, Task, Walk, Work};
use crate::gate::Approved;
use crate::plan::Change;
use crate::policy::ApplicationPolicy;
use futures_util::stream::{FuturesUnordered, StreamExt};
use std::time::Duration;
use tokio::time::{Instant, interval, sleep_until};

/// How often the run is asked whether it may go on, while steps are under way.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long steps that are under way may go on after the process was asked to end.
const GRACE: Duration = Duration::from_secs(6);

/// Who decides whether a run goes on, and hears what came of each change.
pub trait Control {
    /// Why no further call may begin; none: it may. Called before each step, and each second.
    fn halt(&mut self) -> Option<Halt>;

    /// The outcome of one change, by its position in the order of writing.
    fn report(&mut self, position: usize, change: &Change, outcome: &ChangeOutcome);
}

/// Makes every approved change, as far as `control` allows it. `interrupted` ends when the process is asked to end.
pub async fn run(
    approved: &Approved,
    policy: &ApplicationPolicy,
    writer: &dyn Writer,
    control: &mut dyn Control,
    interrupted: impl Future<Output = ()>,
) {
    let permit = Permit::default();
    let mut walk = Walk::new(approved, policy);
    let mut under_way = FuturesUnordered::new();
    let mut looks = interval(LOOK_EVERY);
    tokio::pin!(interrupted);
    let mut deadline: Option<Instant> = None;
    loop {
        while under_way.len() < writer.concurrency().max(1) && may_go_on(&mut walk, control, &permit) {
            let Some(Task { step, work }) = walk.begin() else { break };
            under_way.push(write(writer, step, work, &permit));
        }
        tell(&mut walk, control);
        if under_way.is_empty() {
            break;
        }
        let over = async {
            match deadline {
                Some(deadline) => sleep_until(deadline).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            Some((step, results)) = under_way.next() => walk.finish(step, results),
            _ = looks.tick() => {
                may_go_on(&mut walk, control, &permit);
            }
            () = &mut interrupted, if deadline.is_none() => {
                walk.stop(Halt::Signal);
                permit.revoke();
                deadline = Some(Instant::now() + GRACE);
            }
            () = over => break,
        }
    }
    // Calls that are cut off may have had an effect; the next run reads what is there.
    drop(under_way);
    walk.abandon();
    walk.close();
    tell(&mut walk, control);
}

/// One step, from the first call to the last.
async fn write(writer: &dyn Writer, step: usize, work: Work<'_>, permit: &Permit) -> (usize, Results) {
    let results = writer.write(&work, permit).await;
    (step, results)
}

fn may_go_on(walk: &mut Walk<'_>, control: &mut dyn Control, permit: &Permit) -> bool {
    if walk.halted().is_none()
        && let Some(halt) = control.halt()
    {
        walk.stop(halt);
    }
    if walk.halted().is_some() {
        permit.revoke();
    }
    walk.halted().is_none()
}

fn tell(walk: &mut Walk<'_>, control: &mut dyn Control) {
    for (position, outcome) in walk.outcomes() {
        control.report(position, walk.change(position), &outcome);
    }
}
