//! Flags of `reconcile`.

use clap::{Args, ValueEnum, value_parser};
use std::net::SocketAddr;

/// How the process says what it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// As `apply` writes it, for people
    Text,
    /// One JSON object a line, without names of people
    Json,
}

/// Flags of `reconcile`.
#[derive(Debug, Args)]
pub struct ReconcileArguments {
    /// The protected branch [default: the remote's default branch]
    #[arg(long, value_name = "BRANCH", env = "ROLEWRIGHT_BRANCH")]
    pub branch: Option<String>,
    /// Seconds between two fetches of the branch
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u64).range(1..=86_400), env = "ROLEWRIGHT_POLL")]
    pub poll: u64,
    /// Run everything that is due, then end
    #[arg(long, env = "ROLEWRIGHT_ONCE")]
    pub once: bool,
    /// The address that answers /healthz, /readyz, /metrics and /: 127.0.0.1:9464 [default: none]
    #[arg(long, value_name = "ADDRESS", env = "ROLEWRIGHT_LISTEN", conflicts_with = "once")]
    pub listen: Option<SocketAddr>,
    /// A file with the secret of webhooks at /webhook, in a folder for secrets [default: ROLEWRIGHT_WEBHOOK_SECRET, else no webhooks]
    #[arg(long, value_name = "FILE", env = "ROLEWRIGHT_WEBHOOK_SECRET_FILE", requires = "listen")]
    pub webhook_secret_file: Option<String>,
    /// The format of the log
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = LogFormat::Text, env = "ROLEWRIGHT_LOG")]
    pub log: LogFormat,
    /// Minutes after which a run counts as stuck in /healthz
    #[arg(long, value_name = "MINUTES", default_value_t = 360, value_parser = value_parser!(u64).range(1..=10_080), env = "ROLEWRIGHT_STUCK_AFTER")]
    pub stuck_after: u64,
    /// Minutes to wait for another run of the same application
    #[arg(long, value_name = "MINUTES", default_value_t = 10, env = "ROLEWRIGHT_LEASE_TIMEOUT")]
    pub lease_timeout: u64,
    /// Seconds to keep asking the forge for the pull request of a commit
    #[arg(long, value_name = "SECONDS", default_value_t = 60, env = "ROLEWRIGHT_FORGE_TIMEOUT")]
    pub forge_timeout: u64,
    /// Begin no change after this many minutes of a run; the next run makes the rest
    #[arg(long, value_name = "MINUTES", env = "ROLEWRIGHT_STOP_AFTER")]
    pub stop_after: Option<u64>,
}
