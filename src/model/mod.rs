//! The types that all rooms share: ids, values, rights, operations, places in files, secrets that cannot print.
//!
//! Takes nothing, gives types. Never: logic beyond constructors and conversions, or another room.

mod account_attribute;
mod address_rule;
mod branch;
mod connection;
mod connector;
mod credential;
mod date;
mod digest;
mod distinguished_name;
mod entra;
mod finding;
mod git_folder;
mod group_name;
mod invisible;
mod ldap;
mod nearest;
mod operation;
mod period;
pub mod placeholder;
mod postgres;
mod profile;
mod rate_limit;
mod read_budget;
mod reserved_variable;
mod right;
mod scim_trial;
mod secret;
mod service;
mod source;
mod struck;
mod user_attribute;
mod user_search;
mod value;
mod week;
mod words;
mod zone;

pub use account_attribute::{ACCOUNT_OWN, account_path, known_account_attributes, wire_path};
pub use address_rule::{AddressRule, ForbiddenAddress};
pub use branch::BranchRules;
pub use connection::{
    ApplicationConnection, AttributePath, DirectoryConnection, MailConnection, MailSecurity, ScimConnection,
};
pub use connector::{
    AccountCalls, ActiveField, AllRows, AnswerMeaning, BodyTemplate, CallMethod, CallTemplate, Connector,
    CreateCall, EmptyAs, FieldType, HeldRights, IdField, IdType, KnownRights, ListCall, ListPaging, PageSize,
    ReadCall, RecordField, RestConnection, RightCalls, Sends, SentToken, SignInCall, SuccessSign,
    TemplatePiece, Total, UpdateCall,
};
pub use credential::CredentialRef;
pub use date::{Date, DateError, rfc3339_of, unix_of_rfc3339};
pub use digest::Digest;
pub use distinguished_name::{DistinguishedName, DistinguishedNameError};
pub use entra::{Cloud, EntraConnection, EntraCredential};
pub use finding::{Advice, Finding, Label, Remedy, Severity};
pub use git_folder::is_git_folder;
pub use group_name::begins_with;
pub use invisible::invisible_character;
pub use ldap::{LdapAddress, LdapConnection};
pub use nearest::nearest;
pub use operation::Operation;
pub use period::{Period, PeriodError};
pub use postgres::{PostgresConnection, host_problem};
pub use profile::{
    AttributeKeeping, AttributeProfile, CreateAnswer, DeleteEffect, MemberValue, Members, Paging, Profile,
    UpdateAnswer, UpdateMethod, core_path,
};
pub use rate_limit::{Counted, RateLimit, RateUnit};
pub use read_budget::{OverBudget, ReadBudget};
pub use reserved_variable::is_reserved_variable;
pub use right::{EntitlementWire, Right};
pub use scim_trial::{
    AttributeTrial, DescribedAttribute, FilterTrial, Hits, IdPage, IfMatchTrial, PagingTrial, ScimReads,
    ScimRemoval, ScimWrites, ServiceClaims, Tried,
};
pub use secret::Secret;
pub use service::{BasicSignIn, ClientProof, OAuthSignIn, SentAs, ServiceConnection, ServiceSignIn};
pub use source::{Commit, FileId, Location, Position, SourceFile, SourceSet, Span};
pub use struck::struck;
pub use user_attribute::{USER_ID, UserPath, known_user_attribute, known_user_attributes, parse_user_path};
pub use user_search::{SearchValue, UserSearch};
pub use value::{AttributeType, Field, Value};
pub use week::{TimeOfDay, TimeOfDayError, Weekday, Weekdays};
pub(crate) use words::{only, words};
pub use zone::{Stretch, Zone, ZoneError};
