//! What trying out a SCIM service showed. Readers and writers note it, `doctor` concludes from it.

use super::{CreateAnswer, DeleteEffect, MemberValue, Members, UpdateAnswer, UpdateMethod};

/// What was tried, or in words why it is not known.
pub type Tried<T> = Result<T, String>;

/// What reading showed.
#[derive(Clone, Debug, Default)]
pub struct ScimReads {
    /// What `/ServiceProviderConfig` says; none: there is none.
    pub claims: Option<ServiceClaims>,
    /// What `/Schemas` says of the attributes of users; none: there is none.
    pub described: Option<Vec<DescribedAttribute>>,
    /// Equality filters.
    pub filters: Vec<FilterTrial>,
    /// How users are paged; none: they could not be listed.
    pub paging: Option<PagingTrial>,
}

/// What a service says it can do (RFC 7643, 5); none: it does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ServiceClaims {
    /// PATCH.
    pub patch: Option<bool>,
    /// ETags.
    pub etag: Option<bool>,
    /// Paging by cursor (RFC 9865, 4).
    pub cursor: Option<bool>,
}

/// An attribute as `/Schemas` describes it (RFC 7643, 7).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribedAttribute {
    /// Its path without selection: `emails.value`, with the URN of an extension.
    pub path: String,
    /// Its `mutability`: `readOnly`.
    pub mutability: String,
    /// Its `returned`: `never`.
    pub returned: String,
    /// Its `type`: `boolean`.
    pub kind: String,
}

/// The answers to an equality filter.
#[derive(Clone, Debug)]
pub struct FilterTrial {
    /// The attribute.
    pub attribute: &'static str,
    /// For a value that one user or group is known to have; none: nobody is known to have one.
    pub known: Option<Tried<Hits>>,
    /// For a value that nobody has.
    pub nobody: Tried<Hits>,
}

/// What a filter found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hits {
    /// How many.
    pub count: usize,
    /// Whether the one that was looked for is among them.
    pub it: bool,
}

/// Two pages of one user each.
#[derive(Clone, Debug)]
pub struct PagingTrial {
    /// From `startIndex=1`.
    pub first: IdPage,
    /// From `startIndex=2`.
    pub second: Tried<IdPage>,
    /// The first two pages by cursor; none: not offered.
    pub cursor: Option<Tried<(IdPage, IdPage)>>,
}

/// The ids on one page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdPage {
    /// The ids, in the order sent.
    pub ids: Vec<String>,
    /// `totalResults`.
    pub total: Option<u64>,
}

/// What a throw-away user and group showed.
#[derive(Clone, Debug)]
pub struct ScimWrites {
    /// What the answer to creating the user showed.
    pub create_answer: Tried<CreateAnswer>,
    /// Which method took effect on the user.
    pub update: Tried<UpdateMethod>,
    /// What the answer to updating it showed.
    pub update_answer: Tried<UpdateAnswer>,
    /// The outcome of writes with `If-Match`.
    pub if_match: Tried<IfMatchTrial>,
    /// Whether the user was inactive after it was made so.
    pub deactivates: Tried<bool>,
    /// Attributes, in the order tried.
    pub attributes: Vec<AttributeTrial>,
    /// Which method added a member to the group.
    pub group_update: Tried<UpdateMethod>,
    /// Whether the group showed its member.
    pub members: Tried<Members>,
    /// What the group named its member by; none: it showed none.
    pub member_value: Option<MemberValue>,
}

/// The outcome of writes with `If-Match`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IfMatchTrial {
    /// Whether the user has an ETag.
    pub has_etag: bool,
    /// Whether a write with another ETag was refused.
    pub refuses_other: bool,
    /// Whether a write with its own ETag was accepted.
    pub accepts_own: bool,
}

/// One attribute that was created with a value and then given another.
#[derive(Clone, Debug)]
pub struct AttributeTrial {
    /// Its SCIM path.
    pub path: String,
    /// The value that the user was created with.
    pub first: String,
    /// The value that was written afterwards.
    pub second: String,
    /// What was shown after creating; an error where the user could be created only without it.
    pub created: Tried<Option<String>>,
    /// What was shown after the update; an error where it was refused.
    pub updated: Tried<Option<String>>,
}

/// How the throw-away user and group ended.
#[derive(Clone, Debug)]
pub struct ScimRemoval {
    /// What deleting the user did.
    pub delete: Tried<DeleteEffect>,
    /// What is still there, in words, for somebody to delete by hand.
    pub remains: Vec<String>,
}
