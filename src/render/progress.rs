//! One line that shows the progress of reads, or of writing.

use super::escape::visible;
use std::fmt::Write;

/// A source being read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Its name.
    pub name: String,
    /// Records read so far.
    pub records: u64,
    /// Who asked for a pause, and the seconds left of it; `None` without a pause.
    pub pause: Option<(String, u64)>,
    /// Whether the read has ended.
    pub done: bool,
}

/// `reading contoso 12000 (600/s): waits 12 s as Microsoft Graph asked, rooms: waiting for the first answer, 20 s`;
/// sources that are done are left out.
pub fn line(sources: &[Reading], seconds: u64) -> String {
    let mut text = String::new();
    for source in sources.iter().filter(|source| !source.done) {
        let _ = write!(text, "{}{}", if text.is_empty() { "reading " } else { ", " }, visible(&source.name));
        // Writing to a string cannot fail.
        let _ = match (source.records, &source.pause) {
            (0, None) => write!(text, ": waiting for the first answer"),
            (0, Some(_)) => Ok(()),
            (records, _) => write!(text, " {records} ({}/s)", records / seconds.max(1)),
        };
        if let Some((who, left)) = &source.pause {
            let _ = write!(text, ": waiting {left} s, as {} asked", visible(who));
        }
    }
    if !text.is_empty() {
        let _ = write!(text, ", {seconds} s");
    }
    text
}

/// How far the writing is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Changes that ended.
    pub ended: u64,
    /// All changes.
    pub total: u64,
    /// Seconds since the first.
    pub seconds: u64,
}

/// `promapp: 1200 of 10000 changes, 45/s, 3 min left`.
pub fn written(application: &str, pace: &Pace) -> String {
    let Pace { ended, total, seconds } = *pace;
    let mut text = format!("{}: {ended} of {total} changes", visible(application));
    if ended > 0 && seconds > 0 {
        let left = (total.saturating_sub(ended)).saturating_mul(seconds) / ended;
        let rate = match ended / seconds {
            0 => format!("{}/min", ended * 60 / seconds),
            rate => format!("{rate}/s"),
        };
        let _ = write!(text, ", {rate}, {} left", duration(left));
    }
    text
}

/// `45 s`, `3 min`, `2 h 5 min`.
fn duration(seconds: u64) -> String {
    match seconds {
        0..=99 => format!("{seconds} s"),
        100..=5999 => format!("{} min", seconds.div_ceil(60)),
        _ => format!("{} h {} min", seconds / 3600, seconds % 3600 / 60),
    }
}
