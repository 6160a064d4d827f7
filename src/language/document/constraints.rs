//! `Constraints` as written (the policy language, 7).

use super::shape::{Key, ShapeError, exactly_one, first, key};
use super::{Condition, Selector, Table, pattern};
use crate::policy::Otherwise;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// What must hold of a user.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Constraints")]
pub struct ConstraintsDocument {
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
    /// Which users are tested; everybody where it is left out.
    pub when: Option<Spanned<Condition>>,
    /// What must hold; instead of `grants`.
    pub require: Option<Spanned<Condition>>,
    /// Which grants are selected; needs `atLeast`, `atMost` or `each` beside it.
    #[schemars(extend("minProperties" = 1))]
    pub grants: Option<Spanned<Selector>>,
    /// At least this many grants are selected.
    #[schemars(range(min = 1))]
    pub at_least: Option<Spanned<u32>>,
    /// At most this many grants are selected.
    #[schemars(range(min = 0))]
    pub at_most: Option<Spanned<u32>>,
    /// Each selected grant is bound to this area; braces are replaced by the values of names.
    #[schemars(extend("minProperties" = 1, "maxProperties" = 1))]
    pub each: Option<Spanned<Table<Spanned<String>>>>,
    /// Beside `atMost: 1`: gives the area of the one grant a name, for later constraints and templates.
    #[schemars(extend("minProperties" = 1))]
    pub names: Option<Spanned<Table<Spanned<String>>>>,
    /// What happens where it does not hold.
    pub otherwise: Spanned<Otherwise>,
    /// The message for people.
    pub message: Option<Spanned<String>>,
}

/// What a constraint tests.
#[derive(Clone, Copy, Debug)]
pub enum ConstraintForm<'a> {
    /// A condition.
    Require(&'a Spanned<Condition>),
    /// A test of the selected grants.
    Grants(&'a Spanned<Selector>, GrantTest<'a>),
}

/// What must hold of the selected grants.
#[derive(Clone, Copy, Debug)]
pub enum GrantTest<'a> {
    /// At least this many grants are selected.
    AtLeast(u32),
    /// At most this many grants are selected.
    AtMost(u32),
    /// Each selected grant is bound to an area: its `scope`, and the value with names in braces.
    Each(&'a Spanned<String>, &'a Spanned<String>),
}

impl ConstraintForm<'_> {
    /// What may happen where the test does not hold.
    pub fn consequences(self) -> &'static [Otherwise] {
        use Otherwise::{Block, Drop, Skip, Warn};
        match self {
            Self::Require(_) | Self::Grants(_, GrantTest::AtLeast(_)) => &[Skip, Block, Warn],
            Self::Grants(_, GrantTest::AtMost(_) | GrantTest::Each(..)) => &[Block, Drop, Warn],
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
        let require = |require| self.nothing_counted().map(|()| ConstraintForm::Require(require));
        let form = exactly_one(
            self.id.span,
            "a constraint",
            [
                key("require", self.require.as_ref(), require),
                key("grants", self.grants.as_ref(), |grants| {
                    let test = exactly_one(grants.span, "a constraint on grants", self.grant_tests())??;
                    Ok(ConstraintForm::Grants(grants, test))
                }),
            ],
        )?;
        self.naming()?;
        form
    }

    fn grant_tests(&self) -> [Key<Result<GrantTest<'_>, ShapeError>>; 3] {
        [
            key("atLeast", self.at_least.as_ref(), |number| Ok(GrantTest::AtLeast(number.value))),
            key("atMost", self.at_most.as_ref(), |number| Ok(GrantTest::AtMost(number.value))),
            key("each", self.each.as_ref(), |each| match each.value.iter().next() {
                Some((scope, text)) => Ok(GrantTest::Each(scope, text)),
                None => Err(ShapeError::new(each.span, "`each` names no scope", "it is empty")),
            }),
        ]
    }

    fn nothing_counted(&self) -> Result<(), ShapeError> {
        match first(self.grant_tests()) {
            None => Ok(()),
            Some(Spanned { value: name, span }) => {
                let message = format!("`{name}` is allowed only beside `grants`");
                Err(ShapeError::new(span, message, "there are no grants here to look at"))
            }
        }
    }

    fn naming(&self) -> Result<(), ShapeError> {
        let one = self.grants.is_some() && self.at_most.as_ref().is_some_and(|number| number.value == 1);
        match &self.names {
            Some(names) if !one => Err(ShapeError::new(
                names.span,
                "`names` is allowed only beside `grants` and `atMost: 1`: of several grants none can be named",
                "there may be several here",
            )),
            _ => Ok(()),
        }
    }
}
