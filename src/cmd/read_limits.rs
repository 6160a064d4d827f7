//! Flags that bound what a read may take.

use clap::builder::RangedU64ValueParser;
use clap::{Args, value_parser};

/// How much one read of a directory or an application over a network may take, over all its pages.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Limits of a read")]
pub struct ReadLimits {
    /// Minutes that one read may last [default: 120]
    #[arg(long, value_name = "NUMBER", env = "ROLEWRIGHT_READ_MINUTES", value_parser = within(1_440), global = true, hide_short_help = true)]
    pub read_minutes: Option<u64>,
    /// GiB that one read may receive [default: 16]
    #[arg(long, value_name = "NUMBER", env = "ROLEWRIGHT_READ_GIB", value_parser = within(1_024), global = true, hide_short_help = true)]
    pub read_gib: Option<u64>,
    /// Users, groups and other records that one read may return [default: 5000000]
    #[arg(long, value_name = "NUMBER", env = "ROLEWRIGHT_READ_RECORDS", value_parser = within(u64::from(u32::MAX)), global = true, hide_short_help = true)]
    pub read_records: Option<u64>,
}

/// A number from 1 to this.
fn within(most: u64) -> RangedU64ValueParser {
    value_parser!(u64).range(1..=most)
}
