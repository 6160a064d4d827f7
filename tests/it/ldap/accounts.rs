//! Accepted and refused sign-ins.

use crate::support::ldap::servers::{domain, domain_wanted, slapd_wanted};

#[test]
fn l_15_an_account_signs_in_by_each_of_its_names() {
    let base = domain().get("base");
    let place = format!("CN=svc-reader,OU=Service,OU=Company,{base}");
    for name in [place.as_str(), "svc-reader@corp.example.test", "CORP\\svc-reader"] {
        let mut wanted = domain_wanted();
        wanted.connection.bind_dn = name.to_owned();
        wanted.connection.users_under = Some(format!("OU=Bergen,OU=Company,{base}"));
        assert_eq!(wanted.snapshot().users.len(), 4, "{name}");
    }
}

#[test]
fn l_15_a_refused_password_says_why_and_is_not_shown() {
    let mut wrong = domain_wanted();
    wrong.password = "not-the-password".to_owned();
    let said = wrong.error();
    assert!(said.contains("renew the credential") && said.contains("data 52e"), "{said}");
    assert!(!said.contains("not-the-password"), "{said}");
    let mut disabled = domain_wanted();
    disabled.connection.bind_dn = "svc-disabled@corp.example.test".to_owned();
    let said = disabled.error();
    assert!(said.contains("the account is disabled; enable it"), "{said}");
    let mut wrong = slapd_wanted("reader");
    wrong.password = "not-the-password".to_owned();
    let said = wrong.error();
    assert!(
        said.contains("signing in as `cn=reader,") && said.contains("name or password is wrong"),
        "{said}"
    );
}

/// Domain controllers require encryption for a password (Windows by policy).
#[test]
fn l_15_a_server_that_wants_encryption_is_not_asked_again_without() {
    // Clear text is allowed only for loopback addresses, which this domain controller has.
    let mut clear = domain_wanted();
    clear.connection.url = format!("ldap://{}", domain().get("address"));
    let said = clear.error();
    assert!(said.contains("requires an encrypted connection; use `ldaps://`"), "{said}");
}

#[test]
fn l_16_an_empty_password_is_refused_before_it_is_sent() {
    let mut empty = domain_wanted();
    empty.password = String::new();
    let said = empty.error();
    assert!(said.contains("the name or the password is empty"), "{said}");
}

/// If the account may not read whether users are disabled, they must not all count as enabled.
#[test]
fn e_6_an_account_control_that_cannot_be_read_is_an_error() {
    let mut dim = domain_wanted();
    dim.connection.bind_dn = "svc-dim@corp.example.test".to_owned();
    let said = dim.error();
    assert!(said.contains("`userAccountControl`") && said.contains("grant the account permission"), "{said}");
}
