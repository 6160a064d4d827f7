//! A day of three replicas for twenty tenants with 300 applications, in simulated time, on the parts that decide: turns, leases, the
//! schedule, the ledger's state. A replica is killed, or stands still, at any moment.

use super::random::Random;
use crate::support::clock::at;
use rolewright::gate::{DueCause, Open, POLL_EVERY, RENEW_EVERY};
use rolewright::gate::{
    Ending, Lease, Offer, RunRecord, SharedTurn, SilentRun, State, Taking, Turn, TurnQuestion, TurnWatch,
    Watch, Watched,
};
use rolewright::model::{Commit, Period, Zone};
use rolewright::policy::{Origin, Rhythm, Schedule};
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::time::Duration;

const DAY: i64 = 24 * 3600;
/// After the day nobody is killed, and all that is due is done.
const REST: i64 = 2 * 3600;
const POLL: i64 = 240;
/// How long one call of an application may take.
const CALL: i64 = 20;
/// The pieces of which an application's state consists: each is one change.
const PIECES: usize = 4;
/// A run that is due waits for a look, the runs of the other applications, and twice for somebody who died.
const LATEST: i64 = 3600;
/// How long nothing strikes after a strike.
const STRIKES: i64 = 900;

/// How large a fleet is.
#[derive(Clone, Copy)]
pub(super) struct Fleet {
    pub(super) tenants: usize,
    pub(super) applications: usize,
    pub(super) replicas: usize,
}

/// One application: what all processes share, and what really happened.
struct Application {
    schedule: Schedule,
    row: SharedTurn,
    /// The ledger's version and state.
    ledger: (u64, State),
    wanted: u32,
    pieces: [u32; PIECES],
    ended: Vec<Completed>,
    writes: u32,
}

/// A run whose end was told.
struct Completed {
    began: i64,
    cause: DueCause,
    commit: Commit,
}

/// A process of one replica for one tenant.
struct Process {
    tenant: usize,
    /// Of the process that runs now: events of a killed one mean nothing.
    life: u64,
    still_until: i64,
    watch: TurnWatch,
    rows: Vec<SharedTurn>,
    tip: Commit,
    run: Option<Run>,
    at: usize,
}

/// A run under way.
struct Run {
    cause: DueCause,
    began: i64,
    commit: Commit,
    version: i64,
    turn: Turn,
    has_turn: bool,
    silent: Option<SilentRun>,
    others: Option<Watch<Open>>,
    wants: u32,
    todo: Vec<usize>,
    /// The lease, the ledger's version, its state, and the record.
    open: Option<(Lease, u64, State, RunRecord)>,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Event {
    Look,
    Next,
    Beat,
    /// The read ends: wait for others, open, or end.
    Planned,
    Write,
    /// A write that was sent lands, whatever became of the process.
    Lands(Write),
}

/// A change of one piece of an application.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Write {
    tenant: usize,
    application: usize,
    piece: usize,
    wants: u32,
}

/// When, in which order, of which process, in which of its lives.
type Queued = Reverse<(i64, u64, usize, u64, Event)>;

pub(super) struct Simulation {
    fleet: Fleet,
    random: Random,
    now: i64,
    start: i64,
    order: u64,
    tenants: Vec<Vec<Application>>,
    tips: Vec<u32>,
    processes: Vec<Process>,
    queue: BinaryHeap<Queued>,
    struck: i64,
    pub(super) kills: usize,
    pub(super) takeovers: usize,
}

fn schedule(random: &mut Random) -> Schedule {
    let period = ["30m", "1h", "2h", "6h", "1d"][random.below(5)];
    let rhythm = Rhythm::Every(Period::parse(period).unwrap());
    Schedule { rhythm, time_zone: Zone::parse("Europe/Copenhagen").unwrap(), origin: Origin::NOWHERE }
}

fn tip(number: u32) -> Commit {
    Commit(format!("c{number}"))
}

impl Simulation {
    pub(super) fn new(fleet: Fleet, seed: u64) -> Self {
        let (mut random, start) = (Random::new(seed), at("2027-07-01T00:00:00Z"));
        let application = |random: &mut Random| Application {
            schedule: schedule(random),
            row: SharedTurn::default(),
            ledger: (0, State::first("default/one")),
            wanted: 1,
            pieces: [0; PIECES],
            ended: Vec::new(),
            writes: 0,
        };
        let tenants =
            (0..fleet.tenants).map(|_| (0..fleet.applications).map(|_| application(&mut random)).collect());
        let tenants: Vec<Vec<Application>> = tenants.collect();
        let mut simulation = Self {
            fleet,
            random,
            now: start,
            start,
            order: 0,
            tips: vec![0; fleet.tenants],
            tenants,
            processes: Vec::new(),
            queue: BinaryHeap::new(),
            struck: 0,
            kills: 0,
            takeovers: 0,
        };
        for number in 0..fleet.tenants * fleet.replicas {
            simulation.processes.push(Process {
                tenant: number % fleet.tenants,
                life: 0,
                still_until: start,
                watch: TurnWatch::new(format!("p{number}-0")),
                rows: Vec::new(),
                tip: tip(0),
                run: None,
                at: 0,
            });
            let wait = simulation.random.below(POLL as usize) as i64;
            simulation.after(wait, number, Event::Look);
        }
        simulation
    }

    /// A whole day, and some rest.
    pub(super) fn day(&mut self) {
        let end = self.start + DAY + REST;
        let mut accident = self.start + 600;
        while let Some(Reverse((now, _, process, life, event))) =
            self.queue.pop().filter(|next| next.0.0 < end)
        {
            while accident <= now && accident < self.start + DAY {
                self.now = accident;
                self.accident();
                accident += 120 + self.random.below(2400) as i64;
            }
            self.now = now;
            if let Event::Lands(write) = event {
                self.lands(write);
                continue;
            }
            if self.processes[process].life != life {
                continue;
            }
            match self.processes[process].still_until {
                until if until > now => self.at(until, process, event),
                _ => self.handle(process, event),
            }
        }
    }

    /// A replica is struck; or people merge, and directories change.
    fn accident(&mut self) {
        if self.random.below(3) == 0 {
            let replica = self.random.below(self.fleet.replicas);
            return self.strike(replica);
        }
        let tenant = self.random.below(self.fleet.tenants);
        self.tips[tenant] += 1;
        for tenant in 0..self.fleet.tenants {
            for _ in 0..self.fleet.applications.div_ceil(4) {
                let application = self.random.below(self.fleet.applications);
                self.tenants[tenant][application].wanted += 1;
            }
        }
    }

    /// All processes of a replica are killed, or stand still, for longer than a lease or shorter; not all day.
    fn strike(&mut self, replica: usize) {
        if self.now - self.struck < STRIKES || self.now >= self.start + DAY {
            return;
        }
        self.struck = self.now;
        let of_replica = replica * self.fleet.tenants..(replica + 1) * self.fleet.tenants;
        if self.random.below(2) == 0 {
            let until = self.now + 200 + self.random.below(500) as i64;
            self.processes[of_replica].iter_mut().for_each(|process| process.still_until = until);
            return;
        }
        self.kills += 1;
        let down = 5 + self.random.below(1200) as i64;
        for number in of_replica {
            let process = &mut self.processes[number];
            process.life += 1;
            process.run = None;
            process.watch = TurnWatch::new(format!("p{number}-{}", process.life));
            self.after(down, number, Event::Look);
        }
    }

    fn at(&mut self, time: i64, process: usize, event: Event) {
        self.order += 1;
        self.queue.push(Reverse((time, self.order, process, self.processes[process].life, event)));
    }

    fn after(&mut self, wait: i64, process: usize, event: Event) {
        self.at(self.now + wait, process, event);
    }

    fn elapsed(&self) -> Duration {
        Duration::from_secs((self.now - self.start) as u64)
    }

    fn handle(&mut self, number: usize, event: Event) {
        match event {
            Event::Look => self.look(number),
            Event::Next => self.next(number),
            Event::Beat => self.beat(number),
            Event::Planned => self.planned(number),
            Event::Write => self.write(number),
            Event::Lands(write) => self.lands(write),
        }
    }

    /// Turns are read before the tip.
    fn look(&mut self, number: usize) {
        let process = &mut self.processes[number];
        let tenant = &self.tenants[process.tenant];
        let open = |application: &Application| application.ledger.1.open.clone();
        let row = |application: &Application| {
            let open = application.row.turn.holder.as_ref().and_then(|_| open(application));
            SharedTurn { open, ..application.row.clone() }
        };
        process.rows = tenant.iter().map(row).collect();
        process.tip = tip(self.tips[process.tenant]);
        process.at = 0;
        self.next(number);
    }

    fn next(&mut self, number: usize) {
        while self.processes[number].at < self.fleet.applications {
            let at = self.processes[number].at;
            self.processes[number].at += 1;
            if self.takes(number, at) {
                let longest = if self.random.below(40) == 0 { 500 } else { 20 };
                let reads = 1 + self.random.below(longest) as i64;
                self.after(reads, number, Event::Planned);
                self.after(RENEW_EVERY.as_secs() as i64, number, Event::Beat);
                return;
            }
        }
        let wait = POLL * (90 + self.random.below(21) as i64) / 100;
        self.after(wait, number, Event::Look);
    }

    fn takes(&mut self, number: usize, at: usize) -> bool {
        let elapsed = self.elapsed();
        let process = &mut self.processes[number];
        let application = &mut self.tenants[process.tenant][at];
        let row = &process.rows[at];
        let instance = format!("default/{at}");
        let question = TurnQuestion {
            instance: &instance,
            schedule: Some(&application.schedule),
            tip: &process.tip,
            now: self.now,
            elapsed,
        };
        let Offer::Take(Taking { cause, turn, silent }) = process.watch.offer(row, question) else {
            return false;
        };
        if application.row.version != row.version {
            return false;
        }
        self.takeovers += usize::from(row.turn.holder.is_some());
        application.row = SharedTurn { version: row.version + 1, turn: turn.clone(), open: None };
        process.run = Some(Run {
            cause,
            began: self.now,
            commit: tip(self.tips[process.tenant]),
            version: row.version + 1,
            turn,
            has_turn: true,
            silent,
            others: None,
            wants: 0,
            todo: Vec::new(),
            open: None,
        });
        true
    }

    fn beat(&mut self, number: usize) {
        let process = &mut self.processes[number];
        let Some(run) = process.run.as_mut().filter(|run| run.has_turn) else { return };
        let row = &mut self.tenants[process.tenant][process.at - 1].row;
        run.has_turn = row.version == run.version;
        if run.has_turn {
            run.turn = run.turn.clone().renewed();
            run.version += 1;
            *row = SharedTurn { version: run.version, turn: run.turn.clone(), open: None };
            self.after(RENEW_EVERY.as_secs() as i64, number, Event::Beat);
        }
    }

    /// The read is as of now; then another run is waited for, or this one opens.
    fn planned(&mut self, number: usize) {
        let elapsed = self.elapsed();
        let process = &mut self.processes[number];
        let application = &mut self.tenants[process.tenant][process.at - 1];
        let run = process.run.as_mut().unwrap();
        let (version, state) = application.ledger.clone();
        if let Some(open) = state.open.clone() {
            let watch = run.others.get_or_insert_with(|| match &run.silent {
                Some(silent) if silent.open == open => Watch::continued(open.clone(), elapsed, silent.time),
                Some(_) | None => Watch::new(open.clone(), elapsed),
            });
            if watch.look(open, elapsed) == Watched::Wait {
                return self.after(POLL_EVERY.as_secs() as i64, number, Event::Planned);
            }
        }
        run.wants = application.wanted;
        run.todo = (0..PIECES).filter(|piece| application.pieces[*piece] != run.wants).collect();
        if run.todo.is_empty() && state.open.is_none() {
            return self.end(number);
        }
        let record = RunRecord { run: state.next_run(), ..RunRecord::default() };
        let state = State { open: None, ..state }.opened(&record);
        application.ledger = (version + 1, state.clone());
        run.open = Some((Lease::new(elapsed), version + 1, state, record));
        self.after(1, number, Event::Write);
    }

    fn write(&mut self, number: usize) {
        let elapsed = self.elapsed();
        let process = &mut self.processes[number];
        let application = &mut self.tenants[process.tenant][process.at - 1];
        let run = process.run.as_mut().unwrap();
        let Some((lease, version, state, record)) = &mut run.open else { return };
        let mut is_lost = false;
        if lease.renewal_due(elapsed) {
            is_lost = application.ledger.0 != *version;
            if !is_lost {
                state.open.as_mut().unwrap().beat += 1;
                *version += 1;
                application.ledger = (*version, state.clone());
                lease.renewed(elapsed);
            }
        }
        let may = !is_lost && lease.may_write(elapsed, Duration::from_secs(CALL as u64));
        match run.todo.pop().filter(|_| may) {
            Some(piece) => {
                let (tenant, at) = (process.tenant, process.at - 1);
                let write = Write { tenant, application: at, piece, wants: run.wants };
                let takes = 1 + self.random.below(CALL as usize - 1) as i64;
                self.after(takes, number, Event::Lands(write));
                let think = self.random.below(40) as i64;
                self.after(takes + think, number, Event::Write);
                // The worst moment: something is under way, and something is left.
                if self.random.below(8) == 0 {
                    self.strike(number / self.fleet.tenants);
                }
            }
            None => {
                if application.ledger.0 == *version {
                    application.ledger = (*version + 1, state.clone().closed(&record.run, &record.counts));
                }
                self.end(number);
            }
        }
    }

    fn lands(&mut self, write: Write) {
        let Write { tenant, application, piece, wants } = write;
        let application = &mut self.tenants[tenant][application];
        assert!(
            application.pieces[piece] < wants,
            "piece {piece} was written before, or something newer was"
        );
        application.pieces[piece] = wants;
        application.writes += 1;
    }

    /// The turn is given back, if it is still this process's.
    fn end(&mut self, number: usize) {
        let now = self.now;
        let process = &mut self.processes[number];
        let application = &mut self.tenants[process.tenant][process.at - 1];
        let run = process.run.take().unwrap();
        if application.row.version == run.version {
            let ending = if run.todo.is_empty() { Ending::Fine } else { Ending::Failed };
            let turn = run.turn.ended(run.began, now, run.commit.clone(), ending);
            application.row = SharedTurn { version: run.version + 1, turn, open: None };
            application.ended.push(Completed { began: run.began, cause: run.cause, commit: run.commit });
        }
        self.after(0, number, Event::Next);
    }

    /// Every due run happened once, and everything that was wanted was written.
    pub(super) fn check(&self) -> usize {
        for application in self.tenants.iter().flatten() {
            assert_eq!(application.pieces, [application.wanted; PIECES], "something wanted was lost");
            self.check_runs(application);
        }
        self.tenants.iter().flatten().map(|application| application.ended.len()).sum()
    }

    fn check_runs(&self, application: &Application) {
        let Application { schedule, ended, .. } = application;
        let mut before: Option<&Completed> = None;
        for run in ended {
            let why = match (before, run.cause) {
                (None, DueCause::Start) | (Some(_), DueCause::Retry) => true,
                (Some(before), DueCause::Merge) => before.commit != run.commit,
                (Some(before), DueCause::Schedule) => {
                    !schedule.runs(before.began + 1, run.began + 1).is_empty()
                }
                (_, _) => false,
            };
            assert!(
                why,
                "a run {:?} at {} was not due, after {:?}",
                run.cause,
                run.began,
                before.map(|run| run.began)
            );
            before = Some(run);
        }
        for moment in schedule.runs(self.start + LATEST, self.start + DAY) {
            let served = ended.iter().any(|run| (moment..moment + LATEST).contains(&run.began));
            assert!(served, "the moment {moment} had no run within {LATEST} s");
        }
    }
}
