//! Rights that are rows of their own.

use super::Look;
use super::accounts::opening;
use crate::language::document::{RightsObject, Shorthand};
use crate::model::{CallMethod, Finding};
use crate::yaml::Spanned;

impl<'c> Look<'c> {
    pub(super) fn rights(
        &mut self,
        name: &Spanned<String>,
        written: &Spanned<RightsObject>,
        one: &[&'c str],
    ) {
        let rights = &written.value;
        if let Err(fault) = rights.held(written.span) {
            let span = if fault.span == written.span { opening(written.span) } else { fault.span };
            let at = self.document.place(span);
            self.findings.push(Finding::error("schema/shape", fault.message, at, fault.label));
        }
        let settings = self.with_settings(&[]);
        if let Some(rows) = &rights.rows {
            self.list(rows, &settings);
        }
        if let Some(rows) = &rights.of_account {
            let used = self.list(rows, one);
            self.about(&used, rows.span, "id");
        }
        if let Some(row) = &rights.row
            && let Shorthand::Text(at) = &row.value
        {
            self.place(at, row.span);
        }
        if let (Some(_), Some(key)) = (&rights.value, &rights.key) {
            self.error(key.span, "`value` and `key` exclude each other", "`value` is there already");
        }
        let known_key = rights.known.as_ref().and_then(|known| known.value.key.as_ref());
        if let Some(known) = &rights.known {
            self.list(&known.value.list, &settings);
            if let Some(key) = &known.value.key
                && let Shorthand::Text(at) = &key.value
            {
                self.place(at, key.span);
            }
        }
        if let Some(key) = rights.key.as_ref().filter(|_| known_key.is_none()) {
            self.error(key.span, "`known` does not say where a right's `key` stands", "this key");
        }
        let mut names = self.with_settings(&["id", "value"]);
        names.extend(rights.scope.as_ref().map(|_| "scope"));
        names.extend(known_key.map(|_| "key"));
        if let Some(grant) = &rights.grant {
            let used = self.call(grant.value.keys(CallMethod::Post), &names);
            self.about(&used, grant.span, "id");
            if !used.contains("value") && !used.contains("key") {
                self.error(
                    grant.span,
                    "the call does not say which right: name `{value}` or `{key}` in it",
                    "this call",
                );
            }
        }
        if let Some(revoke) = &rights.revoke {
            names.extend(rights.row.as_ref().map(|_| "row"));
            let used = self.call(revoke.value.keys(CallMethod::Post), &names);
            let right = used.contains("value") || used.contains("key");
            let of_account = used.contains("id") && right;
            if !used.contains("row") && !of_account {
                let message = "the call does not say whose right: name `{row}`, or `{id}` and `{value}` or `{key}`, in it";
                self.error(revoke.span, message, "this call");
            }
        }
        let writes = rights.grant.is_some() || rights.revoke.is_some();
        if writes && rights.of_account.is_none() && rights.record.is_none() && rights.rows.is_some() {
            let message = format!("`ofAccount` is needed: each grant of `{}` is read back", name.value);
            self.error(name.span, message, "these calls write");
        }
    }
}
