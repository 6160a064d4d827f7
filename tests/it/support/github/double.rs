//! A double of GitHub; every request and answer except faults is checked against GitHub's own contract.

use crate::support::contract::Contract;
use crate::support::http_server::{Reply, Request, Server};
use serde_json::Value;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// What the double sends.
pub(crate) enum Answer {
    /// An answer of GitHub: status, headers, and fields that overwrite those of the contract's smallest answer.
    Fine(u16, Vec<(&'static str, String)>, Value),
    /// The same for a list: the fields of each item.
    List(Vec<(&'static str, String)>, Vec<Value>),
    /// A fault.
    Fault(Reply),
}

/// A running double. When dropped, it stops and asserts that the contract was kept.
pub(crate) struct Double {
    server: Server,
    state: Arc<Mutex<State>>,
}

struct State {
    answer: Box<dyn FnMut(&Request) -> Answer + Send>,
    requests: Vec<Request>,
    wrong: Vec<String>,
}

impl Double {
    /// Starts a double; `answer` first gets the double's own URL, for links.
    pub(crate) fn start<A: FnMut(&Request) -> Answer + Send + 'static>(
        make: impl FnOnce(String) -> A,
    ) -> Self {
        let mut held = None;
        let server = Server::start(|port| {
            let answer = Box::new(make(format!("http://127.0.0.1:{port}")));
            let state = Arc::new(Mutex::new(State { answer, requests: Vec::new(), wrong: Vec::new() }));
            held = Some(Arc::clone(&state));
            Box::new(move |request| lock(&state).reply(request))
        });
        Self { server, state: held.expect("it was made") }
    }

    pub(crate) fn url(&self) -> String {
        self.server.url()
    }

    /// Bytes that were sent.
    pub(crate) fn sent(&self) -> u64 {
        self.server.sent()
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        lock(&self.state).requests.clone()
    }

    /// How many requests had this method and a path with this end.
    pub(crate) fn count(&self, method: &str, end: &str) -> usize {
        let fits = |request: &&Request| request.method == method && request.path().ends_with(end);
        self.requests().iter().filter(fits).count()
    }
}

impl Drop for Double {
    fn drop(&mut self) {
        let wrong = &lock(&self.state).wrong;
        assert!(wrong.is_empty() || std::thread::panicking(), "the contract: {wrong:#?}");
    }
}

impl State {
    fn reply(&mut self, request: Request) -> Reply {
        self.requests.push(request.clone());
        let method = request.method.to_lowercase();
        let (status, mut headers, body) = match (self.answer)(&request) {
            Answer::Fault(reply) => return reply,
            Answer::Fine(status, headers, over) => {
                (status, headers, contract().sample(request.path(), &method, &over))
            }
            Answer::List(headers, items) => {
                let items = items.iter().map(|over| contract().sample_item(request.path(), &method, over));
                (200, headers, items.collect())
            }
        };
        let body = body.to_string().into_bytes();
        let wrong = contract().judge(&request, request.path(), status, &body);
        self.wrong.extend(wrong.into_iter().map(|problem| format!("{method} {}: {problem}", request.target)));
        headers.push(("Content-Type", "application/json; charset=utf-8".to_owned()));
        Reply::Whole(status, headers, body)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// GitHub's contract; all doubles share it.
pub(crate) fn contract() -> MutexGuard<'static, Contract> {
    static CONTRACT: OnceLock<Mutex<Contract>> = OnceLock::new();
    let read = || Mutex::new(Contract::read("github.json"));
    CONTRACT.get_or_init(read).lock().unwrap_or_else(PoisonError::into_inner)
}
