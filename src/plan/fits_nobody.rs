//! Conditions that nobody in the data fits: often a value that is written otherwise there. Found in rules, exclusions,
//! protections and the canary; it stops nothing.

use super::context::Context;
use crate::desired::{BoundCondition, BoundTest, DataProblem, Facts};
use crate::model::nearest;
use crate::policy::{Comparison, Origin};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const CODE: &str = "data/fits-nobody";
/// Of more values than this the nearest is not looked for.
const MOST_VALUES: usize = 1_000;

/// A finding for each test that no user or account passes, and for each exclusion and protection that fits nobody although
/// each of its tests does.
pub(super) fn fits_nobody(context: &Context<'_>) -> Vec<DataProblem> {
    let mut found: Vec<DataProblem> = Vec::new();
    for (origin, condition, whole) in conditions(context) {
        let unmet: Vec<String> =
            tests(condition).into_iter().filter_map(|test| unmet(context, test)).collect();
        let nobody = unmet.is_empty() && whole && !somebody(context, condition);
        let nobody = nobody.then(|| "nobody fits all of it".to_owned());
        let messages = unmet.into_iter().chain(nobody);
        found.extend(messages.map(|message| {
            let message = format!("`{}` fits nobody here: {message}", origin.id);
            DataProblem::new(CODE, origin, message)
        }));
    }
    found.sort();
    found.dedup();
    found
}

/// Each condition with its rule, and whether it is all that the rule asks for.
fn conditions<'c>(
    context: &'c Context<'_>,
) -> impl Iterator<Item = (&'c Origin, &'c BoundCondition<'c>, bool)> {
    let exclusions = context.exclusions.iter().map(|bound| (&bound.rule.origin, &bound.when, true));
    let protections = context.protections.iter().map(|bound| (&bound.rule.origin, &bound.when, true));
    let lifecycle = &context.desired.policy.lifecycle;
    let canary =
        lifecycle.canary.iter().zip(&context.canary).map(|(said, bound)| (&said.origin, bound, true));
    let rules = context.desired.sources.iter();
    let rules = rules.filter_map(|source| Some((&source.rule.origin, source.when.as_ref()?, false)));
    exclusions.chain(protections).chain(canary).chain(rules)
}

fn tests<'c>(condition: &'c BoundCondition<'c>) -> Vec<&'c BoundTest<'c>> {
    match condition {
        BoundCondition::All(parts) | BoundCondition::Any(parts) => parts.iter().flat_map(tests).collect(),
        BoundCondition::Test(test, _) => vec![test],
    }
}

fn somebody(context: &Context<'_>, condition: &BoundCondition<'_>) -> bool {
    let (population, catalogue) = (&context.desired.population, &context.catalogue);
    let users = (0..population.len()).map(|user| context.facts(context.user(user)));
    let accounts = 0..context.application.accounts.len() as u32;
    let accounts = accounts.map(|account| Facts { account: Some(account), ..Facts::default() });
    users.chain(accounts).any(|facts| condition.holds(population, catalogue, facts))
}

/// What is told of a test that nobody passes; none: somebody does, or the test is not about an attribute's value.
fn unmet(context: &Context<'_>, test: &BoundTest<'_>) -> Option<String> {
    let (population, catalogue) = (&context.desired.population, &context.catalogue);
    let (what, comparison) = match test {
        BoundTest::User(slot, _, comparison) => {
            (format!("user's `{}`", context.desired.policy.user_attribute(*slot).name), *comparison)
        }
        BoundTest::Account(Some(column), comparison) => {
            let mut columns = context.application.accounts.columns();
            let (name, _) = columns.find(|(_, known)| std::ptr::eq(*known, *column))?;
            (format!("account's `{name}`"), *comparison)
        }
        BoundTest::UserId(comparison) => ("user's id".to_owned(), *comparison),
        BoundTest::Account(None, _)
        | BoundTest::AccountId(..)
        | BoundTest::AccountActive(..)
        | BoundTest::Group(_)
        | BoundTest::AccountGroup(_)
        | BoundTest::Grant(_)
        | BoundTest::Known(_) => return None,
    };
    let passes = |facts: Facts<'_>| test.answer(population, catalogue, facts) == Some(true);
    let users = (0..population.len()).map(|user| Facts { user: Some(user), ..Facts::default() });
    let accounts = 0..context.application.accounts.len() as u32;
    let accounts = accounts.map(|account| Facts { account: Some(account), ..Facts::default() });
    if users.chain(accounts).any(passes) {
        return None;
    }
    match comparison {
        Comparison::OneOf { texts, .. } => {
            let wanted: Vec<String> = texts.iter().map(|text| format!("`{text}`")).collect();
            let near = texts.iter().find_map(|text| near(&values(context, test), text));
            Some(format!("no {what} is {}{}", wanted.join(" or "), near.unwrap_or_default()))
        }
        Comparison::Includes { text, .. } => Some(format!("no {what} includes `{text}`")),
        Comparison::Matches(_) => Some(format!("no {what} matches the expression")),
        Comparison::Present(true) => Some(format!("no {what} has a value")),
        Comparison::Present(false) | Comparison::Ordered { .. } => None,
    }
}

/// The values that a test looks at, each with how many hold it.
fn values(context: &Context<'_>, test: &BoundTest<'_>) -> BTreeMap<String, usize> {
    let population = &context.desired.population;
    let mut values = BTreeMap::new();
    let mut add = |text: &str| *values.entry(text.to_owned()).or_insert(0) += 1;
    match test {
        BoundTest::User(slot, ..) => {
            let rows = (0..population.len()).filter_map(|user| population.column(*slot, user));
            rows.for_each(|(column, row)| column.elements(row).for_each(&mut add));
        }
        BoundTest::Account(Some(column), _) => {
            (0..context.application.accounts.len() as u32)
                .filter_map(|account| column.get(account))
                .for_each(&mut add);
        }
        BoundTest::Account(None, _)
        | BoundTest::UserId(_)
        | BoundTest::AccountId(..)
        | BoundTest::AccountActive(..)
        | BoundTest::Group(_)
        | BoundTest::AccountGroup(_)
        | BoundTest::Grant(_)
        | BoundTest::Known(_) => {}
    }
    values
}

/// The value that was probably meant.
fn near(values: &BTreeMap<String, usize>, wanted: &str) -> Option<String> {
    let known: BTreeSet<&str> = values.keys().map(String::as_str).collect();
    let trimmed = |text: &str| text.trim().to_lowercase();
    let alike = known.iter().find(|text| trimmed(text) == trimmed(wanted)).copied();
    let found = alike.or_else(|| {
        let known: Vec<&str> = known.into_iter().collect();
        (known.len() <= MOST_VALUES).then(|| nearest(wanted, &known)).flatten()
    })?;
    let holders = match values.get(found).copied().unwrap_or_default() {
        1 => "1 has".to_owned(),
        count => format!("{count} have"),
    };
    let how = if alike.is_some() { ", which differs only in case or spaces" } else { "" };
    Some(format!("; {holders} `{found}`{how}"))
}
