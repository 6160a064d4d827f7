//! The smallest look at a real OpenLDAP server, step by step.

use super::servers::slapd_wanted;
use rolewright::doctor::Step;

#[test]
fn a_probe_of_a_real_server_names_the_step_that_fails() {
    let sound = slapd_wanted("reader");
    assert_eq!(sound.probed(), (vec![Step::Connection, Step::SignIn, Step::Read], None));
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
