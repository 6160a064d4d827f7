//! Changes that take away: the word of a state, carried out on a linked account.

use super::build::{Builder, Built};
use super::decision::State;
use super::protection::protection;
use super::value::Change;
use crate::model::Operation;
use crate::policy::Word;

impl Builder<'_, '_> {
    /// Carries out a word, unless a protection withholds it; nothing milder takes its place.
    pub(super) fn carry(&self, built: &mut Built, who: (Option<u32>, u32), state: State, word: Word) {
        match word {
            Word::Provision | Word::Keep => {}
            Word::Revoke => self.revoke_all(built, who, state),
            Word::Deactivate => self.remove(built, who, state, Operation::Deactivate),
            Word::RevokeAndDeactivate => {
                self.revoke_all(built, who, state);
                self.remove(built, who, state, Operation::Deactivate);
            }
            Word::Archive => {
                let (origin, because) = self.state(state, who.0);
                self.archive(built, who, origin, &because);
            }
            Word::Delete => self.remove(built, who, state, Operation::Delete),
        }
    }

    fn revoke_all(&self, built: &mut Built, who: (Option<u32>, u32), state: State) {
        let (origin, because) = self.state(state, who.0);
        for right in self.context.holdings.rights.of(who.1) {
            self.revoke(built, who, *right, vec![self.reason(origin, because.clone())]);
        }
    }

    fn remove(&self, built: &mut Built, who: (Option<u32>, u32), state: State, operation: Operation) {
        let (user, account) = who;
        let inactive = !self.context.application.accounts.active[account as usize];
        if operation == Operation::Deactivate && inactive {
            return;
        }
        if let Some(rule) = protection(self.context, who, operation, self.context.holdings.rights.of(account))
        {
            return self.withheld(built, operation, who, rule);
        }
        let (origin, because) = self.state(state, user);
        built.changes.push(Change {
            operation,
            subject: self.subject(user, Some(account)),
            attributes: Vec::new(),
            right: None,
            reasons: vec![self.reason(origin, because)],
            hold: None,
        });
    }
}
