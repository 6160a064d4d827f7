//! What is read from a real domain controller: which users, in which groups, under which names.

use super::{group, members, of, row, text_of};
use crate::support::ldap::servers::{administrator, domain, domain_wanted};
use rolewright::model::{DistinguishedName, Field};

const ACCOUNT: &str = "onPremisesSamAccountName";

fn list(values: &[&str]) -> Field<'static> {
    Field::List(values.iter().map(|value| value.to_string().into()).collect())
}

fn text(value: &str) -> Field<'static> {
    Field::text(value.to_owned())
}

#[test]
fn attributes_have_the_names_of_microsoft_graph() {
    let snapshot = domain_wanted().declares("comment", "info").declares("sid", "objectSid").snapshot();
    let ada = |attribute| of(&snapshot, (ACCOUNT, "ada"), attribute);
    for (attribute, value) in [
        ("businessPhones", list(&["+4722000001"])),
        ("city", text("Oslo")),
        ("comment", Field::Empty),
        ("companyName", text("Analytical")),
        ("country", text("Norway")),
        ("department", text("Engineering")),
        ("displayName", text("Ada Lovelace")),
        ("employeeId", text("1001")),
        ("givenName", text("Ada")),
        ("jobTitle", text("Engineer")),
        ("mail", text("ada@example.test")),
        ("mobilePhone", text("+4790000001")),
        ("officeLocation", text("Office 7")),
        (
            "onPremisesDistinguishedName",
            text("CN=Ada Lovelace,OU=Oslo,OU=Company,DC=corp,DC=example,DC=test"),
        ),
        ("postalCode", text("0150")),
        ("proxyAddresses", list(&["SMTP:ada@example.test", "smtp:ada.l@example.test"])),
        ("state", text("Oslo")),
        ("streetAddress", text("Storgata 1")),
        ("surname", text("Lovelace")),
        ("usageLocation", text("NO")),
        ("userPrincipalName", text("ada@corp.example.test")),
        ("userType", Field::Empty),
    ] {
        assert_eq!(ada(attribute), value, "{attribute}");
    }
    assert!(matches!(ada("sid"), Field::Text(sid) if sid.starts_with("S-1-5-21-")));
    assert!(matches!(ada("createdDateTime"), Field::Text(at) if at.starts_with("20") && at.ends_with('Z')));
}

/// The id is the text that Windows shows, and Microsoft's synchronisation connects both directories by its bytes
/// (MG15).
#[test]
fn l_04_the_id_is_the_guid_with_its_mixed_byte_order() {
    use base64::Engine;
    let snapshot = domain_wanted().snapshot();
    let ada = row(&snapshot, (ACCOUNT, "ada"));
    let id = snapshot.users.ids.id(ada);
    let Field::Text(immutable) = of(&snapshot, (ACCOUNT, "ada"), "onPremisesImmutableId") else {
        panic!("no immutable id")
    };
    let bytes = base64::engine::general_purpose::STANDARD.decode(immutable.as_ref()).unwrap();
    let swapped = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15].map(|at: usize| bytes[at]);
    let hex: String = swapped.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(id.replace('-', ""), hex);
}

#[test]
fn l_05_names_with_commas_signs_and_umlauts_are_found_as_members() {
    let snapshot = domain_wanted().snapshot();
    let all = members(&snapshot, "App-All", ACCOUNT, false);
    assert_eq!(all, ["asa", "expired", "hashed", "miles", "nomail", "noupn", "star"]);
    let odd = DistinguishedName::parse(
        r"CN=\23hash \3Deq\2Bplus\3Bsemi,OU=Oslo,OU=Company,DC=corp,DC=example,DC=test",
    );
    let Field::Text(place) = of(&snapshot, (ACCOUNT, "hashed"), "onPremisesDistinguishedName") else {
        panic!("no name")
    };
    assert_eq!(DistinguishedName::parse(&place), odd);
    assert_eq!(of(&snapshot, (ACCOUNT, "asa"), "displayName"), text("Åsa Ångström"));
}

#[test]
fn l_06_what_stands_in_a_prefix_is_never_taken_for_a_filter() {
    let mut wanted = domain_wanted();
    wanted.prefix = "App, with+odd (chars) *".to_owned();
    let snapshot = wanted.snapshot();
    assert_eq!(snapshot.groups.len(), 1);
    assert_eq!(members(&snapshot, "App, with+odd (chars) *", ACCOUNT, false), ["ada"]);
    for prefix in ["*", "App-*", "App*)(cn=*", "\\41pp", "\0"] {
        wanted.prefix = prefix.to_owned();
        let said = wanted.error();
        assert!(said.contains("sees no group under"), "{prefix}: {said}");
    }
}

#[test]
fn l_07_computers_and_contacts_are_no_users() {
    let snapshot = domain_wanted().snapshot();
    for row in 0..snapshot.users.len() as u32 {
        assert_ne!(text_of(&snapshot, row, "displayName").as_deref(), Some("Contact Only"));
        let account = text_of(&snapshot, row, ACCOUNT).expect("everybody has one");
        assert!(!account.ends_with('$'), "{account}");
    }
    // As members they are skipped.
    assert_eq!(members(&snapshot, "App-Mixed", ACCOUNT, true), ["ada"]);
}

#[test]
fn l_08_disabled_by_the_bit_and_by_expiry_and_by_nothing_else() {
    let snapshot = domain_wanted().snapshot();
    for (account, enabled) in [
        ("ada", true),
        ("disabled", false),
        ("disablednever", false),
        ("never", true),
        ("expired", false),
        ("everlasting", true),
    ] {
        assert_eq!(of(&snapshot, (ACCOUNT, account), "accountEnabled"), Field::Boolean(enabled), "{account}");
    }
}

#[test]
fn l_09_everybody_is_in_the_primary_group() {
    let snapshot = domain_wanted().snapshot();
    let users = members(&snapshot, "Domain Users", ACCOUNT, false);
    assert!(users.contains(&"ada".to_owned()) && users.contains(&"bulk01599".to_owned()));
    assert!(!users.contains(&"Guest".to_owned()), "guests have another primary group");
    assert!(members(&snapshot, "App-Everybody", ACCOUNT, true).contains(&"ada".to_owned()));
    assert!(members(&snapshot, "App-Everybody", ACCOUNT, false).is_empty());
    // Also if the primary group is only nested in a group that is read.
    let mut narrow = domain_wanted();
    narrow.prefix = "App-Everybody".to_owned();
    assert!(members(&narrow.snapshot(), "App-Everybody", ACCOUNT, true).contains(&"ada".to_owned()));
}

#[test]
fn l_10_nested_groups_count_to_any_depth_and_cycles_end() {
    let snapshot = domain_wanted().snapshot();
    assert_eq!(members(&snapshot, "App-Engineering", ACCOUNT, true), ["ada", "disabled", "grace", "linus"]);
    assert_eq!(members(&snapshot, "App-Engineering", ACCOUNT, false), ["disabled", "linus"]);
    for cycle in ["Cycle-A", "Cycle-B"] {
        assert_eq!(members(&snapshot, cycle, ACCOUNT, true), ["grace", "linus"]);
    }
    assert!(members(&snapshot, "App-Empty", ACCOUNT, true).is_empty());
}

/// A prefix prevents other groups from being found, but they count as nested groups.
#[test]
fn l_10_a_nested_group_outside_prefix_and_place_counts_but_is_not_found() {
    let mut wanted = domain_wanted();
    wanted.prefix = "App-".to_owned();
    wanted.under = Some("OU=Groups, ou=company, DC=corp,DC=example,DC=test".to_owned());
    let snapshot = wanted.snapshot();
    assert_eq!(members(&snapshot, "App-Outside", ACCOUNT, true), ["twin"]);
    assert_eq!(members(&snapshot, "app-lower", ACCOUNT, true), ["grace"]);
    let names: Vec<&str> =
        (0..snapshot.groups.len() as u32).map(|row| snapshot.groups.record(row).name.as_str()).collect();
    assert!(names.iter().all(|name| name.is_empty() || name.to_lowercase().starts_with("app-")), "{names:?}");
    assert!(names.contains(&""), "the nested group has no name");
}

/// `member` of groups is read, not `memberOf` of users, in which groups are missing that the account cannot see.
#[test]
fn l_11_groups_say_who_is_in_them_and_when_and_where_they_were_made() {
    let snapshot = domain_wanted().snapshot();
    let record = snapshot.groups.record(group(&snapshot, "App-Core"));
    let place = "CN=App-Core,OU=Groups,OU=Company,DC=corp,DC=example,DC=test";
    assert_eq!(record.distinguished_name.as_deref(), Some(place));
    assert!(record.created.as_deref().is_some_and(|at| at.ends_with('Z')), "{record:?}");
    assert_eq!(members(&snapshot, "App-Domain Local", ACCOUNT, true).len(), 4);
}

#[test]
fn users_are_read_from_their_place_alone() {
    let mut wanted = domain_wanted();
    wanted.connection.users_under = Some("OU=Bergen,OU=Company,DC=corp,DC=example,DC=test".to_owned());
    let snapshot = wanted.snapshot();
    let mut names: Vec<_> =
        (0..snapshot.users.len() as u32).filter_map(|row| text_of(&snapshot, row, ACCOUNT)).collect();
    names.sort_unstable();
    assert_eq!(names, ["asa", "linus", "manymails", "twin"]);
    assert_eq!(members(&snapshot, "App-All", ACCOUNT, true), ["asa", "linus"]);
}

/// The server's counters rise without a relevant change: only content counts.
#[test]
fn l_12_signing_in_changes_nothing_that_is_read() {
    let shown = |snapshot: &rolewright::snapshot::DirectorySnapshot| -> Vec<String> {
        let row = row(snapshot, (ACCOUNT, "grace"));
        snapshot.users.attributes().map(|(name, column)| format!("{name}={:?}", column.field(row))).collect()
    };
    let before = domain_wanted().snapshot();
    let mut grace = domain_wanted();
    grace.connection.bind_dn = "CORP\\grace".to_owned();
    grace.password = "User!Passw0rd1".to_owned();
    let as_grace = grace.snapshot();
    assert_eq!(shown(&before), shown(&as_grace));
    assert_eq!(shown(&before), shown(&domain_wanted().snapshot()));
}

#[test]
fn l_13_a_renamed_and_moved_user_keeps_the_id() {
    let company = "OU=Company,DC=corp,DC=example,DC=test";
    let id = |snapshot: &rolewright::snapshot::DirectorySnapshot| {
        snapshot.users.ids.id(row(snapshot, (ACCOUNT, "moved"))).to_owned()
    };
    let before = domain_wanted().snapshot();
    let rename = |from: &str, to: &str, place: &str| {
        format!("dn: {from}\nchangetype: modrdn\nnewrdn: {to}\ndeleteoldrdn: 1\nnewsuperior: {place}\n")
    };
    let Field::Text(place) = of(&before, (ACCOUNT, "moved"), "onPremisesDistinguishedName") else {
        panic!("no name")
    };
    // There and back, so that the next run can repeat it.
    let away = place.contains("OU=Changing");
    let (to, unit) = if away { ("CN=Re Named", "OU=Elsewhere") } else { ("CN=Mo Ved", "OU=Changing") };
    administrator("ldapmodify", &rename(&place, to, &format!("{unit},{company}")));
    let after = domain_wanted().snapshot();
    assert_eq!(id(&before), id(&after));
    let place = format!("{to},{unit},{company}");
    assert_eq!(of(&after, (ACCOUNT, "moved"), "onPremisesDistinguishedName"), text(&place));
}

/// A search from the root of the domain returns references to other partitions.
#[test]
fn l_14_references_are_neither_followed_nor_counted() {
    let snapshot = domain_wanted().snapshot();
    assert_eq!(domain_wanted().connection.base_dn, domain().get("base"));
    assert!(snapshot.users.len() > 1600 && snapshot.groups.len() > 20);
}

#[test]
fn l_18_a_mail_that_two_users_share_is_read_for_both() {
    let snapshot = domain_wanted().snapshot();
    assert_eq!(of(&snapshot, (ACCOUNT, "ada"), "mail"), text("ada@example.test"));
    assert_eq!(of(&snapshot, (ACCOUNT, "twin"), "mail"), text("ADA@example.test"));
}

#[test]
fn l_19_what_is_not_there_is_empty_and_nothing_is_made_up() {
    let snapshot = domain_wanted().snapshot();
    assert_eq!(of(&snapshot, (ACCOUNT, "nomail"), "mail"), Field::Empty);
    assert_eq!(of(&snapshot, (ACCOUNT, "noupn"), "userPrincipalName"), Field::Empty);
    assert_eq!(of(&snapshot, (ACCOUNT, "grace"), "jobTitle"), Field::Empty);
}
