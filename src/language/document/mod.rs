//! Policy documents as people write them: one file a kind, every value with its place.
//!
//! Takes a document that its schema accepted, gives typed values and, for each object with several forms, its form.
//! Does not check names that another document declares; `check` does.

mod application;
mod attribute_mapping;
mod calendar;
mod condition;
mod connection;
mod connector;
mod constant;
mod constraints;
mod directory;
mod exclusions;
mod group;
mod kind;
mod later;
mod lifecycle;
mod linking_rules;
mod notify;
mod overrides;
pub mod pattern;
mod policy_tests;
mod postgres;
mod profile;
mod scim;
mod service;
mod shape;
mod shorthand;
mod table;
mod template;
mod transform;
mod value;
mod workspace;

pub use application::{
    AccountType, ApplicationDocument, AttributeObject, ConnectionForm, DirectoryReference, EntitlementObject,
    FileConnection, Missing, ScopeValues, SqliteConnection, WireForm, WireObject,
};
pub use attribute_mapping::{AttributeMappingDocument, DefaultObject, DefaultsDocument, Watch};
pub use calendar::{ChangeWindowsObject, ScheduleForm, ScheduleObject, WindowObject};
pub use condition::{Condition, ConditionForm, Operator, OperatorForm, TestForm};
pub use connection::{
    Credential, EntraConnection, EntraCredential, EntraCredentialForm, LdapObject, SecretPlace,
};
pub use connector::{
    AccountsObject, ActiveObject, AtPlace, AuthenticationObject, BodyValue, CallKeys, CallObject,
    ConnectorDocument, CreateObject, CursorObject, FieldObject, HeldForm, IdObject, KnownObject, ListObject,
    MeaningObject, OffsetObject, PageObject, PageSizeObject, PagingForm, PagingObject, ReadObject,
    RestObject, RightsObject, SignInObject, SuccessObject, TotalObject, UpdateObject,
};
pub use constant::{Constant, GivenValue, True};
pub use constraints::{ConstraintForm, ConstraintObject, ConstraintsDocument, GrantTest};
pub use directory::{
    AttributeSource, DirectoryDocument, DirectoryFile, DirectoryForm, GroupFilter, UserFilter,
};
pub use exclusions::{ExclusionObject, ExclusionsDocument};
pub use group::{Capture, GroupForm, GroupObject, GroupReference, Selector};
pub use kind::{API_VERSION, Kind};
pub use later::{is_later_key, is_later_number, is_later_value};
pub use lifecycle::{ArchiveObject, LifecycleDocument, LimitObject, LimitWord, ProtectionObject};
pub use linking_rules::{GrantText, LinkingRulesDocument, Rule};
pub use notify::{AttachWord, MailObject, NotificationObject};
pub use overrides::{AllowObject, OverrideForm, OverrideObject, OverridesDocument, ShrinkObject};
pub use policy_tests::{
    ExpectationForm, ExpectationObject, GivenAccountObject, GivenGroup, GivenGroupObject, GivenObject,
    GivenUserObject, PolicyTestObject, PolicyTestsDocument,
};
pub use postgres::PostgresObject;
pub use profile::{AnswersObject, GroupsObject, ProfileDocument};
pub use scim::ScimConnection;
pub use service::{BasicObject, OAuthObject, ProofForm, RateLimitObject, ServiceKeys, SignInForm};
pub use shape::ShapeError;
pub use shorthand::Shorthand;
pub use table::Table;
pub use template::{Piece, TemplateError, parse_template};
pub use transform::{MapObject, PhoneObject, ReplaceObject, Transform, TransformObject};
pub use value::{Mapped, MappedObject, Value, ValueForm, ValueObject};
pub use workspace::{Environment, ReviewObject, WorkspaceDocument};
