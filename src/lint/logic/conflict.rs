//! Facts that cannot be true of the same user.

use super::fact::{Count, Fact};
use super::formula::Reader;
use super::rights::contains;
use super::values::{self, Requirement, Shape, contradict};
use super::words;
use crate::desired::{Fit, fit};
use crate::model::{AttributeType, Date};
use crate::policy::{CaptureSet, GroupReference, GroupSelector, NamePattern, PatternPart, Subject};
use crate::snapshot::DEFAULT_ACCESS;

/// Why a fact cannot be true together with others; `None` if it can, or if unknown.
pub(super) fn conflict(reader: Reader<'_>, known: &[&Fact<'_>], new: &Fact<'_>) -> Option<String> {
    match new {
        Fact::Attribute(subject, comparison, negated) => {
            attribute(reader, known, subject, Requirement { comparison, negated: *negated })
        }
        Fact::Group(group, negated) => known.iter().find_map(|fact| {
            let Fact::Group(other, opposite) = fact else { return None };
            let new = Membership { group, negated: *negated };
            groups(reader, new, Membership { group: other, negated: *opposite })
        }),
        Fact::AccountGroup(name, negated) => {
            let opposite = |fact: &&Fact<'_>| matches!(fact, Fact::AccountGroup(other, opposite) if other.eq_ignore_ascii_case(name) && opposite != negated);
            let message = || format!("no account is in the group `{name}` and not in it");
            known.iter().copied().any(|fact| opposite(&fact)).then(message)
        }
        Fact::Grants(..) | Fact::OnlyScope(..) => {
            known.iter().find_map(|fact| grants(reader, fact, new).or_else(|| grants(reader, new, fact)))
        }
        Fact::Until(day, negated) => {
            let over = !*negated && *day < reader.as_of;
            let alone = over.then(|| format!("`until: {day}` is over"));
            alone.or_else(|| known.iter().find_map(|fact| until(*day, *negated, fact)))
        }
    }
}

/// The possible values of an attribute.
pub(in crate::lint) fn shape(reader: Reader<'_>, subject: &Subject) -> Shape {
    match subject {
        Subject::User(_, Some(_)) => Shape::Text,
        Subject::User(slot, None) => match reader.policy.user_attribute(*slot).kind {
            AttributeType::Text => Shape::Text,
            AttributeType::Boolean => Shape::Boolean,
            AttributeType::List => Shape::List,
        },
        Subject::UserId | Subject::AccountId => Shape::Id,
        Subject::AccountActive => Shape::Known,
        Subject::Account(_) | Subject::AccountLink => Shape::List,
    }
}

/// Whether two tests are about the same attribute.
pub(in crate::lint) fn same_subject(one: &Subject, other: &Subject) -> bool {
    match (one, other) {
        (Subject::User(one, at), Subject::User(other, index)) => one == other && at == index,
        (Subject::Account(one), Subject::Account(other)) => one == other,
        (Subject::UserId, Subject::UserId)
        | (Subject::AccountId, Subject::AccountId)
        | (Subject::AccountActive, Subject::AccountActive)
        | (Subject::AccountLink, Subject::AccountLink) => true,
        _ => false,
    }
}

fn attribute(
    reader: Reader<'_>,
    known: &[&Fact<'_>],
    subject: &Subject,
    new: Requirement<'_>,
) -> Option<String> {
    let mut requirements: Vec<Requirement<'_>> = vec![new];
    requirements.extend(known.iter().filter_map(|fact| {
        let Fact::Attribute(other, comparison, negated) = fact else { return None };
        same_subject(subject, other).then_some(Requirement { comparison, negated: *negated })
    }));
    let shape = shape(reader, subject);
    if !contradict(shape, &requirements) {
        return None;
    }
    let pair = requirements[1..].iter().map(|other| vec![*other, new]).find(|pair| contradict(shape, pair));
    let alone = contradict(shape, &[new]).then(|| vec![new]);
    let mut wants = alone.or(pair).unwrap_or(requirements);
    wants.sort_by_key(|one| one.negated);
    let wants: Vec<String> = wants.into_iter().map(values::described).collect();
    let both = if wants.len() > 1 { "at once " } else { "" };
    let name = words::subject(reader.policy, subject);
    Some(format!("{name} can't {both}{}", words::joined(&wants, "and")))
}

/// A user is in a group, or, negated, is not.
struct Membership<'m> {
    group: &'m GroupReference,
    negated: bool,
}

fn groups(reader: Reader<'_>, one: Membership<'_>, other: Membership<'_>) -> Option<String> {
    let negated = (one.negated, other.negated);
    let (one, other) = (one.group, other.group);
    match negated {
        (true, true) => None,
        (false, false) => {
            let (first, second) = (directory(reader, one)?, directory(reader, other)?);
            let message = || {
                let (one, other) = (words::member(one), words::member(other));
                format!("nobody is {one} of the directory `{first}` and {other} of `{second}`")
            };
            (first != second).then(message)
        }
        (false, true) => outside(reader, other, one),
        (true, false) => outside(reader, one, other),
    }
}

/// In the narrow group but not in the wide one: impossible.
fn outside(reader: Reader<'_>, wide: &GroupReference, narrow: &GroupReference) -> Option<String> {
    covers(reader, wide, narrow).then(|| {
        let (wide, narrow) = (words::member(wide), words::member(narrow));
        if wide.eq_ignore_ascii_case(&narrow) {
            format!("nobody is {narrow} and not {narrow}")
        } else {
            format!("whoever is {narrow} is {wide}")
        }
    })
}

/// Whether every member of the groups of `narrow` is a member of the groups of `wide`.
pub(in crate::lint) fn covers(reader: Reader<'_>, wide: &GroupReference, narrow: &GroupReference) -> bool {
    let within = |wide: Option<&str>, narrow: Option<&str>| wide.is_none() || wide == narrow;
    let placed = within(directory(reader, wide), directory(reader, narrow))
        && within(wide.under.as_deref(), narrow.under.as_deref())
        && wide.nested == narrow.nested;
    placed
        && match (&wide.selector, &narrow.selector) {
            (GroupSelector::Id { id: one, .. }, GroupSelector::Id { id: other, .. }) => one == other,
            (GroupSelector::Name(one), GroupSelector::Name(other)) => one.eq_ignore_ascii_case(other),
            (GroupSelector::Pattern(pattern), GroupSelector::Name(name)) => {
                ignores_case(pattern) && matches!(fit(pattern, name), Fit::One(_))
            }
            (GroupSelector::Pattern(one), GroupSelector::Pattern(other)) => {
                // The sets of a pattern hold regular expressions, which can only be compared as text.
                one.source == other.source && format!("{:?}", one.captures) == format!("{:?}", other.captures)
            }
            (GroupSelector::AppRole(None), GroupSelector::AppRole(role)) => {
                role.as_deref() != Some(DEFAULT_ACCESS)
            }
            (GroupSelector::AppRole(Some(one)), GroupSelector::AppRole(Some(other))) => one == other,
            _ => false,
        }
}

/// Whether a pattern matches a name in any case.
fn ignores_case(pattern: &NamePattern) -> bool {
    let names = pattern.parts.iter().filter(|part| matches!(part, PatternPart::Capture(_)));
    let exact = |set: &CaptureSet| matches!(set, CaptureSet::Matching(_));
    // A capture that occurs twice must have the same text, including case.
    names.count() == pattern.captures.len() && !pattern.captures.values().any(exact)
}

/// The directory of a reference, if only one is possible.
pub(in crate::lint) fn directory<'r>(reader: Reader<'r>, reference: &'r GroupReference) -> Option<&'r str> {
    match (reference.directory.as_deref(), reader.policy.directories.as_slice()) {
        (Some(named), _) => Some(named),
        (None, [only]) => Some(only),
        (None, _) => None,
    }
}

/// Contradiction between a required number and an earlier or equal maximum, or with a scope value that is no longer
/// allowed.
fn grants(reader: Reader<'_>, has: &Fact<'_>, may: &Fact<'_>) -> Option<String> {
    let Fact::Grants(held, Count::AtLeast(least), then) = has else { return None };
    match may {
        Fact::Grants(limited, Count::AtMost(most), since)
            if most < least && since <= then && contains(limited, held) =>
        {
            let (held, limited) =
                (words::selector(reader.policy, held), words::selector(reader.policy, limited));
            Some(match most {
                0 => format!("nobody has {held} and not {limited}"),
                most => format!("at least {least} of {held} are more than {most} of {limited}"),
            })
        }
        Fact::OnlyScope(limited, scope, since)
            if since <= then
                && held.scope.as_ref().is_some_and(|held| held != scope)
                && contains(limited, held) =>
        {
            let held = words::selector(reader.policy, held);
            Some(format!("{held} is not bound to `{scope}`"))
        }
        Fact::Grants(..)
        | Fact::OnlyScope(..)
        | Fact::Attribute(..)
        | Fact::Group(..)
        | Fact::AccountGroup(..)
        | Fact::Until(..) => None,
    }
}

/// A later day is not over before an earlier one: `over` says of one day that it is over, the fact of another that it is not, or
/// the other way round.
fn until(day: Date, over: bool, fact: &Fact<'_>) -> Option<String> {
    let Fact::Until(other, other_over) = fact else { return None };
    if over == *other_over {
        return None;
    }
    let (last, first) = if over { (*other, day) } else { (day, *other) };
    (first >= last).then(|| format!("{last} is over before {first} is"))
}
