#![expect(clippy::disallowed_methods, reason = "verb room: a session is used for a while only")]
//! A database of ledgers: one session that is begun when it is needed, and given up after any error.

use super::address::connection;
use super::schema;
use crate::ledger::error::LedgerError;
use crate::model::{AddressRule, Secret};
use crate::postgres::{Caps, Mode, PostgresError, Server, Session, Transaction};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::runtime::{Builder, Runtime};
use tokio::time::timeout;

/// How long one question may take, with beginning a session. A renewal that takes as long still comes in time.
const DEADLINE: Duration = Duration::from_secs(30);
/// How long a statement may take, and how long it waits for another's lock.
const STATEMENT: Duration = Duration::from_secs(15);
const LOCK: Duration = Duration::from_secs(5);
/// How long a session is used: afterwards a password that was changed, or a server that moved, is noticed.
const SESSION: Duration = Duration::from_secs(10 * 60);

/// What signs in to a database of ledgers.
#[derive(Clone, Debug, Default)]
pub struct DatabaseSecrets {
    /// The password.
    pub password: Option<Secret>,
    /// Our certificate and its key, in PEM.
    pub certificate: Option<Secret>,
    /// The authorities that may issue the server's certificate, in PEM; none: the machine's.
    pub ca: Option<String>,
}

/// A database of ledgers. The operator names it, so it may have any address.
#[derive(Debug)]
pub struct LedgerDatabase {
    server: Server,
    /// Why nobody can sign in.
    problem: Option<String>,
    line: Mutex<Option<Line>>,
}

/// A session, and what carries its bytes.
#[derive(Debug)]
struct Line {
    session: Session,
    since: Instant,
    runtime: Runtime,
}

impl LedgerDatabase {
    /// Reads where it is. Nothing signs in yet.
    ///
    /// # Errors
    /// When the text names no database, in words.
    pub fn parse(text: &str) -> Result<Self, String> {
        let server = Server {
            connection: connection(text)?,
            password: None,
            certificate: None,
            ca: None,
            addresses: AddressRule::Any,
        };
        Ok(Self { server, problem: None, line: Mutex::default() })
    }

    /// The same with what signs in; a problem with it is told by whoever asks the database.
    #[must_use]
    pub fn signed_in(&self, secrets: Result<DatabaseSecrets, String>) -> Self {
        let problem = secrets.as_ref().err().cloned();
        let DatabaseSecrets { password, certificate, ca } = secrets.unwrap_or_default();
        let server = Server { password, certificate, ca, ..self.server.clone() };
        Self { server, problem, line: Mutex::default() }
    }

    /// Host and port, for messages.
    pub fn name(&self) -> String {
        self.server.name()
    }

    /// Who signs in.
    pub fn user(&self) -> &str {
        &self.server.connection.user
    }

    /// The schema with the ledgers.
    pub fn schema(&self) -> &str {
        &self.server.connection.schema
    }

    /// Asks it. What `work` began it has to end, unless it fails.
    ///
    /// # Errors
    /// Those of `work`; nobody can sign in; no answer in time.
    pub(super) fn ask<T: Send>(
        &self,
        work: impl AsyncFnOnce(&Session) -> Result<T, LedgerError> + Send,
    ) -> Result<T, LedgerError> {
        if let Some(problem) = &self.problem {
            return Err(LedgerError::Credential(problem.clone()));
        }
        let mut line = self.line.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = line.take().filter(|line| line.since.elapsed() < SESSION && !line.session.is_closed());
        // On a thread of its own: whoever asks may be served by a runtime already, and one cannot wait in another.
        let answer = std::thread::scope(|scope| {
            let asked = scope.spawn(move || self.answer(kept, work));
            asked.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        let (kept, answer) = answer?;
        *line = Some(kept);
        Ok(answer)
    }

    fn answer<T>(
        &self,
        kept: Option<Line>,
        work: impl AsyncFnOnce(&Session) -> Result<T, LedgerError>,
    ) -> Result<(Line, T), LedgerError> {
        let line = match kept.filter(|line| line.runtime.block_on(is_alive(&line.session))) {
            Some(line) => line,
            None => self.begin()?,
        };
        let late = |_| PostgresError::Late { server: self.name(), seconds: DEADLINE.as_secs() };
        let answer = line.runtime.block_on(async { timeout(DEADLINE, work(&line.session)).await });
        let answer = answer.map_err(late)??;
        Ok((line, answer))
    }

    fn begin(&self) -> Result<Line, LedgerError> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| PostgresError::Settings(error.to_string()))?;
        let session = runtime.block_on(self.server.connect(Caps::default()))?;
        Ok(Line { session, since: Instant::now(), runtime })
    }

    /// The transaction of this mode on the ledgers' schema.
    pub(super) fn transaction(&self, mode: Mode) -> Transaction<'_> {
        Transaction { mode, schema: self.schema(), statement: STATEMENT, lock: LOCK }
    }

    /// Begins a transaction that reads. `false`: there is no schema of ledgers yet, and the transaction is over.
    pub(super) async fn reads(&self, session: &Session) -> Result<bool, LedgerError> {
        session.begin(&self.transaction(Mode::Read)).await?;
        let is_there = schema::version(session, self.schema()).await? > 0;
        if !is_there {
            session.run("ROLLBACK").await?;
        }
        Ok(is_there)
    }

    /// Begins a transaction that writes, in a schema of the newest version.
    pub(super) async fn writes(&self, session: &Session) -> Result<(), LedgerError> {
        session.begin(&self.transaction(Mode::Write)).await?;
        if schema::version(session, self.schema()).await? < schema::NEWEST {
            session.run("ROLLBACK").await?;
            session.begin(&self.transaction(Mode::Make)).await?;
            schema::migrate(session, self.schema()).await?;
            session.begin(&self.transaction(Mode::Write)).await?;
        }
        Ok(())
    }

    /// The instances that have a ledger here: `default/dstny`, sorted.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn instances(&self) -> Result<Vec<String>, LedgerError> {
        self.ask(async |session| {
            if !self.reads(session).await? {
                return Ok(Vec::new());
            }
            let all = "SELECT instance FROM ledgers WHERE instance ~ '^[^/]+/[^/]+$' ORDER BY instance COLLATE \"C\"";
            let rows = session.rows(all, &[]).await?;
            session.run("COMMIT").await?;
            Ok(rows.iter().map(|row| session.column(row, 0)).collect::<Result<_, _>>()?)
        })
    }

    /// The version of its schema; 0: there is none yet. For a look whether everything is in order.
    ///
    /// # Errors
    /// It cannot be reached, or the schema is another program's or a newer one.
    pub fn version(&self) -> Result<i32, LedgerError> {
        self.ask(async |session| {
            session.begin(&self.transaction(Mode::Read)).await?;
            let version = schema::version(session, self.schema()).await?;
            session.run("ROLLBACK").await?;
            Ok(version)
        })
    }
}

/// Whether a session that was not used for a while is still served.
async fn is_alive(session: &Session) -> bool {
    matches!(timeout(LOCK, session.run("SELECT 1")).await, Ok(Ok(())))
}
