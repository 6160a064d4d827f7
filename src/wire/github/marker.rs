//! The hidden first line by which we find our own comment or issue again.

/// A hidden first line. It proves nothing, since anyone can write it; callers also check the author (threat A4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker(String);

/// A name that cannot be used in a marker.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` cannot mark a comment: expected letters, digits, `/`, `.`, `_` and single `-`")]
pub struct MarkerError(String);

impl Marker {
    /// The marker with this name: `plan default/dstny`.
    ///
    /// # Errors
    /// When the name holds characters that could end the hidden line.
    pub fn new(name: &str) -> Result<Self, MarkerError> {
        let fine = |byte: u8| byte.is_ascii_alphanumeric() || b"/._- ".contains(&byte);
        let named = !name.trim().is_empty() && name.len() <= 200;
        if named && name.bytes().all(fine) && !name.contains("--") && !name.ends_with('-') {
            Ok(Self(format!("<!-- rolewright: {name} -->")))
        } else {
            Err(MarkerError(name.chars().filter(|character| !character.is_control()).take(200).collect()))
        }
    }

    /// The text with the marker in front.
    pub fn mark(&self, text: &str) -> String {
        format!("{}\n{text}", self.0)
    }

    /// Whether a text begins with the marker's line.
    pub fn marks(&self, text: &str) -> bool {
        text.lines().next().is_some_and(|line| line.trim_end() == self.0)
    }
}

/// Whether two texts look the same to readers: GitHub's editor changes line ends, and its API trims white space at the
/// end.
pub fn same_text(one: &str, other: &str) -> bool {
    one.trim_end().lines().eq(other.trim_end().lines())
}

#[cfg(test)]
mod tests {
    use super::{Marker, same_text};

    #[test]
    fn a_marker_marks_only_a_first_line() {
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
    fn same_text_ignores_line_ends() {
        assert!(same_text("a\r\nb\n", "a\nb") && !same_text("a\nb", "a\n\nb") && !same_text("a", "a\nb"));
    }
}
