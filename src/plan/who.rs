//! Whom a decision is about: rows of the population and of the application's accounts.

/// A user, or an account that no user stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Who {
    /// A user, with the account where there is one.
    User { user: u32, account: Option<u32> },
    /// An account without user.
    Account(u32),
}

impl Who {
    /// The user.
    pub(super) fn user(self) -> Option<u32> {
        match self {
            Self::User { user, .. } => Some(user),
            Self::Account(_) => None,
        }
    }

    /// The account.
    pub(super) fn account(self) -> Option<u32> {
        match self {
            Self::User { account, .. } => account,
            Self::Account(account) => Some(account),
        }
    }
}

/// An account, with the user behind it where there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct HeldAccount {
    pub(super) account: u32,
    pub(super) user: Option<u32>,
}

impl HeldAccount {
    /// The account of a user.
    pub(super) fn of(user: u32, account: u32) -> Self {
        Self { account, user: Some(user) }
    }
}

impl From<HeldAccount> for Who {
    fn from(held: HeldAccount) -> Self {
        match held.user {
            Some(user) => Self::User { user, account: Some(held.account) },
            None => Self::Account(held.account),
        }
    }
}
