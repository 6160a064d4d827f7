//! The smallest read of a real OpenLDAP server and of a real domain controller, step by step.

use crate::support::ldap::servers::{domain_wanted, slapd_wanted};
use rolewright::doctor::{Outcome, ProbeReport, Step, connection};
use rolewright::fetch::ldap::{ReadRequest, probe};
use rolewright::model::Secret;

#[test]
fn a_probe_of_a_real_server_names_the_step_that_fails() {
    let sound = slapd_wanted("reader");
    assert_eq!(sound.probed(), (vec![Step::Connection, Step::SignIn, Step::Permission, Step::Read], None));
    let mut wrong = sound.clone();
    wrong.password = "canary-of-nobody".to_owned();
    let (_, failed) = wrong.probed();
    let (step, said) = failed.expect("it is refused");
    assert_eq!(step, Step::SignIn);
    assert!(!said.contains("canary"), "{said}");
    let mut wrong = sound.clone();
    wrong.connection.users_under = Some(format!("ou=nowhere,{}", sound.connection.base_dn));
    assert_eq!(wrong.probed().1.expect("there is none").0, Step::Read);
    let mut wrong = sound;
    wrong.connection.url = "ldap://127.0.0.1:1".to_owned();
    assert_eq!(wrong.probed().1.expect("nobody answers").0, Step::Connection);
}

/// Attributes that an account may not read are reported before a run needs them.
#[test]
fn e_6_a_probe_names_what_the_account_may_not_read() {
    let blind = slapd_wanted("blind").probed().1.expect("it sees no member");
    assert_eq!(blind, (Step::Permission, "no group shows a `member`".to_owned()));
    let mut dim = domain_wanted();
    dim.connection.bind_dn = "svc-dim@corp.example.test".to_owned();
    let (step, said) = dim.probed().1.expect("it sees no state");
    assert_eq!(step, Step::Permission);
    assert!(said.ends_with("shows no `userAccountControl`"), "{said}");
    // If policies don't need to know whether users are enabled, nothing is missing.
    dim.attributes.retain(|attribute| attribute.name != "accountEnabled");
    assert_eq!(dim.probed().1, None);
}

#[test]
fn a_probe_of_a_domain_compares_the_clocks() {
    let sound = domain_wanted();
    assert_eq!(sound.probed(), (vec![Step::Connection, Step::SignIn, Step::Permission, Step::Read], None));
    let at = |now: i64| {
        let mut met = ProbeReport::default();
        let request = ReadRequest { now, ..sound.request() };
        probe(&request, &Secret::new(sound.password.clone()), &mut met);
        met
    };
    let now = rolewright::fetch::ldap::now();
    assert!(at(now).skew.is_some_and(|skew| (-2..60).contains(&skew)), "one machine has one clock");
    let late = connection("it", &at(now - 600), true);
    let clock = late.iter().find(|line| line.step == Step::Clock).expect("a line of the clocks");
    assert_eq!(clock.outcome, Outcome::Warned);
    assert!(clock.message.contains("behind the server"), "{}", clock.message);
}
