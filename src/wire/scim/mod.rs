//! SCIM 2.0 (RFC 7643, RFC 7644): attribute paths, answers of services, and request bodies.
//!
//! Takes bytes and model values, gives model values and bytes. Tolerant in reading, strict in writing. Never: a socket,
//! a clock, async, or decisions about what to change.

mod compare;
mod decode;
mod describe;
mod encode;
mod example;
mod filter;
mod group;
mod page;
mod paging;
mod patch;
mod path;
mod replace;
mod target;

pub use compare::same;
pub use decode::{AccountDecoder, AccountRecord, DecodeError};
pub use describe::{described_attributes, service_claims};
pub use encode::{EncodeError, create_body, empty_group_body, group_body};
pub use example::{ExampleValues, example_values, plain_path};
pub use filter::{Equality, FilterError};
pub use group::{GroupRecord, decode_group};
pub use page::{Page, decode_page};
pub use paging::{CursorWalk, ListError, ListWalk, Step, Walk};
pub use patch::{
    MEMBERS_PER_REQUEST, account_patch, add_members, add_value, remove_members, remove_members_by_value,
    remove_value,
};
pub use path::{Pick, ScimPath, ScimPathError};
pub use replace::{replaced_account, replaced_members, replaced_values};
pub use target::{TargetError, cursor_query, list_query, segment};

/// The schema of the core user (RFC 7643, 4.1).
pub const USER_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
/// The schema of the core group (RFC 7643, 4.2).
pub const GROUP_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
/// The schema of a PATCH request (RFC 7644, 3.5.2).
pub const PATCH_SCHEMA: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
/// The path of an object's version (RFC 7643, 3.1), which is also its ETag.
pub const VERSION: &str = "meta.version";
/// The media type of everything sent (RFC 7644, 3.1).
pub const MEDIA_TYPE: &str = "application/scim+json";
