//! What a search reference stands for: a part of the tree that the server did not search (RFC 4511, 4.5.3).

/// Where the entries that a reference stands for are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Elsewhere {
    /// In a partition of an Active Directory that holds no users: its configuration, its DNS zones. Each search from the
    /// root of a domain is told of them (L14).
    NobodysPartition,
    /// In another domain of an Active Directory.
    Domain,
    /// Anywhere else, so that a part of the directory asked for is missing.
    Missing,
}

/// What the addresses of one reference stand for; they name the same place on several servers.
pub fn elsewhere(addresses: &[&str]) -> Elsewhere {
    let names: Option<Vec<String>> = addresses.iter().map(|address| name(address)).collect();
    let names = names.filter(|names| !names.is_empty()).unwrap_or_default();
    let all = |fits: fn(&str) -> bool| !names.is_empty() && names.iter().all(|name| fits(name));
    if all(is_nobodys_partition) {
        Elsewhere::NobodysPartition
    } else if all(|name| name.starts_with("dc=")) {
        Elsewhere::Domain
    } else {
        Elsewhere::Missing
    }
}

fn is_nobodys_partition(name: &str) -> bool {
    let first = name.split(',').next().unwrap_or_default();
    let within_domain = name.split(',').nth(1).is_some_and(|second| second.starts_with("dc="));
    within_domain && matches!(first, "cn=configuration" | "dc=domaindnszones" | "dc=forestdnszones")
}

/// The distinguished name of an LDAP URL (RFC 4516), in lower case.
fn name(address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    let rest = lower.strip_prefix("ldap://").or_else(|| lower.strip_prefix("ldaps://"))?;
    let (_, name) = rest.split_once('/')?;
    name.split('?').next().map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::{Elsewhere, elsewhere};

    #[test]
    fn h18_l_14_only_partitions_of_active_directory_are_no_missing_part() {
        for (address, expected) in [
            ("ldap://corp.example/CN=Configuration,DC=corp,DC=example", Elsewhere::NobodysPartition),
            (
                "ldap://DomainDnsZones.corp.example/DC=DomainDnsZones,DC=corp,DC=example",
                Elsewhere::NobodysPartition,
            ),
            ("ldaps://x/DC=ForestDnsZones,DC=corp,DC=example??sub", Elsewhere::NobodysPartition),
            ("ldap://emea.corp.example/DC=emea,DC=corp,DC=example", Elsewhere::Domain),
            ("ldap://other.example/OU=People,DC=corp,DC=example", Elsewhere::Missing),
            ("ldap://other.example/CN=Configuration,OU=People,DC=corp", Elsewhere::Missing),
            ("ldap://other.example", Elsewhere::Missing),
            ("https://other.example/DC=emea", Elsewhere::Missing),
            ("", Elsewhere::Missing),
        ] {
            assert_eq!(elsewhere(&[address]), expected, "{address}");
        }
        assert_eq!(elsewhere(&[]), Elsewhere::Missing);
        let mixed = ["ldap://a/DC=emea,DC=corp", "ldap://b/OU=People,DC=corp"];
        assert_eq!(elsewhere(&mixed), Elsewhere::Missing);
    }
}
