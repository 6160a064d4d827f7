//! The guard for change windows: nothing is changed in a closed window (the policy language, 5, `changeWindows`).

use crate::model::Zone;
use crate::policy::ChangeWindows;
use std::fmt;
use std::time::Duration;

const DAY: i64 = 24 * 60 * 60;
/// How far to look ahead: every window repeats within a year.
const AHEAD: i64 = 367 * DAY;

/// Whether changes may start at one instant. Times are seconds since 1970-01-01 UTC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Changes may start, if they end in time.
    Open {
        /// The first instant at which changes may not be made any more; none: not within a year.
        until: Option<i64>,
    },
    /// Changes may not start.
    Closed(Closure),
}

/// Why no change may be made now, and when changes may be made again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closure {
    /// The closed window, and its reason; none: no open window contains the instant.
    pub window: Option<(String, Option<String>)>,
    /// When changes may start; none: not within a year.
    pub opens: Option<i64>,
    /// The time zone in which messages show it.
    pub time_zone: Zone,
}

/// Whether a change that may take `time_out` may start at an instant.
pub fn standing(windows: &ChangeWindows, at: i64, time_out: Duration) -> Standing {
    if windows.is_empty() {
        return Standing::Open { until: None };
    }
    let needed = i64::try_from(time_out.as_secs()).unwrap_or(DAY).saturating_add(1);
    let allowed = windows.allowed(at, at.saturating_add(AHEAD));
    match allowed.around(at) {
        Some((_, end)) if at + needed <= end => Standing::Open { until: (end < at + AHEAD).then_some(end) },
        around => {
            let next = allowed.iter().find(|(from, end)| *from > at && from + needed <= *end);
            Standing::Closed(closure(windows, around.map_or(at, |(_, end)| end), next.map(|(from, _)| from)))
        }
    }
}

/// The window that is closed at an instant; if an open window ends there, that one.
fn closure(windows: &ChangeWindows, at: i64, opens: Option<i64>) -> Closure {
    let closed = windows.closed_at(at);
    let zone = closed.or_else(|| windows.open.first()).map(|window| window.time_zone.clone());
    Closure {
        window: closed.map(|window| (window.id.clone(), window.reason.clone())),
        opens,
        time_zone: zone.unwrap_or_else(Zone::utc),
    }
}

impl Standing {
    /// Combines both: closed if one of them is closed, and open only as long as both are.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Open { until: one }, Self::Open { until: other }) => {
                Self::Open { until: one.into_iter().chain(other).min() }
            }
            (closed @ Self::Closed(_), _) | (_, closed) => closed,
        }
    }

    /// Whether a change that may take `time_out` may start at an instant, when this was the state at an earlier
    /// instant. Once a window has closed, the answer stays no.
    pub fn may_start(&self, at: i64, time_out: Duration) -> bool {
        let needed = i64::try_from(time_out.as_secs()).unwrap_or(DAY).saturating_add(1);
        match self {
            Self::Open { until: None } => true,
            Self::Open { until: Some(until) } => at.saturating_add(needed) <= *until,
            Self::Closed(_) => false,
        }
    }
}

impl fmt::Display for Closure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.window {
            None => f.write_str("no change window is open")?,
            Some((id, None)) => write!(f, "the change window `{id}` is closed")?,
            Some((id, Some(reason))) => write!(f, "the change window `{id}` is closed ({reason})")?,
        }
        match self.opens {
            None => f.write_str("; within a year none opens"),
            Some(opens) => write!(f, "; changes are made again from {}", self.time_zone.clock(opens)),
        }
    }
}
