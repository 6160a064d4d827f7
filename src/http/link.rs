//! The `Link` header (RFC 8288): the link to the next page of a list.

/// The next page was fetched before.
pub(super) const LOOP: &str =
    "the link to the next page leads back to an earlier page, so the list never ends";
/// Too many pages.
pub(super) const ENDLESS: &str = "the list has more pages than Rolewright reads";

const ELSEWHERE: &str = "the link to the next page leads to another address; it is not followed, because the token would be sent there too";
const MALFORMED: &str = "the `Link` header cannot be read: expected a list of links";

/// The part of the next page's link behind the base URL; `None` if there is no next page. Another origin would receive
/// the credential (threat F10).
///
/// # Errors
/// When the header cannot be read, or leads to another origin.
pub(super) fn next(header: &str, base: &str) -> Result<Option<String>, &'static str> {
    let mut rest = header.trim();
    while !rest.is_empty() {
        let (target, after) =
            rest.strip_prefix('<').and_then(|rest| rest.split_once('>')).ok_or(MALFORMED)?;
        let (parameters, more) = split(after);
        if is_next(parameters) {
            return relative(target, base).map(Some);
        }
        rest = more.trim_start();
    }
    Ok(None)
}

/// Splits the parameters of a link from the links behind it; a comma in quotes does not separate.
fn split(text: &str) -> (&str, &str) {
    let mut quoted = false;
    for (at, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            ',' if !quoted => return (&text[..at], &text[at + 1..]),
            _ => {}
        }
    }
    (text, "")
}

fn is_next(parameters: &str) -> bool {
    let pairs = parameters.split(';').filter_map(|parameter| parameter.split_once('='));
    let mut relations = pairs.filter(|(name, _)| name.trim().eq_ignore_ascii_case("rel"));
    let words = relations.next().map(|(_, value)| value.trim().trim_matches('"'));
    words.is_some_and(|words| words.split_ascii_whitespace().any(|word| word.eq_ignore_ascii_case("next")))
}

/// A URL without the base before it.
///
/// # Errors
/// When it leads elsewhere.
pub(super) fn relative(target: &str, base: &str) -> Result<String, &'static str> {
    let rest = match target.starts_with('/') && !target.starts_with("//") {
        // Relative to the host, which equals the base only if the base has no path.
        true if base.matches('/').count() == 2 => target,
        _ => target.strip_prefix(base).filter(|rest| rest.starts_with('/')).ok_or(ELSEWHERE)?,
    };
    let allowed = |byte: u8| byte.is_ascii_graphic() && !b"\\#\"<>".contains(&byte);
    if !rest.bytes().all(allowed) || rest.split(['/', '?']).any(|part| part == "..") {
        return Err(ELSEWHERE);
    }
    Ok(rest.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{ELSEWHERE, MALFORMED, next};

    const BASE: &str = "https://api.github.com";

    #[test]
    fn finds_the_next_page_among_links() {
        let cases = [
            ("", None),
            (r#"<https://api.github.com/r/1?page=2>; rel="next""#, Some("/r/1?page=2")),
            (
                r#"<https://api.github.com/r?page=1>; rel="prev", <https://api.github.com/r?page=3>; rel="next", <https://api.github.com/r?page=9>; rel="last""#,
                Some("/r?page=3"),
            ),
            (r#"<https://api.github.com/r?page=9>; rel="last""#, None),
            (r#"<https://api.github.com/r>; title="a, b"; REL=next"#, Some("/r")),
            (r#"<https://api.github.com/r>; title="a, b"; REL="last next""#, Some("/r")),
            ("</r?page=2>; rel=next", Some("/r?page=2")),
        ];
        for (header, expected) in cases {
            assert_eq!(next(header, BASE), Ok(expected.map(str::to_owned)), "{header}");
        }
    }

    #[test]
    fn f10_no_link_to_another_origin_is_followed() {
        for target in [
            "https://api.github.com.evil.example/r",
            "https://evil.example/r",
            "http://api.github.com/r",
            "//evil.example/r",
            "https://api.github.com@evil.example/r",
            "https://api.github.com/../x",
            "https://api.github.com/a b",
            "https://api.github.com/\\evil",
            "",
        ] {
            assert_eq!(next(&format!("<{target}>; rel=next"), BASE), Err(ELSEWHERE), "{target}");
        }
        assert_eq!(next("https://api.github.com/r; rel=next", BASE), Err(MALFORMED));
        assert_eq!(next("</r>; rel=next", "https://ghe.example/api/v3"), Err(ELSEWHERE));
    }
}
