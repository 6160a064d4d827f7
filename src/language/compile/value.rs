//! Values, transforms, mappings and defaults (the policy language, 3 and 9).

use super::compiler::{Compiler, all};
use super::condition::{Owner, Place};
use super::names::UserName;
use crate::language::document::{self, Mapped, PhoneObject, Piece, Shorthand, TransformObject, ValueForm};
use crate::policy::{
    ACCOUNT_TYPE, Authority, Default, MapOther, MappedAttribute, Phone, TemplateValue, Transform, UserSlot,
    ValueExpression, ValueSource, WhenEmpty,
};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles the mappings of a document; `inherited` is the authority that the document for all account types sets.
    pub(super) fn mappings(
        &mut self,
        document: &document::AttributeMappingDocument,
        inherited: Option<Authority>,
    ) -> Vec<MappedAttribute> {
        let common = document.authority.or(inherited).unwrap_or(Authority::Always);
        let Some(account_type) = self.account_type(document.account_type.as_ref()) else { return Vec::new() };
        let attributes = document.attributes.iter();
        let compiled = attributes.filter_map(|(name, mapped)| self.mapping(name, mapped, common));
        compiled.map(|attribute| MappedAttribute { account_type, ..attribute }).collect()
    }

    fn mapping(
        &mut self,
        name: &Spanned<String>,
        mapped: &Spanned<Mapped>,
        common: Authority,
    ) -> Option<MappedAttribute> {
        self.mappable(name)?;
        let attribute = self.account(name)?;
        let object = mapped.value.object();
        let form = self.shape(mapped.value.form(mapped.span))?;
        let value = self.expression(form, mapped.value.transforms())?;
        let owner = Owner { id: &name.value, place: Place::Granted };
        let when = match object {
            None => None,
            Some(object) => self.when(&object.when, owner)?,
        };
        Some(MappedAttribute {
            attribute,
            account_type: None,
            origin: self.origin(&name.value, name.span),
            value,
            when,
            when_empty: object.and_then(|object| object.when_empty).unwrap_or(WhenEmpty::Clear),
            unique: name.value == "userName" || object.and_then(|object| object.unique).unwrap_or(false),
            authority: object.and_then(|object| object.authority).unwrap_or(common),
        })
    }

    /// Reports an attribute that is not a mapping's to write: lifecycle and matching write `active` and the link,
    /// linking writes an attribute in a `wire`.
    pub(super) fn mappable(&mut self, name: &Spanned<String>) -> Option<()> {
        let application = &self.names.application.document;
        let owner = if name.value == "active" {
            "`Lifecycle` says who is active"
        } else if name.value == ACCOUNT_TYPE && application.account_types.is_some() {
            "it says the account's type, which linking rules give"
        } else if name.value == application.link() {
            "matching writes the link"
        } else if self.names.wired(&name.value) {
            "an entitlement's `wire` keeps rights in it"
        } else {
            return Some(());
        };
        let message = format!("`{}` cannot be mapped: {owner}", name.value);
        self.error("check/not-mappable", message, name.span, "mapped here");
        None
    }

    fn expression(
        &mut self,
        form: ValueForm<'_>,
        transforms: &[document::Transform],
    ) -> Option<ValueExpression> {
        let source = self.source(form)?;
        let transforms = all(transforms.iter().map(|step| self.transform(step)))?;
        Some(ValueExpression { source, transforms })
    }

    fn source(&mut self, form: ValueForm<'_>) -> Option<ValueSource> {
        Some(match form {
            ValueForm::From(path, span) => match self.user(&Spanned { value: path.to_owned(), span })? {
                UserName::Id => ValueSource::UserId,
                UserName::Attribute(slot, index, _) => ValueSource::From(slot, index),
            },
            ValueForm::Template(template) => ValueSource::Template(self.template(template)?),
            ValueForm::FirstOf(values) => ValueSource::FirstOf(self.expressions(values)?),
            ValueForm::Concat(values) => ValueSource::Concat(self.expressions(values)?),
            ValueForm::Constant(constant) => ValueSource::Constant(constant.value.0.clone()),
        })
    }

    fn expressions(&mut self, values: &[Spanned<document::Value>]) -> Option<Vec<ValueExpression>> {
        all(values.iter().map(|value| {
            let form = self.shape(value.value.form(value.span))?;
            self.expression(form, value.value.transforms())
        }))
    }

    fn template(&mut self, template: &Spanned<String>) -> Option<Vec<TemplateValue>> {
        let pieces = self.braces(template)?.into_iter();
        all(pieces.map(|piece| {
            let name = match piece {
                Piece::Text(text) => return Some(TemplateValue::Text(text)),
                Piece::Name(name) => Spanned { value: name, span: template.span },
            };
            if let Some(named) = self.names.named(&name.value) {
                return Some(TemplateValue::Named(named));
            }
            Some(match self.user(&name)? {
                UserName::Id => TemplateValue::UserId,
                UserName::Attribute(slot, index, _) => TemplateValue::From(slot, index),
            })
        }))
    }

    fn transform(&mut self, step: &document::Transform) -> Option<Transform> {
        let object = match step {
            Shorthand::Text(word) => return Some(Transform::Word(*word)),
            Shorthand::Object(object) => object,
        };
        Some(match object {
            TransformObject::Phone(PhoneObject::Region(region)) => {
                Transform::Phone(Phone::Region(region.clone()))
            }
            TransformObject::Phone(PhoneObject::RegionFrom(path)) => {
                Transform::Phone(Phone::RegionFrom(self.region(path)?))
            }
            TransformObject::Join(between) => Transform::Join(between.clone()),
            TransformObject::Replace(replace) => {
                let matches = self.part_regex(&replace.matches)?;
                Transform::Replace { matches, with: replace.with.clone() }
            }
            TransformObject::Truncate(length) => Transform::Truncate(*length),
            TransformObject::Map(map) => {
                let entries = map.entries.sorted().into_iter();
                let entries = entries.map(|(key, value)| (key.value.clone(), value.value.0.clone()));
                Transform::Map { entries: entries.collect(), other: map.other.unwrap_or(MapOther::Block) }
            }
        })
    }

    fn region(&mut self, path: &Spanned<String>) -> Option<UserSlot> {
        match self.user(path)? {
            UserName::Attribute(slot, None, _) => Some(slot),
            _ => {
                let message = "a region comes from an attribute that holds a two-letter country code";
                self.error("check/region", message, path.span, "not such an attribute").help =
                    Some("write `usageLocation`".to_owned());
                None
            }
        }
    }

    /// Compiles the defaults of a document; `mapped` lists the mapped attributes with their authority.
    pub(super) fn defaults(
        &mut self,
        document: &document::DefaultsDocument,
        mapped: &[MappedAttribute],
    ) -> Vec<Default> {
        document.defaults.iter().filter_map(|default| self.default(default, mapped)).collect()
    }

    fn default(&mut self, default: &document::DefaultObject, mapped: &[MappedAttribute]) -> Option<Default> {
        let id = &default.id.value;
        self.mappable(&default.attribute)?;
        let attribute = self.account(&default.attribute)?;
        let when = self.when(&default.when, Owner { id, place: Place::Granted })?;
        let account_type = self.account_type(default.account_type.as_ref())?;
        let mapping = mapped.iter().find(|mapping| {
            mapping.attribute == attribute
                && (mapping.account_type.is_none() || mapping.account_type == account_type)
        });
        let own = default.authority.as_ref().map_or(Authority::OnCreate, |own| own.value.into());
        Some(Default {
            id: id.clone(),
            origin: self.origin(id, default.id.span),
            attribute,
            account_type,
            value: default.value.value.0.clone(),
            when,
            authority: mapping.map_or(own, |mapping| mapping.authority),
        })
    }
}
