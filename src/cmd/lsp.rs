//! `rolewright lsp`: what `editor` knows, in the Language Server Protocol over stdin and stdout.
//!
//! It reads the workspace's files and what `rolewright snapshot` saved, and nothing else: no network, no credential, no ledger.

mod answer;
mod buffer;
mod convert;
mod place;
mod publish;
mod saved_people;
mod session;
mod settings;

use super::args::{Global, LspArguments};
use super::clock::Stopwatch;
use super::code::Code;
use super::exit::{Exit, Stop};
use lsp_server::{Connection, Message};
use lsp_types::notification::{Exit as ExitNotice, Notification};
use session::Session;
use settings::Settings;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

/// Whoever types faster than this is not interrupted by an evaluation.
const QUIET: Duration = Duration::from_millis(40);
/// But after so long, whatever is typed is evaluated.
const LONGEST: Duration = Duration::from_millis(500);

/// Serves one editor until it ends the session.
pub(super) fn run(global: &Global, arguments: &LspArguments) -> Result<Exit, Stop> {
    let (connection, threads) = Connection::stdio();
    let own = Settings { workspace: None, snapshot: arguments.snapshot.clone() };
    let served = serve(global, own, &connection);
    // The writer ends when nobody can send any more.
    drop(connection);
    let ended = threads
        .join()
        .map_err(|error| Stop::new(Code::Editor, format!("the editor's connection broke: {error}")));
    served.and_then(|exit| ended.map(|()| exit))
}

fn serve(global: &Global, own: Settings, connection: &Connection) -> Result<Exit, Stop> {
    let broken = |error: lsp_server::ProtocolError| {
        Stop::new(Code::Editor, format!("the editor's connection broke: {error}"))
    };
    let (id, parameters) = connection.initialize_start().map_err(broken)?;
    connection.initialize_finish(id, answer::capabilities()).map_err(broken)?;
    let mut session = Session::new(global, own, &parameters, connection)?;
    session.begin();
    let mut shut_down = false;
    let mut stale: Option<Stopwatch> = None;
    loop {
        if session.is_stale() && stale.is_none() {
            stale = Some(Stopwatch::start());
        }
        let message = match &stale {
            None => connection.receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
            Some(since) if since.elapsed() > LONGEST => Err(RecvTimeoutError::Timeout),
            Some(_) => connection.receiver.recv_timeout(QUIET).map_err(|error| {
                if error.is_timeout() { RecvTimeoutError::Timeout } else { RecvTimeoutError::Disconnected }
            }),
        };
        match message {
            Err(RecvTimeoutError::Timeout) => {
                session.publish();
                stale = None;
            }
            Err(RecvTimeoutError::Disconnected) => break,
            Ok(Message::Request(request)) if request.method == "shutdown" => {
                shut_down = true;
                session.answer(request.id, Ok(serde_json::Value::Null));
            }
            Ok(Message::Request(request)) => {
                let answer =
                    if shut_down { Err(answer::ended()) } else { answer::answer(&mut session, &request) };
                session.answer(request.id, answer);
            }
            Ok(Message::Notification(notice)) if notice.method == ExitNotice::METHOD => break,
            Ok(Message::Notification(notice)) => session.notice(&notice),
            Ok(Message::Response(_)) => {}
        }
    }
    Ok(if shut_down { Exit::Done } else { Exit::Error })
}
