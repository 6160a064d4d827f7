//! `Constraints` as written (the policy language, 7).

use super::shape::{ShapeError, exactly_one};
use super::{ApiVersion, Condition, Kind, Selector, Table, pattern};
use crate::model::Span;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// What must hold of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Constraints")]
pub struct ConstraintsDocument {
    /// The version of the policy language.
    pub api_version: ApiVersion,
    /// The kind of document.
    pub kind: Kind,
    /// The application, or `'*'` for every one; those of `'*'` come first.
    #[schemars(regex(pattern = pattern::NAME_OR_ALL))]
    pub application: Spanned<String>,
    /// The constraints, evaluated in the order written.
    pub constraints: Vec<ConstraintObject>,
}

/// One test and one consequence.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Constraint")]
pub struct ConstraintObject {
    /// Its id, which plans give as the reason.
    #[schemars(regex(pattern = pattern::ID))]
    pub id: Spanned<String>,
    /// Whom it is asked of; everybody where it is left out.
    pub when: Option<Spanned<Condition>>,
    /// What must hold; instead of `grants`.
    pub require: Option<Spanned<Condition>>,
    /// Which grants are looked at; `atLeast`, `atMost` or `each` stands beside it.
    #[schemars(extend("minProperties" = 1))]
    pub grants: Option<Spanned<Selector>>,
    /// At least so many are selected.
    #[schemars(range(min = 1))]
    pub at_least: Option<Spanned<u32>>,
    /// At most so many are.
    #[schemars(range(min = 0))]
    pub at_most: Option<Spanned<u32>>,
    /// Each of them has this scope value; named values in braces are put in.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    pub each: Option<Spanned<Table<Spanned<String>>>>,
    /// Beside `atMost: 1`: a name for the one grant's scope value, for later constraints and templates.
    #[schemars(extend("minProperties" = 1))]
    pub names: Option<Spanned<Table<Spanned<String>>>>,
    /// What follows where it does not hold.
    pub otherwise: Spanned<Consequence>,
    /// What people are told.
    #[schemars(length(min = 1))]
    pub message: Option<Spanned<String>>,
}

/// What follows where a constraint does not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum Consequence {
    /// The user should have no account: out of scope.
    Skip,
    /// Bad data: the account, if any, is left as it is.
    Block,
    /// The grants that break it are not wanted.
    Drop,
    /// A finding.
    Warn,
}

impl Consequence {
    /// The word that policies write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Skip => "skip",
            Self::Block => "block",
            Self::Drop => "drop",
            Self::Warn => "warn",
        }
    }
}

/// What a constraint tests.
#[derive(Clone, Copy, Debug)]
pub enum ConstraintForm<'a> {
    /// A condition.
    Require(&'a Spanned<Condition>),
    /// At least so many selected grants.
    AtLeast(&'a Spanned<Selector>, u32),
    /// At most so many.
    AtMost(&'a Spanned<Selector>, u32),
    /// Each has a scope value: the scope, and the value with names in braces.
    Each(&'a Spanned<Selector>, &'a Spanned<String>, &'a Spanned<String>),
}

impl ConstraintForm<'_> {
    /// What may follow where it does not hold.
    pub fn consequences(self) -> &'static [Consequence] {
        use Consequence::{Block, Drop, Skip, Warn};
        match self {
            Self::Require(_) | Self::AtLeast(..) => &[Skip, Block, Warn],
            Self::AtMost(..) | Self::Each(..) => &[Block, Drop, Warn],
        }
    }
}

impl ConstraintObject {
    /// What the constraint tests.
    ///
    /// # Errors
    /// None or several of `require` and `grants`; `grants` without exactly one of `atLeast`, `atMost`, `each`; `names`
    /// without `atMost: 1`.
    pub fn form(&self) -> Result<ConstraintForm<'_>, ShapeError> {
        let whole = self.id.span;
        let tested = [
            ("require", self.require.as_ref().map(|it| it.span)),
            ("grants", self.grants.as_ref().map(|it| it.span)),
        ];
        exactly_one(whole, "a constraint", &tested)?;
        self.naming()?;
        let Some(grants) = &self.grants else {
            self.nothing_counted()?;
            let missing = || ShapeError::new(whole, "a constraint says nothing", "a key is missing here");
            return self.require.as_ref().map(ConstraintForm::Require).ok_or_else(missing);
        };
        exactly_one(grants.span, "a constraint on grants", &self.counted())?;
        match (&self.at_least, &self.at_most, &self.each) {
            (Some(number), ..) => Ok(ConstraintForm::AtLeast(grants, number.value)),
            (_, Some(number), _) => Ok(ConstraintForm::AtMost(grants, number.value)),
            (_, _, Some(each)) => match each.value.iter().next() {
                Some((scope, text)) => Ok(ConstraintForm::Each(grants, scope, text)),
                None => Err(ShapeError::new(each.span, "`each` names no scope", "it is empty")),
            },
            _ => Err(ShapeError::new(grants.span, "a constraint counts nothing", "a key is missing here")),
        }
    }

    fn counted(&self) -> [(&'static str, Option<Span>); 3] {
        [
            ("atLeast", self.at_least.as_ref().map(|it| it.span)),
            ("atMost", self.at_most.as_ref().map(|it| it.span)),
            ("each", self.each.as_ref().map(|it| it.span)),
        ]
    }

    fn nothing_counted(&self) -> Result<(), ShapeError> {
        match self.counted().into_iter().find_map(|(key, span)| Some((key, span?))) {
            None => Ok(()),
            Some((key, span)) => {
                let message = format!("`{key}` stands beside `grants` only");
                Err(ShapeError::new(span, message, "there are no grants here to look at"))
            }
        }
    }

    fn naming(&self) -> Result<(), ShapeError> {
        let one = self.grants.is_some() && self.at_most.as_ref().is_some_and(|number| number.value == 1);
        match &self.names {
            Some(names) if !one => Err(ShapeError::new(
                names.span,
                "`names` stands beside `grants` and `atMost: 1` only: of several grants none can be named",
                "there may be several here",
            )),
            _ => Ok(()),
        }
    }
}
