//! The rows of one ledger: each function is part of a transaction that somebody else began and ends.

use crate::gate::{FORMAT, RunRecord, Settled, State};
use crate::ledger::contents::{Head, SettledPolicies, WholeRun};
use crate::ledger::error::LedgerError;
use crate::ledger::texts::{Texts, number};
use crate::postgres::{PostgresError, Session, Value};
use tokio_postgres::types::Type;

/// The value of a row: its version, and who wrote it. A row that was renamed and begun anew has the same versions again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct RowHead {
    pub(super) version: i64,
    pub(super) writer: String,
}

impl RowHead {
    /// Of a head that a ledger in a database gave.
    pub(super) fn of(head: &Head) -> Option<Self> {
        let (version, writer) = head.value()?.split_once(' ')?;
        Some(Self { version: version.parse().ok()?, writer: writer.to_owned() })
    }

    /// As everyone else holds it.
    pub(super) fn head(&self) -> Head {
        Head::at(format!("{} {}", self.version, self.writer))
    }
}

/// A ledger's rows as they are stored.
pub(super) struct Stored {
    pub(super) head: RowHead,
    pub(super) texts: Texts,
    pub(super) runs: Vec<RunRecord>,
    pub(super) settled_tree: Option<String>,
}

/// A ledger as it is to be.
pub(super) struct Next<'n> {
    pub(super) instance: &'n str,
    /// What it must still be.
    pub(super) old: Option<&'n RowHead>,
    pub(super) writer: &'n str,
    pub(super) state: &'n State,
    /// None: stays.
    pub(super) settled_tree: Option<&'n str>,
}

impl Next<'_> {
    /// The value of the new row.
    pub(super) fn head(&self) -> RowHead {
        let version = self.old.map_or(0, |old| old.version) + 1;
        RowHead { version, writer: self.writer.to_owned() }
    }
}

/// The value of the row. `waits`: a change that is under way is waited for.
pub(super) async fn head(
    session: &Session,
    instance: &str,
    waits: bool,
) -> Result<Option<RowHead>, PostgresError> {
    let sql = match waits {
        true => "SELECT version, writer FROM ledgers WHERE instance = $1 FOR SHARE",
        false => "SELECT version, writer FROM ledgers WHERE instance = $1",
    };
    let row = session.row(sql, &[(&instance, Type::TEXT)]).await?;
    let head = |row| Ok(RowHead { version: session.column(&row, 0)?, writer: session.column(&row, 1)? });
    row.map(head).transpose()
}

/// Reads the rows; records that cannot be read are skipped.
pub(super) async fn stored(session: &Session, instance: &str) -> Result<Option<Stored>, PostgresError> {
    let sql = "SELECT version, writer, format, state, memory, accounts, settled_tree FROM ledgers WHERE instance = $1";
    let Some(row) = session.row(sql, &[(&instance, Type::TEXT)]).await? else { return Ok(None) };
    let head = RowHead { version: session.column(&row, 0)?, writer: session.column(&row, 1)? };
    let texts = Texts {
        format: session.column(&row, 2)?,
        state: session.column(&row, 3)?,
        memory: session.column(&row, 4)?,
        accounts: session.column(&row, 5)?,
    };
    let records =
        session.rows("SELECT record FROM runs WHERE instance = $1", &[(&instance, Type::TEXT)]).await?;
    let mut runs = Vec::new();
    for record in &records {
        runs.extend(serde_json::from_str(session.column::<&str>(record, 0)?).ok());
    }
    Ok(Some(Stored { head, texts, runs, settled_tree: session.column(&row, 6)? }))
}

/// Replaces the row, or begins it. `false`: it is another one now.
pub(super) async fn swap(session: &Session, next: &Next<'_>) -> Result<bool, LedgerError> {
    let Next { instance, old, writer, state, settled_tree } = next;
    let memory = state.memory.as_ref().map(json).transpose()?;
    let accounts = state.accounts.as_ref().map(json).transpose()?;
    let state = json(state)?;
    let version = next.head().version;
    let values: [Value<'_>; 8] = [
        (instance, Type::TEXT),
        (&version, Type::INT8),
        (writer, Type::TEXT),
        (&FORMAT, Type::TEXT),
        (&state, Type::TEXT),
        (&memory, Type::TEXT),
        (&accounts, Type::TEXT),
        (settled_tree, Type::TEXT),
    ];
    let changed = match old {
        None => {
            let sql = "INSERT INTO ledgers (instance, version, writer, format, state, memory, accounts, settled_tree) \
                       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING";
            session.execute(sql, &values).await?
        }
        Some(RowHead { version: old_version, writer: old_writer }) => {
            let sql = "UPDATE ledgers SET version = $2, writer = $3, format = $4, state = $5, memory = coalesce($6, memory), \
                       accounts = coalesce($7, accounts), settled_tree = coalesce($8, settled_tree) \
                       WHERE instance = $1 AND version = $9 AND writer = $10";
            let old: [Value<'_>; 2] = [(old_version, Type::INT8), (old_writer, Type::TEXT)];
            session.execute(sql, &[values.as_slice(), &old].concat()).await?
        }
    };
    Ok(changed == 1)
}

/// Stores a record with what the state has settled.
pub(super) async fn put_run(
    session: &Session,
    next: &Next<'_>,
    record: &RunRecord,
) -> Result<(), LedgerError> {
    let sql = "INSERT INTO runs (instance, number, run, record, settled, settled_tree) \
               SELECT $1, $2, $3, $4, $5, settled_tree FROM ledgers WHERE instance = $1 \
               ON CONFLICT (instance, number) DO UPDATE SET run = EXCLUDED.run, record = EXCLUDED.record, \
               settled = EXCLUDED.settled, settled_tree = EXCLUDED.settled_tree";
    let settled = next.state.settled.as_ref().map(json).transpose()?;
    let (number, text) = (run_number(record), json(record)?);
    let values: [Value<'_>; 5] = [
        (&next.instance, Type::TEXT),
        (&number, Type::INT8),
        (&record.run, Type::TEXT),
        (&text, Type::TEXT),
        (&settled, Type::TEXT),
    ];
    session.execute(sql, &values).await?;
    Ok(())
}

/// The run that is open in a row that was read is lost: another one begins.
pub(super) async fn lose_open_run(session: &Session, instance: &str) -> Result<(), LedgerError> {
    let sql = "SELECT runs.number, record FROM ledgers JOIN runs USING (instance) \
               WHERE instance = $1 AND run = state::json #>> '{open,run}'";
    let Some(row) = session.row(sql, &[(&instance, Type::TEXT)]).await? else { return Ok(()) };
    let number: i64 = session.column(&row, 0)?;
    let Ok(record) = serde_json::from_str::<RunRecord>(session.column(&row, 1)?) else { return Ok(()) };
    let lost = json(&record.lost())?;
    let values: [Value<'_>; 3] = [(&instance, Type::TEXT), (&number, Type::INT8), (&lost, Type::TEXT)];
    session.execute("UPDATE runs SET record = $3 WHERE instance = $1 AND number = $2", &values).await?;
    Ok(())
}

/// Stores a run of another ledger with what was settled after it.
pub(super) async fn take_run(session: &Session, instance: &str, run: &WholeRun) -> Result<(), LedgerError> {
    let sql = "INSERT INTO runs (instance, number, run, record, settled, settled_tree) VALUES ($1, $2, $3, $4, $5, $6)";
    let WholeRun { record, settled } = run;
    let tree = settled.as_ref().map(|settled| &settled.tree);
    let settled = settled.as_ref().map(|settled| json(&settled.settled)).transpose()?;
    let (number, text) = (run_number(record), json(record)?);
    let values: [Value<'_>; 6] = [
        (&instance, Type::TEXT),
        (&number, Type::INT8),
        (&record.run, Type::TEXT),
        (&text, Type::TEXT),
        (&settled, Type::TEXT),
        (&tree, Type::TEXT),
    ];
    session.execute(sql, &values).await?;
    Ok(())
}

/// What was settled after a run and after the one before it, newest first; nothing if the run is not there.
pub(super) async fn settled_since(
    session: &Session,
    instance: &str,
    run: &RunRecord,
) -> Result<Vec<Option<SettledPolicies>>, LedgerError> {
    let sql = "SELECT settled, settled_tree FROM runs WHERE instance = $1 AND number <= \
               (SELECT number FROM runs WHERE instance = $1 AND run = $2) ORDER BY number DESC LIMIT 2";
    let rows = session.rows(sql, &[(&instance, Type::TEXT), (&run.run, Type::TEXT)]).await?;
    let mut found = Vec::new();
    for row in &rows {
        let settled: Option<&str> = session.column(row, 0)?;
        let settled = settled.and_then(|text| serde_json::from_str::<Settled>(text).ok());
        let tree: Option<String> = session.column(row, 1)?;
        found.push(settled.zip(tree).map(|(settled, tree)| SettledPolicies { settled, tree }));
    }
    Ok(found)
}

/// Whether the pack of a tree is stored.
pub(super) async fn has_pack(session: &Session, tree: &str) -> Result<bool, PostgresError> {
    let sql = "SELECT FROM policies WHERE tree = $1";
    Ok(session.row(sql, &[(&tree, Type::TEXT)]).await?.is_some())
}

/// The pack of a tree.
pub(super) async fn pack_of(session: &Session, tree: &str) -> Result<Option<Vec<u8>>, PostgresError> {
    let row = session.row("SELECT pack FROM policies WHERE tree = $1", &[(&tree, Type::TEXT)]).await?;
    row.map(|row| session.column(&row, 0)).transpose()
}

/// Stores the pack of a tree; one that is there is the same.
pub(super) async fn put_pack(session: &Session, tree: &str, pack: &[u8]) -> Result<(), PostgresError> {
    let sql = "INSERT INTO policies (tree, pack) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    session.execute(sql, &[(&tree, Type::TEXT), (&pack, Type::BYTEA)]).await.map(drop)
}

/// Canonical JSON, as in a ref.
pub(super) fn json(value: &impl serde::Serialize) -> Result<String, LedgerError> {
    serde_json_canonicalizer::to_string(value).map_err(|error| LedgerError::Git(error.to_string()))
}

fn run_number(record: &RunRecord) -> i64 {
    i64::try_from(number(&record.run)).unwrap_or(i64::MAX)
}
