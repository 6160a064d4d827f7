//! How to reach an LDAP directory.

use super::CredentialRef;
use serde::Serialize;

/// A connection to an LDAP directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct LdapConnection {
    /// `ldaps://host:port` or `ldap://host:port`.
    pub url: String,
    /// Whether an unencrypted connection switches to TLS before anything else is sent.
    pub start_tls: bool,
    /// The trusted certificate authorities in PEM, a path in the data folder; `None` for those of this machine.
    pub ca: Option<String>,
    /// Everything that is read is below it.
    pub base_dn: String,
    /// The account that signs in.
    pub bind_dn: String,
    /// The password.
    pub credential: CredentialRef,
    /// Users are read below this; `None` for `base_dn`.
    pub users_under: Option<String>,
}

/// The address of an LDAP server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LdapAddress {
    /// Whether the connection starts with TLS.
    pub tls: bool,
    /// Name or IP address; an IPv6 address without brackets.
    pub host: String,
    /// The port.
    pub port: u16,
}

impl LdapAddress {
    /// Parses `ldaps://host`, `ldap://host:389`; nothing may follow.
    ///
    /// # Errors
    /// The problem, for people.
    pub fn parse(url: &str) -> Result<Self, &'static str> {
        let (tls, rest) = match (url.strip_prefix("ldaps://"), url.strip_prefix("ldap://")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => return Err("the address is not one of LDAP"),
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err("the address holds a user name");
        }
        if authority.contains(['/', '?', '#', '\\', '%']) || authority.contains(char::is_whitespace) {
            return Err("the address is more than scheme, host and port");
        }
        let (host, port) = match (authority.strip_prefix('['), authority.rsplit_once(':')) {
            (Some(inner), _) => {
                let (host, port) = inner.split_once(']').ok_or("the address has no host")?;
                (host, port.strip_prefix(':').or(port.is_empty().then_some("")))
            }
            (None, Some((host, port))) => (host, Some(port).filter(|port| !port.is_empty())),
            (None, None) => (authority, Some("")),
        };
        let port = match port.ok_or("the address has no port behind its `:`")? {
            "" if tls => 636,
            "" => 389,
            port => port.parse().map_err(|_| "the port is not a number up to 65535")?,
        };
        if host.is_empty() || (host.contains(':') && host.parse::<std::net::Ipv6Addr>().is_err()) {
            return Err("the address has no host");
        }
        Ok(Self { tls, host: host.to_owned(), port })
    }

    /// Whether it is this machine: `localhost`, or a loopback IP address.
    pub fn is_loopback(&self) -> bool {
        self.host.eq_ignore_ascii_case("localhost")
            || self.host.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
    }
}

#[cfg(test)]
mod tests {
    use super::LdapAddress;

    #[test]
    fn parses_scheme_host_and_port_only() {
        let parsed = |url| LdapAddress::parse(url).map(|parsed| (parsed.tls, parsed.host, parsed.port));
        for (url, tls, host, port) in [
            ("ldaps://dc1.contoso.example", true, "dc1.contoso.example", 636),
            ("ldap://dc1.contoso.example/", false, "dc1.contoso.example", 389),
            ("ldap://127.0.0.1:3890", false, "127.0.0.1", 3890),
            ("ldaps://[::1]:6360", true, "::1", 6360),
            ("ldaps://[::1]", true, "::1", 636),
        ] {
            assert_eq!(parsed(url), Ok((tls, host.to_owned(), port)), "{url}");
        }
        for url in [
            "dc1.contoso.example",
            "https://dc1",
            "ldaps://",
            "ldaps://:636",
            "ldaps://dc1:",
            "ldaps://dc1:x",
            "ldaps://dc1:70000",
            "ldaps://::1",
            "ldaps://[::1",
            "ldaps://[::1]6",
            "ldaps://user@dc1",
            "ldaps://dc1/DC=contoso",
            "ldaps://dc1?cn",
            "ldaps://dc 1",
        ] {
            assert!(parsed(url).is_err(), "{url}");
        }
    }
}
