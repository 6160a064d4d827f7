//! LDAP without sockets: encodes requests, decodes responses, maps entries to users (RFC 4511; [MS-ADTS] for Windows).
//!
//! Written here instead of using a crate, because every byte of a hostile or broken server must give an error
//! (`docs/decisions/0010-ldap.md`).

mod account;
mod attribute_names;
pub mod ber;
mod filter;
mod identifier;
mod message;
mod moment;
mod range;
mod reference;
mod refusal;
mod user;
mod user_search;

pub use account::{enabled, enabled_names};
pub use attribute_names::{ENABLED, Flavour, ldap_names};
pub use filter::Filter;
pub use identifier::{ENTRY_UUID, OBJECT_GUID, OBJECT_SID, guid_text, id_of, primary_group_id, relative_id};
pub use message::{Entry, Message, Outcome, PAGED, Page, Request, Response, Scope, Search, decode};
pub use moment::rfc3339;
pub use range::{Piece, RangeError, in_pieces, piece, range_name};
pub use reference::{Elsewhere, elsewhere};
pub use refusal::{Refusal, visible};
pub use user::UserDecoder;
pub use user_search::user_filter;
