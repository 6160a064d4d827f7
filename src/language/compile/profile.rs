//! What a SCIM service can do, and what that means for the attributes of an application (the policy language, 5).

use super::report::Report;
use crate::language::document::{Kind, ProfileDocument};
use crate::language::documents::{Documents, Placed};
use crate::model::{
    ApplicationConnection, AttributeKeeping, AttributeProfile, EntitlementWire, Profile, core_path,
};
use crate::policy::{ACCOUNT_TYPE, AccountSlot, ApplicationPolicy, UnkeptAttribute};
use crate::yaml::Spanned;

/// The document of this name.
pub(super) fn named<'d>(documents: &'d Documents, name: &str) -> Option<&'d Placed<ProfileDocument>> {
    documents.profiles.iter().find(|profile| profile.name.value == name)
}

/// What a document says of a service.
pub(super) fn profile(document: &ProfileDocument) -> Profile {
    let answers = document.answers.as_ref();
    let groups = document.groups.as_ref();
    let mut filters = Spanned::values(document.filters.iter().flatten());
    filters.sort();
    let told = document.attributes.iter().flat_map(|table| table.iter());
    let mut attributes: Vec<AttributeProfile> = told
        .map(|(path, keeps)| AttributeProfile { path: core_path(&path.value).to_owned(), keeps: *keeps })
        .collect();
    attributes.sort();
    Profile {
        filters,
        paging: document.paging,
        update: document.update,
        create_answer: answers.and_then(|answers| answers.create),
        update_answer: answers.and_then(|answers| answers.update),
        read_back: document.read_back,
        etags: document.etags,
        delete: document.delete,
        group_update: groups.and_then(|groups| groups.update),
        members: groups.and_then(|groups| groups.members),
        member_value: groups.and_then(|groups| groups.member_value),
        members_per_request: groups.and_then(|groups| groups.members_per_request),
        attributes,
    }
}

/// The account attributes that the service does not keep as written, each with the line of the profile that says so. An
/// error for what the application needs to keep.
pub(super) fn unkept(
    report: &mut Report<'_>,
    policy: &ApplicationPolicy,
    document: &Placed<ProfileDocument>,
) -> Vec<UnkeptAttribute> {
    let ApplicationConnection::Scim(connection) = &policy.connection else { return Vec::new() };
    let mut unkept = Vec::new();
    for (path, keeps) in document.attributes.iter().flat_map(|table| table.iter()) {
        let at = document.place(path.span);
        let tells = |path_of: &str| {
            let told = connection.profile.keeps(path_of);
            told.is_some_and(|told| told.path == core_path(&path.value))
        };
        for use_ in needed(policy, *keeps, &tells) {
            let message = format!("`{}` is `{}`, but `{}` {use_}", path.value, keeps.word(), policy.name);
            report.error("check/profile-attribute", message, at, "not kept").help = Some(
                "use another attribute, or correct the profile if the application does keep it".to_owned(),
            );
        }
        let slots = policy.account_attributes.iter().enumerate();
        let told = slots.filter(|(_, attribute)| tells(&attribute.path));
        unkept.extend(told.map(|(slot, attribute)| UnkeptAttribute {
            attribute: AccountSlot(slot as u16),
            keeps: *keeps,
            origin: report.origin(Kind::Profile.word(), &attribute.name, at),
        }));
    }
    unkept.sort_by_key(|unkept| unkept.attribute);
    unkept
}

/// What an attribute is used for that only works with another one.
pub(super) fn needed(
    policy: &ApplicationPolicy,
    keeps: AttributeKeeping,
    tells: &impl Fn(&str) -> bool,
) -> Vec<&'static str> {
    let shown = matches!(keeps, AttributeKeeping::ReadOnly | AttributeKeeping::Immutable);
    let changes = keeps == AttributeKeeping::WriteOnly;
    let named = |name: &str| policy.account_attributes.iter().find(|attribute| attribute.name == name);
    let mut uses = Vec::new();
    if tells(&policy.link.path) {
        uses.push("links accounts by it");
    }
    let matches = |slot: &AccountSlot| tells(&policy.account_attribute(*slot).path);
    if !shown && policy.matching.iter().any(matches) {
        uses.push("finds accounts by it");
    }
    let archived = policy.lifecycle.archive.iter().map(|archived| archived.attribute);
    if !changes && archived.into_iter().any(|slot| matches(&slot)) {
        uses.push("changes it in archived accounts");
    }
    let types = !policy.account_types.is_empty() && keeps != AttributeKeeping::Immutable;
    if types && tells(named(ACCOUNT_TYPE).map_or(ACCOUNT_TYPE, |attribute| &attribute.path)) {
        uses.push("keeps the type of accounts in it");
    }
    let holds_rights = policy.entitlements.iter().any(|kind| match &kind.wire {
        EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. } => {
            named(attribute).is_some_and(|attribute| tells(&attribute.path))
        }
        EntitlementWire::Row | EntitlementWire::Group { .. } => false,
    });
    if holds_rights {
        uses.push("keeps rights in it");
    }
    uses
}
