//! Closed sets of words, each defined once: what policies may write for a setting, and what is decided by it.

use schemars::Schema;
use serde_json::Value;

/// Defines an enum of words. Each variant is read, written and described in the schemas by the word beside it:
///
/// ```ignore
/// words! {
///     /// What happens when a mapped value is empty.
///     pub enum WhenEmpty {
///         /// The account's attribute is emptied.
///         Clear = "clear",
///     }
/// }
/// ```
///
/// Where only some words of a set may stand, these are an enum too, which names them; word and meaning are the set's:
///
/// ```ignore
/// words! {
///     /// What happens when a mapped key is empty.
///     pub enum KeyWhenEmpty of WhenEmpty { Keep, Block }
/// }
/// ```
macro_rules! words {
    ($(#[doc = $about:literal])+ pub enum $name:ident of $whole:ident { $($variant:ident),+ $(,)? }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $(#[doc = concat!("As [`", stringify!($whole), "::", stringify!($variant), "`].")] $variant,)+
        }

        impl $name {
            /// Every word, in the order in which the documentation lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as policies write it.
            pub fn word(self) -> &'static str {
                $whole::from(self).word()
            }
        }

        impl From<$name> for $whole {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$variant => Self::$variant,)+
                }
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                $whole::from(*self).serialize(serializer)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = $whole::deserialize(deserializer)?;
                let here = Self::ALL.iter().copied().find(|here| $whole::from(*here) == word);
                here.ok_or_else(|| {
                    serde::de::Error::custom(format!("`{}` may not stand here", word.word()))
                })
            }
        }

        impl schemars::JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
                let words: Vec<&str> = Self::ALL.iter().map(|word| word.word()).collect();
                $crate::model::only($whole::json_schema(generator), &words, concat!($($about),+).trim())
            }
        }
    };
    ($(#[$attribute:meta])* pub enum $name:ident {
        $($(#[$meaning:meta])+ $variant:ident = $word:literal,)+
    }) => {
        #[derive(
            Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize,
            schemars::JsonSchema,
        )]
        $(#[$attribute])*
        pub enum $name {
            $($(#[$meaning])+ #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// Every word, in the order in which the documentation lists them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as policies write it.
            pub fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }

            /// What a word means.
            pub fn of(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.word() == word)
            }
        }
    };
}

/// The schema of a set of words, of which only some may stand.
pub(crate) fn only(mut set: Schema, words: &[&str], about: &str) -> Schema {
    if let Some(branches) = set.get_mut("oneOf").and_then(Value::as_array_mut) {
        branches.retain(|branch| branch["const"].as_str().is_some_and(|word| words.contains(&word)));
    }
    set.insert("description".into(), about.into());
    set
}

pub(crate) use words;
