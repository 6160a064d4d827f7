//! The turns of processes that share the work: one row an instance, replaced by compare-and-swap on its version.

use super::database::LedgerDatabase;
use super::rows::json;
use crate::gate::{Open, SharedTurn, Turn};
use crate::ledger::error::LedgerError;
use crate::postgres::{Again, Value};
use serde::Deserialize;
use std::collections::BTreeMap;
use tokio_postgres::types::Type;

/// All turns, as they were at one moment.
#[derive(Clone, Debug, Default)]
pub struct Turns {
    /// The database's time, in seconds since 1970-01-01 UTC: the clock that all processes share.
    pub now: i64,
    /// By instance: `default/dstny`.
    pub turns: BTreeMap<String, SharedTurn>,
}

/// Of a state, the part that shows whether a run lives.
#[derive(Deserialize)]
struct OpenOnly {
    open: Option<Open>,
}

impl LedgerDatabase {
    /// Reads the turns of all instances. One that cannot be read counts as none: its application is run anew.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn turns(&self) -> Result<Turns, LedgerError> {
        self.ask(async |session| {
            self.writes(session).await?;
            let row = session.row("SELECT extract(epoch FROM clock_timestamp())::bigint", &[]).await?;
            let now = row.map(|row| session.column(&row, 0)).transpose()?.unwrap_or_default();
            // Only where somebody has the turn the ledger shows whether he lives.
            let sql = "SELECT instance, turns.version, turn, CASE WHEN turn LIKE '%\"holder\":{%' THEN state END \
                       FROM turns LEFT JOIN ledgers USING (instance)";
            let mut turns = BTreeMap::new();
            for row in session.rows(sql, &[]).await? {
                let state: Option<&str> = session.column(&row, 3)?;
                let open = state.and_then(|state| serde_json::from_str::<OpenOnly>(state).ok()?.open);
                let turn = serde_json::from_str(session.column(&row, 2)?).unwrap_or_default();
                let version = session.column(&row, 1)?;
                turns.insert(session.column(&row, 0)?, SharedTurn { version, turn, open });
            }
            session.run("COMMIT").await?;
            Ok(Turns { now, turns })
        })
    }

    /// Replaces a turn that has this version; 0: that is not there. Gives the new version; none: another process was faster.
    ///
    /// # Errors
    /// When it cannot be written, or nobody knows whether it was.
    pub fn swap_turn(&self, instance: &str, version: i64, turn: &Turn) -> Result<Option<i64>, LedgerError> {
        let (text, next) = (json(turn)?, version + 1);
        let values: [Value<'_>; 4] =
            [(&instance, Type::TEXT), (&next, Type::INT8), (&text, Type::TEXT), (&version, Type::INT8)];
        let swapped = self.ask(async |session| {
            self.writes(session).await?;
            let changed = match version {
                0 => {
                    let sql = "INSERT INTO turns (instance, version, turn) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                    session.execute(sql, &values[..3]).await?
                }
                _ => {
                    let sql = "UPDATE turns SET version = $2, turn = $3 WHERE instance = $1 AND version = $4";
                    session.execute(sql, &values).await?
                }
            };
            session.run("COMMIT").await?;
            Ok(changed == 1)
        });
        match swapped {
            Ok(is_ours) => Ok(is_ours.then_some(next)),
            Err(LedgerError::Database(error)) if error.again() == Again::Conflict => Ok(None),
            Err(error) => Err(error),
        }
    }
}
