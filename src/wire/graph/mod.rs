//! Microsoft Graph's objects as JSON: users, groups and memberships.

mod decode;
mod field;

pub use decode::{
    DecodeError, GroupRecord, MemberRecord, UserDecoder, UserRecord, decode_group, decode_member,
};
