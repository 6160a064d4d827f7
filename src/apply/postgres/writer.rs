//! An account store in PostgreSQL as a [`Writer`]: several changes at a time, each on a connection of its own.

use super::attempt::{Attempt, Fate, fate};
use super::fault::Fault;
use crate::apply::store::{StoreChange, changes};
use crate::apply::{Permit, Results, Writer, Writing};
use crate::execution::{Work, WriteError, Written};
use crate::model::{AttributePath, PostgresConnection};
use crate::postgres::{Again, Caps, PostgresError, Server, Session};
use crate::wire::start::StartState;
use std::cell::{Cell, RefCell};
use std::hash::{BuildHasher, RandomState};
use std::time::Duration;
use tokio::time::{Instant, sleep, timeout_at};

/// How long a change may take, with all its attempts. A server that is restarted meanwhile is waited for.
const CHANGE: Duration = Duration::from_secs(30);
/// How much longer it may take to find out what became of a commit.
const FATE: Duration = Duration::from_secs(20);
/// How often a change gets out of the way of others.
const CONFLICTS: u32 = 20;

/// Writes to one store.
pub struct PostgresApplication {
    server: Server,
    link: String,
    start: Option<StartState>,
    caps: Caps,
    /// How long a change may take.
    change: Duration,
    /// Sessions that no change uses.
    idle: RefCell<Vec<Session>>,
}

impl PostgresApplication {
    /// A writer; `link` is the link in policies. If there is no store, the first change makes it with the start state.
    pub fn new(server: Server, link: &AttributePath, start: Option<StartState>) -> Self {
        let idle = RefCell::default();
        Self { server, link: link.name.clone(), start, caps: Caps::default(), change: CHANGE, idle }
    }

    /// The same writer, whose changes may take no longer than this.
    #[must_use]
    pub fn within(mut self, change: Duration) -> Self {
        self.change = change;
        self
    }

    async fn write_all(&self, work: &Work<'_>, permit: &Permit) -> Results {
        let mut results = Results::new();
        for change in changes(work) {
            results.push(match change {
                _ if !permit.holds() => Err(WriteError::NotBegun),
                Ok(change) => self.write_one(&change).await,
                Err(error) => Err(error),
            });
        }
        results
    }

    async fn write_one(&self, change: &StoreChange) -> Result<Written, WriteError> {
        let account = self.make(change).await?;
        Ok(Written { account, not_kept: Vec::new() })
    }

    /// Makes a change; what gets into its way, or breaks off before it is known to be made, is tried again.
    async fn make(&self, change: &StoreChange) -> Result<Option<String>, WriteError> {
        let deadline = Instant::now() + self.change;
        let (mut round, mut conflicts) = (0, 0);
        let commits = Cell::new(false);
        loop {
            let cut = timeout_at(deadline, self.attempt(change, &commits)).await;
            let (error, is_last) = match cut {
                Ok(Ok(account)) => return Ok(account),
                Ok(Err(Fault::Write(error))) => return Err(error),
                Ok(Err(Fault::Lost { transaction, account, problem })) => {
                    match self.fate(&transaction, &problem).await? {
                        Fate::Committed => return Ok(account),
                        Fate::Aborted | Fate::Open => (problem, false),
                    }
                }
                Ok(Err(Fault::Postgres(error))) => {
                    conflicts += u32::from(error.again() == Again::Conflict);
                    let is_last = error.again() == Again::No || conflicts > CONFLICTS;
                    (error, is_last)
                }
                Err(_) if commits.get() => {
                    return Err(WriteError::Unknown(format!(
                        "`{}` did not answer the commit within {} s",
                        self.server.name(),
                        self.change.as_secs()
                    )));
                }
                Err(_) => {
                    let seconds = self.change.as_secs();
                    (PostgresError::Late { server: self.server.name(), seconds }, true)
                }
            };
            let pause = Self::pause(round);
            if is_last || Instant::now() + pause >= deadline {
                return Err(told(&error));
            }
            sleep(pause).await;
            round += 1;
        }
    }

    async fn attempt(&self, change: &StoreChange, commits: &Cell<bool>) -> Result<Option<String>, Fault> {
        commits.set(false);
        let idle = self.idle.borrow_mut().pop().filter(|session| !session.is_closed());
        let session = match idle {
            Some(session) => session,
            None => self.server.connect(self.caps).await?,
        };
        let attempt = Attempt {
            schema: &self.server.connection.schema,
            link: &self.link,
            start: self.start.as_ref(),
            change,
            commits,
        };
        let made = attempt.make(&session).await;
        // Nothing was changed, and the session is as good as before; after another error it ends here.
        let is_over = match &made {
            Ok(_) => true,
            Err(Fault::Write(_)) => session.run("ROLLBACK").await.is_ok(),
            Err(Fault::Postgres(_) | Fault::Lost { .. }) => false,
        };
        if is_over {
            self.idle.borrow_mut().push(session);
        }
        made
    }

    /// What became of a transaction whose commit had no answer.
    async fn fate(&self, transaction: &str, lost: &PostgresError) -> Result<Fate, WriteError> {
        let deadline = Instant::now() + FATE;
        let mut round = 0;
        loop {
            let asked = timeout_at(deadline, async {
                let session = self.server.connect(self.caps).await?;
                fate(&session, transaction).await
            });
            let unknown = |error: &PostgresError| {
                WriteError::Unknown(format!(
                    "{lost}, and the server cannot be asked whether the change was made: {error}"
                ))
            };
            match asked.await {
                Ok(Ok(fate @ (Fate::Committed | Fate::Aborted))) => return Ok(fate),
                Ok(Ok(Fate::Open)) => {}
                Ok(Err(error)) if error.again() == Again::No => return Err(unknown(&error)),
                Ok(Err(_)) => {}
                Err(_) => return Err(unknown(lost)),
            }
            sleep(Self::pause(round)).await;
            round += 1;
        }
    }

    /// Grows up to a second; sessions that got into each other's way wait for different times.
    fn pause(round: u32) -> Duration {
        let most = 1000_u64.min(10 << round.min(7));
        Duration::from_millis(most / 2 + RandomState::new().hash_one(()) % (most / 2 + 1))
    }
}

fn told(error: &PostgresError) -> WriteError {
    match error {
        PostgresError::Unreachable { .. }
        | PostgresError::Tls { .. }
        | PostgresError::SignIn { .. }
        | PostgresError::Address(_)
        | PostgresError::Settings(_)
        | PostgresError::Unusable { .. } => WriteError::Unreachable(error.to_string()),
        PostgresError::Refused { state, .. } if state == "55P03" => WriteError::Failed(format!(
            "another program has locked it; close that program or wait for it ({error})"
        )),
        PostgresError::Refused { .. }
        | PostgresError::Lost { .. }
        | PostgresError::Late { .. }
        | PostgresError::OverBudget(_) => WriteError::Failed(error.to_string()),
    }
}

impl Writer for PostgresApplication {
    fn call_timeout(&self) -> Duration {
        self.change + FATE
    }

    fn concurrency(&self) -> usize {
        self.server.connection.concurrency.unwrap_or(PostgresConnection::CONCURRENCY) as usize
    }

    fn write<'w>(&'w self, work: &'w Work<'w>, permit: &'w Permit) -> Writing<'w> {
        Box::pin(self.write_all(work, permit))
    }
}
