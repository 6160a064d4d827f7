//! What kind of error ended a command, by what the reader has to do about it. `docs/reference/codes/run.md` has a section for each.

/// Defines [`Code`]: each variant with its word, which users see and look up.
macro_rules! codes {
    ($($(#[$meaning:meta])+ $variant:ident = $word:literal,)+) => {
        /// The kind of an error that ends a command. Users look the words up, so a word never changes its meaning.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Code {
            $($(#[$meaning])+ $variant,)+
        }

        impl Code {
            /// Every code, in the order of its page.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is shown: `run/key`.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

codes! {
    /// The policies are not sound: findings tell where.
    Policies = "run/policies",
    /// Files of the workspace cannot be policy files: unreadable, links, not UTF-8.
    PolicyFiles = "run/policy-files",
    /// Policies and data do not fit together.
    Data = "run/data",
    /// The operator's key is missing.
    Key = "run/key",
    /// What is remembered was made with another key.
    AnotherKey = "run/another-key",
    /// A secret or certificate for a service is missing or cannot be used.
    Credential = "run/credential",
    /// The clock or the named day contradicts what is known of the time.
    Clock = "run/clock",
    /// The output would show people to others.
    Privacy = "run/privacy",
    /// An argument is missing, or its value does not fit.
    Argument = "run/argument",
    /// The command is about one application, and several are meant.
    OneApplication = "run/one-application",
    /// No application has this name.
    UnknownApplication = "run/unknown-application",
    /// No user and no account has this name.
    UnknownUser = "run/unknown-user",
    /// Nothing else has this name: a directory, a run, a test.
    UnknownName = "run/unknown-name",
    /// This kind of application cannot do it.
    UnsupportedApplication = "run/unsupported-application",
    /// A file cannot be read or written.
    File = "run/file",
    /// The account store is lost when the job of CI ends.
    LostStore = "run/lost-store",
    /// A file or folder exists, and is not overwritten.
    FileExists = "run/file-exists",
    /// The git repository is not as it has to be.
    Git = "run/git",
    /// The clone lacks commits or files.
    ShallowClone = "run/shallow-clone",
    /// Git knows no such revision.
    Revision = "run/revision",
    /// The protected branch is not known.
    DefaultBranch = "run/default-branch",
    /// The git remote cannot be reached, or refuses.
    Remote = "run/remote",
    /// The database of the ledgers cannot be reached, or refuses.
    LedgerDatabase = "run/ledger-database",
    /// The ledger cannot be read, or is not free.
    Ledger = "run/ledger",
    /// The run cannot be undone.
    Undo = "run/undo",
    /// The forge did not answer, or refused.
    Forge = "run/forge",
    /// The job does not say which repository it is for, or has no token.
    ForgeJob = "run/forge-job",
    /// The service could not be tried out.
    Probe = "run/probe",
    /// The editor's connection broke.
    Editor = "run/editor",
    /// The machine has no threads or memory left.
    Machine = "run/machine",
    /// A fault of Rolewright.
    Defect = "run/defect",
    /// This is not the protected branch.
    Branch = "run/branch",
    /// Git cannot merge or revert without a person.
    Conflict = "run/conflict",
    /// The ledger is missing where there should be one.
    LedgerMissing = "run/ledger-missing",
    /// Nobody reviewed a connection, so it is not used.
    UnreviewedConnection = "run/unreviewed-connection",
    /// Another run took over.
    Overtaken = "run/overtaken",
    /// Another run is writing.
    Leased = "run/leased",
    /// A read is incomplete.
    Incomplete = "run/incomplete",
    /// A saved snapshot cannot be read.
    Snapshot = "run/snapshot",
}
