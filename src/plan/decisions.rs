//! The decisions of a whole plan.

use super::context::Context;
use super::decision::{Decision, decide_account, decide_user};
use rayon::prelude::*;
use std::collections::BTreeMap;

/// The decisions about everybody.
#[derive(Debug)]
pub(super) struct Decisions {
    /// By user.
    pub(super) users: Vec<Decision>,
    /// By account without user; where nothing is decided, the account is left out.
    pub(super) accounts: BTreeMap<u32, Decision>,
}

impl Decisions {
    /// Decides about every user, and every account without user.
    pub(super) fn new(context: &Context<'_>) -> Self {
        let users = (0..context.desired.population.len())
            .into_par_iter()
            .with_min_len(4096)
            .map(|user| decide_user(context, user))
            .collect();
        let accounts = (0..context.application.accounts.len() as u32)
            .filter(|account| context.pairing.user(*account).is_none())
            .map(|account| (account, decide_account(context, account)))
            .filter(|(_, decision)| *decision != Decision::Nothing)
            .collect();
        Self { users, accounts }
    }

    /// The decision about an account without user.
    pub(super) fn account(&self, account: u32) -> Decision {
        self.accounts.get(&account).copied().unwrap_or(Decision::Nothing)
    }
}
