//! The lifecycle (the policy language, 10).

use super::application::Compiler;
use super::condition::{Place, day};
use super::rules::text;
use crate::language::document::{self, ArchiveObject, LimitWord, ProtectionWord};
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
                document.deleted.value.into(),
                Some(document.deleted.span),
                lifecycle,
            ),
            out_of_scope: self.setting(
                "outOfScope",
                document.out_of_scope.value.into(),
                Some(document.out_of_scope.span),
                lifecycle,
            ),
            disabled: self.setting(
                "disabled",
                document.disabled.value,
                Some(document.disabled.span),
                lifecycle,
            ),
            unmanaged: self.setting(
                "unmanaged",
                unmanaged.map_or(Word::Keep, |word| word.value.into()),
                unmanaged.map(|it| it.span),
                lifecycle,
            ),
            adoption: self.setting(
                "adoption",
                adoption.map_or(Adoption::Hold, |word| word.value),
                adoption.map(|it| it.span),
                lifecycle,
            ),
            returning: self.setting(
                "returning",
                returning.map_or(Returning::Reactivate, |word| word.value),
                returning.map(|it| it.span),
                lifecycle,
            ),
            account_type_change: self.setting(
                "accountTypeChange",
                type_change.map_or(AccountTypeChange::Block, |word| word.value),
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
            let grants = protection.grants.as_ref().map(|grants| self.selector(&grants.value));
            let (Some(when), Some(grants)) = (when, grants.map_or(Some(None), |grants| grants.map(Some)))
            else {
                continue;
            };
            let withheld = |from: &ProtectedFrom| protection.from.iter().any(|word| withholds(*word, *from));
            let from = ProtectedFrom::ALL.iter().copied().filter(withheld).collect();
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

/// Whether a word withholds an operation.
fn withholds(word: ProtectionWord, from: ProtectedFrom) -> bool {
    match word {
        ProtectionWord::Removal => {
            matches!(from, ProtectedFrom::Deactivate | ProtectedFrom::Archive | ProtectedFrom::Delete)
        }
        one => one.word() == from.word(),
    }
}

/// What a limit of this word counts.
pub(super) fn limited(word: LimitWord) -> LimitedChange {
    let operation = Operation::ALL.into_iter().find(|operation| operation.word() == word.word());
    operation.map_or(LimitedChange::Removal, LimitedChange::One)
}
