//! The writing of one run: the lease, the windows, the signals.

use super::fault::Fault;
use super::ledger::Pushed;
use super::run::{Stage, Trouble};
use rolewright::apply::{self, Control, Writer};
use rolewright::execution::{ChangeOutcome, Halt};
use rolewright::gate::{Approved, Ended, Lease, Standing, State};
use rolewright::plan::Change;
use tokio::time::{Duration, Instant, sleep};

/// What the run holds of the ledger.
pub(crate) struct Held {
    pub(crate) head: u64,
    pub(crate) state: State,
    /// When the push was sent that opened it.
    pub(crate) sent: Instant,
}

/// What writing needs.
pub(crate) struct Session<'s> {
    pub(crate) stage: &'s Stage,
    pub(crate) number: usize,
    pub(crate) trouble: &'s Trouble,
    pub(crate) approved: &'s Approved,
}

/// What became of it.
pub(crate) struct Written {
    pub(crate) held: Held,
    pub(crate) ended: Vec<Ended>,
    /// Whether the ledger still can't be reached.
    pub(crate) is_cut_off: bool,
}

struct Conduct<'s> {
    session: Session<'s>,
    held: Held,
    lease: Lease,
    began: Instant,
    lost: bool,
    open: Standing,
    time: Option<Duration>,
    timeout: Duration,
    ended: Vec<Ended>,
    is_cut_off: bool,
}

impl Session<'_> {
    pub(crate) async fn write(self, writer: &dyn Writer, held: Held) -> Written {
        let (trouble, stage, approved) = (self.trouble, self.stage, self.approved);
        let until = trouble.has(Fault::WindowCloses).then(|| stage.now() + 121 + (trouble.dice % 40) as i64);
        let time = trouble.has(Fault::TimeUsedUp).then(|| Duration::from_millis(trouble.dice % 2_000));
        let signal = trouble.has(Fault::Signal).then(|| Duration::from_millis(trouble.dice % 1_000));
        let interrupted = async move {
            match signal {
                Some(after) => sleep(after).await,
                None => std::future::pending().await,
            }
            Fault::Signal.fires();
        };
        let mut conduct = Conduct {
            ended: vec![Ended::Left; approved.places().len()],
            lease: Lease::new(Duration::ZERO),
            began: held.sent,
            lost: false,
            open: Standing::Open { until },
            timeout: writer.call_timeout(),
            time,
            held,
            session: self,
            is_cut_off: false,
        };
        let policy = stage.policies.application();
        apply::run(approved, policy, writer, &mut conduct, interrupted).await;
        Written { held: conduct.held, ended: conduct.ended, is_cut_off: conduct.is_cut_off }
    }
}

impl Conduct<'_> {
    fn may_write(&mut self) -> bool {
        if !self.lost && self.lease.renewal_due(self.began.elapsed()) {
            self.renew();
        }
        !self.lost && self.lease.may_write(self.began.elapsed(), self.timeout)
    }

    fn renew(&mut self) {
        let sent = self.began.elapsed();
        let mut state = self.held.state.clone();
        state.open.iter_mut().for_each(|open| open.beat += 1);
        self.is_cut_off = self.session.trouble.has(Fault::LeaseLost);
        if self.is_cut_off {
            return;
        }
        match self.session.stage.ledger.borrow_mut().replace(self.held.head, &state, None, None) {
            Pushed::Done(head) => {
                self.lease.renewed(sent);
                (self.held.head, self.held.state) = (head, state);
            }
            Pushed::Refused => self.lost = true,
            Pushed::Failed => {}
        }
    }
}

impl Control for Conduct<'_> {
    fn halt(&mut self) -> Option<Halt> {
        if !self.open.may_start(self.session.stage.now(), self.timeout) {
            Fault::WindowCloses.fires();
            return Some(Halt::Window);
        }
        if self.time.is_some_and(|time| self.began.elapsed() >= time) {
            Fault::TimeUsedUp.fires();
            return Some(Halt::Time);
        }
        if self.may_write() {
            return None;
        }
        Fault::LeaseLost.fires();
        Some(Halt::Lease)
    }

    fn report(&mut self, position: usize, _: &Change, outcome: &ChangeOutcome) {
        self.ended[position] = outcome.ended();
        self.session.stage.log(self.session.number, |log| log.outcomes.insert(position, outcome.clone()));
    }
}
