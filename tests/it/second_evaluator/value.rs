//! Section 3: values of account attributes, and transforms.

use super::grant::filled;
use super::policies::list;
use super::world::{User, text_of};
use serde_json::Value;
use std::collections::BTreeMap;

/// A list of texts, empty for an empty value; an error blocks the user.
type Texts = Result<Several, String>;

/// Texts, and whether they are a list or one value.
#[derive(Clone, Debug, Default)]
struct Several {
    texts: Vec<String>,
    is_list: bool,
}

/// The user whose value is computed, and the names that constraints define.
pub(crate) struct ValueContext<'a> {
    pub(crate) user: &'a User,
    pub(crate) names: &'a BTreeMap<String, String>,
}

impl ValueContext<'_> {
    /// The value as one text; none is empty, an error blocks the user.
    pub(crate) fn text(&self, value: &Value) -> Result<Option<String>, String> {
        let several = self.value(value)?;
        if several.is_list {
            return Err("a list where the application takes one value".to_owned());
        }
        Ok(several.texts.into_iter().next())
    }

    fn value(&self, value: &Value) -> Texts {
        let plain = match value {
            Value::String(path) => return self.attribute(path).bounded(),
            value => self.source(value)?,
        };
        let transforms = list(&value["transform"]);
        transforms
            .iter()
            .try_fold(plain.bounded()?, |texts, transform| self.transform(transform, texts)?.bounded())
    }

    fn source(&self, value: &Value) -> Texts {
        if let Some(path) = value["from"].as_str() {
            return Ok(self.attribute(path));
        }
        if let Some(text) = value["template"].as_str() {
            let name = |name: &str| match self.names.get(name) {
                Some(value) => Some(value.clone()),
                None => self.attribute(name).texts.into_iter().next(),
            };
            return Ok(Several::of(filled(text, name)));
        }
        if let Some(constant) = value.get("value") {
            return Ok(Several::of(Some(text_of(constant))));
        }
        if let Some(values) = value.get("firstOf") {
            for value in list(values) {
                let texts = self.value(value)?;
                if !texts.texts.is_empty() {
                    return Ok(texts);
                }
            }
            return Ok(Several::default());
        }
        let mut joined = String::new();
        for part in list(&value["concat"]) {
            let Some(text) = self.text(part)? else { return Ok(Several::default()) };
            joined.push_str(&text);
        }
        Ok(Several::of(Some(joined)))
    }

    fn attribute(&self, path: &str) -> Several {
        if path == "id" {
            return Several::of(Some(self.user.id.clone()));
        }
        let is_list = self.user.attributes.get(path).is_some_and(Value::is_array);
        let texts = self.user.values(path).into_iter().map(text_of).filter(|text| !text.is_empty());
        Several { texts: texts.collect(), is_list }
    }

    fn transform(&self, transform: &Value, mut several: Several) -> Texts {
        if several.texts.is_empty() {
            return Ok(Several::default());
        }
        if transform == "first" {
            several.texts.truncate(1);
            return Ok(Several { is_list: false, ..several });
        }
        if let Some(between) = transform["join"].as_str() {
            return Ok(Several::of(Some(several.texts.join(between))));
        }
        let mut texts = Vec::new();
        for text in &several.texts {
            texts.extend(Some(one(transform, text)?).filter(|text| !text.is_empty()));
        }
        Ok(Several { is_list: several.is_list && !texts.is_empty(), texts })
    }
}

impl Several {
    /// "A text has at most 16,384 bytes while a value is worked out, a list 65,536 in all."
    fn bounded(self) -> Texts {
        let lengths: Vec<usize> = self.texts.iter().map(String::len).collect();
        if lengths.iter().any(|length| *length > 16_384) || lengths.iter().sum::<usize>() > 65_536 {
            return Err("too long".to_owned());
        }
        Ok(self)
    }

    fn of(text: Option<String>) -> Self {
        Self { texts: text.into_iter().filter(|text| !text.is_empty()).collect(), is_list: false }
    }
}

/// The result of a transform for one text.
fn one(transform: &Value, text: &str) -> Result<String, String> {
    let words = || text.split_whitespace();
    match transform.as_str() {
        Some("trim") => return Ok(text.trim().to_owned()),
        Some("collapseSpaces") => return Ok(collapsed(text)),
        Some("lowercase") => return Ok(text.to_lowercase()),
        Some("uppercase") => return Ok(text.to_uppercase()),
        Some("stripDomain") => {
            let kept = text.rsplit_once('@').map_or(text, |(before, _)| before);
            return if kept.is_empty() { Err("nothing before @".to_owned()) } else { Ok(kept.to_owned()) };
        }
        Some("initials") => {
            return Ok(words()
                .filter_map(|word| word.chars().find(|character| character.is_alphabetic()))
                .flat_map(char::to_uppercase)
                .collect());
        }
        Some("e164") => {
            let digits = text.strip_prefix('+').unwrap_or_default();
            let good = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            return if good { Ok(text.to_owned()) } else { Err("not a number with country code".to_owned()) };
        }
        _ => {}
    }
    if let Some(count) = transform["truncate"].as_u64() {
        return Ok(text.chars().take(count as usize).collect());
    }
    if let Some(replace) = transform.get("replace") {
        let expression = regex::Regex::new(replace["matches"].as_str().unwrap_or_default());
        let with = replace["with"].as_str().unwrap_or_default();
        return Ok(expression.map_or_else(
            |_| text.to_owned(),
            |expression| expression.replace_all(text, regex::NoExpand(with)).into_owned(),
        ));
    }
    let Some(map) = transform.get("map") else { return Err(format!("unknown transform {transform}")) };
    match (map["entries"].get(text), map["other"].as_str()) {
        (Some(value), _) => Ok(text_of(value)),
        (None, Some("keep")) => Ok(text.to_owned()),
        (None, Some("empty")) => Ok(String::new()),
        (None, _) => Err("not in the map".to_owned()),
    }
}

/// Inner white space becomes single spaces; outer white space stays.
fn collapsed(text: &str) -> String {
    let mut out = String::new();
    let (start, end) = (text.len() - text.trim_start().len(), text.trim_end().len());
    out.push_str(&text[..start.min(text.len())]);
    out.push_str(&text[start.min(end)..end].split_whitespace().collect::<Vec<_>>().join(" "));
    out.push_str(&text[end.max(start)..]);
    out
}
