//! Documents as people write them: the only YAML-shaped types. Their doc comments are the schemas' descriptions.

mod application;
mod attribute_mapping;
mod condition;
mod constant;
mod constraints;
mod directory;
mod exclusions;
mod group;
mod kind;
mod later;
mod lifecycle;
mod linking_rules;
pub mod pattern;
mod shape;
mod shorthand;
mod table;
mod transform;
mod value;
mod workspace;

pub use application::{
    ApplicationDocument, AttributeObject, ConnectionForm, Credential, DirectoryReference, EntitlementObject,
    FileConnection, Missing, ScimConnection, ScopeValues, SqliteConnection, WireForm, WireObject,
};
pub use attribute_mapping::{
    AttributeMappingDocument, Authority, DefaultAuthority, DefaultObject, DefaultsDocument,
};
pub use condition::{Condition, ConditionForm, Operator, OperatorForm, TestForm};
pub use constant::{Constant, Day, NumberOrDay, True};
pub use constraints::{Consequence, ConstraintObject, ConstraintsDocument};
pub use directory::{AttributeSource, DirectoryDocument, DirectoryFile, DirectoryForm, GroupFilter};
pub use exclusions::{ExclusionObject, ExclusionsDocument};
pub use group::{Capture, GroupForm, GroupObject, GroupReference, Selector};
pub use kind::{API_VERSION, ApiVersion, Kind};
pub use later::{is_later_key, is_later_kind, is_later_value};
pub use lifecycle::{
    AdoptionWord, DisabledWord, LeaverWord, LifecycleDocument, LimitObject, LimitWord, ProtectionObject,
    ProtectionWord, ReturningWord,
};
pub use linking_rules::{GrantText, LinkingRulesDocument, Precedence, Rule};
pub use shape::ShapeError;
pub use shorthand::Shorthand;
pub use table::Table;
pub use transform::{
    MapObject, MapOther, PhoneObject, ReplaceObject, Transform, TransformForm, TransformObject, TransformWord,
};
pub use value::{Mapped, MappedObject, Value, ValueForm, ValueObject, WhenEmpty};
pub use workspace::{Environment, Ledger, Review, WorkspaceDocument};
