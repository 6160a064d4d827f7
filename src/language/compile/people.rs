//! What an application declares about users and accounts: which users are one person, which labels its directories
//! share, which account types exist and which rules win (the policy language, 5 and 6).

use super::compiler::Compiler;
use super::names::UserName;
use crate::language::document;
use crate::language::documents::{Documents, Placed};
use crate::model::known_user_attribute;
use crate::policy::{AccountTypeIndex, Precedence, UserSlot};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// The attributes by which users of different directories are recognized as one person.
    pub(super) fn same_person(&mut self, application: &document::ApplicationDocument) -> Vec<UserSlot> {
        let mut slots = Vec::new();
        for path in application.same_person.iter().flatten() {
            match self.user(path) {
                Some(UserName::Attribute(slot, None, _)) => {
                    slots.push(slot);
                    self.shared(path);
                }
                Some(_) => {
                    let message = "one person is known by an attribute that both directories hold";
                    self.error("check/same-person", message, path.span, "not such a one");
                }
                None => {}
            }
        }
        slots
    }

    /// Reports an attribute that only one directory declares: users of the other directories don't have it, so it joins
    /// nobody.
    fn shared(&mut self, path: &Spanned<String>) {
        let holders =
            self.names.directories.iter().filter(|directory| directory.attribute(&path.value).is_some());
        let holders: Vec<&str> = holders.map(|directory| directory.name.value.as_str()).collect();
        if let ([holder], None) = (&*holders, known_user_attribute(&path.value)) {
            let message = format!("only the directory `{holder}` has `{}`, so it joins no users", path.value);
            self.error("check/same-person", message, path.span, "of one directory").help = Some(format!(
                "declare `{}` in the `attributes` of another directory too, or take it out",
                path.value
            ));
        }
    }

    /// Labels that must have the same value in all directories of the application.
    pub(super) fn same_labels(&mut self, application: &document::ApplicationDocument) {
        for label in application.same_labels.iter().flatten() {
            let mut first: Option<(&str, &str)> = None;
            for directory in self.names.directories.clone() {
                let name = directory.name.value.as_str();
                let value = directory.labels.as_ref().and_then(|labels| labels.get(&label.value));
                let Some(value) = value.map(|value| value.value.as_str()) else {
                    let message = format!("the directory `{name}` has no label `{}`", label.value);
                    self.error("check/same-labels", message, label.span, "needed here").help =
                        Some(format!("add `labels: {{ {}: ... }}` to the directory", label.value));
                    continue;
                };
                match first {
                    Some((other, known)) if known != value => {
                        let message = format!(
                            "the directories `{other}` and `{name}` differ in `{}`: `{known}` and `{value}`",
                            label.value
                        );
                        self.error("check/same-labels", message, label.span, "must be alike").help =
                            Some("read only directories of one environment".to_owned());
                    }
                    Some(_) => {}
                    None => first = Some((name, value)),
                }
            }
        }
    }

    /// Which rules win; all documents of an application must agree.
    pub(super) fn precedence(&mut self, documents: &Documents) -> Precedence {
        let name = self.names.application.document.name.value.clone();
        let mine: Vec<_> =
            documents.linking_rules.iter().filter(|document| document.application.value == name).collect();
        let said = |document: &document::LinkingRulesDocument| {
            Spanned::value_of(&document.precedence).unwrap_or(Precedence::All)
        };
        let Some(first) = mine.first().map(|document| said(document)) else { return Precedence::All };
        for document in mine.iter().filter(|document| said(document) != first) {
            let span =
                document.precedence.as_ref().map_or(document.application.span, |precedence| precedence.span);
            let message = "the documents of an application say one `precedence`";
            let at = document.place(span);
            self.report.error("check/precedence", message, at, "another than in the first document");
        }
        mine.iter().for_each(|document| self.orders(document, first));
        first
    }

    /// `order` is on every rule under `precedence: first`, and on no rule under `all`.
    fn orders(&mut self, document: &Placed<document::LinkingRulesDocument>, precedence: Precedence) {
        for rule in &document.rules {
            let (message, span, label) = match (&rule.order, precedence) {
                (None, Precedence::First) => {
                    ("under `precedence: first` each rule has an `order`", rule.id.span, "without `order`")
                }
                (Some(order), Precedence::All) => {
                    ("`order` says which rule wins, and here all count", order.span, "orders nothing")
                }
                _ => continue,
            };
            self.report.error("check/order", message, document.place(span), label).help =
                Some("write `precedence: first`, and an `order` on each rule; or neither".to_owned());
        }
    }

    /// The index of an account type; the outer none if there is no such type.
    pub(super) fn account_type(
        &mut self,
        name: Option<&Spanned<String>>,
    ) -> Option<Option<AccountTypeIndex>> {
        let Some(name) = name else { return Some(None) };
        let known = self.names.account_type_names();
        match known.iter().position(|known| *known == name.value) {
            Some(at) => Some(Some(AccountTypeIndex(at as u16))),
            None => {
                self.unknown("account type", name, known);
                None
            }
        }
    }
}
