//! What a SCIM service can do, as its `Profile` document says (the policy language, 5). What nobody wrote down is unknown,
//! and whoever reads or writes then takes the way that works with every service.

use super::words;
use serde::Serialize;

/// What a SCIM service can do. The default is a service that nothing is known of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Profile {
    /// The attributes of users and groups whose equality filters give the right answers, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub filters: Vec<String>,
    /// How lists are paged.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub paging: Option<Paging>,
    /// Which method takes effect on users.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<UpdateMethod>,
    /// What the answer to creating a user shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub create_answer: Option<CreateAnswer>,
    /// What the answer to updating a user shows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update_answer: Option<UpdateAnswer>,
    /// Whether a user is read again after it was written; `false`: answers are taken as they are.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub read_back: Option<bool>,
    /// Whether a write with `If-Match` is refused once the user has changed (RFC 7644, 3.14).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub etags: Option<bool>,
    /// What deleting a user does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub delete: Option<DeleteEffect>,
    /// Which method takes effect on groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub group_update: Option<UpdateMethod>,
    /// Whether a group shows its members.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members: Option<Members>,
    /// What a group names its members by; none: by their ids.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member_value: Option<MemberValue>,
    /// How many members one request may add or remove.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub members_per_request: Option<u32>,
    /// Attributes that are not kept as written, sorted by path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attributes: Vec<AttributeProfile>,
}

/// An attribute that the service does not keep as written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct AttributeProfile {
    /// Its SCIM path, or that of an attribute it is a part of; the core user's URN is left out.
    pub path: String,
    /// What the service does with it.
    pub keeps: AttributeKeeping,
}

words! {
    /// How a SCIM service pages its lists.
    pub enum Paging {
        /// By `startIndex` and `count` (RFC 7644, 3.4.2.4).
        Index = "index",
        /// By cursors (RFC 9865).
        Cursor = "cursor",
        /// Not at all: the first answer is the whole list.
        None = "none",
    }
}

words! {
    /// The method that takes effect.
    pub enum UpdateMethod {
        /// PATCH (RFC 7644, 3.5.2).
        Patch = "patch",
        /// PUT (RFC 7644, 3.5.1), for a service that refuses PATCH or ignores it.
        Put = "put",
    }
}

words! {
    /// What the answer to creating a user shows.
    pub enum CreateAnswer {
        /// The whole user.
        Whole = "whole",
        /// Its id, and nothing else that can be relied on.
        Id = "id",
    }
}

words! {
    /// What the answer to updating a user shows.
    pub enum UpdateAnswer {
        /// The whole user.
        Whole = "whole",
        /// Nothing that can be relied on.
        None = "none",
    }
}

words! {
    /// What deleting a user does.
    pub enum DeleteEffect {
        /// The user is gone.
        Removes = "removes",
        /// The user stays and is inactive.
        Deactivates = "deactivates",
        /// The service refuses it.
        Refused = "refused",
    }
}

words! {
    /// Whether a group shows its members.
    pub enum Members {
        /// It does.
        Shown = "shown",
        /// It does not: memberships cannot be read.
        Hidden = "hidden",
    }
}

words! {
    /// What the `value` of a group's member is.
    pub enum MemberValue {
        /// The account's id (RFC 7643, 4.2).
        Id = "id",
        /// The account's user name.
        UserName = "userName",
    }
}

words! {
    /// What the service does with a value that is written to an attribute.
    pub enum AttributeKeeping {
        /// It accepts the value and forgets it.
        Dropped = "dropped",
        /// Only the service itself writes it.
        ReadOnly = "readOnly",
        /// It keeps the value that a new user is created with, and accepts no other.
        Immutable = "immutable",
        /// It keeps the value and never shows it.
        WriteOnly = "writeOnly",
    }
}

impl Profile {
    /// Whether nothing is known.
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }

    /// Whether groups name their members by user name.
    pub fn names_members(&self) -> bool {
        self.member_value == Some(MemberValue::UserName)
    }

    /// Whether the answer to a filter that compares this attribute for equality can be trusted.
    pub fn trusts_filter(&self, attribute: &str) -> bool {
        self.filters.iter().any(|trusted| trusted.eq_ignore_ascii_case(attribute))
    }

    /// What the service does with the attribute at a SCIM path: `name.givenName`, of which `name` may tell too. None: it
    /// keeps what is written, as far as is known.
    pub fn keeps(&self, path: &str) -> Option<&AttributeProfile> {
        let path = core_path(path);
        let told = self.attributes.iter().filter(|told| holds(&told.path, path));
        told.max_by_key(|told| told.path.len())
    }
}

/// A SCIM path without the core user's URN before it.
pub fn core_path(path: &str) -> &str {
    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User:";
    let has_it = path.get(..CORE.len()).is_some_and(|start| start.eq_ignore_ascii_case(CORE));
    if has_it { &path[CORE.len()..] } else { path }
}

/// Whether a path is that of an attribute, or of a part of it. Case is ignored (RFC 7643, 2.1).
fn holds(attribute: &str, path: &str) -> bool {
    let head = path.get(..attribute.len()).is_some_and(|head| head.eq_ignore_ascii_case(attribute));
    head && matches!(path.as_bytes().get(attribute.len()), None | Some(b'.' | b'['))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_path_that_holds_an_attribute_tells() {
        let told = |path: &str, keeps| AttributeProfile { path: path.to_owned(), keeps };
        let profile = Profile {
            attributes: vec![
                told("emails", AttributeKeeping::Dropped),
                told("emails[type eq \"work\"].value", AttributeKeeping::Immutable),
                told("name", AttributeKeeping::ReadOnly),
            ],
            ..Profile::default()
        };
        let keeps = |path| profile.keeps(path).map(|told| told.keeps);
        assert_eq!(keeps("emails[type eq \"home\"].value"), Some(AttributeKeeping::Dropped));
        assert_eq!(keeps("Emails[type EQ \"work\"].value"), Some(AttributeKeeping::Immutable));
        assert_eq!(
            keeps("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName"),
            Some(AttributeKeeping::ReadOnly)
        );
        assert_eq!(keeps("nameSuffix"), None);
        assert_eq!(keeps("nickName"), None);
    }
}
