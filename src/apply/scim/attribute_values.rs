//! Attributes with their paths and values, compared with what an account holds.

use super::WriteError;
use crate::http::Answer;
use crate::model::{AttributePath, Field, Value};
use crate::wire::scim::{AccountDecoder, AccountRecord, Pick, ScimPath, create_body, same};

/// Attributes with their paths and values, and a decoder for them.
pub(super) struct AttributeValues<'w> {
    pub(super) names: Vec<&'w str>,
    pub(super) paths: Vec<ScimPath>,
    pub(super) values: Vec<Option<&'w Value>>,
    pub(super) active: Option<bool>,
    pub(super) decoder: AccountDecoder,
}

impl<'w> AttributeValues<'w> {
    pub(super) fn new(
        attributes: impl Iterator<Item = (&'w AttributePath, Option<&'w Value>)>,
        active: Option<bool>,
    ) -> Result<Self, WriteError> {
        let (mut names, mut paths, mut values) = (Vec::new(), Vec::new(), Vec::new());
        for (attribute, value) in attributes {
            names.push(attribute.name.as_str());
            paths.push(ScimPath::parse(&attribute.path)?);
            values.push(value);
        }
        let decoder = AccountDecoder::from_paths(None, &paths);
        Ok(Self { names, paths, values, active, decoder })
    }

    pub(super) fn body(&self, active: bool) -> Result<serde_json::Value, WriteError> {
        let pairs = self.paths.iter().zip(&self.values);
        let given: Vec<_> = pairs.filter_map(|(path, value)| value.map(|value| (path, value))).collect();
        Ok(create_body(&given, active)?)
    }

    /// How many values there are, and whether the account is active.
    pub(super) fn count(&self) -> usize {
        self.names.len() + usize::from(self.active.is_some())
    }

    /// The text that is written to a simple attribute.
    pub(super) fn text_of(&self, attribute: &str) -> Option<String> {
        let at = self.paths.iter().position(|path| path.to_string().eq_ignore_ascii_case(attribute))?;
        self.values[at].map(ToString::to_string)
    }

    /// An account that holds these values, as far as a patch is made from it; none if it depends on what else the account
    /// holds: an element that is not there yet may share a list with others.
    pub(super) fn account(&self) -> Result<Option<serde_json::Value>, WriteError> {
        let pairs = || self.paths.iter().zip(&self.values);
        if pairs()
            .any(|(path, value)| path.pick != Pick::All && (value.is_none() || path.pick == Pick::First))
        {
            return Ok(None);
        }
        let held: Vec<_> = pairs().filter_map(|(path, value)| value.map(|value| (path, value))).collect();
        Ok(Some(create_body(&held, true)?))
    }

    /// The indices of the values that differ from a record.
    pub(super) fn differing(&self, record: &AccountRecord<'_>) -> impl Iterator<Item = usize> {
        (0..self.names.len()).filter(|&at| !same(&record.fields[at], self.values[at]))
    }

    /// The names of the values that differ from a record. If an application does not say whether an account is active,
    /// the account counts as active (S13).
    pub(super) fn missing(&self, record: &AccountRecord<'_>) -> Vec<String> {
        let active = self.active.is_none_or(|active| record.active.unwrap_or(true) == active);
        let mut names: Vec<_> = self.differing(record).map(|at| self.names[at].to_owned()).collect();
        names.extend((!active).then(|| "active".to_owned()));
        names
    }

    /// Checks that an account has the expected values, or already the new ones.
    pub(super) fn check(&self, answer: &Answer, wanted: &AttributeValues<'_>) -> Result<(), WriteError> {
        let found = self.decoder.decode(&answer.body)?;
        let stale = self.differing(&found).find(|&at| {
            let planned = wanted.paths.iter().position(|path| *path == self.paths[at]);
            !planned.is_some_and(|planned| same(&found.fields[at], wanted.values[planned]))
        });
        stale.map_or(Ok(()), |at| {
            Err(WriteError::Stale {
                attribute: self.names[at].to_owned(),
                expected: self.values[at].map(ToString::to_string),
                found: text(&found.fields[at]),
            })
        })
    }
}

fn text(field: &Field<'_>) -> Option<String> {
    match field {
        Field::Empty => None,
        Field::Text(text) => Some(text.clone().into_owned()),
        Field::Boolean(value) => Some(value.to_string()),
        Field::List(texts) => Some(texts.join(", ")),
    }
}
