//! Lifecycles and overrides (the policy language, 10 and 11).

use super::compiler::{Compiler, all};
use super::condition::{Owner, Place};
use crate::language::document::{self, ArchiveObject, LimitWord, OverrideForm, Piece};
use crate::language::documents::Placed;
use crate::model::{Location, Operation};
use crate::policy::{
    AccountTypeChange, Adoption, Allowance, ArchivedAttribute, ArchivedPart, Lifecycle, Limit, LimitedChange,
    Override, ProtectedFrom, Protection, Returning, Setting, Word,
};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles an application's lifecycle.
    pub(super) fn lifecycle(&mut self, lifecycle: &Placed<document::LifecycleDocument>) -> Option<Lifecycle> {
        let (document, at) = (&lifecycle.document, lifecycle.at);
        let granted = |id| Owner { id, place: Place::Granted };
        let scope = self.condition(&document.scope, granted("scope"));
        let create = self.when(&document.create, granted("create"));
        let canary = self.when(&document.canary, Owner { id: "canary", place: Place::Protection });
        let archive = self.archive(document.archive.as_ref())?;
        let protect = self.protections(document.protect.as_deref().unwrap_or_default());
        let limits = self.limits(document.limits.as_deref().unwrap_or_default());
        let canary_at = document.canary.as_ref().map_or(document.scope.span, |canary| canary.span);
        Some(Lifecycle {
            origin: self.origin("scope", document.scope.span),
            scope: scope?,
            create: create?,
            deleted: self.setting("deleted", Some(&document.deleted), Word::Keep, at),
            out_of_scope: self.setting("outOfScope", Some(&document.out_of_scope), Word::Keep, at),
            disabled: self.setting("disabled", Some(&document.disabled), Word::Keep, at),
            unmanaged: self.setting("unmanaged", document.unmanaged.as_ref(), Word::Keep, at),
            adoption: self.setting("adoption", document.adoption.as_ref(), Adoption::Hold, at),
            returning: self.setting("returning", document.returning.as_ref(), Returning::Reactivate, at),
            account_type_change: self.setting(
                "accountTypeChange",
                document.account_type_change.as_ref(),
                AccountTypeChange::Block,
                at,
            ),
            archive,
            canary: canary?.map(|value| Setting { value, origin: self.origin("canary", canary_at) }),
            protect,
            limits,
        })
    }

    /// A setting and its place; if the document omits the setting, the place of the document.
    fn setting<W: Copy + Into<T>, T>(
        &self,
        key: &str,
        word: Option<&Spanned<W>>,
        left_out: T,
        document: Location,
    ) -> Setting<T> {
        let at = word.map_or(document, |word| self.at(word.span));
        let value = word.map_or(left_out, |word| word.value.into());
        Setting { value, origin: self.report.origin("Lifecycle", key, at) }
    }

    /// The attributes that archiving writes: only those that a mapping could write, from values that the account holds.
    fn archive(&mut self, archive: Option<&ArchiveObject>) -> Option<Vec<ArchivedAttribute>> {
        let set = archive.iter().flat_map(|archive| archive.set.value.iter());
        all(set.map(|(name, text)| self.archived(name, text)))
    }

    fn archived(&mut self, name: &Spanned<String>, text: &Spanned<String>) -> Option<ArchivedAttribute> {
        self.mappable(name)?;
        let attribute = self.account(name)?;
        let pieces = self.braces(text)?.into_iter();
        let parts = all(pieces.map(|piece| match piece {
            Piece::Text(text) => Some(ArchivedPart::Text(text)),
            Piece::Name(name) => {
                self.account(&Spanned { value: name, span: text.span }).map(ArchivedPart::Held)
            }
        }));
        Some(ArchivedAttribute { attribute, parts: parts? })
    }

    fn protections(&mut self, protections: &[document::ProtectionObject]) -> Vec<Protection> {
        let mut compiled = Vec::new();
        for protection in protections {
            let id = &protection.id.value;
            let when = self.condition(&protection.when, Owner { id, place: Place::Protection });
            let grants = match &protection.grants {
                None => Some(None),
                Some(grants) => self.selector(&grants.value).map(Some),
            };
            let (Some(when), Some(grants)) = (when, grants) else { continue };
            let withheld = |from: &ProtectedFrom| protection.from.iter().any(|word| word.withholds(*from));
            let from = ProtectedFrom::ALL.iter().copied().filter(withheld).collect();
            compiled.push(Protection {
                id: id.clone(),
                origin: self.origin(id, protection.id.span),
                from,
                when,
                grants,
                message: Spanned::value_of(&protection.message),
                until: Spanned::value_of(&protection.until),
            });
        }
        compiled.sort_by(|one, other| one.id.cmp(&other.id));
        compiled
    }

    /// The written limits, and each built-in limit whose kind of change has no written limit.
    fn limits(&mut self, limits: &[Spanned<document::LimitObject>]) -> Vec<Limit> {
        let mut compiled = Vec::new();
        for limit in limits {
            let change = limited(limit.value.change.value);
            if limit.value.count.is_none() && limit.value.percent.is_none() {
                let message = "a limit needs `count`, `percent` or both";
                self.error("schema/shape", message, limit.span, "neither stands here");
            }
            compiled.push(Limit {
                origin: Some(self.origin("limits", limit.span)),
                change,
                count: Spanned::value_of(&limit.count),
                percent: Spanned::value_of(&limit.percent),
                floor: Spanned::value_of(&limit.floor).unwrap_or(0),
                within: Spanned::value_of(&limit.within),
            });
        }
        for (change, percent, floor) in
            [(LimitedChange::Removal, 5, 3), (LimitedChange::One(Operation::Revoke), 10, 10)]
        {
            if !compiled.iter().any(|limit| limit.change == change && limit.within.is_none()) {
                let (count, percent) = (None, Some(percent));
                compiled.push(Limit { origin: None, change, count, percent, floor, within: None });
            }
        }
        compiled.sort_by_key(|limit| (limit.change, limit.within, limit.count, limit.percent, limit.floor));
        compiled
    }

    /// Compiles the overrides of a document.
    pub(super) fn overrides(&mut self, document: &document::OverridesDocument) -> Vec<Override> {
        document.overrides.iter().filter_map(|written| self.allowance(written)).collect()
    }

    fn allowance(&mut self, written: &Spanned<document::OverrideObject>) -> Option<Override> {
        let (mut allow, mut shrink_to, mut accounts_to) = (Vec::new(), None, None);
        match self.shape(written.value.form(written.span))? {
            OverrideForm::Allow(counts) => {
                let counts = counts.iter().map(|(word, count)| (limited(word), count.value));
                allow.extend(counts.map(|(change, count)| Allowance { change, count }));
            }
            OverrideForm::ShrinkTo(to) => (shrink_to, accounts_to) = (to.users, to.accounts),
        }
        allow.sort_unstable();
        Some(Override {
            id: written.id.value.clone(),
            origin: self.origin(&written.id.value, written.id.span),
            allow,
            shrink_to,
            accounts_to,
            until: written.until.value,
            owner: written.owner.value.clone(),
            reason: written.reason.value.clone(),
        })
    }
}

/// What a limit of this word counts.
fn limited(word: LimitWord) -> LimitedChange {
    let operation = Operation::ALL.into_iter().find(|operation| operation.word() == word.word());
    operation.map_or(LimitedChange::Removal, LimitedChange::One)
}
