//! The flags of `explain`.

use super::choices::ExplainFormat;
use clap::Args;
use std::path::PathBuf;

/// Flags of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArguments {
    /// The user: id, user principal name, mail, display name or account id
    pub user: String,
    /// Only this right, as plans write it (role=Booker), and the nearest change that would give it
    #[arg(long, value_name = "RIGHT", env = "ROLEWRIGHT_RIGHT")]
    pub right: Option<String>,
    /// Explain before and with a change: the revision that it is merged into
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_BASE", requires = "head")]
    pub base: Option<String>,
    /// Explain before and with a change: its last revision; the merge is made in memory
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_HEAD", requires = "base")]
    pub head: Option<String>,
    /// Explain by the policies of this commit, as of its day, from what was saved then
    #[arg(
        long,
        value_name = "COMMIT",
        env = "ROLEWRIGHT_AT",
        requires = "snapshot",
        conflicts_with = "base"
    )]
    pub at: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = ExplainFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: ExplainFormat,
    /// Explain from what `snapshot --output` saved here
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
}
