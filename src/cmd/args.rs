//! The command line.

use super::choices::{
    ApplyFormat, Colour, DoctorFormat, FindingFormat, GroupsFormat, HistoryFormat, PlanFormat, TestFormat,
};
use super::explain_args::ExplainArguments;
use super::matrix_args::MatrixArguments;
pub use super::offline_args::{
    CompletionsArguments, FmtArguments, InitArguments, LspArguments, ManArguments,
};
use super::outputs::Output;
use super::read_limits::ReadLimits;
use super::reconcile::arguments::ReconcileArguments;
use crate::ledger::LedgerPlace;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// The workspace folder, if none is named.
pub(super) const WORKSPACE: &str = "policies";

/// Decides who gets which account and which rights in which application, from policies kept in git.
#[derive(Debug, Parser)]
#[command(name = "rolewright", version, propagate_version = true, disable_help_subcommand = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Everywhere.
    #[command(flatten)]
    pub global: Global,
}

/// Flags of every command.
#[derive(Clone, Debug, Args)]
pub struct Global {
    /// The workspace folder
    #[arg(
        short = 'C',
        long = "workspace",
        value_name = "DIR",
        default_value = WORKSPACE,
        env = "ROLEWRIGHT_WORKSPACE",
        global = true
    )]
    pub workspace: PathBuf,
    /// The folder that paths in connections are relative to [default: the workspace folder]
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_DATA", global = true)]
    pub data: Option<PathBuf>,
    /// Only this application
    #[arg(long, value_name = "NAME", env = "ROLEWRIGHT_APPLICATION", global = true)]
    pub application: Option<String>,
    /// The day of the run, UTC: 2027-01-31 [default: today]
    #[arg(long, value_name = "DATE", env = "ROLEWRIGHT_AS_OF", global = true)]
    pub as_of: Option<String>,
    /// Where the history of runs is: the prefix of git refs, or postgres://USER@HOST:PORT/DATABASE?schema=SCHEMA; not in the
    /// policies, so that a commit cannot choose another history
    #[arg(
        long,
        value_name = "PLACE",
        default_value = LedgerPlace::REFS,
        value_parser = LedgerPlace::parse,
        env = "ROLEWRIGHT_LEDGER",
        global = true
    )]
    pub ledger: LedgerPlace,
    /// Whether to use colour
    #[arg(long, value_enum, default_value_t = Colour::Auto, env = "ROLEWRIGHT_COLOR", global = true)]
    pub color: Colour,
    /// Private addresses that may be called: 10.0.0.0/8,127.0.0.1 [default: all without `review`, else none]
    #[arg(
        long,
        value_name = "LIST",
        env = "ROLEWRIGHT_PRIVATE_ADDRESSES",
        global = true,
        hide_short_help = true
    )]
    pub private_addresses: Option<String>,
    /// How much a read may take.
    #[command(flatten)]
    pub read_limits: ReadLimits,
    /// What the command is for.
    #[arg(skip)]
    pub purpose: Purpose,
}

impl Global {
    /// The same for a command with a purpose.
    #[must_use]
    pub(super) fn of(&self, purpose: Purpose) -> Self {
        Self { purpose, ..self.clone() }
    }
}

/// What a command is for, as far as that decides what it may use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// To look.
    #[default]
    Look,
    /// To judge a pull request, whose policies nobody has approved yet.
    PullRequest,
    /// To apply.
    Apply,
    /// To apply what is merged, in a process that stays: nobody brings the work tree up to date.
    Reconcile,
}

/// An address that a comment can link to.
fn address(text: &str) -> Result<String, String> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&*+,;=%".contains(&byte);
    let fits = ["https://", "http://"].iter().any(|scheme| text.starts_with(scheme));
    if fits && text.len() <= 2000 && text.bytes().all(plain) {
        Ok(text.to_owned())
    } else {
        Err("expected an address: `https://github.com/company/access/actions/runs/1#artifacts`".to_owned())
    }
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Are the policies well formed, and do they make sense?
    Validate(ValidateArguments),
    /// What would change, for whom, and because of which line of which policy?
    Plan(PlanArguments),
    /// Would this merge-queue commit be applied completely? Writes nothing
    Check(CheckArguments),
    /// Make the changes that the policies on the protected branch want
    Apply(ApplyArguments),
    /// Keep running, and apply each application on its schedule and after each merge
    Reconcile(ReconcileArguments),
    /// Why does this person have, or not have, an account and rights?
    Explain(ExplainArguments),
    /// What does the code of a finding or an error mean, and what should I do?
    ExplainCode(ExplainCodeArguments),
    /// Which groups do the directories have, which of them are linked, and by which line of which policy?
    Groups(GroupsArguments),
    /// Run the policy tests: made-up people, and what they must get
    Test(TestArguments),
    /// Save what directories and applications hold, to plan from later
    Snapshot(SnapshotArguments),
    /// Show what was applied, when, and with what result
    History(HistoryArguments),
    /// Show what undoing a run would do
    Undo(UndoArguments),
    /// Let the next run begin although another is recorded as open
    Unlock(UnlockArguments),
    /// Reset or adopt a ledger
    #[command(subcommand)]
    Ledger(LedgerCommand),
    /// Show when runs begin, and the cron expressions for that
    Schedule(ScheduleArguments),
    /// Which applications are due, as the jobs of a CI system
    Matrix(MatrixArguments),
    /// Does everything that a run needs work? Reads as little as it can, writes nothing
    Doctor(DoctorArguments),
    /// Does an application behave as Rolewright needs? Tries it with throw-away accounts
    Conformance(ConformanceArguments),
    /// Write the JSON Schemas of policies and plans
    Schema(SchemaArguments),
    /// Make a playground and walk through it
    Demo(DemoArguments),
    /// Start a policy repository: policies that work, workflows, owners, editor settings. Later: add an application or a directory
    Init(InitArguments),
    /// Help an editor with policies: problems, completion, hover (the editor starts this)
    Lsp(LspArguments),
    /// Format policy files; comments and meaning stay as they are
    Fmt(FmtArguments),
    /// Print completions for a shell
    Completions(CompletionsArguments),
    /// Print the manual page, or write one for each command
    Man(ManArguments),
}

/// Flags of `validate`.
#[derive(Debug, Args)]
pub struct ValidateArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = FindingFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: FindingFormat,
    /// The revision to validate [default: the work tree]
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_REVISION")]
    pub revision: Option<String>,
}

/// Flags of `plan`.
#[derive(Debug, Args)]
pub struct PlanArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = PlanFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: PlanFormat,
    /// The revision whose policies are planned [default: the work tree]
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_REVISION")]
    pub revision: Option<String>,
    /// Show what a change does: the revision that it is merged into, the protected branch's tip
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_BASE", requires = "head", conflicts_with_all = ["revision", "user"])]
    pub base: Option<String>,
    /// Show what a change does: its last revision; the merge is made in memory
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_HEAD", requires = "base")]
    pub head: Option<String>,
    /// Write the effect to this pull request: one comment, and a check run for each application
    #[arg(long, value_name = "NUMBER", env = "ROLEWRIGHT_PULL_REQUEST", requires = "base")]
    pub pull_request: Option<u64>,
    /// Write the effect to this merge request on GitLab: one note
    #[arg(
        long,
        value_name = "NUMBER",
        env = "ROLEWRIGHT_MERGE_REQUEST",
        requires = "base",
        conflicts_with = "pull_request"
    )]
    pub merge_request: Option<u64>,
    /// New connections that may be read although the base does not have them: ROLEWRIGHT_PSA=https://psa.example,https://other.example
    #[arg(long, value_name = "HOSTS", env = "ROLEWRIGHT_HOSTS", requires = "base")]
    pub hosts: Option<String>,
    /// Also write the effect to this file as Markdown, such as CI's job summary
    #[arg(long, value_name = "FILE", env = "ROLEWRIGHT_SUMMARY", requires = "base")]
    pub summary: Option<PathBuf>,
    /// Where CI publishes the files of `--output html=`; the comment links there. If names may not be shown
    /// (`privacy`), no such file is written
    #[arg(long, value_name = "URL", env = "ROLEWRIGHT_REPORT_URL", requires = "base", value_parser = address)]
    pub report_url: Option<String>,
    /// Keep an issue open on GitHub as long as anything differs
    #[arg(long, env = "ROLEWRIGHT_DRIFT_ISSUE", conflicts_with_all = ["base", "user"])]
    pub drift_issue: bool,
    /// Write to this file instead of stdout; with a format (`html=plan.html`), to this file as well. Repeatable
    #[arg(long, value_name = "[FORMAT=]FILE", env = "ROLEWRIGHT_OUTPUT")]
    pub output: Vec<Output<PlanFormat>>,
    /// Plan from what `snapshot --output` saved here
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
    /// Exit with 2 when there are changes
    #[arg(long, env = "ROLEWRIGHT_DETAILED_EXITCODE")]
    pub detailed_exitcode: bool,
    /// Show only this user's lines: id, user principal name, mail, account id or the name that plans show
    #[arg(long, value_name = "USER", env = "ROLEWRIGHT_USER")]
    pub user: Option<String>,
    /// Show every reason, and everybody who stays unchanged
    #[arg(long, env = "ROLEWRIGHT_FULL")]
    pub full: bool,
}

/// Flags of `check`.
#[derive(Debug, Args)]
pub struct CheckArguments {
    /// The commit that the queue's commit is built on
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_BASE")]
    pub base: String,
    /// The queue's commit
    #[arg(long, value_name = "REV", env = "ROLEWRIGHT_HEAD")]
    pub head: String,
    /// The last pull request in the commit [default: the one in the name of the queue's branch]
    #[arg(long, value_name = "NUMBER", env = "ROLEWRIGHT_PULL_REQUEST")]
    pub pull_request: Option<u64>,
    /// New connections that may be read although the base does not have them: ROLEWRIGHT_PSA=https://psa.example,https://other.example
    #[arg(long, value_name = "HOSTS", env = "ROLEWRIGHT_HOSTS")]
    pub hosts: Option<String>,
}

/// Flags of `apply`.
#[derive(Debug, Args)]
pub struct ApplyArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = ApplyFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: ApplyFormat,
    /// Write to this file instead of stdout; with a format (`html=run.html`), to this file as well. Repeatable
    #[arg(long, value_name = "[FORMAT=]FILE", env = "ROLEWRIGHT_OUTPUT")]
    pub output: Vec<Output<ApplyFormat>>,
    /// Where CI publishes the files of `--output html=`; comments on pull requests link there. If names may not be shown
    /// (`privacy`), no such file is written
    #[arg(long, value_name = "URL", env = "ROLEWRIGHT_REPORT_URL", value_parser = address)]
    pub report_url: Option<String>,
    /// The protected branch [default: the remote's default branch]
    #[arg(long, value_name = "BRANCH", env = "ROLEWRIGHT_BRANCH")]
    pub branch: Option<String>,
    /// Release what this run held
    #[arg(long, value_name = "RUN", env = "ROLEWRIGHT_RELEASE")]
    pub release: Option<String>,
    /// Make only this user's changes; everything is planned and judged, and the rest stays due: id, user principal name, mail, account
    /// id or the name that plans show
    #[arg(long, value_name = "USER", env = "ROLEWRIGHT_APPLY_USER", conflicts_with = "release")]
    pub user: Option<String>,
    /// Minutes to wait for another run
    #[arg(long, value_name = "MINUTES", default_value_t = 10, env = "ROLEWRIGHT_LEASE_TIMEOUT")]
    pub lease_timeout: u64,
    /// Seconds to keep asking the forge for the pull request of a commit
    #[arg(long, value_name = "SECONDS", default_value_t = 60, env = "ROLEWRIGHT_FORGE_TIMEOUT")]
    pub forge_timeout: u64,
    /// Begin no change after this many minutes; the next run makes the rest
    #[arg(long, value_name = "MINUTES", env = "ROLEWRIGHT_STOP_AFTER")]
    pub stop_after: Option<u64>,
}

/// Flags of `unlock`.
#[derive(Debug, Args)]
pub struct UnlockArguments {
    /// Do not watch the run first: you know that its process has ended
    #[arg(long)]
    pub dead: bool,
}

/// Flags of `explain-code`.
#[derive(Debug, Args)]
pub struct ExplainCodeArguments {
    /// The code, such as check/limits [default: list all codes]
    pub code: Option<String>,
}

/// Flags of `groups`.
#[derive(Debug, Args)]
pub struct GroupsArguments {
    /// Only this directory
    #[arg(long, value_name = "NAME", env = "ROLEWRIGHT_DIRECTORY")]
    pub directory: Option<String>,
    /// List the groups that `snapshot --output` saved here
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_SNAPSHOT")]
    pub snapshot: Option<PathBuf>,
    /// The output format
    #[arg(long, value_enum, default_value_t = GroupsFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: GroupsFormat,
    /// Write to this file instead of stdout; with a format (`html=groups.html`), to this file as well. Repeatable
    #[arg(long, value_name = "[FORMAT=]FILE", env = "ROLEWRIGHT_OUTPUT")]
    pub output: Vec<Output<GroupsFormat>>,
}

/// Flags of `test`.
#[derive(Debug, Args)]
pub struct TestArguments {
    /// Only tests whose id or file contains this
    #[arg(long, value_name = "TEXT", env = "ROLEWRIGHT_FILTER")]
    pub filter: Option<String>,
    /// The output format
    #[arg(long, value_enum, default_value_t = TestFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: TestFormat,
    /// Write to this file instead of stdout; with a format (`html=tests.html`), to this file as well. Repeatable
    #[arg(long, value_name = "[FORMAT=]FILE", env = "ROLEWRIGHT_OUTPUT")]
    pub output: Vec<Output<TestFormat>>,
    /// Show which rules no test touches
    #[arg(long, env = "ROLEWRIGHT_COVERAGE")]
    pub coverage: bool,
    /// Fail if a rule is touched by no test
    #[arg(long, env = "ROLEWRIGHT_REQUIRE_COVERAGE")]
    pub require_coverage: bool,
    /// Drop each rule in turn, and fail if no test notices
    #[arg(long, env = "ROLEWRIGHT_MUTATE")]
    pub mutate: bool,
}

/// Flags of `snapshot`.
#[derive(Debug, Args)]
pub struct SnapshotArguments {
    /// The folder to make
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_OUTPUT")]
    pub output: PathBuf,
    /// Save the groups that no rule links too, so that an editor can offer them
    #[arg(long, env = "ROLEWRIGHT_EVERY_GROUP")]
    pub every_group: bool,
}

/// Flags of `history`.
#[derive(Debug, Args)]
pub struct HistoryArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = HistoryFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: HistoryFormat,
    /// As `--format json`
    #[arg(long, env = "ROLEWRIGHT_JSON", hide = true)]
    pub json: bool,
    /// Only the runs that touched this person, or may have: id, user principal name, mail or account id
    #[arg(long, value_name = "USER", env = "ROLEWRIGHT_USER")]
    pub user: Option<String>,
    /// With --user: an account that the person had, by its id. Repeatable
    #[arg(long, value_name = "ID", env = "ROLEWRIGHT_ACCOUNT", requires = "user")]
    pub account: Vec<String>,
    /// With --user: find the person in what `snapshot --output` saved here
    #[arg(long, value_name = "DIR", env = "ROLEWRIGHT_SNAPSHOT", requires = "user")]
    pub snapshot: Option<PathBuf>,
    /// Write to this file instead of stdout; with a format (`html=history.html`), to this file as well. Repeatable
    #[arg(long, value_name = "[FORMAT=]FILE", env = "ROLEWRIGHT_OUTPUT")]
    pub output: Vec<Output<HistoryFormat>>,
}

/// Flags of `undo`.
#[derive(Debug, Args)]
pub struct UndoArguments {
    /// The run, as `history` names it
    #[arg(env = "ROLEWRIGHT_RUN")]
    pub run: String,
    /// Commit the undo on a new branch of this name; nothing is pushed
    #[arg(long, value_name = "NAME", env = "ROLEWRIGHT_UNDO_BRANCH")]
    pub branch: Option<String>,
}

/// Flags of `ledger`.
#[derive(Debug, Subcommand)]
pub enum LedgerCommand {
    /// Start an empty ledger; the old one is kept under another name
    Reset,
    /// Begin the ledger of an application that has none although others exist, or carry one along
    Adopt(AdoptArguments),
    /// Move the ledgers of another place to the one that `--ledger` names: from git into a database
    Move(MoveArguments),
}

/// Flags of `ledger move`.
#[derive(Debug, Args)]
pub struct MoveArguments {
    /// Where they are now
    #[arg(long, value_name = "PLACE", value_parser = LedgerPlace::parse)]
    pub from: LedgerPlace,
}

/// Flags of `ledger adopt`.
#[derive(Debug, Args)]
pub struct AdoptArguments {
    /// The ledger to carry along, as `history` names it: default/dstny [default: an empty one]
    #[arg(long, value_name = "INSTANCE", env = "ROLEWRIGHT_ADOPT_FROM")]
    pub from: Option<String>,
}

/// Flags of `schedule`.
#[derive(Debug, Args)]
pub struct ScheduleArguments {
    /// How many of the next runs to show
    #[arg(long, value_name = "NUMBER", default_value_t = 5, env = "ROLEWRIGHT_COUNT")]
    pub count: usize,
    /// The moment to begin at: 2027-01-31T12:00:00Z [default: now]
    #[arg(long, value_name = "TIME", env = "ROLEWRIGHT_FROM")]
    pub from: Option<String>,
}

/// Flags of `doctor`.
#[derive(Debug, Args)]
pub struct DoctorArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: DoctorFormat,
    /// Find out what the SCIM service of one application can do, and print a Profile
    #[arg(long)]
    pub profile: bool,
    /// Try it with a throw-away user and group, which are deleted again
    #[arg(long, requires = "profile")]
    pub allow_writes: bool,
    /// The file to write the Profile to [default: print it]
    #[arg(long, value_name = "PATH", requires = "profile")]
    pub write: Option<PathBuf>,
}

/// Flags of `conformance`.
#[derive(Debug, Args)]
pub struct ConformanceArguments {
    /// The output format
    #[arg(long, value_enum, default_value_t = DoctorFormat::Human, env = "ROLEWRIGHT_FORMAT")]
    pub format: DoctorFormat,
    /// Make throw-away accounts, which are deleted again
    #[arg(long)]
    pub allow_writes: bool,
    /// A harmless right to grant to them and revoke: role=Viewer, or localRole=booker@London [default: a group of the trial's
    /// own, where rights are groups]
    #[arg(long, value_name = "TYPE=VALUE")]
    pub right: Option<String>,
    /// The protected branch, whose policies are used [default: the remote's default branch]
    #[arg(long, value_name = "NAME", env = "ROLEWRIGHT_BRANCH")]
    pub branch: Option<String>,
}

/// Flags of `schema`.
#[derive(Debug, Args)]
pub struct SchemaArguments {
    /// The folder to write to
    #[arg(long, value_name = "DIR", default_value = "schemas", env = "ROLEWRIGHT_OUTPUT")]
    pub output: PathBuf,
    /// The directory whose groups the editor offers
    #[arg(long, value_name = "NAME", env = "ROLEWRIGHT_DIRECTORY")]
    pub directory: Option<String>,
}

/// Flags of `demo`.
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// The folder to make [default: ./playground, then playground-2, ...]
    pub folder: Option<PathBuf>,
}
