//! `check/url`: an application is reached over TLS, and its URL contains no secret.

use super::context::Context;
use crate::model::Finding;

const CODE: &str = "check/url";

pub(super) fn check(context: &Context<'_>) -> Vec<Finding> {
    let applications = context.documents.applications.iter();
    let urls = applications.flat_map(|application| {
        let urls = application.document.service().into_iter().flat_map(|service| service.value.urls());
        urls.map(move |url| (application, url))
    });
    urls.filter_map(|(application, url)| {
        let (message, help) = problem(&url.value)?;
        Some(Finding::error(CODE, message, application.place(url.span), "this address").help(help))
    })
    .collect()
}

fn problem(url: &str) -> Option<(&'static str, &'static str)> {
    let (tls, rest) = match (url.strip_prefix("https://"), url.strip_prefix("http://")) {
        (Some(rest), _) => (true, rest),
        (_, Some(rest)) => (false, rest),
        _ => return Some(("the address is not one of HTTPS", "write `https://host/path`")),
    };
    let authority = rest.split(['/', '?', '#', '\\']).next().unwrap_or_default();
    if authority.contains('@') {
        return Some(("the address holds a user name", "say `credential: { env: NAME }` instead"));
    }
    if url.contains(['?', '#', '\\']) || url.contains(char::is_whitespace) {
        return Some((
            "the address is more than scheme, host and path",
            "write `https://host/path`, without `?`, `#` and blanks",
        ));
    }
    if host(authority).is_empty() {
        return Some(("the address has no host", "write `https://host/path`"));
    }
    (!tls && !is_loopback(host(authority)))
        .then_some(("the address is not encrypted", "write `https://`; only `localhost` may do without"))
}

fn host(authority: &str) -> &str {
    if let Some(end) = authority.find(']') {
        return &authority[..=end];
    }
    authority.rsplit_once(':').map_or(authority, |(host, _)| host)
}

/// Whether a URL is one of this machine, without a path.
pub(super) fn is_this_machine(url: &str) -> bool {
    let authority = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://")).unwrap_or_default();
    problem(url).is_none() && !authority.contains('/') && is_loopback(host(authority))
}

/// Whether a host is this machine: the name `localhost`, or a loopback address.
pub(super) fn is_loopback(host: &str) -> bool {
    let plain = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    host.eq_ignore_ascii_case("localhost")
        || plain.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn only_tls_or_this_machine() {
        for url in [
            "https://dstny.example/scim/v2",
            "https://a.example:8443",
            "http://localhost:8080/scim",
            "http://127.0.0.1",
            "http://[::1]:80/a",
        ] {
            assert_eq!(problem(url), None, "{url}");
        }
        for url in [
            "http://dstny.example",
            "http://localhost.example",
            "http://127.0.0.1.example",
            "http://127.1",
            "http://localhost@a.example",
            "https://user:word@a.example",
            "https://a.example\\@b.example",
            "https://",
            "https://:443",
            "https://a.example?key=1",
            "https://a.example/ b",
            "ftp://a.example",
            "a.example",
            "HTTPS://a.example",
        ] {
            assert!(problem(url).is_some(), "{url}");
        }
    }
}
