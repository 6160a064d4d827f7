//! Microsoft Graph and its sign-in without IO: requests and answers (tokens, pages, batches, users, groups, members,
//! roles), and the meaning of refusals.
//!
//! Takes bytes and what policies need, gives records and requests as values. Never: sockets, secrets in messages.

pub mod assertion;
mod batch;
mod cloud;
mod decode;
mod field;
mod filterable;
mod listed;
mod page;
pub mod query;
pub mod record;
pub mod refusal;

mod group_selection;
mod token;
mod user_search;

pub use batch::{BATCH, BatchAnswer, batch_body, decode_batch};
pub use cloud::{Hosts, hosts};
pub use decode::{
    DecodeError, GroupRecord, MemberRecord, UserDecoder, UserRecord, decode_group, decode_member,
};
pub use filterable::is_filterable;
pub use group_selection::{GroupSelection, Interest};
pub use listed::{
    Assignment, ListedGroup, ListedMember, ListedRole, MemberKind, ServicePrincipal, decode_assignment,
    decode_listed_group, decode_listed_member, decode_service_principal,
};
pub use page::{LinkError, Page, Walk, decode_page};
pub use token::{
    AUDIENCE, Proof, Token, decode_identity, decode_token, identity_target, token_form, token_target,
};
pub use user_search::user_queries;
