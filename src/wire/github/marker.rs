//! The hidden first line by which a comment or an issue of ours is found again.

/// A hidden first line. It proves nothing: whoever writes may write it too, so the author is looked at as well (threat A4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker(String);

/// A name that can mark nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot mark a comment: expected letters, digits, `/`, `.`, `_` and single `-`")]
pub struct MarkerError(String);

impl Marker {
    /// The marker of a thing: `plan default/dstny`.
    ///
    /// # Errors
    /// When the name holds what could end a hidden line.
    pub fn new(name: &str) -> Result<Self, MarkerError> {
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"/._- ".contains(&byte);
        let named = !name.trim().is_empty() && name.len() <= 200;
        if named && name.bytes().all(fine) && !name.contains("--") && !name.ends_with('-') {
            Ok(Self(format!("<!-- rolewright: {name} -->")))
        } else {
            Err(MarkerError(name.chars().filter(|it| !it.is_control()).take(200).collect()))
        }
    }

    /// A text with the marker before it.
    pub fn mark(&self, text: &str) -> String {
        format!("{}\n{text}", self.0)
    }

    /// Whether a text begins with the marker's line.
    pub fn marks(&self, text: &str) -> bool {
        text.lines().next().is_some_and(|line| line.trim_end() == self.0)
    }
}

/// Whether two texts are the same to readers: GitHub's editor changes line ends, and its API cuts white space at the end.
pub fn same(one: &str, other: &str) -> bool {
    one.trim_end().lines().eq(other.trim_end().lines())
}

#[cfg(test)]
mod tests {
    use super::{Marker, same};

    #[test]
    fn a_marker_is_a_hidden_line_of_its_own() {
        let marker = Marker::new("plan default/dstny").expect("a name");
        let text = marker.mark("Hello\nyou");
        assert!(marker.marks(&text) && marker.marks(&text.replace('\n', "\r\n")));
        assert!(!marker.marks("Hello") && !marker.marks(&format!("Hello\n{text}")));
        assert!(!Marker::new("plan default/dst").expect("a name").marks(&text));
        for hostile in ["", " ", "a-->b", "a--b", "a-", "a\nb", "a>b", "é", &"x".repeat(201)] {
            assert!(Marker::new(hostile).is_err(), "{hostile}");
        }
    }

    #[test]
    fn texts_are_the_same_whatever_their_line_ends() {
        assert!(same("a\r\nb\n", "a\nb") && !same("a\nb", "a\n\nb") && !same("a", "a\nb"));
    }
}
