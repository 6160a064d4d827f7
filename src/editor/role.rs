//! What a text at a place of a document names (`docs/reference/language.md`).

use super::symbol::Family;
use crate::language::document::Kind;

/// What a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It gives this name.
    Declares(Family),
    /// It means what has this name.
    Means(Family),
    /// It begins with a user attribute: `businessPhones[0]`.
    UserPath,
    /// Names in braces.
    Braces(Braces),
    /// An entitlement type or a scope.
    Right,
    /// A value of the entitlement type or scope that is its key.
    RightValue,
    /// A value that the entitlement type or scope around it has.
    DeclaresValue,
    /// One of the values that the entitlement type around it has.
    DeclaredValue,
    /// The id of anything that plans give as a reason.
    Because,
    /// The immutable id of a directory group.
    GroupId,
}

/// What names in braces are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Braces {
    /// User attributes, and what constraints name.
    User,
    /// What constraints name.
    Named,
    /// Account attributes.
    Account,
    /// Entitlement types and scopes.
    Rights,
}

/// The role of a key; `object` is the name of the shape that has it.
pub(super) fn of_key(object: &str) -> Option<Role> {
    Some(match object {
        "LinkingRule.grant"
        | "Condition.grant"
        | "Constraint.grants"
        | "Protection.grants"
        | "GivenAccount.grants[]"
        | "Expectation.grants[]" => Role::Right,
        "Constraint.each" => Role::Means(Family::Scope),
        "Constraint.names" => Role::Declares(Family::Named),
        "Application.entitlements" => Role::Declares(Family::Entitlement),
        "Application.scopes" => Role::Declares(Family::Scope),
        "Application.accountTypes" => Role::Declares(Family::AccountType),
        "Application.attributes" | "AttributeMapping.attributes" => Role::Declares(Family::AccountAttribute),
        "Directory.attributes" => Role::Declares(Family::UserAttribute),
        "Archive.set" | "GivenAccount.attributes" | "Expectation.attributes" => {
            Role::Means(Family::AccountAttribute)
        }
        "PolicyTests.attributes" | "GivenUser.attributes" => Role::Means(Family::UserAttribute),
        "GroupReference.captures" => Role::Right,
        _ => return None,
    })
}

/// The role of a text; `shape` is the name of its shape.
pub(super) fn of_text(shape: &str) -> Option<Role> {
    let declares = |family| Some(Role::Declares(family));
    let means = |family| Some(Role::Means(family));
    if let Some(kind) = shape.strip_suffix(".application").and_then(Kind::of) {
        return match kind {
            Kind::Application | Kind::Workspace | Kind::Directory | Kind::Profile | Kind::Connector => None,
            Kind::LinkingRules
            | Kind::Exclusions
            | Kind::AttributeMapping
            | Kind::Defaults
            | Kind::Constraints
            | Kind::Lifecycle
            | Kind::Overrides
            | Kind::PolicyTests => means(Family::Application),
        };
    }
    match shape {
        "Directory.name" => declares(Family::Directory),
        "Application.name" => declares(Family::Application),
        "Profile.name" => declares(Family::Profile),
        "Connector.name" => declares(Family::Connector),
        "LinkingRule.id" => declares(Family::Policy(Kind::LinkingRules)),
        "Exclusion.id" => declares(Family::Policy(Kind::Exclusions)),
        "Constraint.id" => declares(Family::Policy(Kind::Constraints)),
        "Default.id" => declares(Family::Policy(Kind::Defaults)),
        "Protection.id" => declares(Family::Policy(Kind::Lifecycle)),
        "Override.id" => declares(Family::Policy(Kind::Overrides)),
        "PolicyTest.id" => declares(Family::Policy(Kind::PolicyTests)),
        "ChangeWindow.id" => declares(Family::Window),
        "DirectoryReference.name"
        | "GroupReference.directory"
        | "GivenGroup.directory"
        | "GivenUser.directory" => means(Family::Directory),
        "ScimConnection.profile" => means(Family::Profile),
        "RestConnection.connector" => means(Family::Connector),
        "LinkingRule.accountType"
        | "AttributeMapping.accountType"
        | "Default.accountType"
        | "GivenAccount.accountType" => means(Family::AccountType),
        "Condition.account"
        | "AttributeMapping.match[]"
        | "Default.attribute"
        | "Wire.values"
        | "Wire.attribute"
        | "Application.link" => means(Family::AccountAttribute),
        "Constraint.names.*" | "Entitlement.scope" => means(Family::Scope),
        "GroupReference"
        | "GroupReference.name"
        | "GivenGroup"
        | "GivenGroup.name"
        | "GivenUser.groups[]" => means(Family::Group),
        "GroupReference.id" => Some(Role::GroupId),
        "Condition.user"
        | "Value"
        | "Value.from"
        | "MappedAttribute"
        | "MappedAttribute.from"
        | "Application.samePerson[]"
        | "Phone.regionFrom" => Some(Role::UserPath),
        "Value.template" | "MappedAttribute.template" => Some(Role::Braces(Braces::User)),
        "Constraint.each.*" => Some(Role::Braces(Braces::Named)),
        "Archive.set.*" => Some(Role::Braces(Braces::Account)),
        "GroupReference.pattern" | "Wire.group" | "Wire.text" => Some(Role::Braces(Braces::Rights)),
        "LinkingRule.grant.*"
        | "Condition.grant.*"
        | "Constraint.grants.*"
        | "Protection.grants.*"
        | "GivenAccount.grants[].*"
        | "Expectation.grants[].*" => Some(Role::RightValue),
        "Entitlement.values[]" | "Application.scopes.*[]" => Some(Role::DeclaresValue),
        "Entitlement.privileged[]" => Some(Role::DeclaredValue),
        "Expectation.because[]" => Some(Role::Because),
        _ => None,
    }
}
