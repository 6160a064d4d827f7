//! A right that an account can hold, and how an application stores it.

use schemars::JsonSchema;
use serde::Serialize;
use std::fmt;

/// A right: an entitlement type, one of its values, and the scope value if the type has a scope.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
pub struct Right {
    /// Entitlement type, as the `Application` names it (`localRole`).
    pub entitlement: String,
    /// Its value (`booker`).
    pub value: String,
    /// Its scope value (`London`); present exactly if the type declares a scope.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scope: Option<String>,
}

impl EntitlementWire {
    /// The group name or value that stores a right; `scope` is the name of its type's scope.
    pub fn text(&self, right: &Right, scope: Option<&str>) -> String {
        let template = match self {
            Self::Row => return right.value.clone(),
            Self::Group { template } | Self::Values { template, .. } | Self::Attribute { template, .. } => {
                template
            }
        };
        let filled = template.replace(&format!("{{{}}}", right.entitlement), &right.value);
        match (scope, &right.scope) {
            (Some(name), Some(value)) => filled.replace(&format!("{{{name}}}"), value),
            _ => filled,
        }
    }
}

impl fmt::Display for Right {
    /// `localRole=booker@London`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}={}", self.entitlement, self.value)?;
        self.scope.as_ref().map_or(Ok(()), |scope| write!(f, "@{scope}"))
    }
}

/// How an application stores the rights of one entitlement type (the policy language, 5, `wire`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum EntitlementWire {
    /// A row in the embedded store's `grants`.
    Row,
    /// Membership in the group with the template's name: `Role_{role}`.
    Group {
        /// Text with the entitlement's and its scope's name in braces.
        template: String,
    },
    /// An element of a multi-valued attribute.
    Values {
        /// The attribute, as the application names it.
        attribute: String,
        /// Text with the entitlement's and its scope's name in braces.
        template: String,
    },
    /// The single value of an attribute.
    Attribute {
        /// The attribute, as the application names it.
        attribute: String,
        /// Text with the entitlement's and its scope's name in braces.
        template: String,
    },
}
