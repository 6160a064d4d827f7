//! One line of the examination.

/// What is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// The secret is where policies say, and long enough.
    Secret,
    /// The secret's last day.
    Expiry,
    /// The host's name leads somewhere.
    Name,
    /// Somebody answers there, encrypted and trusted.
    Connection,
    /// Who signs in is let in.
    SignIn,
    /// What is asked for may be read.
    Permission,
    /// The smallest read that the protocol has.
    Read,
    /// This machine's clock beside the server's.
    Clock,
    /// When changes may be made.
    Windows,
    /// When runs begin.
    Schedule,
    /// The remote of the repository.
    Remote,
    /// The branch that is applied.
    Branch,
    /// Who looks after the policies.
    Owners,
    /// What the forge demands before a merge.
    Review,
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
            Self::Review => "review",
        }
    }

    /// What to do where it fails.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Secret => "put the secret where the policies say, in the environment that runs begin in",
            Self::Expiry => "make a new secret, put it in the old one's place and correct `expires`",
            Self::Name => "correct the host in the connection, or this machine's name resolution",
            Self::Connection => {
                "open the way between this machine and the server, and let its certificate be one that this machine \
                 trusts"
            }
            Self::SignIn => "look who signs in and by what; make a new secret where it was revoked",
            Self::Permission => "grant the account what is missing, reading only where nothing is written",
            Self::Read => "correct the connection in the policies, or the service",
            Self::Clock => "set this machine's clock by the network",
            Self::Windows => "correct `changeWindows` of the application",
            Self::Schedule => "move `schedule` into the change windows, or widen them",
            Self::Remote => "correct the remote's address, or this machine's access to it",
            Self::Branch => "push the branch, or correct `protectedBranch` of the workspace",
            Self::Owners => {
                "name owners of the policy folder in `CODEOWNERS`, and protect the branch by their review"
            }
            Self::Review => {
                "turn it on in the branch's rules: a pull request, approvals that fall with a new push, code owners, the \
                 plan job as required check"
            }
        }
    }
}

/// How a line ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    /// All is well.
    Passed,
    /// Runs go on; somebody should look.
    Warned,
    /// A run would not get past it.
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

/// What came of one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Whose: ``directory `contoso` ``.
    pub subject: String,
    /// What was looked at.
    pub step: Step,
    /// How it ended.
    pub outcome: Outcome,
    /// What was seen.
    pub said: String,
    /// What to do; none where it passed.
    pub advice: Option<&'static str>,
    /// The exit code that it asks for: 0, 1, or 7 where a read would be incomplete.
    pub code: u8,
}

impl Line {
    /// A line; its advice is the step's.
    pub fn new(subject: &str, step: Step, outcome: Outcome, said: impl Into<String>) -> Self {
        let code = match (outcome, step) {
            (Outcome::Passed | Outcome::Warned, _) => 0,
            (
                Outcome::Failed,
                Step::Windows | Step::Schedule | Step::Remote | Step::Branch | Step::Owners | Step::Review,
            ) => 1,
            (Outcome::Failed, _) => 7,
        };
        let advice = (outcome != Outcome::Passed).then(|| step.advice());
        Self { subject: subject.to_owned(), step, outcome, said: said.into(), advice, code }
    }
}

/// The exit code of all lines together: of 1 and 7 the first that occurred, in this order.
pub fn worst(lines: &[Line]) -> u8 {
    [1, 7].into_iter().find(|code| lines.iter().any(|line| line.code == *code)).unwrap_or(0)
}
