//! Time zones, from a compiled-in database.

use jiff::Timestamp;
use jiff::tz::{TimeZone, TimeZoneDatabase};
use serde::{Serialize, Serializer};

/// A time zone of the IANA database: `Europe/Copenhagen`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    name: String,
    zone: TimeZone,
}

/// A name that is not a time zone.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no time zone is called `{0}`: write a name of the IANA database, such as Europe/Copenhagen")]
pub struct ZoneError(String);

/// A period without a clock change: wall clock = instant + `offset`, all in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first instant, in seconds since 1970-01-01 UTC.
    pub from: i64,
    /// The first instant after it.
    pub to: i64,
    /// The difference to UTC, positive if ahead.
    pub offset: i64,
}

/// Zones without a place; the database has them for programs.
const NO_PLACE: [&str; 2] = ["Etc/Unknown", "Factory"];

impl Zone {
    /// Coordinated universal time.
    pub fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// The zone with this name; case matters.
    ///
    /// # Errors
    /// When the database does not have the name.
    pub fn parse(name: &str) -> Result<Self, ZoneError> {
        let error = || ZoneError(name.to_owned());
        if name == "UTC" {
            return Ok(Self::utc());
        }
        let zone = TimeZoneDatabase::bundled().get(name).map_err(|_| error())?;
        if zone.iana_name() != Some(name) || NO_PLACE.contains(&name) {
            return Err(error());
        }
        Ok(Self { name: name.to_owned(), zone })
    }

    /// All names.
    pub fn names() -> Vec<String> {
        let names = TimeZoneDatabase::bundled();
        names
            .available()
            .map(|name| name.to_string())
            .filter(|name| !NO_PLACE.contains(&name.as_str()))
            .collect()
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The periods without clock change between two instants, in order, cut at both; empty if there is no time between
    /// them.
    pub fn stretches(&self, from: i64, to: i64) -> Vec<Stretch> {
        let mut stretches: Vec<Stretch> = Vec::new();
        let mut next = from;
        for transition in self.zone.following(instant(from)) {
            let at = transition.timestamp().as_second().min(to);
            stretches.push(Stretch { from: next, to: at, offset: self.offset(next) });
            next = at;
            if at >= to {
                break;
            }
        }
        stretches.push(Stretch { from: next, to, offset: self.offset(next) });
        stretches.retain(|stretch| stretch.from < stretch.to);
        stretches
    }

    /// A wall-clock time: `2027-03-28 04:00 Europe/Copenhagen`.
    pub fn clock(&self, seconds: i64) -> String {
        let shown = instant(seconds).to_zoned(self.zone.clone());
        format!("{} {}", shown.strftime("%Y-%m-%d %H:%M"), self.name)
    }

    fn offset(&self, seconds: i64) -> i64 {
        i64::from(self.zone.to_offset(instant(seconds)).seconds())
    }
}

/// An instant; outside the supported years, the nearest supported one.
fn instant(seconds: i64) -> Timestamp {
    let nearest = if seconds < 0 { Timestamp::MIN } else { Timestamp::MAX };
    Timestamp::from_second(seconds).unwrap_or(nearest)
}

impl Serialize for Zone {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.name)
    }
}
