//! Two runs at once.

use super::{World, done, open, run};
use rolewright::gate::{RunRecord, State};
use rolewright::ledger::{Head, Ledger, Pushed};

#[test]
fn scenario_31_a_push_on_a_stale_value_is_refused_and_changes_nothing() {
    for world in World::every() {
        let (one, two) = (world.ledger(0), world.ledger(1));
        let stale = two.load().unwrap();
        run(&one, None);
        let before = world.value();
        assert_eq!(open(&two, &stale).0, Pushed::Refused);
        assert_eq!(world.value(), before, "a first run came too late");

        let stale = two.load().unwrap();
        run(&one, None);
        let before = world.value();
        assert_eq!(open(&two, &stale).0, Pushed::Refused);
        assert_eq!(two.replace(&stale.head, &stale.state, None).unwrap(), Pushed::Refused);
        assert_eq!(world.value(), before, "a later run came too late");
    }
}

#[test]
fn scenario_31_two_openings_alike_to_the_last_byte_are_still_two() {
    for world in World::every() {
        let (one, two) = (world.ledger(0), world.ledger(1));
        let (first, second) = (one.load().unwrap(), two.load().unwrap());
        assert_eq!(first, second);
        done(open(&one, &first).0);
        assert_eq!(open(&two, &second).0, Pushed::Refused, "one lease, two holders");
    }
}

/// A run, step by step: load, plan the remaining changes, open, write, renew, write, close.
struct Runner {
    ledger: Ledger,
    at: Step,
    openings: usize,
}

enum Step {
    Load,
    Open { loaded: Box<rolewright::ledger::Loaded>, todo: Vec<u8> },
    Write { head: Head, state: Box<State>, record: Box<RunRecord>, todo: Vec<u8> },
    Close { head: Head, state: Box<State>, record: Box<RunRecord> },
    Done,
}

impl Runner {
    fn new(ledger: Ledger) -> Self {
        Self { ledger, at: Step::Load, openings: 0 }
    }

    fn is_done(&self) -> bool {
        matches!(self.at, Step::Done)
    }

    fn is_writing(&self) -> bool {
        matches!(self.at, Step::Write { .. } | Step::Close { .. })
    }

    fn step(&mut self, target: &mut Vec<u8>) {
        self.at = match std::mem::replace(&mut self.at, Step::Done) {
            Step::Load => self.load(target),
            Step::Open { loaded, todo } => self.open(&loaded, todo),
            Step::Write { head, state, record, mut todo } => {
                target.push(todo.remove(0));
                self.renew(head, state, record, todo)
            }
            Step::Close { head, state, record } => {
                let closed = state.closed(&record.run, &record.counts);
                done(self.ledger.replace(&head, &closed, Some(&record)).unwrap());
                Step::Done
            }
            Step::Done => Step::Done,
        };
    }

    /// While another run is open, this one waits: no time passes here, so no lease expires.
    fn load(&mut self, target: &[u8]) -> Step {
        let loaded = Box::new(self.ledger.load().unwrap());
        let todo: Vec<u8> = [1, 2].into_iter().filter(|change| !target.contains(change)).collect();
        match (loaded.state.open.is_some(), todo.is_empty()) {
            (true, _) => Step::Load,
            (false, true) => Step::Done,
            (false, false) => Step::Open { loaded, todo },
        }
    }

    fn open(&mut self, loaded: &rolewright::ledger::Loaded, todo: Vec<u8>) -> Step {
        match open(&self.ledger, loaded) {
            (Pushed::Refused, ..) => Step::Load,
            (Pushed::Done(head), state, record) => {
                self.openings += 1;
                Step::Write { head, state: Box::new(state), record: Box::new(record), todo }
            }
        }
    }

    fn renew(&mut self, head: Head, mut state: Box<State>, record: Box<RunRecord>, todo: Vec<u8>) -> Step {
        if let Some(open) = &mut state.open {
            open.beat += 1;
        }
        let head = done(self.ledger.replace(&head, &state, None).unwrap());
        if todo.is_empty() {
            Step::Close { head, state, record }
        } else {
            Step::Write { head, state, record, todo }
        }
    }
}

/// Runs two runners in the order that the bits give, then each to its end.
fn interleave(world: &World, schedule: u32, steps: u32) {
    let mut runners = [Runner::new(world.ledger(0)), Runner::new(world.ledger(1))];
    let mut target = Vec::new();
    let order = (0..steps).map(|step| (schedule >> step & 1) as usize).chain([0, 1].into_iter().cycle());
    for runner in order {
        runners[runner].step(&mut target);
        assert!(!runners.iter().all(Runner::is_writing), "schedule {schedule:b}: two runs write at once");
        if runners.iter().all(Runner::is_done) {
            break;
        }
    }
    target.sort_unstable();
    assert_eq!(target, [1, 2], "schedule {schedule:b}: nothing is written twice, nothing is left");
    assert_eq!(runners.iter().map(|runner| runner.openings).sum::<usize>(), 1, "schedule {schedule:b}");
}

#[test]
fn scenario_21_of_two_runs_one_wins_at_every_boundary_here() {
    for schedule in 0..1 << 7 {
        interleave(&World::local(), schedule, 7);
    }
}

#[test]
fn scenario_21_of_two_runs_one_wins_at_every_boundary_in_a_database() {
    for schedule in 0..1 << 4 {
        interleave(&World::database(2), schedule, 4);
    }
}

/// Two that run again whenever the other was faster: each run is counted once, and none is lost.
#[test]
fn scenario_21_of_runs_at_the_same_time_none_is_lost_in_a_database() {
    let world = World::database(2);
    let ledgers = [world.ledger(0), world.ledger(1)];
    std::thread::scope(|scope| {
        for ledger in ledgers {
            scope.spawn(move || (0..10).for_each(|_| while !open_and_close(&ledger) {}));
        }
    });
    let loaded = world.ledger(0).load().unwrap();
    let runs: Vec<&str> = loaded.runs.iter().map(|run| run.run.as_str()).collect();
    assert_eq!(runs, (1..=20).rev().map(|number| format!("r-{number}")).collect::<Vec<_>>());
    assert_eq!((loaded.state.seq, loaded.state.open), (20, None));
}

/// A run, if no other is faster.
fn open_and_close(ledger: &Ledger) -> bool {
    let loaded = ledger.load().unwrap();
    if loaded.state.open.is_some() {
        return false;
    }
    match open(ledger, &loaded) {
        (Pushed::Refused, ..) => false,
        (Pushed::Done(head), state, record) => {
            let closed = state.closed(&record.run, &record.counts);
            done(ledger.replace(&head, &closed, Some(&record)).unwrap());
            true
        }
    }
}

#[test]
fn scenario_21_of_two_runs_one_wins_at_every_boundary_on_a_remote() {
    let world = World::remote(2);
    for schedule in 0..1 << 4 {
        interleave(&world, schedule, 4);
    }
}
