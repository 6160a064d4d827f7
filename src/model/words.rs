//! Closed sets of words, each defined once: what policies may write for a setting, and what is decided by it.

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
/// `pub enum LeaverWord in Word` also makes each word the one of the same name in a larger set.
macro_rules! words {
    ($(#[$attribute:meta])* pub enum $name:ident $(in $whole:ident)? {
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

        $crate::model::words!(@whole $name ($($whole)?) $($variant)+);
    };
    (@whole $name:ident () $($variant:ident)+) => {};
    (@whole $name:ident ($whole:ident) $($variant:ident)+) => {
        impl From<$name> for $whole {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$variant => Self::$variant,)+
                }
            }
        }
    };
}

pub(crate) use words;
