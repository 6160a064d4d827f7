//! Strikes secrets out of text that a server sent, however it writes them.

use super::secret::Secret;
use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;

const STRUCK: &str = "[REDACTED]";
/// Shorter secrets stand in any text by chance: striking them out would leave nothing, or tell by its gaps what they are.
const SHORTEST: usize = 4;
const WITHHELD: &str = "[withheld: the credential is too short to be struck out of what the server says]";

/// The text without these secrets, in any ASCII letter case: plain, percent-encoded, escaped as in JSON, in hexadecimal,
/// and in base64 of both alphabets, wherever the secret stood in what was encoded (`Basic`, SASL's `PLAIN`). Of a text in
/// base64 or hexadecimal the whole word is struck out. If a secret has fewer than four bytes, nothing of the text is left.
pub fn struck(text: &str, secrets: &[Secret]) -> String {
    let secrets: Vec<&[u8]> =
        secrets.iter().map(|secret| secret.expose().as_bytes()).filter(|secret| !secret.is_empty()).collect();
    if text.is_empty() || secrets.is_empty() {
        return text.to_owned();
    }
    if secrets.iter().any(|secret| secret.len() < SHORTEST) {
        return WITHHELD.to_owned();
    }
    let forms: Vec<Form> = secrets.into_iter().flat_map(forms).collect();
    let mut found = Vec::new();
    let mut view = Some(View::new(text));
    while let Some(seen) = view {
        forms.iter().for_each(|form| seen.find(form, &mut found));
        view = seen.decoded();
    }
    without(text, found)
}

/// One way to write a secret.
struct Form {
    bytes: Vec<u8>,
    /// The letters that its encoding uses; empty for plain text.
    alphabet: fn(u8) -> bool,
}

fn forms(secret: &[u8]) -> Vec<Form> {
    let hexadecimal: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        Form { bytes: secret.to_vec(), alphabet: |_| false },
        Form { bytes: hexadecimal.into_bytes(), alphabet: |byte| byte.is_ascii_hexdigit() },
    ];
    forms.extend((0..3).map(|before| Form {
        bytes: base64_core(secret, before),
        alphabet: |byte| byte.is_ascii_alphanumeric() || b"+/-_=".contains(&byte),
    }));
    forms
}

/// The letters that base64 gives a secret with this many bytes before it, whatever these and those behind it are.
fn base64_core(secret: &[u8], before: usize) -> Vec<u8> {
    let whole = BASE64_STANDARD_NO_PAD.encode([&vec![0; before], secret].concat());
    let (first, end) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
    whole.as_bytes()[first..end].to_vec()
}

/// A text with its escapes decoded, and where in the original each byte begins.
struct View {
    bytes: Vec<u8>,
    begins: Vec<usize>,
    end: usize,
}

impl View {
    fn new(text: &str) -> Self {
        Self { bytes: text.as_bytes().to_vec(), begins: (0..text.len()).collect(), end: text.len() }
    }

    /// The same with one more layer of escapes decoded; `None` if there is none.
    fn decoded(&self) -> Option<Self> {
        let mut decoded = Self { bytes: Vec::new(), begins: Vec::new(), end: self.end };
        let mut at = 0;
        while at < self.bytes.len() {
            let (byte, length) = unescaped(&self.bytes[at..]);
            decoded.bytes.push(byte);
            decoded.begins.push(self.begins[at]);
            at += length;
        }
        (decoded.bytes.len() < self.bytes.len()).then_some(decoded)
    }

    /// Notes where in the original a form stands.
    fn find(&self, form: &Form, found: &mut Vec<(usize, usize)>) {
        let encoded = |byte: &u8| (form.alphabet)(*byte);
        for (first, window) in self.bytes.windows(form.bytes.len()).enumerate() {
            if window.iter().zip(&form.bytes).all(|(seen, wanted)| is_same(*seen, *wanted)) {
                let word_before = self.bytes[..first].iter().rev().take_while(|byte| encoded(byte)).count();
                let behind = first + window.len();
                let word_behind = self.bytes[behind..].iter().take_while(|byte| encoded(byte)).count();
                let end = self.begins.get(behind + word_behind).copied().unwrap_or(self.end);
                found.push((self.begins[first - word_before], end));
            }
        }
    }
}

/// Whether a byte stands for another: in another case, in the other alphabet of base64, or `+` for a space.
fn is_same(seen: u8, wanted: u8) -> bool {
    seen.eq_ignore_ascii_case(&wanted) || matches!((seen, wanted), (b'-', b'+') | (b'_', b'/') | (b'+', b' '))
}

/// The first byte of a text, decoded, and how many bytes wrote it.
fn unescaped(text: &[u8]) -> (u8, usize) {
    let number = |digits: Option<&[u8]>| {
        digits
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
    };
    match text {
        [b'%', ..] => number(text.get(1..3)).map_or((b'%', 1), |byte| (byte, 3)),
        [b'\\', b'u' | b'U', ..] => number(text.get(2..6)).map_or((b'\\', 1), |byte| (byte, 6)),
        [b'\\', b'x' | b'X', ..] => number(text.get(2..4)).map_or((b'\\', 1), |byte| (byte, 4)),
        [b'\\', escaped @ (b'"' | b'\\' | b'/'), ..] => (*escaped, 2),
        [first, ..] => (*first, 1),
        [] => (0, 1),
    }
}

fn without(text: &str, mut found: Vec<(usize, usize)>) -> String {
    found.sort_unstable();
    let (mut left, mut done) = (String::with_capacity(text.len()), 0);
    for (first, end) in found {
        if end > done {
            if first >= done {
                left.push_str(text.get(done..first).unwrap_or_default());
                left.push_str(STRUCK);
            }
            done = end;
        }
    }
    left.push_str(text.get(done..).unwrap_or_default());
    left
}

#[cfg(test)]
mod tests {
    use super::{Secret, WITHHELD, struck};
    use base64::Engine;
    use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE, BASE64_URL_SAFE_NO_PAD};

    /// Its base64 has letters of both alphabets.
    const SECRET: &str = "Canary~token?>x/+7";

    fn strike(text: &str) -> String {
        struck(text, &[Secret::new(SECRET.to_owned())])
    }

    #[test]
    fn h19_a_secret_is_struck_out_in_every_encoding_and_case() {
        let percent = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let json = |text: &str| text.bytes().map(|byte| format!("\\u{:04x}", byte)).collect::<String>();
        let mut written = vec![
            SECRET.to_owned(),
            percent(SECRET),
            percent(SECRET).to_lowercase(),
            percent(&percent(SECRET)),
            json(SECRET),
            SECRET.replace('/', "\\/"),
            SECRET.replace('?', "%3f"),
            SECRET.bytes().map(|byte| format!("{byte:02x}")).collect(),
        ];
        for before in ["", "a", "ab", "abc", "\0me\0", "user@example.test:"] {
            for behind in ["", "z", "zz"] {
                let whole = format!("{before}{SECRET}{behind}");
                let standard = BASE64_STANDARD.encode(&whole);
                written.extend([percent(&standard), standard]);
                written.extend([BASE64_URL_SAFE.encode(&whole), BASE64_URL_SAFE_NO_PAD.encode(&whole)]);
            }
        }
        for form in written {
            for form in [form.clone(), form.to_lowercase(), form.to_uppercase()] {
                let text = format!("says \"{form}\", twice: {form}.");
                assert_eq!(strike(&text), "says \"[REDACTED]\", twice: [REDACTED].", "{text}");
            }
        }
    }

    #[test]
    fn h19_what_is_no_secret_stays() {
        for text in ["", "canary", "%", "%4", "\\u00", "100 % of it", "blåbær \u{1f980}", "Q2FuYXJ5"] {
            assert_eq!(strike(text), text);
        }
        assert_eq!(struck("a text", &[]), "a text");
        assert_eq!(struck("a text", &[Secret::new(String::new())]), "a text");
    }

    #[test]
    fn h19_of_a_text_with_a_secret_too_short_to_strike_nothing_is_left() {
        let secrets = [Secret::new("longer-secret".to_owned()), Secret::new("abc".to_owned())];
        assert_eq!(struck("the abc", &secrets), WITHHELD);
        assert_eq!(struck("nothing of it", &secrets), WITHHELD);
        assert_eq!(struck("the four.", &[Secret::new("four".to_owned())]), "the [REDACTED].");
    }
}
