//! Changes that take away: the word of a state, carried out on a linked account.

use super::build::{Builder, Built};
use super::change::{Action, Change};
use super::decision::State;
use super::protection::protection;
use crate::policy::Word;

impl Builder<'_, '_> {
    /// Carries out a word, unless a protection withholds it; nothing milder takes its place.
    pub(super) fn carry(&self, built: &mut Built, who: (Option<u32>, u32), state: State, word: Word) {
        match word {
            Word::Provision | Word::Keep => {}
            Word::Revoke => self.revoke_all(built, who, state),
            Word::Deactivate => self.deactivate(built, who, state),
            Word::RevokeAndDeactivate => {
                self.revoke_all(built, who, state);
                self.deactivate(built, who, state);
            }
            Word::Archive => {
                let (origin, because) = self.state(state, who.0);
                self.archive(built, who, origin, &because);
            }
            Word::Delete => self.remove(built, who, state, Action::Delete),
        }
    }

    fn revoke_all(&self, built: &mut Built, who: (Option<u32>, u32), state: State) {
        let (origin, because) = self.state(state, who.0);
        for right in self.context.holdings.rights.of(who.1) {
            self.revoke(built, who, *right, vec![self.reason(origin, because.clone())]);
        }
    }

    fn deactivate(&self, built: &mut Built, who: (Option<u32>, u32), state: State) {
        if self.context.application.accounts.active[who.1 as usize] {
            self.remove(built, who, state, Action::Deactivate);
        }
    }

    fn remove(&self, built: &mut Built, who: (Option<u32>, u32), state: State, action: Action) {
        let ((user, account), operation) = (who, action.operation());
        if let Some(rule) = protection(self.context, who, operation, self.context.holdings.rights.of(account))
        {
            return self.withheld(built, operation, who, rule);
        }
        let (origin, because) = self.state(state, user);
        built.changes.push(Change {
            subject: self.subject(user, Some(account)),
            action,
            reasons: vec![self.reason(origin, because)],
        });
    }
}
