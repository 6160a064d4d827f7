//! Mappings with any template and transforms, applied to any values: what the last transform promises holds, and the same is
//! worked out twice.

use super::support::{text, two, workspace};
use rolewright::desired::{Computed, Population, evaluate};
use rolewright::language::load;
use rolewright::model::{AttributeType, Date, Field};
use rolewright::policy::{Transform, TransformWord, ValueExpression};
use rolewright::snapshot::{Complete, DirectoryBuilder, DirectorySnapshot};
use std::borrow::Cow;

/// A value as `AttributeMapping` writes it, in flow style; after the first `=` line, the user's values, one a line.
pub fn target(data: &[u8]) {
    let Some(text) = text(data) else { return };
    let (expression, values) = two(text);
    let policies = format!("{POLICIES}{}\n", expression.replace(['\n', '\r'], " "));
    let Some(set) = load(&workspace(&policies), Date::of_unix_days(20_000)).policies else { return };
    let Some(policy) = set.applications.first() else { return };
    let Some(directory) = directory(values) else { return };
    let population = Population::new(policy, &[&directory]);
    for mapped in &policy.mapping {
        for row in 0..population.len() {
            let value = evaluate(&mapped.value, &population, row, &[]);
            assert_eq!(value, evaluate(&mapped.value, &population, row, &[]));
            match value {
                Ok(value) => check(&mapped.value, &value),
                Err(unusable) => assert!(!unusable.0.is_empty()),
            }
        }
    }
}

const POLICIES: &str = "\
apiVersion: rolewright/v1
kind: Workspace
name: contoso
protectedBranch: main
---
apiVersion: rolewright/v1
kind: Directory
name: people
file: { people: people.yaml }
---
apiVersion: rolewright/v1
kind: Application
name: crm
sqlite: { file: crm.db }
directories: [{ name: people }]
attributes: { note: {} }
entitlements: { role: { values: [reader] } }
---
apiVersion: rolewright/v1
kind: Lifecycle
application: crm
scope: { always: true }
deleted: keep
outOfScope: keep
disabled: keep
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: crm
attributes:
  note: ";

fn directory(values: &str) -> Option<Complete<DirectorySnapshot>> {
    let attributes = [
        ("accountEnabled", AttributeType::Boolean),
        ("businessPhones", AttributeType::List),
        ("city", AttributeType::Text),
        ("mail", AttributeType::Text),
        ("usageLocation", AttributeType::Text),
    ];
    let mut builder =
        DirectoryBuilder::new("people", &attributes.map(|(name, kind)| (name.to_owned(), kind)));
    let mut lines = values.split('\n');
    let mut line = || Field::text(lines.next().unwrap_or_default());
    let (city, mail, region) = (line(), line(), line());
    let phones: Vec<Cow<'_, str>> = lines.filter(|line| !line.is_empty()).map(Cow::Borrowed).collect();
    let phones = if phones.is_empty() { Field::Empty } else { Field::List(phones) };
    builder.user("u1", &[Field::Boolean(true), phones, city, mail, region]).ok()?;
    builder.user("u2", &[]).ok()?;
    builder.finish().ok()
}

/// What the last transform promises.
fn check(expression: &ValueExpression, value: &Computed<'_>) {
    let texts: Vec<&str> = match value {
        Computed::Text(text) => vec![text],
        Computed::List(texts) => {
            assert!(!texts.is_empty());
            texts.iter().map(AsRef::as_ref).collect()
        }
        Computed::Empty | Computed::Boolean(_) | Computed::Number(_) => Vec::new(),
    };
    assert!(texts.iter().all(|text| !text.is_empty()), "an empty text is no value");
    let bytes: usize = texts.iter().map(|text| text.len()).sum();
    assert!(bytes <= 65_536 && texts.iter().all(|text| text.len() <= 16_384), "{bytes} bytes");
    let is_number = |text: &str| {
        let digits = text.strip_prefix('+').unwrap_or_default();
        (4..=17).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    let single = !matches!(value, Computed::List(_));
    let holds = match expression.transforms.last() {
        Some(Transform::Truncate(most)) => texts.iter().all(|text| text.chars().count() <= *most as usize),
        Some(Transform::Join(_)) => single,
        Some(Transform::Phone(_)) => texts.iter().all(|text| is_number(text)),
        Some(Transform::Word(word)) => match word {
            TransformWord::Trim => texts.iter().all(|text| text.trim() == *text),
            TransformWord::CollapseSpaces => texts.iter().all(|text| !text.contains("  ")),
            TransformWord::StripDomain | TransformWord::Initials => true,
            TransformWord::Lowercase => texts.iter().all(|text| text.to_lowercase() == *text),
            TransformWord::Uppercase => texts.iter().all(|text| text.to_uppercase() == *text),
            TransformWord::E164 => texts.iter().all(|text| is_number(text)),
            TransformWord::First => single,
        },
        Some(Transform::Replace { .. } | Transform::Map { .. }) | None => true,
    };
    assert!(holds, "{:?} gave {value:?}", expression.transforms.last());
}
