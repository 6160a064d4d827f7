//! `check/connector-use`: an application and its connector fit: what lets us in, settings, the link, rights and account
//! types.

use super::context::Context;
use crate::language::document::{
    ApplicationDocument, ConnectorDocument, EntitlementObject, RestObject, RightsObject,
};
use crate::language::documents::Placed;
use crate::language::spelling;
use crate::model::{Advice, AttributePath, Finding, Span};
use crate::yaml::Spanned;
use std::collections::BTreeSet;

const CODE: &str = "check/connector-use";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for application in &context.documents.applications {
        let Some(rest) = &application.rest else { continue };
        let mut connectors = context.documents.connectors.iter();
        let named = connectors.find(|connector| connector.name.value == rest.value.connector.value);
        let Some(connector) = named else { continue };
        let mut fit = Fit { application, rest: &rest.value, connector, findings: Vec::new() };
        fit.whole();
        findings.extend(fit.findings);
    }
    findings
}

/// How an application fits its connector.
struct Fit<'c> {
    application: &'c Placed<ApplicationDocument>,
    rest: &'c RestObject,
    connector: &'c ConnectorDocument,
    findings: Vec<Finding>,
}

impl Fit<'_> {
    fn whole(&mut self) {
        self.lets_in();
        self.settings();
        self.attributes();
        self.account_types();
        for (name, entitlement) in self.application.document.entitlements() {
            self.entitlement(name, entitlement);
        }
    }

    fn lets_in(&mut self) {
        let authentication = self.connector.authentication.as_ref().map(|written| &written.value);
        let signs_in = authentication.is_some_and(|written| written.sign_in.is_some());
        match (&self.rest.basic, signs_in) {
            (None, true) => {
                let message = "the connector signs in with a name and a password";
                let other = self.rest.credential.as_ref().map(|written| written.span);
                let other = other.or(self.rest.oauth.as_ref().map(|written| written.span));
                let help = "write `basic: { user, credential }`";
                self.error(other.unwrap_or(self.rest.connector.span), message, "without `basic`", help);
            }
            (Some(basic), false) if authentication.is_some() => {
                let message = "the connector sends a token or a key, and `basic` is neither";
                let help = "write `credential` or `oauth`, or give the connector a `signIn`";
                self.error(basic.span, message, "is not sent so", help);
            }
            (Some(_) | None, _) => {}
        }
    }

    fn settings(&mut self) {
        let declared: Vec<&Spanned<String>> = self.connector.settings.iter().flatten().collect();
        let known: Vec<&str> = declared.iter().map(|name| name.value.as_str()).collect();
        let given: BTreeSet<&str> = self.rest.settings().map(|(name, _)| name.value.as_str()).collect();
        for (name, _) in self.rest.settings() {
            if !known.contains(&name.value.as_str()) {
                let message = format!("the connector has no setting `{}`", name.value);
                self.error(
                    name.span,
                    message,
                    "not declared",
                    spelling::help(&name.value, known.iter().copied()),
                );
            }
        }
        for name in known.iter().filter(|name| !given.contains(*name)) {
            let message = format!("the connector leaves `{name}` open");
            let help = format!("write `settings: {{ {name}: ... }}` in `rest`");
            self.error(self.rest.connector.span, message, "needs a setting", help);
        }
    }

    fn attributes(&mut self) {
        let fields: BTreeSet<&str> = self.connector.attributes().collect();
        let application = &self.application.document;
        if application.link() != AttributePath::LEDGER && !fields.contains(application.link()) {
            let message = format!(
                "the connector's records have no `{}`, which links accounts to users",
                application.link()
            );
            let span = application.link.as_ref().map_or(self.rest.connector.span, |link| link.span);
            let help = "say in the connector's `fields` where it stands, or name another attribute or `ledger` as `link`";
            self.error(span, message, "is the link", help);
        }
        for (name, attribute) in application.attributes.iter().flat_map(|table| table.iter()) {
            if let Some(path) = &attribute.path {
                let message = format!("the connector says where `{}` stands", name.value);
                self.error(path.span, message, "said here too", "leave `path` out");
            }
            if !fields.contains(name.value.as_str()) {
                let message = format!("the connector's records have no `{}`", name.value);
                self.error(
                    name.span,
                    message,
                    "no field",
                    spelling::help(&name.value, fields.iter().copied()),
                );
            }
        }
    }

    fn account_types(&mut self) {
        let kinds = self.connector.accounts.iter();
        let kinds: Vec<&str> =
            kinds.filter_map(|kind| Some(kind.value.account_type.as_ref()?.value.as_str())).collect();
        let has_field = self.connector.attributes().any(|field| field == "userType");
        if let Some(types) =
            self.application.account_types.as_ref().filter(|_| kinds.is_empty() && !has_field)
        {
            let help =
                "give the connector a field `userType`, or kinds of record, each with its `accountType`";
            let message = "nothing says of which type an account is";
            self.error(Span { end: types.span.start + 1, ..types.span }, message, "account types", help);
        }
        let Some(types) = &self.application.account_types else {
            if !kinds.is_empty() {
                let message = "the connector has kinds of record, and the application no `accountTypes`";
                let help = format!("declare {} under `accountTypes`", spelling::list(&kinds));
                self.error(self.rest.connector.span, message, "kinds of record", help);
            }
            return;
        };
        for (name, _) in types.value.iter().filter(|_| !kinds.is_empty()) {
            if !kinds.contains(&name.value.as_str()) {
                let message = format!("the connector has no records of the account type `{}`", name.value);
                self.error(
                    name.span,
                    message,
                    "no records",
                    spelling::help(&name.value, kinds.iter().copied()),
                );
            }
        }
    }

    fn entitlement(&mut self, name: &Spanned<String>, entitlement: &EntitlementObject) {
        let rights: Vec<&RightsObject> = self
            .connector
            .accounts
            .iter()
            .filter_map(|kind| Some(&kind.value.rights.as_ref()?.get(&name.value)?.value))
            .collect();
        if let Some(wire) = &entitlement.wire {
            if let Some(group) = &wire.value.group {
                let help = "name an attribute, or say in the connector's `rights` how it is given";
                self.error(group.span, "a connector has no groups", "this wire", help);
            } else if !rights.is_empty() {
                let message = format!("the connector says how `{}` is given", name.value);
                self.error(wire.span, message, "said here too", "leave `wire` out");
            }
            return;
        }
        if rights.is_empty() {
            let message = format!("nothing says how `{}` is given", name.value);
            let help = "add a `wire` that names an attribute, or say it in the connector's `rights`";
            self.error(name.span, message, "this entitlement", help);
        }
        for rights in rights {
            if rights.known.is_none() && entitlement.values.is_none() {
                let message = format!("the values of `{}` are not known", name.value);
                let help = "list them under `values`, or say in the connector's `known` where they are read";
                self.error(name.span, message, "open", help);
            }
            if rights.scope.is_some() != entitlement.scope.is_some() {
                let message = format!(
                    "`{}` has a `scope` in the application or in the connector, and not in the other",
                    name.value
                );
                let help = "give both a `scope`, or none";
                self.error(name.span, message, "this entitlement", help);
            }
        }
    }

    fn error(&mut self, span: Span, message: impl Into<String>, label: &str, help: impl Into<Advice>) {
        let at = self.application.place(span);
        self.findings.push(Finding::error(CODE, message, at, label).help(help));
    }
}
