//! Values, transforms, mappings and defaults (the policy language, 3 and 9).

use super::application::Compiler;
use super::condition::Place;
use super::names::UserName;
use crate::language::document::{self, Mapped, TransformForm, TransformWord, ValueForm};
use crate::language::documents::Placed;
use crate::model::{Span, Value};
use crate::policy::{
    ACCOUNT_TYPE, Authority, Default, MapOther, MappedAttribute, Phone, TemplateValue, Transform, UserSlot,
    ValueExpression, ValueSource, WhenEmpty,
};
use crate::yaml::Spanned;

impl Compiler<'_, '_, '_> {
    /// Compiles the mappings of a document; `inherited` is the authority of the document for every type of account.
    pub(super) fn mappings(
        &mut self,
        mapping: &Placed<document::AttributeMappingDocument>,
        inherited: Option<Authority>,
    ) -> Vec<MappedAttribute> {
        self.enter(mapping.file(), "AttributeMapping");
        let common = mapping.authority.or(inherited).unwrap_or(Authority::Always);
        let Some(account_type) = self.account_type(mapping.account_type.as_ref()) else { return Vec::new() };
        let mut compiled = Vec::new();
        for (name, mapped) in mapping.document.attributes.iter() {
            self.id.clone_from(&name.value);
            if let Some(attribute) = self.mapping(name, mapped, common) {
                compiled.push(MappedAttribute { account_type, ..attribute });
            }
        }
        compiled
    }

    fn mapping(
        &mut self,
        name: &Spanned<String>,
        mapped: &Spanned<Mapped>,
        common: Authority,
    ) -> Option<MappedAttribute> {
        self.mappable(name)?;
        let attribute = self.names.account(self.report, &name.value, self.file, name.span)?;
        let object = mapped.value.object();
        let form = self.report.shape(self.file, mapped.value.form(mapped.span))?;
        let value = self.expression(form, mapped.value.transforms())?;
        let when = match object.and_then(|object| object.when.as_ref()) {
            None => None,
            Some(when) => Some(self.condition(when, Place::Granted)?),
        };
        Some(MappedAttribute {
            attribute,
            account_type: None,
            origin: self.report.origin(self.kind, &name.value, self.at(name.span)),
            value,
            when,
            when_empty: object.and_then(|object| object.when_empty).unwrap_or(WhenEmpty::Clear),
            unique: name.value == "userName" || object.and_then(|object| object.unique).unwrap_or(false),
            authority: object.and_then(|object| object.authority).unwrap_or(common),
        })
    }

    /// `active` and the link belong to lifecycle and matching; an attribute in a `wire` to linking.
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
        self.report.error("check/not-mappable", message, self.at(name.span), "mapped here");
        None
    }

    fn expression(
        &mut self,
        form: ValueForm<'_>,
        transforms: &[Spanned<document::Transform>],
    ) -> Option<ValueExpression> {
        let source = self.source(form)?;
        let transforms: Vec<Option<Transform>> = transforms.iter().map(|step| self.transform(step)).collect();
        Some(ValueExpression { source, transforms: transforms.into_iter().collect::<Option<_>>()? })
    }

    fn source(&mut self, form: ValueForm<'_>) -> Option<ValueSource> {
        Some(match form {
            ValueForm::From(path, span) => match self.named(path, span)? {
                UserName::Id => ValueSource::UserId,
                UserName::Attribute(slot, index, _) => ValueSource::From(slot, index),
            },
            ValueForm::Template(template) => ValueSource::Template(self.template(template)?),
            ValueForm::FirstOf(values) => ValueSource::FirstOf(self.expressions(values)?),
            ValueForm::Concat(values) => ValueSource::Concat(self.expressions(values)?),
            ValueForm::Constant(constant) => ValueSource::Constant(constant.value.value()),
        })
    }

    fn expressions(&mut self, values: &[Spanned<document::Value>]) -> Option<Vec<ValueExpression>> {
        let compiled: Vec<Option<ValueExpression>> = values
            .iter()
            .map(|value| {
                let form = self.report.shape(self.file, value.value.form(value.span))?;
                self.expression(form, value.value.transforms())
            })
            .collect();
        compiled.into_iter().collect()
    }

    fn template(&mut self, template: &Spanned<String>) -> Option<Vec<TemplateValue>> {
        let parts = self.braces(template)?;
        let parts: Vec<Option<TemplateValue>> = parts
            .into_iter()
            .map(|(text, is_name)| {
                if !is_name {
                    return Some(TemplateValue::Text(text));
                }
                if let Some(name) = self.names.named(&text) {
                    return Some(TemplateValue::Named(name));
                }
                Some(match self.named(&text, template.span)? {
                    UserName::Id => TemplateValue::UserId,
                    UserName::Attribute(slot, index, _) => TemplateValue::From(slot, index),
                })
            })
            .collect();
        parts.into_iter().collect()
    }

    fn named(&mut self, path: &str, span: Span) -> Option<UserName> {
        self.names.user(self.report, path, self.file, span)
    }

    fn transform(&mut self, step: &Spanned<document::Transform>) -> Option<Transform> {
        Some(match self.report.shape(self.file, step.value.form(step.span))? {
            TransformForm::Word(word) => plain(word),
            TransformForm::PhoneRegion(region) => Transform::Phone(Phone::Region(region.value.clone())),
            TransformForm::PhoneRegionFrom(path) => Transform::Phone(Phone::RegionFrom(self.region(path)?)),
            TransformForm::Join(between) => Transform::Join(between.to_owned()),
            TransformForm::Replace(replace) => {
                let matches = self.part_regex(&replace.matches)?;
                Transform::Replace { matches, with: replace.with.clone() }
            }
            TransformForm::Truncate(length) => Transform::Truncate(length),
            TransformForm::Map(map) => {
                let entries = map.entries.sorted();
                let entries: Vec<(String, Value)> = entries
                    .into_iter()
                    .map(|(key, value)| (key.value.clone(), value.value.value()))
                    .collect();
                Transform::Map { entries, other: map.other.unwrap_or(MapOther::Block) }
            }
        })
    }

    fn region(&mut self, path: &Spanned<String>) -> Option<UserSlot> {
        match self.user(path)? {
            UserName::Attribute(slot, None, _) => Some(slot),
            _ => {
                let message = "a region comes from an attribute that holds a two-letter country code";
                self.report
                    .error("check/region", message, self.at(path.span), "not such an attribute")
                    .help = Some("write `usageLocation`".to_owned());
                None
            }
        }
    }

    /// Compiles the defaults of a document; `mapped` are the attributes with a mapping, and its authority.
    pub(super) fn defaults(
        &mut self,
        document: &Placed<document::DefaultsDocument>,
        mapped: &[MappedAttribute],
    ) -> Vec<Default> {
        self.enter(document.file(), "Defaults");
        let mut compiled = Vec::new();
        for default in &document.document.defaults {
            self.id.clone_from(&default.id.value);
            compiled.extend(self.default(default, mapped));
        }
        compiled
    }

    fn default(&mut self, default: &document::DefaultObject, mapped: &[MappedAttribute]) -> Option<Default> {
        self.mappable(&default.attribute)?;
        let name = &default.attribute;
        let attribute = self.names.account(self.report, &name.value, self.file, name.span)?;
        let when = match &default.when {
            None => None,
            Some(when) => Some(self.condition(when, Place::Granted)?),
        };
        let account_type = self.account_type(default.account_type.as_ref())?;
        let fits = |mapping: &&MappedAttribute| {
            mapping.attribute == attribute
                && (mapping.account_type.is_none() || mapping.account_type == account_type)
        };
        let mapping = mapped.iter().find(fits);
        let own = default.authority.as_ref().map(|authority| authority.value);
        let own = own.map_or(Authority::OnCreate, Into::into);
        Some(Default {
            id: default.id.value.clone(),
            origin: self.report.origin(self.kind, &default.id.value, self.at(default.id.span)),
            attribute,
            account_type,
            value: default.value.value.value(),
            when,
            authority: mapping.map_or(own, |mapping| mapping.authority),
        })
    }
}

fn plain(word: TransformWord) -> Transform {
    match word {
        TransformWord::Trim => Transform::Trim,
        TransformWord::CollapseSpaces => Transform::CollapseSpaces,
        TransformWord::Lowercase => Transform::Lowercase,
        TransformWord::Uppercase => Transform::Uppercase,
        TransformWord::StripDomain => Transform::StripDomain,
        TransformWord::Initials => Transform::Initials,
        TransformWord::E164 => Transform::E164,
        TransformWord::First => Transform::First,
    }
}
