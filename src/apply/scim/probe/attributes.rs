//! The attributes that the throw-away user is given, each with two values.

use super::request::ProbeRequest;
use crate::model::{AttributePath, AttributeTrial, DescribedAttribute, Tried, Value};
use crate::wire::scim::{ScimPath, example_values, plain_path};

/// Where the display name stands among the tested attributes: it is changed to and fro.
pub(super) const DISPLAY_NAME: usize = 1;

/// The attribute that holds the account's type (RFC 7643, 4.1.1).
const ACCOUNT_TYPE: &str = "userType";

/// An attribute that is tried.
#[derive(Clone, Debug)]
pub(super) struct Tested {
    pub(super) path: ScimPath,
    /// The path as policies write it.
    pub(super) text: String,
    /// The value that the user is created with.
    pub(super) first: Value,
    /// The value that it is changed to.
    pub(super) second: Value,
    /// Whether no user is created without it.
    pub(super) essential: bool,
}

impl Tested {
    fn new(text: &str, first: Value, second: Value, essential: bool) -> Result<Self, String> {
        let path = ScimPath::parse(text).map_err(|error| error.to_string())?;
        Ok(Self { path, text: text.to_owned(), first, second, essential })
    }

    /// What became of it.
    pub(super) fn trial(
        &self,
        created: Tried<Option<String>>,
        refused: Option<&String>,
        shown: Option<String>,
    ) -> AttributeTrial {
        AttributeTrial {
            path: self.text.clone(),
            first: self.first.to_string(),
            second: self.second.to_string(),
            created,
            updated: refused.map_or(Ok(shown), |problem| Err(problem.clone())),
        }
    }
}

/// What is tried: the attributes that every service knows, and those that policies use.
///
/// # Errors
/// When a path is none.
pub(super) fn tested(
    request: &ProbeRequest<'_>,
    described: &[DescribedAttribute],
) -> Result<Vec<Tested>, String> {
    let mark = request.mark;
    let text = |text: String| Value::Text(text);
    let numbered = |part: &str| [1, 2].map(|number| text(format!("{part} {number}")));
    let address = || [1, 2].map(|number| text(format!("rolewright-doctor-{mark}-{number}@example.com")));
    let mut all = Vec::new();
    // Two paths for one address would contradict each other, so that of the policies counts.
    let is_address = |attribute: &&AttributePath| {
        ScimPath::parse(&attribute.path).is_ok_and(|path| path.attribute.eq_ignore_ascii_case("emails"))
    };
    let address_path = request.attributes.iter().find(is_address);
    let address_path = address_path.map_or("emails[type eq \"work\"].value", |attribute| &attribute.path);
    let essential = [
        ("userName", address()),
        ("displayName", numbered("Rolewright Doctor")),
        ("name.givenName", numbered("Rolewright")),
        ("name.familyName", numbered("Doctor")),
        (address_path, address()),
    ];
    for (path, [first, second]) in essential {
        all.push(Tested::new(path, first, second, true)?);
    }
    if !request.link.is_in_ledger() {
        let [first, second] = [1, 2].map(|number| text(format!("rolewright-doctor-{mark}-{number}")));
        all.push(Tested::new(&request.link.path, first, second, true)?);
    }
    for attribute in request.attributes {
        let known = all.iter().any(|tested: &Tested| tested.text.eq_ignore_ascii_case(&attribute.path));
        let types = attribute.name == ACCOUNT_TYPE && request.account_type.is_some();
        let of_type = || request.account_type.map(|kind| [text(kind.to_owned()), text(kind.to_owned())]);
        let values = if types { of_type() } else { values(&attribute.path, described, &address()) };
        if let Some([first, second]) = values.filter(|_| !known) {
            all.push(Tested::new(&attribute.path, first, second, false)?);
        }
    }
    Ok(all)
}

/// Two values that fit an attribute; none for one that refers to other users.
fn values(path: &str, described: &[DescribedAttribute], addresses: &[Value; 2]) -> Option<[Value; 2]> {
    let plain = plain_path(path)?;
    let kind = described.iter().find(|one| one.path.eq_ignore_ascii_case(&plain));
    let found = example_values(path, kind.map(|one| one.kind.as_str()), addresses)?;
    Some(found.values)
}
