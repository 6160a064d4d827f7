//! The LDAP names of attributes that policies name as Microsoft Graph does (the policy language, 3).

/// The kind of server: it decides the names of attributes, and what makes an entry a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavour {
    /// Active Directory: Windows, or Samba as a domain controller.
    ActiveDirectory,
    /// Any other: OpenLDAP, 389 Directory Server.
    Standard,
}

/// Graph's name; Active Directory's names; the names of RFC 4519, RFC 2798 and RFC 4524. The first name that has a
/// value counts. Active Directory's names are those that Microsoft's own synchronisation uses.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const NAMES: &[Row] = &[
    ("businessPhones", &["telephoneNumber"], &["telephoneNumber"]),
    ("city", &["l"], &["l"]),
    ("companyName", &["company"], &["o"]),
    ("country", &["co", "c"], &["co", "c"]),
    ("createdDateTime", &["whenCreated"], &["createTimestamp"]),
    ("department", &["department"], &["department", "departmentNumber"]),
    ("displayName", &["displayName"], &["displayName", "cn"]),
    ("employeeId", &["employeeID"], &["employeeNumber"]),
    ("employeeType", &["employeeType"], &["employeeType"]),
    ("faxNumber", &["facsimileTelephoneNumber"], &["facsimileTelephoneNumber"]),
    ("givenName", &["givenName"], &["givenName"]),
    ("jobTitle", &["title"], &["title"]),
    ("mail", &["mail"], &["mail"]),
    ("mailNickname", &["mailNickname"], &["mailNickname"]),
    ("mobilePhone", &["mobile"], &["mobile"]),
    ("officeLocation", &["physicalDeliveryOfficeName"], &["physicalDeliveryOfficeName"]),
    ("onPremisesImmutableId", &["mS-DS-ConsistencyGuid", "objectGUID"], &[]),
    ("onPremisesSamAccountName", &["sAMAccountName"], &["uid"]),
    ("onPremisesUserPrincipalName", &["userPrincipalName"], &["userPrincipalName"]),
    ("otherMails", &["otherMailbox"], &[]),
    ("postalCode", &["postalCode"], &["postalCode"]),
    ("preferredLanguage", &["preferredLanguage"], &["preferredLanguage"]),
    ("proxyAddresses", &["proxyAddresses"], &["proxyAddresses"]),
    ("state", &["st"], &["st"]),
    ("streetAddress", &["streetAddress"], &["street"]),
    ("surname", &["sn"], &["sn"]),
    ("usageLocation", &["msExchUsageLocation", "c"], &["c"]),
    ("userPrincipalName", &["userPrincipalName"], &["userPrincipalName"]),
    ("userType", &[], &[]),
];

const EXTENSION: &str = "onPremisesExtensionAttributes.";

/// Whether the user may sign in; computed, not read.
pub const ENABLED: &str = "accountEnabled";
/// The entry's distinguished name.
pub(super) const PLACE: &str = "onPremisesDistinguishedName";

/// The LDAP attributes for the name that policies use; the first that has a value counts. `source` is the name in the
/// directory's document, if it declares the attribute.
pub fn ldap_names<'n>(name: &'n str, source: &'n str, flavour: Flavour) -> Vec<&'n str> {
    let row = NAMES.iter().find(|(graph, ..)| *graph == name).filter(|_| name == source);
    match (row, flavour) {
        (Some((_, names, _)), Flavour::ActiveDirectory) | (Some((_, _, names)), Flavour::Standard) => {
            names.to_vec()
        }
        (None, _) => vec![source.strip_prefix(EXTENSION).unwrap_or(source)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::known_user_attributes;

    #[test]
    fn every_known_attribute_has_ldap_names() {
        for name in known_user_attributes() {
            let worked_out = [ENABLED, PLACE, "id"].contains(&name.as_str());
            let extension = name.starts_with(EXTENSION);
            let listed = NAMES.iter().any(|(graph, ..)| *graph == name);
            assert_eq!(listed, !worked_out && !extension, "{name}");
        }
    }

    #[test]
    fn declared_names_are_used_as_written() {
        let names = |name, source| ldap_names(name, source, Flavour::ActiveDirectory);
        assert_eq!(names("surname", "surname"), ["sn"]);
        assert_eq!(names("costCentre", "extensionAttribute5"), ["extensionAttribute5"]);
        let extension = "onPremisesExtensionAttributes.extensionAttribute15";
        assert_eq!(names(extension, extension), ["extensionAttribute15"]);
    }
}
