//! The lifecycle (the policy language, 10).

use super::application::Compiler;
use super::condition::{Place, day};
use super::rules::text;
use crate::language::document::{
    self, AccountTypeChangeWord, AdoptionWord, ArchiveObject, DisabledWord, LeaverWord, LimitWord,
    ProtectionWord, ReturningWord,
};
use crate::language::documents::Placed;
use crate::model::{Operation, Span};
use crate::policy::{
    AccountTypeChange, Adoption, ArchivedAttribute, ArchivedPart, Lifecycle, Limit, LimitedChange, Origin,
    ProtectedFrom, Protection, Returning, Setting, Word,
};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles an application's lifecycle.
    pub(super) fn lifecycle(&mut self, lifecycle: &Placed<document::LifecycleDocument>) -> Option<Lifecycle> {
        self.enter(lifecycle.file(), "Lifecycle");
        let document = &lifecycle.document;
        let origin = self.setting_origin("scope", Some(document.scope.span), lifecycle);
        self.id = "scope".to_owned();
        let scope = self.condition(&document.scope, Place::Granted);
        self.id = "create".to_owned();
        let create = document.create.as_ref().map(|create| self.condition(create, Place::Granted));
        self.id = "canary".to_owned();
        let canary = document.canary.as_ref().map(|canary| self.condition(canary, Place::Protection));
        let archive = self.archive(document.archive.as_ref())?;
        let protect = self.protections(document.protect.as_deref().unwrap_or_default());
        let limits = self.limits(document.limits.as_deref().unwrap_or_default());
        let unmanaged = document.unmanaged.as_ref();
        let adoption = document.adoption.as_ref();
        let returning = document.returning.as_ref();
        let type_change = document.account_type_change.as_ref();
        Some(Lifecycle {
            scope: scope?,
            create: create.map_or(Some(None), |create| create.map(Some))?,
            deleted: self.setting(
                "deleted",
                leaver(document.deleted.value),
                Some(document.deleted.span),
                lifecycle,
            ),
            out_of_scope: self.setting(
                "outOfScope",
                leaver(document.out_of_scope.value),
                Some(document.out_of_scope.span),
                lifecycle,
            ),
            disabled: self.setting(
                "disabled",
                disabled(document.disabled.value),
                Some(document.disabled.span),
                lifecycle,
            ),
            unmanaged: self.setting(
                "unmanaged",
                unmanaged.map_or(Word::Keep, |word| leaver(word.value)),
                unmanaged.map(|it| it.span),
                lifecycle,
            ),
            adoption: self.setting(
                "adoption",
                adoption.map_or(Adoption::Hold, |word| adopt(word.value)),
                adoption.map(|it| it.span),
                lifecycle,
            ),
            returning: self.setting(
                "returning",
                returning.map_or(Returning::Reactivate, |word| back(word.value)),
                returning.map(|it| it.span),
                lifecycle,
            ),
            account_type_change: self.setting(
                "accountTypeChange",
                type_change.map_or(AccountTypeChange::Block, |word| change(word.value)),
                type_change.map(|it| it.span),
                lifecycle,
            ),
            archive,
            canary: match canary {
                None => None,
                Some(canary) => Some(self.setting(
                    "canary",
                    canary?,
                    document.canary.as_ref().map(|it| it.span),
                    lifecycle,
                )),
            },
            protect,
            limits,
            origin,
        })
    }

    fn setting<T>(
        &self,
        key: &str,
        value: T,
        span: Option<Span>,
        lifecycle: &Placed<document::LifecycleDocument>,
    ) -> Setting<T> {
        Setting { value, origin: self.setting_origin(key, span, lifecycle) }
    }

    /// Where a setting stands; where the document leaves it out, the document itself.
    fn setting_origin(
        &self,
        key: &str,
        span: Option<Span>,
        lifecycle: &Placed<document::LifecycleDocument>,
    ) -> Origin {
        self.report.origin("Lifecycle", key, span.map_or(lifecycle.at, |span| self.at(span)))
    }

    /// What archiving writes: attributes that a mapping could write too, from what the account holds.
    fn archive(&mut self, archive: Option<&ArchiveObject>) -> Option<Vec<ArchivedAttribute>> {
        self.id = "archive".to_owned();
        let set = archive.iter().flat_map(|archive| archive.set.value.iter());
        let compiled: Vec<Option<ArchivedAttribute>> =
            set.map(|(name, text)| self.archived(name, text)).collect();
        let mut compiled = compiled.into_iter().collect::<Option<Vec<_>>>()?;
        compiled.sort_by_key(|archived| archived.attribute);
        Some(compiled)
    }

    fn archived(&mut self, name: &Spanned<String>, text: &Spanned<String>) -> Option<ArchivedAttribute> {
        self.mappable(name)?;
        let attribute = self.names.account(self.report, &name.value, self.file, name.span)?;
        let pieces = self.braces(text)?;
        let mut part = |(piece, is_name): (String, bool)| {
            if is_name {
                self.names.account(self.report, &piece, self.file, text.span).map(ArchivedPart::Held)
            } else {
                Some(ArchivedPart::Text(piece))
            }
        };
        let parts: Vec<Option<ArchivedPart>> = pieces.into_iter().map(&mut part).collect();
        Some(ArchivedAttribute { attribute, parts: parts.into_iter().collect::<Option<_>>()? })
    }

    fn protections(&mut self, protections: &[document::ProtectionObject]) -> Vec<Protection> {
        let mut compiled = Vec::new();
        for protection in protections {
            self.id.clone_from(&protection.id.value);
            let when = self.condition(&protection.when, Place::Protection);
            let grants = protection.grants.as_ref().map(|grants| self.selector(&grants.value, grants.span));
            let (Some(when), Some(grants)) = (when, grants.map_or(Some(None), |grants| grants.map(Some)))
            else {
                continue;
            };
            let mut from: Vec<ProtectedFrom> =
                protection.from.iter().flat_map(|word| withheld(*word).iter().copied()).collect();
            from.sort();
            from.dedup();
            compiled.push(Protection {
                id: protection.id.value.clone(),
                origin: self.report.origin("Lifecycle", &protection.id.value, self.at(protection.id.span)),
                from,
                when,
                grants,
                message: text(protection.message.as_ref()),
                until: day(protection.until.as_ref()),
            });
        }
        compiled.sort_by(|one, other| one.id.cmp(&other.id));
        compiled
    }

    /// The limits written, and those that are always there unless one of the same change replaces them.
    fn limits(&mut self, limits: &[Spanned<document::LimitObject>]) -> Vec<Limit> {
        let mut compiled = Vec::new();
        for limit in limits {
            let change = limited(limit.value.change.value);
            if limit.value.count.is_none() && limit.value.percent.is_none() {
                let message = "a limit needs `count`, `percent` or both";
                self.report.error("schema/shape", message, self.at(limit.span), "neither stands here");
            }
            compiled.push(Limit {
                origin: Some(self.report.origin("Lifecycle", "limits", self.at(limit.span))),
                change,
                count: number(limit.value.count.as_ref()),
                percent: number(limit.value.percent.as_ref()),
                floor: number(limit.value.floor.as_ref()).unwrap_or(0),
                within: limit.value.within.as_ref().map(|within| within.value.0),
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
}

fn number(number: Option<&Spanned<u32>>) -> Option<u32> {
    number.map(|number| number.value)
}

fn leaver(word: LeaverWord) -> Word {
    match word {
        LeaverWord::Keep => Word::Keep,
        LeaverWord::Revoke => Word::Revoke,
        LeaverWord::Deactivate => Word::Deactivate,
        LeaverWord::RevokeAndDeactivate => Word::RevokeAndDeactivate,
        LeaverWord::Archive => Word::Archive,
        LeaverWord::Delete => Word::Delete,
    }
}

fn disabled(word: DisabledWord) -> Word {
    match word {
        DisabledWord::Provision => Word::Provision,
        DisabledWord::Keep => Word::Keep,
        DisabledWord::Revoke => Word::Revoke,
        DisabledWord::Deactivate => Word::Deactivate,
        DisabledWord::RevokeAndDeactivate => Word::RevokeAndDeactivate,
        DisabledWord::Archive => Word::Archive,
        DisabledWord::Delete => Word::Delete,
    }
}

fn adopt(word: AdoptionWord) -> Adoption {
    match word {
        AdoptionWord::Hold => Adoption::Hold,
        AdoptionWord::Allow => Adoption::Allow,
        AdoptionWord::Refuse => Adoption::Refuse,
    }
}

fn change(word: AccountTypeChangeWord) -> AccountTypeChange {
    match word {
        AccountTypeChangeWord::Block => AccountTypeChange::Block,
        AccountTypeChangeWord::Archive => AccountTypeChange::Archive,
    }
}

fn back(word: ReturningWord) -> Returning {
    match word {
        ReturningWord::Reactivate => Returning::Reactivate,
        ReturningWord::Keep => Returning::Keep,
        ReturningWord::Block => Returning::Block,
    }
}

fn withheld(word: ProtectionWord) -> &'static [ProtectedFrom] {
    match word {
        ProtectionWord::Adopt => &[ProtectedFrom::Adopt],
        ProtectionWord::Update => &[ProtectedFrom::Update],
        ProtectionWord::Revoke => &[ProtectedFrom::Revoke],
        ProtectionWord::Deactivate => &[ProtectedFrom::Deactivate],
        ProtectionWord::Archive => &[ProtectedFrom::Archive],
        ProtectionWord::Delete => &[ProtectedFrom::Delete],
        ProtectionWord::Removal => {
            &[ProtectedFrom::Deactivate, ProtectedFrom::Archive, ProtectedFrom::Delete]
        }
    }
}

pub(super) fn limited(word: LimitWord) -> LimitedChange {
    match word {
        LimitWord::Create => LimitedChange::One(Operation::Create),
        LimitWord::Adopt => LimitedChange::One(Operation::Adopt),
        LimitWord::Update => LimitedChange::One(Operation::Update),
        LimitWord::Grant => LimitedChange::One(Operation::Grant),
        LimitWord::Revoke => LimitedChange::One(Operation::Revoke),
        LimitWord::Deactivate => LimitedChange::One(Operation::Deactivate),
        LimitWord::Archive => LimitedChange::One(Operation::Archive),
        LimitWord::Delete => LimitedChange::One(Operation::Delete),
        LimitWord::Removal => LimitedChange::Removal,
    }
}
