//! Shows the progress of reads on a terminal; a file or a pipe gets no progress.

use super::clock::Stopwatch;
use super::out;
use crate::fetch::Progress;
use crate::render::progress::{Reading, line};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// The time between two updates.
const EVERY: Duration = Duration::from_millis(500);
/// The progress of a read that ends sooner is not shown.
const QUIET: Duration = Duration::from_secs(2);

/// Rounds up, so that a pause is never shown as 0 s.
fn whole_seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// Shows progress until the sender is dropped; then clears the line.
pub(super) fn show(sources: &[(String, Arc<Progress>)], ended: &Receiver<()>) {
    let watch = Stopwatch::start();
    let mut shown = false;
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        if watch.elapsed() < QUIET {
            continue;
        }
        let readings: Vec<Reading> = sources
            .iter()
            .map(|(name, source)| Reading {
                name: name.clone(),
                records: source.records(),
                pause: source.pause().map(|(who, left)| (who.to_owned(), whole_seconds(left))),
                done: source.done(),
            })
            .collect();
        let text = line(&readings, watch.elapsed().as_secs());
        let short: String = text.chars().take(out::width().saturating_sub(1)).collect();
        out::line(&short);
        shown = true;
    }
    if shown {
        out::line("");
    }
}
