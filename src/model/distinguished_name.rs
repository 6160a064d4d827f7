//! Distinguished names, compared by meaning, not spelling (RFC 4514).

/// A parsed distinguished name. Two spellings of a name are equal: spaces around separators, `\,` or `\2C`, upper or
/// lower case, the order of values in a multi-valued part.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DistinguishedName(String);

/// Text that is not a distinguished name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DistinguishedNameError(&'static str);

const ESCAPED: &str = ",+\"\\<>;=#";

impl DistinguishedName {
    /// Parses a distinguished name. The empty text is the root.
    ///
    /// # Errors
    /// When it is not one: a part without `=`, an attribute type that is neither a word nor an object identifier, an
    /// invalid escape.
    pub fn parse(text: &str) -> Result<Self, DistinguishedNameError> {
        if text.trim().is_empty() {
            return Ok(Self(String::new()));
        }
        let mut parts = Vec::new();
        let mut values = Vec::new();
        let mut rest = text;
        loop {
            let (value, separator, after) = pair(rest)?;
            values.push(value);
            rest = after;
            if separator != Some('+') {
                values.sort();
                parts.push(std::mem::take(&mut values).join("+"));
            }
            if separator.is_none() {
                return Ok(Self(parts.join(",")));
            }
        }
    }

    /// The canonical spelling: lower case, special characters as `\xx`, no spaces around separators. It is itself a
    /// distinguished name.
    pub fn canonical(&self) -> &str {
        &self.0
    }

    /// The parent of a name, in the given spelling; `None` at the top, or if the text is not a distinguished name.
    pub fn parent(text: &str) -> Option<&str> {
        let mut rest = text;
        loop {
            let (_, separator, after) = pair(rest).ok()?;
            match separator {
                Some('+') => rest = after,
                Some(_) => return Some(after.trim_start()),
                None => return None,
            }
        }
    }

    /// Whether this equals the given name or is below it.
    pub fn is_under(&self, base: &Self) -> bool {
        // Every comma in the canonical spelling separates parts.
        base.0.is_empty()
            || self.0.strip_suffix(&base.0).is_some_and(|before| before.is_empty() || before.ends_with(','))
    }
}

/// One `type=value` in canonical spelling, the separator behind it, and the rest.
fn pair(text: &str) -> Result<(String, Option<char>, &str), DistinguishedNameError> {
    let (kind, rest) = text.split_once('=').ok_or(DistinguishedNameError("a part has no `=`"))?;
    let kind = kind.trim().to_ascii_lowercase();
    let is_word = kind.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.');
    if kind.is_empty() || !is_word {
        return Err(DistinguishedNameError("what is before a `=` is not an attribute type such as `OU`"));
    }
    let (value, separator, rest) = value(rest)?;
    if value.is_empty() {
        return Err(DistinguishedNameError("a part has no value behind its `=`"));
    }
    Ok((format!("{kind}={value}"), separator, rest))
}

/// A value in canonical spelling, the separator behind it, and the rest.
fn value(text: &str) -> Result<(String, Option<char>, &str), DistinguishedNameError> {
    let mut bytes: Vec<u8> = Vec::new();
    // Bytes from an escape are kept, even spaces.
    let mut kept = 0;
    let mut characters = text.char_indices();
    let mut end = (None, "");
    while let Some((at, character)) = characters.next() {
        match character {
            ',' | ';' | '+' => {
                end = (Some(character), &text[at + 1..]);
                break;
            }
            '\\' => {
                let (_, escaped) =
                    characters.next().ok_or(DistinguishedNameError("it ends with a single `\\`"))?;
                match escaped.to_digit(16) {
                    Some(high) => {
                        let low = characters.next().and_then(|(_, low)| low.to_digit(16));
                        let low =
                            low.ok_or(DistinguishedNameError("a `\\` has one hexadecimal digit, not two"))?;
                        bytes.push((high * 16 + low) as u8);
                    }
                    None => push(&mut bytes, escaped),
                }
                kept = bytes.len();
            }
            ' ' if bytes.is_empty() => {}
            _ => push(&mut bytes, character),
        }
    }
    while bytes.len() > kept && bytes.last() == Some(&b' ') {
        bytes.pop();
    }
    let text = String::from_utf8_lossy(&bytes);
    Ok((canonical(&text), end.0, end.1))
}

fn push(bytes: &mut Vec<u8>, character: char) {
    bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
}

/// Lower case, runs of spaces as one, special characters as `\xx`.
fn canonical(text: &str) -> String {
    let mut canonical = String::with_capacity(text.len());
    let mut blank = false;
    for character in text.chars().flat_map(char::to_lowercase) {
        let again = std::mem::replace(&mut blank, character == ' ') && blank;
        if ESCAPED.contains(character) || character.is_ascii_control() {
            canonical.push_str(&format!("\\{:02x}", character as u32));
        } else if !again {
            canonical.push(character);
        }
    }
    // Only an escape lets a value begin or end with a space.
    if canonical.ends_with(' ') {
        canonical.replace_range(canonical.len() - 1.., "\\20");
    }
    if canonical.starts_with(' ') {
        canonical.replace_range(..1, "\\20");
    }
    canonical
}

#[cfg(test)]
mod tests {
    use super::DistinguishedName;

    fn name(text: &str) -> DistinguishedName {
        DistinguishedName::parse(text).unwrap()
    }

    #[test]
    fn spellings_of_one_name_are_equal() {
        for (one, other) in [
            ("CN=Ada,DC=contoso", "cn = Ada , dc=CONTOSO"),
            (r"CN=Lovelace\, Ada,DC=x", r"CN=Lovelace\2C Ada,DC=x"),
            (r"CN=a\=b,DC=x", r"CN=a\3Db,DC=x"),
            (r"CN=a=b,DC=x", r"CN=a\3Db,DC=x"),
            ("CN=a+OU=b,DC=x", "OU=b+CN=a,DC=x"),
            (r"CN=\C3\85sa,DC=x", "CN=Åsa,DC=x"),
            (r"CN=\#hash,DC=x", r"CN=\23hash,DC=x"),
        ] {
            assert_eq!(name(one), name(other), "{one} {other}");
        }
        for (one, other) in [(r"CN=a\,DC=x", "CN=a,DC=x"), (r"CN=\ a", "CN=a"), (r"CN=a\+b", "CN=a+CN=b")] {
            assert_ne!(name(one), name(other), "{one} {other}");
        }
    }

    #[test]
    fn the_canonical_spelling_is_stable() {
        for text in
            [r"CN=\#a\=b,OU=\ c\ ,DC=x", r"CN=a\,b\+c+OU=d,DC=x", r#"CN=\"q\";DC=\\"#, "CN=Åsa  B,DC=x"]
        {
            assert_eq!(name(name(text).canonical()), name(text), "{text}");
        }
    }

    #[test]
    fn is_under_compares_whole_parts() {
        let base = name("OU=Sales,DC=contoso");
        assert!(name("CN=a,ou=sales,dc=Contoso").is_under(&base));
        assert!(base.is_under(&base));
        assert!(name("CN=a").is_under(&name("")));
        for outside in [r"CN=a\,OU=Sales,DC=contoso", "CN=a,OU=XSales,DC=contoso", "DC=contoso"] {
            assert!(!name(outside).is_under(&base), "{outside}");
        }
    }

    #[test]
    fn invalid_names_are_refused() {
        for text in [
            "contoso",
            "OU=",
            "=a",
            "OU=a,",
            "O U=a",
            "CN=a\\",
            "CN=a\\4",
            "CN=a,,DC=b",
            "rolewright@contoso",
        ] {
            assert!(DistinguishedName::parse(text).is_err(), "{text}");
        }
    }
}
