//! Kinds of record: their fields, and their calls.

use super::{CODE, Look, RESERVED};
use crate::language::document::{AccountsObject, AtPlace, CallObject, ConnectorDocument, Shorthand};
use crate::model::{CallMethod, Finding, Location, Span};
use crate::yaml::Spanned;
use std::collections::{BTreeMap, BTreeSet};

impl<'c> Look<'c> {
    /// Several kinds of record are told apart by their account types.
    pub(super) fn kinds(&mut self) {
        let document: &'c ConnectorDocument = &self.document.document;
        let mut first: BTreeMap<&str, Location> = BTreeMap::new();
        for accounts in &document.accounts {
            match &accounts.value.account_type {
                None if document.accounts.len() > 1 => {
                    let message = "several kinds of record are told apart by `accountType`";
                    self.error(opening(accounts.span), message, "which one?");
                }
                None => {}
                Some(name) => {
                    let at = self.document.place(name.span);
                    if let Some(earlier) = first.insert(&name.value, at) {
                        let message =
                            format!("a second kind of record with the account type `{}`", name.value);
                        let finding = Finding::error(CODE, message, at, "again here");
                        self.findings.push(finding.and(earlier, "first here"));
                    }
                }
            }
        }
    }

    pub(super) fn accounts(&mut self, written: &'c Spanned<AccountsObject>) {
        let accounts = &written.value;
        let attributes: Vec<&str> = accounts.fields.keys().collect();
        let settings = self.with_settings(&[]);
        self.fields(accounts);
        self.list(&accounts.list, &settings);
        if let Some(find) = &accounts.find {
            let allowed = self.with_settings(&["link"]);
            if !self.list(find, &allowed).contains("link") {
                self.error(find.span, "the call does not say which link: name `{link}` in it", "this call");
            }
        }
        let one = self.with_settings(&["id"]);
        if let Some(read) = &accounts.read {
            let used = self.call(read.value.keys(), &one);
            self.about(&used, read.span, "id");
        }
        let mut record: Vec<&str> = self.with_settings(&["active"]);
        record.extend(&attributes);
        let mut names = record.clone();
        names.push("record");
        if let Some(create) = &accounts.create {
            self.call(create.value.keys(), &names);
        }
        names.push("id");
        if let Some(update) = &accounts.update {
            let used = self.call(update.value.keys(), &names);
            self.about(&used, update.span, "id");
        }
        record.push("id");
        let others = [&accounts.deactivate, &accounts.reactivate, &accounts.archive];
        for call in others.into_iter().flatten() {
            self.call_of_one(call, CallMethod::Post, &record);
        }
        if let Some(delete) = &accounts.delete {
            self.call_of_one(delete, CallMethod::Delete, &record);
        }
        let writes = accounts.create.is_some() || accounts.update.is_some() || accounts.delete.is_some();
        let others = others.into_iter().any(Option::is_some);
        if accounts.read.is_none() && (writes || others) {
            let message =
                "`read` is needed: each write is read back, and an account is read before it is written";
            self.error(opening(written.span), message, "these calls write");
        }
        for (name, rights) in accounts.rights.iter().flat_map(|rights| rights.iter()) {
            self.rights(name, rights, &one);
        }
    }

    fn call_of_one(&mut self, call: &Spanned<CallObject>, method: CallMethod, allowed: &[&str]) {
        let used = self.call(call.value.keys(method), allowed);
        self.about(&used, call.span, "id");
    }

    /// A call that does not say whom it is about would be about everybody.
    pub(super) fn about(&mut self, used: &BTreeSet<String>, span: Span, name: &str) {
        if !used.contains(name) {
            self.error(
                span,
                format!("the call does not say whom it is about: name `{{{name}}}` in it"),
                "this call",
            );
        }
    }

    fn fields(&mut self, accounts: &'c AccountsObject) {
        let mut places: Vec<(&str, Span)> = Vec::new();
        if let Shorthand::Text(at) = &accounts.id.value {
            self.place(at, accounts.id.span);
        }
        if let Some(active) = &accounts.active {
            match &active.value {
                Shorthand::Text(at) => self.place(at, active.span),
                Shorthand::Object(object) => {
                    if object.on.iter().any(|value| object.off.contains(value)) {
                        self.error(active.span, "a value is both in `on` and in `off`", "which one?");
                    }
                }
            }
            places.push((active.value.at(), active.span));
        }
        for (name, field) in accounts.fields.iter() {
            if RESERVED.contains(&name.value.as_str()) {
                let message =
                    format!("`{}` has another meaning in calls, so it cannot be an attribute", name.value);
                self.error(name.span, message, "this name");
            } else if name.value == "userType" && accounts.account_type.is_some() {
                self.error(name.span, "`accountType` says already what `userType` is", "said twice");
            }
            if let Shorthand::Text(at) = &field.value {
                self.place(at, field.span);
            }
            let at = field.value.at();
            let index = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
            if at.is_empty() || at.split('/').any(index) {
                let message = "a field has a place of its own, and not in a list";
                self.error(field.span, message, "this place");
            }
            places.push((at, field.span));
        }
        for (number, (at, span)) in places.iter().enumerate() {
            let inside = |other: &str| {
                at.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            let others = places.iter().enumerate().filter(|(other, _)| *other != number);
            let mut others =
                others.filter(|(other, (place, _))| inside(place) && (*place != *at || *other < number));
            if let Some((_, (other, _))) = others.next() {
                self.error(
                    *span,
                    format!("the place `{at}` is, or is in, another field's: `{other}`"),
                    "this place",
                );
            }
        }
    }
}

/// The first character of an object, where errors about the whole are shown.
pub(super) fn opening(span: Span) -> Span {
    Span { end: span.start + 1, ..span }
}
