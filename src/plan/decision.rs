//! The decision about each user and each account without user: the lifecycle table (the policy language, 10).

use super::context::Context;
use crate::desired::Ending;
use crate::policy::{AccountTypeChange, Adoption, Returning, Word};

/// The state whose lifecycle setting applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Deleted,
    OutOfScope,
    Disabled,
    Unmanaged,
}

/// The decision about one user, or one account without user. Kept small: a million users have one each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Decision {
    /// Nothing is wanted and nothing is there.
    Nothing,
    /// In scope, no account, and none is created.
    NotCreated,
    /// Left untouched by this exclusion.
    Excluded(u16),
    /// Blocked before scope was known, by a constraint or by linking.
    Ended,
    /// Another user of the same person counts.
    SamePerson,
    /// Blocked: the account is of another type than the rules want.
    TypeDiffers,
    /// The account of another type is archived, and one of the right type made.
    Convert,
    /// Blocked by a collision; the pairing has the reason.
    Collides,
    /// Blocked: no matching value, so that an existing account could not be found.
    NothingToMatch,
    /// Left as it is, since `returning` says `keep` or `block`.
    Returning(Returning),
    /// Matched, and adoption is refused.
    NotAdopted,
    /// Nothing is done, since a word says `keep`.
    Keep(State),
    /// An account is made.
    Create,
    /// The account matched by attribute is taken under management.
    Adopt,
    /// The linked account is brought up to date, reactivated where it is inactive.
    Update,
    /// The word of this state is carried out on the linked account.
    Lifecycle(State, Word),
}

impl Decision {
    /// Whether the account will have the wanted attributes and rights.
    pub(super) fn provisions(self) -> bool {
        matches!(self, Self::Create | Self::Adopt | Self::Update | Self::Convert)
    }
}

/// Decides about a user. Attributes are not looked at: whether they can be built is known later.
pub(super) fn decide_user(context: &Context<'_>, user: u32) -> Decision {
    let (desired, pairing) = (&context.desired, &context.pairing);
    if desired.persons.is_other(user) {
        return Decision::SamePerson;
    }
    if let Some(exclusion) = context.excluded.user(user) {
        return Decision::Excluded(exclusion as u16);
    }
    let lifecycle = &desired.policy.lifecycle;
    // Disabled users lose access even with bad data: their word is carried out whatever blocks.
    let leaves = desired.disabled(user) && lifecycle.disabled.value != Word::Provision;
    if pairing.frozen_users.get(&user).is_some_and(|frozen| frozen.entirely) {
        return match leaves {
            true => carried_out(context, user, State::Disabled, lifecycle.disabled.value),
            false => Decision::Collides,
        };
    }
    let ending = desired.ending(user);
    if ending.is_some_and(Ending::skips) || !desired.in_scope(user) {
        return carried_out(context, user, State::OutOfScope, lifecycle.out_of_scope.value);
    }
    if leaves {
        return carried_out(context, user, State::Disabled, lifecycle.disabled.value);
    }
    if ending.is_some() { Decision::Ended } else { provision(context, user) }
}

fn carried_out(context: &Context<'_>, user: u32, state: State, word: Word) -> Decision {
    let linked = context.pairing.account(user).filter(|account| context.pairing.linked(*account));
    match (linked, word) {
        (None, _) => Decision::Nothing,
        (Some(_), Word::Keep | Word::Provision) => Decision::Keep(state),
        (Some(_), word) => Decision::Lifecycle(state, word),
    }
}

fn provision(context: &Context<'_>, user: u32) -> Decision {
    let (desired, pairing) = (&context.desired, &context.pairing);
    let lifecycle = &desired.policy.lifecycle;
    let Some(account) = pairing.account(user) else {
        return match () {
            () if !desired.creates(user) => Decision::NotCreated,
            () if pairing.frozen_users.contains_key(&user) => Decision::Collides,
            () if !context.has_match_value(user) => Decision::NothingToMatch,
            () => Decision::Create,
        };
    };
    let adopts = !pairing.linked(account);
    if adopts && lifecycle.adoption.value == Adoption::Refuse {
        return Decision::NotAdopted;
    }
    if context.is_of_another_type(user, account) {
        return match lifecycle.account_type_change.value {
            AccountTypeChange::Block => Decision::TypeDiffers,
            AccountTypeChange::Archive => Decision::Convert,
        };
    }
    let inactive = !context.application.accounts.active[account as usize];
    let returning = lifecycle.returning.value;
    if inactive && returning != Returning::Reactivate {
        return Decision::Returning(returning);
    }
    if adopts { Decision::Adopt } else { Decision::Update }
}

/// Decides about an account without user.
pub(super) fn decide_account(context: &Context<'_>, account: u32) -> Decision {
    let (pairing, lifecycle) = (&context.pairing, &context.desired.policy.lifecycle);
    if let Some(exclusion) = context.excluded.account(account) {
        return Decision::Excluded(exclusion as u16);
    }
    if pairing.frozen_accounts.contains_key(&account) {
        return Decision::Collides;
    }
    let active = context.application.accounts.active[account as usize];
    let (state, word) = match (pairing.linked(account), pairing.known(account)) {
        (true, _) => (State::Deleted, lifecycle.deleted.value),
        (false, Some(_)) => return Decision::Nothing,
        (false, None) if active => (State::Unmanaged, lifecycle.unmanaged.value),
        (false, None) => return Decision::Nothing,
    };
    match word {
        Word::Keep | Word::Provision => Decision::Keep(state),
        word => Decision::Lifecycle(state, word),
    }
}
