//! The ledger in memory: a head that is compared before it is swapped.

use super::fault::Fault;
use rolewright::gate::{RunRecord, State};

/// What became of a push.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Pushed {
    Done(u64),
    /// Another head is there.
    Refused,
    /// The ledger was not reached, or nobody knows whether it was.
    Failed,
}

/// The ledger of one application.
#[derive(Debug)]
pub(crate) struct Ledger {
    pub(crate) head: u64,
    pub(crate) state: State,
    /// The newest first.
    pub(crate) runs: Vec<RunRecord>,
}

impl Ledger {
    pub(crate) fn new() -> Self {
        Self { head: 0, state: State::first("default/app"), runs: Vec::new() }
    }

    /// Adds on top of a head. A run that was still open is lost.
    pub(crate) fn add(
        &mut self,
        head: u64,
        state: &State,
        record: &RunRecord,
        fault: Option<Fault>,
    ) -> Pushed {
        if fault == Some(Fault::PushRefused) {
            fault.into_iter().for_each(Fault::fires);
            self.head += 1;
        }
        let open = self.state.open.clone();
        let pushed = self.push(head, state, fault);
        if self.head == head + 1 && pushed != Pushed::Refused && fault != Some(Fault::PushUnreachable) {
            let lost = |known: &&mut RunRecord| open.as_ref().is_some_and(|open| open.run == known.run);
            self.runs.iter_mut().filter(lost).for_each(|known| *known = known.clone().lost());
            self.runs.insert(0, record.clone());
        }
        pushed
    }

    /// Replaces the head.
    pub(crate) fn replace(
        &mut self,
        head: u64,
        state: &State,
        record: Option<&RunRecord>,
        fault: Option<Fault>,
    ) -> Pushed {
        let before = self.head;
        let pushed = self.push(head, state, fault);
        if self.head > before
            && let Some(record) = record
        {
            self.runs
                .iter_mut()
                .filter(|known| known.run == record.run)
                .for_each(|known| *known = record.clone());
        }
        pushed
    }

    fn push(&mut self, head: u64, state: &State, fault: Option<Fault>) -> Pushed {
        if fault == Some(Fault::PushUnreachable) {
            Fault::PushUnreachable.fires();
            return Pushed::Failed;
        }
        if self.head != head {
            return Pushed::Refused;
        }
        self.head += 1;
        self.state = state.clone();
        if fault == Some(Fault::PushUnknown) {
            Fault::PushUnknown.fires();
            return Pushed::Failed;
        }
        Pushed::Done(self.head)
    }
}
