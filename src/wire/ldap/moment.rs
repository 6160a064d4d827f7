//! LDAP's time format (RFC 4517, 3.3.13).

/// Converts a generalised time in UTC, `20260131120000.0Z`, to RFC 3339; `None` if the text is not one.
pub fn rfc3339(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?.strip_suffix('Z')?;
    let digits = text.split_once(['.', ',']).map_or(text, |(whole, _)| whole);
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) || !matches!(digits.len(), 10 | 12 | 14) {
        return None;
    }
    let part = |at: usize| digits.get(at..at + 2).unwrap_or("00");
    let moment = format!("{}-{}-{}T{}:{}:{}Z", &digits[..4], part(4), part(6), part(8), part(10), part(12));
    moment.parse::<jiff::Timestamp>().ok().map(|_| moment)
}

#[cfg(test)]
mod tests {
    use super::rfc3339;

    #[test]
    fn rfc3339_reads_times_of_both_flavours() {
        for (text, moment) in [
            ("20260131120000.0Z", Some("2026-01-31T12:00:00Z")),
            ("20260131120059Z", Some("2026-01-31T12:00:59Z")),
            ("202601311200Z", Some("2026-01-31T12:00:00Z")),
            ("20260231120000Z", None),
            ("20260131120000", None),
            ("20260131T120000Z", None),
            ("", None),
        ] {
            assert_eq!(rfc3339(text.as_bytes()).as_deref(), moment, "{text}");
        }
    }
}
