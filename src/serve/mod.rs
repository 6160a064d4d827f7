//! Answers over HTTP/1.1: the one place that listens.
//!
//! Takes an address and what answers a path, gives answers to GET and HEAD, and to POST where a path accepts it. Heads are bounded in size
//! and time, bodies in size, connections in number and time, and each serves one request. Never: writing, decisions, names of people.

mod answer;
mod connection;

pub use answer::{Answer, Answers, Posted};
use connection::serve;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// How many connections are served at a time; others wait.
const CONNECTIONS: usize = 32;

/// The address cannot be listened on.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on `{address}`: {source}; choose another address with `--listen`")]
pub struct ListenError {
    /// The address.
    address: SocketAddr,
    source: std::io::Error,
}

/// Listens on an address, on a thread of its own until the process ends, and gives the address with its port.
///
/// # Errors
/// When the address is taken, or is none of this machine's.
pub fn listen(address: SocketAddr, answers: Arc<dyn Answers>) -> Result<SocketAddr, ListenError> {
    let failed = |source| ListenError { address, source };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(failed)?;
    let listener = runtime.block_on(TcpListener::bind(address)).map_err(failed)?;
    let bound = listener.local_addr().map_err(failed)?;
    std::thread::spawn(move || runtime.block_on(accept(listener, answers)));
    Ok(bound)
}

async fn accept(listener: TcpListener, answers: Arc<dyn Answers>) {
    let free = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        let Ok(permit) = Arc::clone(&free).acquire_owned().await else { return };
        match listener.accept().await {
            Ok((stream, _)) => {
                let answers = Arc::clone(&answers);
                tokio::spawn(async move {
                    serve(stream, answers).await;
                    drop(permit);
                });
            }
            // The caller left, or there are no file handles left: others are ended soon.
            Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
        }
    }
}
