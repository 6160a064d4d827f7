//! The compiled policies, which the later rooms read. Each rule has its [`Origin`].
//!
//! Takes what `language` compiles, gives values to evaluate and to digest. Never: text, documents, findings.
//!
//! References in these values are resolved: attributes are slots, entitlements and scopes are indices, patterns are
//! compiled. Workspaces with the same meaning compile to the same canonical JSON, whatever their layout
//! ([`ApplicationPolicy::digest`]).

mod application;
mod calendar;
mod condition;
mod destination;
mod directory;
mod ends;
mod fit;
mod grant;
mod group;
mod lifecycle;
mod mapping;
mod matcher;
mod notify;
mod origin;
mod overrides;
mod policy_test;
mod reading;
mod renumber;
mod review;
mod rules;
mod set;
mod slot;
mod times;
mod uses;

pub use application::{ApplicationPolicy, EntitlementType, Scope, UnkeptAttribute};
pub use calendar::{ChangeWindows, Rhythm, Schedule, Window};
pub use condition::{Comparison, Condition, Operand, Subject, Test};
pub use destination::Destination;
pub use directory::{DirectoryAttribute, DirectoryNeeds, DirectoryPolicy};
pub use fit::{Captures, Fit, fit};
pub use grant::{GrantTemplate, RightSelector, TemplatePart, TextTemplate};
pub use group::{CaptureSet, GroupReference, GroupSelector, NamePattern, PatternPart};
pub use lifecycle::{
    AccountTypeChange, Adoption, ArchivedAttribute, ArchivedPart, LeaverWord, Lifecycle, Limit,
    LimitedChange, ProtectedFrom, Protection, ProtectionWord, Returning, Setting, Word,
};
pub use mapping::{
    Authority, Default, DefaultAuthority, MapOther, MappedAttribute, Phone, TemplateValue, Transform,
    TransformWord, ValueExpression, ValueSource, WhenEmpty,
};
pub use matcher::TextMatcher;
pub use notify::{Notification, SendWhen};
pub use origin::Origin;
pub use overrides::{Allowance, Override};
pub use policy_test::{
    Expectation, PolicyTest, TestAccount, TestGroup, TestResult, TestSource, TestSubject, TestUser,
};
pub use renumber::SlotOrder;
pub use review::{ForgeWord, Privacy, Review, ReviewWord};
pub use rules::{
    Constraint, ConstraintTest, ConstraintText, ConstraintTextPart, Exclusion, LinkingRule, Otherwise,
    Precedence,
};
pub use set::{PolicySet, Workspace};
pub use slot::{ACCOUNT_TYPE, AccountSlot, AccountTypeIndex, EntitlementIndex, NameIndex, UserSlot};
pub use times::Times;
