//! Microsoft Graph without IO: what is asked of it and of its sign-in, and what their answers are: tokens, pages,
//! batches, users, groups, members, roles; what a refusal means.
//!
//! Takes bytes and what policies need, gives records and requests as values. Never: sockets, secrets in messages.

pub mod assertion;
mod batch;
mod cloud;
mod decode;
mod field;
mod found;
mod listed;
mod page;
pub mod query;
pub mod record;
pub mod refusal;
mod sought;
mod token;
mod wanted;

pub use batch::{BATCH, BatchAnswer, batch_body, decode_batch};
pub use cloud::{Hosts, hosts};
pub use decode::{
    DecodeError, GroupRecord, MemberRecord, UserDecoder, UserRecord, decode_group, decode_member,
};
pub use found::found_by_graph;
pub use listed::{
    Assignment, ListedGroup, ListedMember, ListedRole, MemberKind, ServicePrincipal, decode_assignment,
    decode_listed_group, decode_listed_member, decode_service_principal,
};
pub use page::{LinkError, Page, Walk, decode_page};
pub use sought::sought;
pub use token::{
    AUDIENCE, Proof, Token, decode_identity, decode_token, identity_target, token_form, token_target,
};
pub use wanted::{Interest, Wanted};
