//! Asked to end (SIGTERM, SIGINT): while nothing is written the process ends at once; while something is, no further
//! change begins, what is under way ends, and all is recorded. Asked a second time, it ends at once in any case.
#![expect(clippy::disallowed_methods, reason = "door: a process that is asked to end may end here")]

use super::exit::Exit;
use super::out;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// Whether changes are being written.
static WRITING: AtomicBool = AtomicBool::new(false);
/// Whether somebody asked the process to end.
static ASKED: OnceLock<watch::Sender<bool>> = OnceLock::new();

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
        WRITING.store(false, Ordering::SeqCst);
    }
}

/// From now on a signal does not end the process at once.
pub(super) fn while_writing() -> Guard {
    let sender = ASKED.get_or_init(|| watch::channel(false).0);
    WRITING.store(true, Ordering::SeqCst);
    static LISTENS: AtomicBool = AtomicBool::new(false);
    if !LISTENS.swap(true, Ordering::SeqCst) {
        std::thread::spawn(|| listen(sender));
    }
    Guard(sender.subscribe())
}

/// Whether somebody asked the process to end.
pub(super) fn were_asked_to_end() -> bool {
    ASKED.get().is_some_and(|asked| *asked.borrow())
}

fn listen(sender: &'static watch::Sender<bool>) {
    let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
    runtime.block_on(async {
        loop {
            next_signal().await;
            let again = sender.send_replace(true);
            if again || !WRITING.load(Ordering::SeqCst) {
                std::process::exit(i32::from(Exit::Partial.number()));
            }
            out::talk("asked to end: no further change begins (ask again to end at once)");
        }
    });
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
