//! One update of the throw-away user.

use super::attributes::{DISPLAY_NAME, Tested};

/// What is changed of the user.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// Every attribute to its second value.
    All,
    /// The essential attributes to their second values.
    Essential,
    /// One attribute, by its place, to its second value.
    One(usize),
    /// The display name to its first value.
    Back,
    /// The display name to its second value.
    Forth,
    /// Whether it may sign in.
    Active(bool),
}

impl Change {
    /// Whether it changes an attribute.
    pub(super) fn is_of(self, place: usize, tested: &Tested) -> bool {
        match self {
            Self::All => true,
            Self::Essential => tested.essential,
            Self::One(one) => one == place,
            Self::Back | Self::Forth => place == DISPLAY_NAME,
            Self::Active(_) => false,
        }
    }

    /// Whether it writes a first value.
    pub(super) fn is_back(self) -> bool {
        matches!(self, Self::Back)
    }
}
