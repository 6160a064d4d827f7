//! One line of the doctor's report.

/// What is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The secret exists and is long enough.
    Secret,
    /// The secret's expiry date.
    Expiry,
    /// The host name resolves.
    Name,
    /// The server answers, encrypted and trusted.
    Connection,
    /// The sign-in succeeds.
    SignIn,
    /// The data may be read.
    Permission,
    /// The smallest read of the protocol succeeds.
    Read,
    /// This machine's clock agrees with the server's.
    Clock,
    /// When changes may be made.
    Windows,
    /// When runs begin.
    Schedule,
    /// The repository's remote.
    Remote,
    /// The protected branch.
    Branch,
    /// The owners of the policy files.
    Owners,
    /// The workflows that CI runs.
    Workflows,
    /// Whether CI keeps an embedded account store.
    Store,
    /// The forge's rules for a merge.
    Review,
    /// What an application does with a throw-away account.
    Behaviour,
}

impl Step {
    /// Its name, for people and for JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Secret => "secret",
            Self::Expiry => "expiry",
            Self::Name => "name",
            Self::Connection => "connection",
            Self::SignIn => "sign-in",
            Self::Permission => "permission",
            Self::Read => "read",
            Self::Clock => "clock",
            Self::Windows => "windows",
            Self::Schedule => "schedule",
            Self::Remote => "remote",
            Self::Branch => "branch",
            Self::Owners => "owners",
            Self::Workflows => "workflows",
            Self::Store => "store",
            Self::Review => "review",
            Self::Behaviour => "behaviour",
        }
    }

    /// What to do if it fails.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Secret => "put the secret where the policies say, in the environment that runs begin in",
            Self::Expiry => "make a new secret, replace the old one with it, and correct `expires`",
            Self::Name => "correct the host in the connection, or this machine's name resolution",
            Self::Connection => {
                "open the way between this machine and the server, and let its certificate be one that this machine \
                 trusts"
            }
            Self::SignIn => {
                "check the account that signs in, and its secret; make a new one if it was revoked"
            }
            Self::Permission => {
                "grant the account what is missing; reading is enough where nothing is written"
            }
            Self::Read => "correct the connection in the policies, or the service",
            Self::Clock => "set this machine's clock by the network",
            Self::Windows => "correct `changeWindows` of the application",
            Self::Schedule => "move `schedule` into the change windows, or widen them",
            Self::Remote => "correct the remote's address, or this machine's access to it",
            Self::Branch => "push the branch, or correct `protectedBranch` of the workspace",
            Self::Owners => {
                "name owners of the policy folder in `CODEOWNERS`, and protect the branch by their review"
            }
            Self::Workflows => {
                "run `rolewright init` with `--source` and `--commit`, or put the repository and a commit of Rolewright there by hand"
            }
            Self::Store => {
                "connect a real application, or keep the store outside of the work tree (`--data`); until then write `enabled: false`"
            }
            Self::Review => {
                "turn it on in the branch's rules: a pull request, approvals that fall with a new push, code owners, the \
                 plan job as required check"
            }
            Self::Behaviour => "say in policies what the application does, or let it do what is expected",
        }
    }
}

/// The outcome of a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// No problem.
    Passed,
    /// Runs continue, but someone should look.
    Warned,
    /// A run would stop here.
    Failed,
}

impl Outcome {
    /// Its name, for people and for JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Warned => "warned",
            Self::Failed => "failed",
        }
    }
}

/// The result of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// What was checked: ``directory `contoso` ``.
    pub subject: String,
    /// The step.
    pub step: Step,
    /// The outcome.
    pub outcome: Outcome,
    /// The result as text.
    pub message: String,
    /// What to do; `None` if it passed.
    pub advice: Option<&'static str>,
    /// Its exit code: 0, 1, or 7 if a read would be incomplete.
    pub code: u8,
}

impl Line {
    /// A line with the step's advice and exit code.
    pub fn new(subject: &str, step: Step, outcome: Outcome, message: impl Into<String>) -> Self {
        let code = match (outcome, step) {
            (Outcome::Passed | Outcome::Warned, _) => 0,
            (
                Outcome::Failed,
                Step::Windows
                | Step::Schedule
                | Step::Remote
                | Step::Branch
                | Step::Owners
                | Step::Workflows
                | Step::Review
                | Step::Behaviour,
            ) => 1,
            (Outcome::Failed, _) => 7,
        };
        let advice = (outcome != Outcome::Passed).then(|| step.advice());
        Self { subject: subject.to_owned(), step, outcome, message: message.into(), advice, code }
    }
}

/// The exit code of all lines: 1 if any line has it, else 7 if any has it, else 0.
pub fn exit_code(lines: &[Line]) -> u8 {
    [1, 7].into_iter().find(|code| lines.iter().any(|line| line.code == *code)).unwrap_or(0)
}
