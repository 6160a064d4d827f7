//! Plain scalars: their values, and which are refused because tools and people read them differently.

use super::node::Kind;

/// Why a plain scalar is refused, and what to write instead.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Refused {
    pub(super) message: String,
    pub(super) help: &'static str,
}

/// The value of a plain scalar. `no`, `on` and `yes` are text; only `true` and `false` are booleans.
pub(super) fn plain(text: &str) -> Result<Kind, Refused> {
    match text {
        "" | "~" | "null" => return Ok(Kind::Null),
        "true" => return Ok(Kind::Boolean(true)),
        "false" => return Ok(Kind::Boolean(false)),
        "True" | "TRUE" | "False" | "FALSE" => {
            return Err(refused(
                text,
                "is read differently by different tools",
                "write `true` or `false`, or quote it",
            ));
        }
        "Null" | "NULL" => {
            return Err(refused(text, "is read differently by different tools", "write `null`, or quote it"));
        }
        _ => {}
    }
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    if matches!(unsigned, ".inf" | ".Inf" | ".INF" | ".nan" | ".NaN" | ".NAN") {
        return Err(refused(text, "is not a finite number", "quote it if it is text"));
    }
    if !unsigned.starts_with(|first: char| first.is_ascii_digit() || first == '.') {
        return Ok(Kind::Text(text.into()));
    }
    number(text, unsigned)
}

fn number(text: &str, unsigned: &str) -> Result<Kind, Refused> {
    let quote = "quote it: '...' keeps it as written";
    let lower = unsigned.to_ascii_lowercase();
    if ["0x", "0o", "0b"].iter().any(|prefix| lower.starts_with(prefix))
        && lower[2..].chars().all(|digit| digit.is_ascii_hexdigit())
    {
        return Err(refused(text, "could be a number or text", quote));
    }
    if text.starts_with('+') && unsigned.starts_with(|first: char| first.is_ascii_digit()) {
        return Err(refused(text, "begins with a `+` that a number would lose", quote));
    }
    if unsigned.bytes().all(|byte| byte.is_ascii_digit()) {
        if unsigned.len() > 1 && unsigned.starts_with('0') {
            return Err(refused(text, "begins with a zero that a number would lose", quote));
        }
        return text.parse().map(Kind::Integer).map_err(|_| refused(text, "is too large a number", quote));
    }
    let numeric = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E');
    if text.bytes().all(numeric)
        && text.bytes().any(|byte| byte.is_ascii_digit())
        && let Ok(value) = text.parse::<f64>()
    {
        return if value.is_finite() {
            Ok(Kind::Float(value))
        } else {
            Err(refused(text, "is too large a number", quote))
        };
    }
    Ok(Kind::Text(text.into()))
}

fn refused(text: &str, why: &str, help: &'static str) -> Refused {
    let shown: String = text.chars().take(40).collect();
    Refused { message: format!("`{shown}` {why}"), help }
}
