//! `check/connector`: the calls of a connector can be made: names in braces stand for something, places are places, and
//! each call says whom it is about.

mod accounts;
mod call;
mod rights;

use super::context::Context;
use crate::language::document::{ConnectorDocument, SignInObject};
use crate::language::documents::Placed;
use crate::language::spelling;
use crate::model::{Finding, Span};
use crate::yaml::Spanned;
use std::collections::BTreeSet;

const CODE: &str = "check/connector";
/// Names that stand for something in some calls, and so for no attribute and no setting.
const RESERVED: [&str; 11] =
    ["active", "id", "key", "ledger", "link", "password", "record", "row", "scope", "user", "value"];
/// Headers that are not a connector's to set.
const OWN_HEADERS: [&str; 15] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "cookie",
    "host",
    "if-match",
    "proxy-authorization",
    "te",
    "transfer-encoding",
    "user-agent",
    // They turn a call that reads into one that writes.
    "x-http-method",
    "x-http-method-override",
    "x-method-override",
];

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let connectors = context.documents.connectors.iter();
    connectors
        .flat_map(|document| {
            let mut look = Look { document, findings: Vec::new() };
            look.whole();
            look.findings
        })
        .collect()
}

/// A look at one connector.
struct Look<'c> {
    document: &'c Placed<ConnectorDocument>,
    findings: Vec<Finding>,
}

impl<'c> Look<'c> {
    fn whole(&mut self) {
        let document: &'c ConnectorDocument = &self.document.document;
        let attributes: BTreeSet<&str> = document.attributes().collect();
        for name in document.settings.iter().flatten() {
            if RESERVED.contains(&name.value.as_str()) {
                self.error(name.span, format!("`{}` has another meaning in calls", name.value), "this name");
            } else if attributes.contains(name.value.as_str()) {
                self.error(name.span, format!("`{}` is an attribute already", name.value), "this name");
            }
        }
        for (name, value) in document.headers.iter().flat_map(|headers| headers.iter()) {
            if OWN_HEADERS.contains(&name.value.to_ascii_lowercase().as_str()) {
                self.error(
                    name.span,
                    format!("`{}` is not a header of a connector", name.value),
                    "this header",
                );
            }
            self.visible(value);
        }
        let authentication = document.authentication.iter().map(|written| &written.value);
        for authentication in authentication {
            let header = authentication.header.iter();
            for header in header.filter(|header| !header.value.eq_ignore_ascii_case("authorization")) {
                if OWN_HEADERS.contains(&header.value.to_ascii_lowercase().as_str()) {
                    let message = format!("`{}` is not a header that carries a credential", header.value);
                    self.error(header.span, message, "this header");
                }
            }
            authentication.prefix.iter().for_each(|prefix| self.visible(prefix));
            authentication.sign_in.iter().for_each(|sign_in| self.sign_in(sign_in));
        }
        self.kinds();
        for accounts in &document.accounts {
            self.accounts(accounts);
        }
    }

    fn sign_in(&mut self, sign_in: &'c Spanned<SignInObject>) {
        let allowed = self.with_settings(&["user", "password"]);
        self.path(&sign_in.value.path, &[]);
        let mut used = BTreeSet::new();
        match (&sign_in.value.body, &sign_in.value.form) {
            (Some(body), None) => self.body(body, &allowed, &mut used),
            (None, Some(form)) => {
                form.value.iter().for_each(|(_, value)| self.body(value, &allowed, &mut used));
            }
            (None, None) | (Some(_), Some(_)) => {
                self.error(sign_in.span, "exactly one of `body`, `form` is needed", "this call");
                return;
            }
        }
        if !used.contains("password") {
            self.error(sign_in.span, "the call sends no `{password}`", "this call");
        }
    }

    /// A text that a header can hold.
    fn visible(&mut self, text: &Spanned<String>) {
        if !text.value.chars().all(|letter| (' '..='~').contains(&letter)) {
            self.error(text.span, "a header holds visible characters of ASCII only", "this text");
        }
    }

    /// These names, and those of the settings.
    fn with_settings(&self, names: &[&'c str]) -> Vec<&'c str> {
        let document: &'c ConnectorDocument = &self.document.document;
        let settings = document.settings.iter().flatten().map(|name| name.value.as_str());
        names.iter().copied().chain(settings).collect()
    }

    /// A name in braces.
    fn name(&mut self, name: &str, span: Span, allowed: &[&str]) {
        if !allowed.contains(&name) {
            let at = self.document.place(span);
            let finding = Finding::error(CODE, format!("`{{{name}}}` has no meaning here"), at, "this name");
            self.findings.push(finding.help(spelling::help(name, allowed.iter().copied())));
        }
    }

    fn error(&mut self, span: Span, message: impl Into<String>, label: &str) {
        let at = self.document.place(span);
        self.findings.push(Finding::error(CODE, message, at, label));
    }
}
