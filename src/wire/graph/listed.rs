//! Groups, members and roles as Graph lists them (MG5, MG7).

use super::decode::DecodeError;
use serde::Deserialize;
use std::borrow::Cow;

/// The role id of an assignment without a role.
const NO_ROLE: &str = "00000000-0000-0000-0000-000000000000";

/// A group in a list.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedGroup<'a> {
    /// Immutable object id.
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Display name; `None` if the permission for it is missing (MG5).
    #[serde(borrow, default)]
    pub display_name: Option<Cow<'a, str>>,
    /// When it was created, RFC 3339.
    #[serde(borrow, default)]
    pub created_date_time: Option<Cow<'a, str>>,
    /// `HiddenMembership` if not everyone may see the members (MG7).
    #[serde(borrow, default)]
    pub visibility: Option<Cow<'a, str>>,
}

impl ListedGroup<'_> {
    /// Whether reading its members needs an extra permission.
    pub fn is_hidden(&self) -> bool {
        self.visibility
            .as_deref()
            .is_some_and(|visibility| visibility.eq_ignore_ascii_case("HiddenMembership"))
    }
}

/// The kind of a member.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MemberKind {
    /// A user.
    User,
    /// A nested group.
    Group,
    /// A device, a service principal, a contact.
    Other,
}

impl MemberKind {
    /// The kind for a type name of Graph.
    pub(super) fn of(odata: &str) -> Self {
        match odata {
            "#microsoft.graph.user" => Self::User,
            "#microsoft.graph.group" => Self::Group,
            _ => Self::Other,
        }
    }
}

/// A member of a group.
#[derive(Debug)]
pub struct ListedMember<'a> {
    /// Its kind.
    pub kind: MemberKind,
    /// Immutable object id.
    pub id: Cow<'a, str>,
}

/// An enterprise application.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ServicePrincipal {
    /// Its roles.
    #[serde(default)]
    pub app_roles: Vec<ListedRole>,
}

/// A role of an enterprise application.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ListedRole {
    /// Its id; assignments use it.
    pub id: String,
    /// Its name.
    pub display_name: String,
}

/// An assignment to an enterprise application.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Assignment<'a> {
    #[serde(borrow)]
    app_role_id: Cow<'a, str>,
    /// Who has the role.
    #[serde(borrow)]
    pub principal_id: Cow<'a, str>,
    #[serde(borrow)]
    principal_type: Cow<'a, str>,
}

impl Assignment<'_> {
    /// The role's id; `None` for Default Access.
    pub fn role(&self) -> Option<&str> {
        Some(&*self.app_role_id).filter(|id| *id != NO_ROLE)
    }

    /// The kind of the assignee.
    pub fn kind(&self) -> MemberKind {
        match &*self.principal_type {
            "User" => MemberKind::User,
            "Group" => MemberKind::Group,
            _ => MemberKind::Other,
        }
    }
}

/// Reads a group in a list.
///
/// # Errors
/// When the bytes are not a JSON object with `id`.
pub fn decode_listed_group(json: &[u8]) -> Result<ListedGroup<'_>, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads a member.
///
/// # Errors
/// When the bytes are not a JSON object with `@odata.type` and `id`: the kind of a member is never guessed.
pub fn decode_listed_member(json: &[u8]) -> Result<ListedMember<'_>, DecodeError> {
    #[derive(Deserialize)]
    struct Member<'a> {
        #[serde(borrow, rename = "@odata.type")]
        kind: Cow<'a, str>,
        #[serde(borrow)]
        id: Cow<'a, str>,
    }
    let member: Member<'_> = serde_json::from_slice(json)?;
    Ok(ListedMember { kind: MemberKind::of(&member.kind), id: member.id })
}

/// Reads an enterprise application.
///
/// # Errors
/// When the bytes are not a JSON object, or a role lacks its id or name.
pub fn decode_service_principal(json: &[u8]) -> Result<ServicePrincipal, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}

/// Reads an assignment.
///
/// # Errors
/// When the bytes are not a JSON object with `appRoleId`, `principalId` and `principalType`.
pub fn decode_assignment(json: &[u8]) -> Result<Assignment<'_>, DecodeError> {
    Ok(serde_json::from_slice(json)?)
}
