//! Who gets mail about runs, and through which mail server (the policy language, 5 and 11).

use super::Credential;
use crate::model::MailSecurity;
use crate::policy::SendWhen;
use crate::yaml::Spanned;
use schemars::JsonSchema;
use serde::Deserialize;

/// Mail after runs of an application.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Notification")]
pub struct NotificationObject {
    /// After which runs.
    pub send: SendWhen,
    /// Mail addresses.
    #[schemars(length(min = 1), inner(length(min = 1)), extend("uniqueItems" = true))]
    pub to: Vec<Spanned<String>>,
    /// What is attached: the workbook of the accounts that were added, deleted and updated.
    pub attach: Option<AttachWord>,
}

/// What is attached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub enum AttachWord {
    /// A workbook.
    Xlsx,
}

/// The mail server that sends reports.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schemars(rename = "Mail")]
pub struct MailObject {
    /// Its name, with a port if needed: `smtp.contoso.example:465`. The default port is 587; 465 with `security: tls`,
    /// 25 with `security: none`.
    pub server: Spanned<String>,
    /// The sender's address.
    pub from: Spanned<String>,
    /// The user name for signing in; `from` where it is left out.
    pub user: Option<Spanned<String>>,
    /// The password; left out for a server that needs none.
    pub credential: Option<Spanned<Credential>>,
    /// How the connection is encrypted; where it is left out, `tls` on port 465 and `startTls` on every other port.
    pub security: Option<Spanned<MailSecurity>>,
}

impl MailObject {
    /// The server's host without the brackets of an IPv6 address, and its port if one is written; none if the text has
    /// another form.
    pub fn host_and_port(&self) -> Option<(&str, Option<u16>)> {
        let text = self.server.value.as_str();
        if let Some(rest) = text.strip_prefix('[') {
            let (host, rest) = rest.split_once(']')?;
            host.parse::<std::net::Ipv6Addr>().ok()?;
            return Some((host, port(rest)?));
        }
        let (host, rest) = text.split_at(text.find(':').unwrap_or(text.len()));
        let plain =
            |character: char| character.is_ascii_alphanumeric() || matches!(character, '.' | '-' | '_');
        (!host.is_empty() && host.chars().all(plain)).then_some(())?;
        Some((host, port(rest)?))
    }
}

/// An empty text, or `:` and a port; the outer none if the text has another form.
fn port(text: &str) -> Option<Option<u16>> {
    if text.is_empty() {
        return Some(None);
    }
    let digits = text.strip_prefix(':').filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))?;
    digits.parse().ok().filter(|port| *port > 0).map(Some)
}

#[cfg(test)]
mod tests {
    use super::MailObject;
    use crate::yaml::Spanned;

    /// The host and port in a server's text.
    fn named(text: &str) -> Option<(String, Option<u16>)> {
        let spanned = |text: &str| Spanned { value: text.to_owned(), span: Default::default() };
        let mail = MailObject {
            server: spanned(text),
            from: spanned("a@b"),
            user: None,
            credential: None,
            security: None,
        };
        mail.host_and_port().map(|(host, port)| (host.to_owned(), port))
    }

    #[test]
    fn a_server_is_a_host_and_perhaps_a_port() {
        for (text, host, port) in [
            ("smtp.contoso.example", "smtp.contoso.example", None),
            ("smtp.contoso.example:465", "smtp.contoso.example", Some(465)),
            ("127.0.0.1:25", "127.0.0.1", Some(25)),
            ("[::1]", "::1", None),
            ("[::1]:2525", "::1", Some(2525)),
        ] {
            assert_eq!(named(text), Some((host.to_owned(), port)), "{text}");
        }
        for text in [
            "", ":25", "a:", "a:0", "a:65536", "a:+25", "a:25:25", "::1", "[a]:25", "[::1]25", "smtp://a",
            "a b", "u@a", "a/",
        ] {
            assert_eq!(named(text), None, "{text}");
        }
    }
}
