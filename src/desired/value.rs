//! Values of account attributes, worked out from a user's attributes (the policy language, 3).

use super::computed::{Computed, LONGEST_TEXT, Unusable, attribute, plain_text, within};
use super::population::Population;
use super::transform::transform;
use crate::policy::{TemplateValue, ValueExpression, ValueSource};
use crate::snapshot::TextColumn;

/// Works out an expression for a user; `named` are the values that constraints named, by row.
///
/// # Errors
/// When a transform cannot take the value it is given, or the value becomes too long; the user is blocked.
pub fn evaluate<'a>(
    expression: &'a ValueExpression,
    population: &Population<'a>,
    row: u32,
    named: &[TextColumn],
) -> Result<Computed<'a>, Unusable> {
    let mut value = source(&expression.source, population, row, named)?.bounded()?;
    for step in &expression.transforms {
        value = transform(step, value, population, row)?.bounded()?;
    }
    Ok(value)
}

fn source<'a>(
    source: &'a ValueSource,
    population: &Population<'a>,
    row: u32,
    named: &[TextColumn],
) -> Result<Computed<'a>, Unusable> {
    Ok(match source {
        ValueSource::From(slot, index) => attribute(population, *slot, *index, row),
        ValueSource::UserId => Computed::text(population.id(row).1),
        ValueSource::Constant(value) => value.into(),
        ValueSource::Template(parts) => template(parts, population, row, named)?,
        ValueSource::FirstOf(expressions) => {
            for expression in expressions {
                match evaluate(expression, population, row, named)? {
                    Computed::Empty => {}
                    value => return Ok(value),
                }
            }
            Computed::Empty
        }
        ValueSource::Concat(expressions) => {
            let mut whole = Whole::default();
            for expression in expressions {
                match plain_text(evaluate(expression, population, row, named)?)? {
                    None => return Ok(Computed::Empty),
                    Some(text) => whole.append(&text),
                }
            }
            whole.finish()?
        }
    })
}

/// A text that is put together. One that becomes too long is no more than that: a part that is empty still makes it empty.
#[derive(Default)]
struct Whole {
    text: String,
    bytes: usize,
}

impl Whole {
    fn append(&mut self, text: &str) {
        self.bytes = self.bytes.saturating_add(text.len());
        if self.bytes <= LONGEST_TEXT {
            self.text.push_str(text);
        }
    }

    fn finish<'a>(self) -> Result<Computed<'a>, Unusable> {
        within(self.bytes)?;
        Ok(Computed::text(self.text))
    }
}

fn template<'a>(
    parts: &'a [TemplateValue],
    population: &Population<'a>,
    row: u32,
    named: &[TextColumn],
) -> Result<Computed<'a>, Unusable> {
    let mut whole = Whole::default();
    for part in parts {
        let value = match part {
            TemplateValue::Text(text) => {
                whole.append(text);
                continue;
            }
            TemplateValue::From(slot, index) => attribute(population, *slot, *index, row),
            TemplateValue::UserId => Computed::text(population.id(row).1),
            TemplateValue::Named(name) => {
                let text = named.get(name.0 as usize).and_then(|column| column.get(row));
                text.map_or(Computed::Empty, |text| Computed::text(text.to_owned()))
            }
        };
        match plain_text(value)? {
            None => return Ok(Computed::Empty),
            Some(text) => whole.append(&text),
        }
    }
    whole.finish()
}
