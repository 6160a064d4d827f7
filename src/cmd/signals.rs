//! Asked to end (SIGTERM, SIGINT): while nothing is written the process ends at once; while something is, no further
//! change begins, what is under way ends, and all is recorded. Asked a second time, it ends at once in any case.
#![expect(clippy::disallowed_methods, reason = "door: a process that is asked to end may end here")]

use super::exit::Exit;
use super::out;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use tokio::sync::watch;

/// What the process does, as far as it decides what asking it to end cuts short.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// A process that stays waits for the next run: nothing is cut short.
    Between,
    /// A run reads and plans: it ends at once, for nothing was written.
    Reading,
    /// A run writes: it ends once it is recorded.
    Writing,
}

/// What signals decide by.
struct Heard {
    stage: Stage,
    listens: bool,
}

static HEARD: Mutex<Heard> = Mutex::new(Heard { stage: Stage::Reading, listens: false });
/// Whether somebody asked the process to end. Sent while [`HEARD`] is locked, so that no run begins meanwhile.
static ASKED: OnceLock<watch::Sender<bool>> = OnceLock::new();

/// Called with the exit code before a signal ends the process.
static LAST_WORDS: OnceLock<Box<dyn Fn(Exit) + Send + Sync>> = OnceLock::new();

/// Hears signals while it lives.
pub(super) struct Guard(watch::Receiver<bool>);

impl Guard {
    /// Ends once somebody asks the process to end.
    pub(super) async fn asked_to_end(&self) {
        let mut receiver = self.0.clone();
        if receiver.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        heard().stage = Stage::Reading;
    }
}

/// From now on a signal does not end the process at once.
pub(super) fn while_writing() -> Guard {
    enter(Stage::Writing);
    Guard(sender().subscribe())
}

/// From now on a signal ends the process at once with exit code 0: no run is under way.
pub(super) fn between_runs() {
    enter(Stage::Between);
}

/// What the process says last if a signal ends it. Only the first counts.
pub(super) fn before_the_end(say: impl Fn(Exit) + Send + Sync + 'static) {
    // There is one command in a process.
    let _ = LAST_WORDS.set(Box::new(say));
}

/// A run begins; `false`: somebody asked the process to end, so that it must not.
pub(super) fn begin_run() -> bool {
    let mut heard = heard();
    let may = !were_asked_to_end();
    if may {
        heard.stage = Stage::Reading;
    }
    may
}

/// Whether somebody asked the process to end.
pub(super) fn were_asked_to_end() -> bool {
    ASKED.get().is_some_and(|asked| *asked.borrow())
}

fn heard() -> MutexGuard<'static, Heard> {
    HEARD.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sender() -> &'static watch::Sender<bool> {
    ASKED.get_or_init(|| watch::channel(false).0)
}

fn enter(stage: Stage) {
    let mut heard = heard();
    heard.stage = stage;
    if !std::mem::replace(&mut heard.listens, true) {
        std::thread::spawn(listen);
    }
}

fn listen() {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        loop {
            next_signal().await;
            let heard = heard();
            let again = sender().send_replace(true);
            match heard.stage {
                Stage::Between => end(Exit::Done),
                Stage::Writing if !again => {
                    out::talk("asked to end: no further change begins (ask again to end at once)");
                }
                Stage::Reading | Stage::Writing => end(Exit::Partial),
            }
        }
    });
}

fn end(exit: Exit) -> ! {
    if let Some(say) = LAST_WORDS.get() {
        say(exit);
    }
    std::process::exit(i32::from(exit.number()))
}

#[cfg(unix)]
async fn next_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut terminate), Ok(mut interrupt)) =
        (signal(SignalKind::terminate()), signal(SignalKind::interrupt()))
    else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
}

#[cfg(not(unix))]
async fn next_signal() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
