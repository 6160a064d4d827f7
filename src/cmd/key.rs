//! The operator's key, which the ledger's items and fingerprints are made with.

use super::code::Code;
use super::exit::Stop;
use crate::fetch::own_secret;
use crate::model::Secret;

/// The environment variable with the key.
const VARIABLE: &str = "ROLEWRIGHT_KEY";

/// The key; none if the operator gives none.
pub(super) fn operators() -> Option<Secret> {
    own_secret(VARIABLE).ok()
}

/// The error if policies need the key (the gate, 8).
pub(super) fn missing(application: &str) -> Stop {
    Stop::new(
        Code::Key,
        format!(
            "`{application}` has `authority: untilSourceChanges`, `link: ledger` or `members: hidden`, and what is remembered for it \
         needs a key: set `{VARIABLE}` to a secret of your own, the same for every run (`openssl rand -hex 32`)"
        ),
    )
}

/// The error if what is remembered of accounts was made with another key: they would all look new.
pub(super) fn another(application: &str) -> Stop {
    Stop::new(
        Code::AnotherKey,
        format!(
            "what the ledger remembers of the accounts of `{application}` was made with another key than `{VARIABLE}`: set the former \
         one, or forget it by `rolewright ledger reset --application {application}`, after which accounts are found by `match`"
        ),
    )
}

/// The error if pull requests are reviewed: what they showed is compared by items, and anybody could make those.
pub(super) fn for_reviews(application: &str) -> Stop {
    Stop::new(
        Code::Key,
        format!(
            "`{application}` is reviewed in pull requests, and what these showed is proved with a key: set `{VARIABLE}` to a secret of \
         your own, the same for every run (`openssl rand -hex 32`)"
        ),
    )
}

/// The error if pseudonyms need the key, or others could reverse what is made without it.
pub(super) fn for_readers() -> Stop {
    Stop::new(
        Code::Key,
        format!(
            "people are shown by pseudonyms, or people outside the company can read the repository, and both need a \
            key: set `{VARIABLE}` to a secret of your own, the same for every run (`openssl rand -hex 32`)"
        ),
    )
}
