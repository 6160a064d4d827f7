//! Transforms of values (the policy language, 3). An empty value passes through; a list is taken element by element.

use super::computed::{Computed, LONGEST_LIST, Unusable, attribute, plain_text, within};
use super::population::Population;
use crate::model::Value;
use crate::policy::{MapOther, Phone, Transform, TransformWord};
use regex::Regex;
use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumberFormat};
use std::borrow::Cow;

/// One step from a value to the next.
///
/// # Errors
/// When the value is not one that the step can take.
pub(super) fn transform<'a>(
    step: &'a Transform,
    value: Computed<'a>,
    population: &Population<'a>,
    row: u32,
) -> Result<Computed<'a>, Unusable> {
    match (step, value) {
        (_, Computed::Empty) => Ok(Computed::Empty),
        (Transform::Word(TransformWord::First), Computed::List(texts)) => {
            Ok(texts.into_iter().next().map_or(Computed::Empty, Computed::text))
        }
        (Transform::Word(TransformWord::First), single) => Ok(single),
        (Transform::Join(between), Computed::List(texts)) => {
            let bytes: usize = texts.iter().map(|text| text.len()).sum();
            within(bytes + between.len() * (texts.len() - 1))?;
            Ok(Computed::text(texts.join(between.as_str())))
        }
        (Transform::Join(_), single) => Ok(single),
        (Transform::Map { entries, other }, Computed::List(texts)) => {
            list(texts, |text| plain_text(look_up(entries, *other, Computed::Text(text))?))
        }
        (Transform::Map { entries, other }, single) => look_up(entries, *other, single),
        (step, Computed::List(texts)) => {
            list(texts, |text| text_step(step, text, population, row).map(non_empty))
        }
        (step, single) => match plain_text(single)? {
            None => Ok(Computed::Empty),
            Some(text) => text_step(step, text, population, row).map(Computed::text),
        },
    }
}

fn list<'a>(
    texts: Vec<Cow<'a, str>>,
    step: impl Fn(Cow<'a, str>) -> Result<Option<Cow<'a, str>>, Unusable>,
) -> Result<Computed<'a>, Unusable> {
    let (mut changed, mut bytes) = (Vec::with_capacity(texts.len()), 0);
    for text in texts {
        let Some(text) = step(text)? else { continue };
        bytes += text.len();
        changed.push(text);
        // What is too long is refused where all of it is known; no more is made.
        if bytes > LONGEST_LIST {
            break;
        }
    }
    Ok(if changed.is_empty() { Computed::Empty } else { Computed::List(changed) })
}

fn non_empty(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    Some(text).filter(|text| !text.is_empty())
}

fn text_step<'a>(
    step: &Transform,
    text: Cow<'a, str>,
    population: &Population<'_>,
    row: u32,
) -> Result<Cow<'a, str>, Unusable> {
    Ok(match step {
        Transform::Word(word) => word_step(*word, text)?,
        Transform::Phone(phone) => phone_number(&text, phone, population, row)?.into(),
        Transform::Replace { matches, with } => replaced(&matches.regex, &text, with)?.into(),
        Transform::Truncate(points) => text.chars().take(*points as usize).collect::<String>().into(),
        Transform::Join(_) | Transform::Map { .. } => text,
    })
}

/// The text with every match replaced, if that is not too long; found out before it is made.
fn replaced(matches: &Regex, text: &str, with: &str) -> Result<String, Unusable> {
    let mut whole = String::new();
    let mut rest = 0;
    for found in matches.find_iter(text) {
        within(whole.len() + (found.start() - rest) + with.len())?;
        whole.push_str(&text[rest..found.start()]);
        whole.push_str(with);
        rest = found.end();
    }
    within(whole.len() + (text.len() - rest))?;
    whole.push_str(&text[rest..]);
    Ok(whole)
}

fn word_step(word: TransformWord, text: Cow<'_, str>) -> Result<Cow<'_, str>, Unusable> {
    Ok(match word {
        TransformWord::Trim => text.trim().to_owned().into(),
        TransformWord::CollapseSpaces => collapse_spaces(&text).into(),
        TransformWord::Lowercase => text.to_lowercase().into(),
        TransformWord::Uppercase => text.to_uppercase().into(),
        TransformWord::StripDomain => strip_domain(&text)?.to_owned().into(),
        TransformWord::Initials => initials(&text).into(),
        TransformWord::E164 => e164(text)?,
        TransformWord::First => text,
    })
}

fn collapse_spaces(text: &str) -> String {
    let mut collapsed = String::with_capacity(text.len());
    for letter in text.chars() {
        match (letter.is_whitespace(), collapsed.ends_with(' ')) {
            (true, true) => {}
            (true, false) => collapsed.push(' '),
            (false, _) => collapsed.push(letter),
        }
    }
    collapsed
}

/// Behaviours PA-12, PU-10.
fn strip_domain(text: &str) -> Result<&str, Unusable> {
    match text.rsplit_once('@') {
        None => Ok(text),
        Some(("", _)) => Err(Unusable(format!("`{text}` has nothing before its `@`"))),
        Some((local, _)) => Ok(local),
    }
}

fn initials(text: &str) -> String {
    text.split_whitespace().filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

/// Behaviour DS-17: checked, never repaired.
fn e164(text: Cow<'_, str>) -> Result<Cow<'_, str>, Unusable> {
    let digits = text.strip_prefix('+').unwrap_or_default();
    let fits = (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
    if fits {
        return Ok(text);
    }
    Err(Unusable(format!(
        "`{text}` is not a phone number with country code: write `+` and 8 to 15 digits, nothing else"
    )))
}

/// The region is used only for numbers without country code, and never guessed.
fn phone_number(
    text: &str,
    phone: &Phone,
    population: &Population<'_>,
    row: u32,
) -> Result<String, Unusable> {
    let has_country_code = text.trim_start().starts_with('+');
    let region = match phone {
        Phone::Region(_) | Phone::RegionFrom(_) if has_country_code => None,
        Phone::Region(region) => Some(region.clone()),
        Phone::RegionFrom(slot) => match plain_text(attribute(population, *slot, None, row))? {
            Some(region) => Some(region.into_owned()),
            None => {
                return Err(Unusable(format!(
                    "`{text}` has no country code, and the user has no region to take one from"
                )));
            }
        },
    };
    let country = match &region {
        None => None,
        Some(code) => {
            Some(code.parse().map_err(|_| Unusable(format!("`{code}` is not a two-letter country code")))?)
        }
    };
    let number = PHONE_NUMBER_UTIL
        .parse(text, country)
        .ok()
        .filter(|number| PHONE_NUMBER_UTIL.is_possible_number(number))
        .ok_or_else(|| {
            Unusable(format!("`{text}` is not a possible phone number{}", of_region(region.as_deref())))
        })?;
    Ok(PHONE_NUMBER_UTIL.format(&number, PhoneNumberFormat::E164).into_owned())
}

fn of_region(region: Option<&str>) -> String {
    region.map_or(String::new(), |region| format!(" of the country `{region}`"))
}

fn look_up<'a>(
    entries: &'a [(String, Value)],
    other: MapOther,
    value: Computed<'a>,
) -> Result<Computed<'a>, Unusable> {
    let Some(text) = plain_text(value.clone())? else { return Ok(Computed::Empty) };
    match (entries.iter().find(|(key, _)| *key == text), other) {
        (Some((_, mapped)), _) => Ok(mapped.into()),
        (None, MapOther::Keep) => Ok(value),
        (None, MapOther::Empty) => Ok(Computed::Empty),
        (None, MapOther::Block) => Err(Unusable(format!("`{text}` is not among the entries of `map`"))),
    }
}
