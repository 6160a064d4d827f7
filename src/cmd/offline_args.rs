//! Flags of the commands that need no directory, application or ledger.

use super::choices::{ApplicationKind, DirectoryKind, Forge};
use clap::Args;
use std::path::PathBuf;

/// Flags of `init`.
#[derive(Debug, Args)]
pub struct InitArguments {
    /// The folder to write to; no file that is there is touched
    #[arg(value_name = "DIR", default_value = ".")]
    pub folder: PathBuf,
    /// Where policies are reviewed and merged; needed to begin
    #[arg(long, value_enum, env = "ROLEWRIGHT_FORGE")]
    pub forge: Option<Forge>,
    /// Where people come from [default: file]. In a repository that has policies: add such a directory
    #[arg(long, value_enum, env = "ROLEWRIGHT_DIRECTORY_KIND")]
    pub directory: Option<DirectoryKind>,
    /// The name of the directory to add, or of the one that feeds the application to add
    #[arg(long, value_name = "NAME")]
    pub name: Option<String>,
    /// How the application to add (`--application NAME`) is reached
    #[arg(long, value_enum, default_value_t = ApplicationKind::Scim)]
    pub connection: ApplicationKind,
    /// The protected branch
    #[arg(long, value_name = "BRANCH", default_value = "main", env = "ROLEWRIGHT_BRANCH")]
    pub branch: String,
    /// Where CI gets Rolewright from: OWNER/NAME on GitHub, or an address
    #[arg(long, value_name = "REPOSITORY", env = "ROLEWRIGHT_SOURCE")]
    pub source: Option<String>,
    /// The commit of that repository, 40 hexadecimal digits
    #[arg(long, value_name = "COMMIT", env = "ROLEWRIGHT_COMMIT")]
    pub commit: Option<String>,
    /// Who owns linking rules: @company/help-desk
    #[arg(long, value_name = "TEAM", env = "ROLEWRIGHT_HELP_DESK")]
    pub help_desk: Option<String>,
    /// Who owns everything else: @company/security
    #[arg(long, value_name = "TEAM", env = "ROLEWRIGHT_SECURITY")]
    pub security: Option<String>,
}

/// Flags of `lsp`.
#[derive(Debug, Args)]
pub struct LspArguments {
    /// Count people and offer groups from what `snapshot --output` saved here [default: .snapshot in the workspace]
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
    /// Speak over stdin and stdout, as always; editors say so
    #[arg(long, hide = true)]
    pub stdio: bool,
}

/// Flags of `fmt`.
#[derive(Debug, Args)]
pub struct FmtArguments {
    /// Only these files; `-` reads stdin and writes stdout [default: every policy file of the workspace]
    #[arg(value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Change nothing, name the files that would change, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
}

/// Flags of `completions`.
#[derive(Debug, Args)]
pub struct CompletionsArguments {
    /// The shell
    #[arg(value_enum)]
    pub shell: clap_complete::Shell,
}

/// Flags of `man`.
#[derive(Debug, Args)]
pub struct ManArguments {
    /// The folder to write `rolewright.1`, `rolewright-plan.1`, ... to [default: print rolewright.1]
    #[arg(long, value_name = "DIR")]
    pub output: Option<PathBuf>,
}
