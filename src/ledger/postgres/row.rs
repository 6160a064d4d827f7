//! The ledger's row: read, and replaced only if it has not changed since.

use super::database::LedgerDatabase;
use super::pack::{has, pack, unpack};
use super::rows::{self, Next, RowHead, Stored};
use crate::gate::{RunRecord, State};
use crate::ledger::contents::{Head, Loaded, Pushed, SettledAround, Whole};
use crate::ledger::error::LedgerError;
use crate::ledger::texts::{Whose, newest_first, state};
use crate::postgres::{Again, Mode, PostgresError, Session};
use git2::Repository;
use std::hash::{BuildHasher, RandomState};
use std::path::Path;
use std::sync::Arc;
use tokio_postgres::types::Type;

/// The ledger of one instance.
pub(in crate::ledger) struct RowLedger {
    repository: Repository,
    database: Arc<LedgerDatabase>,
    instance: String,
    /// For messages.
    reference: String,
}

/// What a replacement writes beside the row.
enum Runs<'r> {
    /// A run that begins, or has nothing to write: one that was still open is lost.
    Added(&'r RunRecord),
    /// The run that is open, or nothing of it.
    Same(Option<&'r RunRecord>),
    /// All of another ledger.
    Taken(&'r Whole),
}

impl RowLedger {
    /// Opens the ledger of an instance; settled policies are brought into this repository.
    pub(in crate::ledger) fn open(
        git_folder: &Path,
        database: Arc<LedgerDatabase>,
        instance: &str,
    ) -> Result<Self, LedgerError> {
        Ok(Self {
            repository: Repository::open(git_folder)?,
            reference: format!("{instance} in {} of {}", database.schema(), database.name()),
            instance: instance.to_owned(),
            database,
        })
    }

    /// Environment and application.
    pub(in crate::ledger) fn instance(&self) -> &str {
        &self.instance
    }

    /// Reads it.
    pub(in crate::ledger) fn load(&self) -> Result<Loaded, LedgerError> {
        let (database, instance) = (&*self.database, self.instance.as_str());
        let stored = database.ask(async |session| {
            if !database.reads(session).await? {
                return Ok(None);
            }
            let stored = rows::stored(session, instance).await?;
            session.run("COMMIT").await?;
            Ok(stored)
        })?;
        let Some(Stored { head, texts, runs, settled_tree }) = stored else {
            return Ok(Loaded::absent(instance));
        };
        let runs = newest_first(runs);
        let state = state(&texts, &runs, Whose { reference: &self.reference, instance })?;
        settled_tree.as_deref().map(|tree| self.bring(tree)).transpose()?;
        Ok(Loaded { head: head.head(), state, runs, settled_tree })
    }

    /// Adds a run on top of `head`.
    pub(in crate::ledger) fn add(
        &self,
        head: &Head,
        state: &State,
        settled: Option<&str>,
        record: &RunRecord,
    ) -> Result<Pushed, LedgerError> {
        settled.map(|tree| self.keep(tree)).transpose()?;
        self.put(head, state, settled, &Runs::Added(record))
    }

    /// Replaces `head` without adding a run.
    pub(in crate::ledger) fn replace(
        &self,
        head: &Head,
        state: &State,
        record: Option<&RunRecord>,
    ) -> Result<Pushed, LedgerError> {
        self.put(head, state, None, &Runs::Same(record))
    }

    /// Begins a ledger that is not there.
    pub(in crate::ledger) fn begin(&self) -> Result<Pushed, LedgerError> {
        self.put(&Head::absent(), &State::first(&self.instance), None, &Runs::Same(None))
    }

    /// Takes all of another ledger over, if there is none here.
    pub(in crate::ledger) fn take(&self, whole: &Whole) -> Result<Pushed, LedgerError> {
        let trees = whole.runs.iter().filter_map(|run| Some(run.settled.as_ref()?.tree.as_str()));
        trees.chain(whole.settled_tree.as_deref()).try_for_each(|tree| self.keep(tree))?;
        let state = State { instance: self.instance.clone(), ..whole.state.clone() };
        self.put(&Head::absent(), &state, whole.settled_tree.as_deref(), &Runs::Taken(whole))
    }

    /// Carries it along to another name.
    pub(in crate::ledger) fn carry(&self, to: &Self) -> Result<Pushed, LedgerError> {
        let loaded = self.load()?;
        let Some(old) = RowHead::of(&loaded.head).filter(|_| loaded.state.open.is_none()) else {
            return Ok(Pushed::Refused);
        };
        let state = rows::json(&State { instance: to.instance.clone(), ..loaded.state })?;
        let new = RowHead { version: old.version + 1, writer: writer() };
        let (database, from, to) = (&*self.database, self.instance.as_str(), to.instance.as_str());
        let renamed = database.ask(async |session| {
            database.writes(session).await?;
            let sql = "UPDATE ledgers SET instance = $2, version = $3, writer = $4, state = $5 \
                       WHERE instance = $1 AND version = $6 AND writer = $7";
            let changed = session
                .execute(
                    sql,
                    &[
                        (&from, Type::TEXT),
                        (&to, Type::TEXT),
                        (&new.version, Type::INT8),
                        (&new.writer, Type::TEXT),
                        (&state, Type::TEXT),
                        (&old.version, Type::INT8),
                        (&old.writer, Type::TEXT),
                    ],
                )
                .await?;
            session.run("COMMIT").await?;
            Ok(changed == 1)
        });
        match renamed {
            Ok(true) => Ok(Pushed::Done(new.head())),
            Ok(false) => Ok(Pushed::Refused),
            // There is a ledger of that name, or another wrote this one.
            Err(LedgerError::Database(error)) if error.again() == Again::Conflict => Ok(Pushed::Refused),
            Err(error) => Err(error),
        }
    }

    /// Keeps it under another name.
    pub(in crate::ledger) fn reset(&self) -> Result<Option<String>, LedgerError> {
        let (database, instance) = (&*self.database, self.instance.as_str());
        database.ask(async |session| {
            if !database.reads(session).await? {
                return Ok(None);
            }
            session.run("COMMIT").await?;
            database.writes(session).await?;
            let sql = "UPDATE ledgers SET version = version + 1, instance = $1 || '/' || (SELECT 1 + count(*) FROM ledgers \
                       WHERE starts_with(instance, $1 || '/')) WHERE instance = $1 RETURNING instance";
            let row = session.row(sql, &[(&instance, Type::TEXT)]).await?;
            let kept = row.map(|row| session.column(&row, 0)).transpose()?;
            session.run("COMMIT").await?;
            Ok(kept)
        })
    }

    /// What was settled before and after a run.
    pub(in crate::ledger) fn settled_around(
        &self,
        run: &RunRecord,
    ) -> Result<Option<SettledAround>, LedgerError> {
        let (database, instance) = (&*self.database, self.instance.as_str());
        let found = database.ask(async |session| {
            if !database.reads(session).await? {
                return Ok(Vec::new());
            }
            let found = rows::settled_since(session, instance, run).await?;
            session.run("COMMIT").await?;
            Ok(found)
        })?;
        found.iter().flatten().try_for_each(|settled| self.bring(&settled.tree))?;
        let mut found = found.into_iter();
        let Some(after) = found.next() else { return Ok(None) };
        Ok(Some(SettledAround { before: found.next().flatten(), after }))
    }

    /// Writes, and after an error looks whether it was written.
    fn put(
        &self,
        head: &Head,
        state: &State,
        settled_tree: Option<&str>,
        runs: &Runs<'_>,
    ) -> Result<Pushed, LedgerError> {
        let (database, instance, writer) = (&*self.database, self.instance.as_str(), writer());
        let old = RowHead::of(head);
        let next = Next { instance, old: old.as_ref(), writer: &writer, state, settled_tree };
        let written = database.ask(async |session| {
            database.writes(session).await?;
            let is_ours = write(session, &next, runs).await?;
            session.run(if is_ours { "COMMIT" } else { "ROLLBACK" }).await?;
            Ok(is_ours)
        });
        let new = next.head();
        match written {
            Ok(true) => Ok(Pushed::Done(new.head())),
            Ok(false) => Ok(Pushed::Refused),
            Err(LedgerError::Database(error)) => match error.again() {
                Again::Conflict => Ok(Pushed::Refused),
                Again::Outage | Again::No => self.after(error, old.as_ref(), new),
            },
            Err(error) => Err(error),
        }
    }

    /// What became of a change after an error: our own value in the row is a success, another one a lost race; if it did not
    /// change, nothing was written.
    fn after(
        &self,
        error: PostgresError,
        old: Option<&RowHead>,
        new: RowHead,
    ) -> Result<Pushed, LedgerError> {
        if matches!(error, PostgresError::Unreachable { .. } | PostgresError::SignIn { .. }) {
            return Err(error.into());
        }
        let (database, instance) = (&*self.database, self.instance.as_str());
        let current = database.ask(async |session| {
            // A commit that is still under way is waited for.
            session.begin(&database.transaction(Mode::Make)).await?;
            let current = rows::head(session, instance, true).await?;
            session.run("ROLLBACK").await?;
            Ok(current)
        });
        match current {
            Ok(current) if current.as_ref() == Some(&new) => Ok(Pushed::Done(new.head())),
            Ok(current) if current.as_ref() == old => Err(error.into()),
            Ok(_) => Ok(Pushed::Refused),
            Err(check) => Err(LedgerError::UnknownCommit { commit: error, check: check.to_string() }),
        }
    }

    /// Stores the files of settled policies: they are needed even if their commit is gone.
    fn keep(&self, tree: &str) -> Result<(), LedgerError> {
        let database = &*self.database;
        let is_kept = database.ask(async |session| {
            database.writes(session).await?;
            let is_kept = rows::has_pack(session, tree).await?;
            session.run("ROLLBACK").await?;
            Ok(is_kept)
        })?;
        if is_kept {
            return Ok(());
        }
        let pack = pack(&self.repository, tree)?;
        database.ask(async |session| {
            // Another instance may store the same policies now: that is no conflict.
            session.begin(&database.transaction(Mode::Make)).await?;
            rows::put_pack(session, tree, &pack).await?;
            Ok(session.run("COMMIT").await?)
        })
    }

    /// Brings settled policies into the repository, if it lacks them.
    fn bring(&self, tree: &str) -> Result<(), LedgerError> {
        if has(&self.repository, tree) {
            return Ok(());
        }
        let database = &*self.database;
        let pack = database.ask(async |session| {
            database.reads(session).await?;
            let pack = rows::pack_of(session, tree).await?;
            session.run("COMMIT").await?;
            Ok(pack)
        })?;
        let unreadable = || LedgerError::Unreadable(self.reference.clone());
        unpack(&self.repository, &pack.ok_or_else(unreadable)?).map_err(|_| unreadable())?;
        match has(&self.repository, tree) {
            true => Ok(()),
            false => Err(unreadable()),
        }
    }
}

/// Replaces the row with its runs. `false`: it is another one now.
async fn write(session: &Session, next: &Next<'_>, runs: &Runs<'_>) -> Result<bool, LedgerError> {
    if rows::head(session, next.instance, false).await?.as_ref() != next.old {
        return Ok(false);
    }
    // Before the state that tells of it is replaced.
    if let Runs::Added(_) = runs {
        rows::lose_open_run(session, next.instance).await?;
    }
    if !rows::swap(session, next).await? {
        return Ok(false);
    }
    match runs {
        Runs::Added(record) | Runs::Same(Some(record)) => rows::put_run(session, next, record).await?,
        Runs::Same(None) => {}
        Runs::Taken(whole) => {
            for run in &whole.runs {
                rows::take_run(session, next.instance, run).await?;
            }
        }
    }
    Ok(true)
}

/// Distinguishes one write from all others.
fn writer() -> String {
    format!("{:016x}", RandomState::new().hash_one(std::process::id()))
}
