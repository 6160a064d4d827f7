//! The flags of `matrix`.

use super::choices::MatrixFormat;
use clap::Args;

/// Flags of `matrix`.
#[derive(Debug, Args)]
pub struct MatrixArguments {
    /// How to say it
    #[arg(long, value_enum, default_value_t = MatrixFormat::Github, env = "ROLEWRIGHT_FORMAT")]
    pub format: MatrixFormat,
    /// Every application that is enabled, due or not: after a push
    #[arg(long, env = "ROLEWRIGHT_ALL")]
    pub all: bool,
    /// Look for moments of the schedule in this time only, longer than between two looks: 2h [default: since the last recorded run]
    #[arg(long, value_name = "TIME", env = "ROLEWRIGHT_SINCE", conflicts_with = "all")]
    pub since: Option<String>,
    /// The file of the repository that defines `.rolewright-apply`, for GitLab
    #[arg(
        long,
        value_name = "FILE",
        default_value = ".gitlab/rolewright-apply.yml",
        env = "ROLEWRIGHT_TEMPLATE"
    )]
    pub template: String,
}
