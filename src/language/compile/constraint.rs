//! What constraints test (the policy language, 7): selections, counts, and the names they give to scope values.

use super::compiler::{Compiler, all};
use super::condition::Owner;
use crate::language::document::{self, ConstraintForm, GrantTest, Piece, Selector};
use crate::model::known_user_attribute;
use crate::policy::{ConstraintTest, ConstraintText, ConstraintTextPart, NameIndex};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles the test of a constraint; the test must allow the constraint's consequence.
    pub(super) fn constraint_test(
        &mut self,
        constraint: &document::ConstraintObject,
        owner: Owner<'_>,
    ) -> Option<ConstraintTest> {
        let form = self.shape(constraint.form())?;
        self.consequence(constraint, form)?;
        Some(match form {
            ConstraintForm::Require(condition) => ConstraintTest::Require(self.condition(condition, owner)?),
            ConstraintForm::Grants(grants, test) => self.grant_test(constraint, grants, test)?,
        })
    }

    fn grant_test(
        &mut self,
        constraint: &document::ConstraintObject,
        grants: &Spanned<Selector>,
        test: GrantTest<'_>,
    ) -> Option<ConstraintTest> {
        if let GrantTest::Each(scope, _) = test {
            self.scope_of_all(grants, scope)?;
        }
        let selector = self.selector(&grants.value)?;
        Some(match test {
            GrantTest::AtLeast(number) => ConstraintTest::AtLeast(selector, number),
            GrantTest::AtMost(number) => {
                ConstraintTest::AtMost(selector, number, self.given_names(constraint, grants)?)
            }
            GrantTest::Each(_, text) => ConstraintTest::Each(selector, self.constraint_text(text)?),
        })
    }

    fn consequence(
        &mut self,
        constraint: &document::ConstraintObject,
        form: ConstraintForm<'_>,
    ) -> Option<()> {
        let otherwise = &constraint.otherwise;
        if form.consequences().contains(&otherwise.value) {
            return Some(());
        }
        let possible: Vec<String> =
            form.consequences().iter().map(|word| format!("`{}`", word.word())).collect();
        let message = format!("`{}` cannot follow from this test", otherwise.value.word());
        self.error("check/consequence", message, otherwise.span, "not of this test").help =
            Some(format!("write one of {}", possible.join(", ")));
        None
    }

    /// `names: { home: location }`: every grant that can be selected must have the scope.
    fn given_names(
        &mut self,
        constraint: &document::ConstraintObject,
        grants: &Spanned<Selector>,
    ) -> Option<Vec<NameIndex>> {
        let declared = constraint.names.iter().flat_map(|names| names.value.iter());
        all(declared.map(|(name, scope)| self.given_name(grants, name, scope)))
    }

    fn given_name(
        &mut self,
        grants: &Spanned<Selector>,
        name: &Spanned<String>,
        scope: &Spanned<String>,
    ) -> Option<NameIndex> {
        self.scope_of_all(grants, scope)?;
        let declared =
            self.names.directories.iter().any(|directory| directory.attribute(&name.value).is_some());
        if declared || name.value == crate::model::USER_ID || known_user_attribute(&name.value).is_some() {
            let message = format!("the name `{}` hides the user attribute so called", name.value);
            self.error("check/hiding-name", message, name.span, "already a name");
            return None;
        }
        if self.names.given.contains(&name.value) {
            let message = format!("a constraint before this one gives the name `{}` too", name.value);
            self.error("check/name-given-twice", message, name.span, "again here");
            return None;
        }
        self.names.given.push(name.value.clone());
        Some(self.names.name(&name.value))
    }

    /// The scope must be the one that the selected entitlement type is bound to.
    fn scope_of_all(&mut self, grants: &Spanned<Selector>, scope: &Spanned<String>) -> Option<()> {
        let application = &self.names.application.document;
        let own = grants.value.keys().find_map(|key| application.entitlement(key));
        let bound = own.and_then(|kind| kind.scope.as_ref()).is_some_and(|own| own.value == scope.value);
        if bound {
            return Some(());
        }
        let message = format!("the grants selected here are not all bound to a `{}`", scope.value);
        self.error("check/foreign-scope", message, scope.span, "not what they are bound to").help =
            Some("select one entitlement, and name its `scope`".to_owned());
        None
    }

    fn constraint_text(&mut self, text: &Spanned<String>) -> Option<ConstraintText> {
        let mut parts = Vec::new();
        for piece in self.braces(text)? {
            let name = match piece {
                Piece::Text(text) => {
                    parts.push(ConstraintTextPart::Text(text));
                    continue;
                }
                Piece::Name(name) => Spanned { value: name, span: text.span },
            };
            let Some(index) = self.names.named(&name.value) else {
                let known = self.names.given.clone();
                let known = known.iter().map(String::as_str);
                self.unknown("value that a constraint before names", &name, known);
                return None;
            };
            parts.push(ConstraintTextPart::Name(index));
        }
        Some(ConstraintText { parts })
    }
}
