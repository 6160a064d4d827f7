//! Shows on a terminal how far reads are; a file or a pipe is told nothing.

use super::clock::Stopwatch;
use super::out;
use crate::fetch::Progress;
use crate::render::progress::{Reading, line};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

/// Between two looks.
const EVERY: Duration = Duration::from_millis(500);
/// A read that ends sooner is not told of.
const QUIET: Duration = Duration::from_secs(2);

/// A pause of which anything is left is not told to last 0 s.
fn whole_seconds(left: Duration) -> u64 {
    left.as_secs() + u64::from(left.subsec_nanos() > 0)
}

/// Shows it until the other end is dropped; then clears the line.
pub(super) fn show(sources: &[(String, Arc<Progress>)], ended: &Receiver<()>) {
    let watch = Stopwatch::start();
    let mut shown = false;
    while ended.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
        if watch.elapsed() < QUIET {
            continue;
        }
        let readings: Vec<Reading> = sources
            .iter()
            .map(|(name, it)| Reading {
                name: name.clone(),
                records: it.records(),
                pause: it.pause().map(|(who, left)| (who.to_owned(), whole_seconds(left))),
                done: it.done(),
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
