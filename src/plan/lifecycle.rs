//! What the lifecycle says for a state, carried out on a linked account.

use super::build::Builder;
use super::built::Built;
use super::change::Action;
use super::decision::State;
use super::protection::protection;
use super::who::HeldAccount;
use crate::model::{ApplicationConnection, DeleteEffect};
use crate::policy::Word;

impl Builder<'_, '_> {
    /// Does what a word says, unless a protection withholds it; nothing milder is done instead.
    pub(super) fn lifecycle(&self, built: &mut Built, held: HeldAccount, state: State, word: Word) {
        match word {
            Word::Provision | Word::Keep => {}
            Word::Revoke => self.revoke_all(built, held, state),
            Word::Deactivate => self.deactivate(built, held, state),
            Word::RevokeAndDeactivate => {
                self.revoke_all(built, held, state);
                self.deactivate(built, held, state);
            }
            Word::Archive => {
                let (origin, because) = self.state(state, held.user);
                self.archive(built, held, origin, &because);
            }
            Word::Delete if self.is_deleted(held) => {}
            Word::Delete => self.remove(built, held, state, Action::Delete),
        }
    }

    fn revoke_all(&self, built: &mut Built, held: HeldAccount, state: State) {
        let (origin, because) = self.state(state, held.user);
        let reason = self.reason(origin, because);
        for right in self.context.holdings.rights.of(held.account) {
            self.revoke(built, held, *right, std::slice::from_ref(&reason));
        }
    }

    fn deactivate(&self, built: &mut Built, held: HeldAccount, state: State) {
        if self.context.application.accounts.active[held.account as usize] {
            self.remove(built, held, state, Action::Deactivate);
        }
    }

    /// Whether the service keeps what is deleted, inactive, as its profile says, and this is such an account (S49).
    fn is_deleted(&self, held: HeldAccount) -> bool {
        let inactive = !self.context.application.accounts.active[held.account as usize];
        let keeps = match &self.context.desired.policy.connection {
            ApplicationConnection::Scim(scim) => scim.profile.delete == Some(DeleteEffect::Deactivates),
            ApplicationConnection::Rest(_)
            | ApplicationConnection::Sqlite { .. }
            | ApplicationConnection::Postgres(_)
            | ApplicationConnection::File { .. } => false,
        };
        inactive && keeps
    }

    fn remove(&self, built: &mut Built, held: HeldAccount, state: State, action: Action) {
        let operation = action.operation();
        let rights = self.context.holdings.rights.of(held.account);
        if let Some(rule) = protection(self.context, held, operation, rights) {
            return self.withheld(built, operation, held, rule);
        }
        let (origin, because) = self.state(state, held.user);
        self.change(built, held.into(), action, &[self.reason(origin, because)]);
    }
}
