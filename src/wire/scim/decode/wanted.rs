//! The tree of keys that paths want, and how an element's values come to the slots that want them.

use crate::model::Field;
use crate::wire::scim::path::{Pick, ScimPath};
use std::borrow::Cow;

/// The wanted keys of one JSON object: the user itself, or one of its extensions.
#[derive(Debug, Default)]
pub(super) struct Level {
    pub(super) keys: Vec<Key>,
}

#[derive(Debug)]
pub(super) struct Key {
    pub(super) name: Box<str>,
    pub(super) kind: Kind,
}

#[derive(Debug)]
pub(super) enum Kind {
    Schema(Level),
    Attribute(Attribute),
}

/// One attribute and what is wanted of it.
#[derive(Debug)]
pub(super) struct Attribute {
    /// Sub-attributes to capture of each element. The first is `value`, which also holds a plain value.
    pub(super) subs: Vec<Box<str>>,
    pub(super) wants: Vec<Want>,
}

#[derive(Debug)]
pub(super) struct Want {
    pub(super) slot: usize,
    pub(super) sub: usize,
    pub(super) choice: Choice,
}

#[derive(Debug)]
pub(super) enum Choice {
    All,
    First,
    Where {
        sub: usize,
        value: Box<str>,
    },
    /// All elements with this sub-attribute.
    Each {
        sub: usize,
        value: Box<str>,
    },
}

impl Level {
    pub(super) fn want(&mut self, path: &ScimPath, slot: usize) {
        let level = match &path.schema {
            Some(schema) => match &mut self.key(schema, || Kind::Schema(Self::default())).kind {
                Kind::Schema(level) => level,
                Kind::Attribute(_) => return,
            },
            None => self,
        };
        let kind = || Kind::Attribute(Attribute { subs: vec!["value".into()], wants: Vec::new() });
        if let Kind::Attribute(attribute) = &mut level.key(&path.attribute, kind).kind {
            attribute.want(path, slot);
        }
    }

    fn key(&mut self, name: &str, kind: impl FnOnce() -> Kind) -> &mut Key {
        let at = self.find(name).unwrap_or_else(|| {
            self.keys.push(Key { name: name.into(), kind: kind() });
            self.keys.len() - 1
        });
        &mut self.keys[at]
    }

    /// Exact spelling first: it is nearly always right and cheap to compare.
    #[inline]
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let exact = self.keys.iter().position(|key| *key.name == *name);
        exact.or_else(|| self.keys.iter().position(|key| key.name.eq_ignore_ascii_case(name)))
    }
}

impl Attribute {
    pub(super) fn want(&mut self, path: &ScimPath, slot: usize) {
        let sub = path.sub.as_ref().map_or(0, |sub| self.sub(sub));
        let choice = match &path.pick {
            Pick::All => Choice::All,
            Pick::First => Choice::First,
            Pick::Where(equality) => {
                let (chosen, value) = (self.sub(equality.attribute()), equality.value().into());
                match path.sub {
                    Some(_) => Choice::Where { sub: chosen, value },
                    None => Choice::Each { sub: chosen, value },
                }
            }
        };
        self.wants.push(Want { slot, sub, choice });
    }

    fn sub(&mut self, name: &str) -> usize {
        self.find(name).unwrap_or_else(|| {
            self.subs.push(name.into());
            self.subs.len() - 1
        })
    }

    #[inline]
    pub(super) fn find(&self, name: &str) -> Option<usize> {
        let exact = self.subs.iter().position(|sub| **sub == *name);
        exact.or_else(|| self.subs.iter().position(|sub| sub.eq_ignore_ascii_case(name)))
    }

    /// Copies the captured sub-attributes of a single value to the slots that want them.
    pub(super) fn copy_single<'a>(&self, captured: &mut [Field<'a>], fields: &mut [Field<'a>]) {
        for want in self.wants.iter().filter(|want| want.choice.fits(captured, 0)) {
            fields[want.slot] = captured[want.sub].clone();
        }
    }

    /// The same for the element `at` of a list.
    pub(super) fn copy_element<'a>(&self, at: usize, captured: &mut [Field<'a>], fields: &mut [Field<'a>]) {
        for want in self.wants.iter().filter(|want| want.choice.fits(captured, at)) {
            let (field, value) = (&mut fields[want.slot], captured[want.sub].clone());
            match (&want.choice, field) {
                (Choice::All | Choice::Each { .. }, field) => append(field, value),
                (_, field @ Field::Empty) => *field = value,
                _ => {}
            }
        }
    }
}

impl Choice {
    #[inline]
    fn fits(&self, captured: &[Field<'_>], at: usize) -> bool {
        match self {
            Self::All => true,
            Self::First => at == 0,
            Self::Where { sub, value } | Self::Each { sub, value } => match &captured[*sub] {
                Field::Text(text) => text.eq_ignore_ascii_case(value),
                Field::Boolean(yes) => value.eq_ignore_ascii_case(if *yes { "true" } else { "false" }),
                Field::Empty | Field::List(_) => false,
            },
        }
    }
}

/// Adds an element's value to a list.
fn append<'a>(field: &mut Field<'a>, value: Field<'a>) {
    let text = match value {
        Field::Text(text) => text,
        Field::Boolean(yes) => Cow::Borrowed(if yes { "true" } else { "false" }),
        Field::Empty | Field::List(_) => return,
    };
    match field {
        Field::List(texts) => texts.push(text),
        other => *other = Field::List(vec![text]),
    }
}
