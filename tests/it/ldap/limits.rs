//! The domain controller with Windows' limits.

use super::{members, of};
use crate::support::ldap::proxy::Proxy;
use crate::support::ldap::servers::domain_wanted;
use rolewright::model::Field;

const ACCOUNT: &str = "onPremisesSamAccountName";

#[test]
fn e_3_groups_at_the_edge_of_windows_range_are_whole() {
    let proxy = Proxy::start(1500, 1000);
    let snapshot = proxy.wanted().snapshot();
    for count in [1499, 1500, 1501, 1600] {
        assert_eq!(members(&snapshot, &format!("Pile-{count}"), ACCOUNT, true).len(), count);
    }
    // The lists of 1,501 and 1,600 members, and 1,600 addresses of a user, arrive in two pieces each; the user's first
    // piece is requested twice.
    assert_eq!(proxy.pieces(), 7);
}

#[test]
fn l_03_many_small_pieces_make_the_same_lists() {
    let proxy = Proxy::start(97, 1000);
    let snapshot = proxy.wanted().snapshot();
    assert_eq!(members(&snapshot, "Pile-1600", ACCOUNT, true).len(), 1600);
    assert!(proxy.pieces() > 60, "{}", proxy.pieces());
    let addresses = of(&snapshot, (ACCOUNT, "manymails"), "proxyAddresses");
    assert!(matches!(addresses, Field::List(addresses) if addresses.len() == 1600));
}

/// Windows returns fewer entries than requested, and says that there are more.
#[test]
fn l_01_pages_smaller_than_asked_for_are_followed() {
    let mut wanted = Proxy::start(1500, 100).wanted();
    wanted.limits.page = 5000;
    let through = wanted.snapshot();
    let direct = domain_wanted().snapshot();
    assert_eq!(through.users.len(), direct.users.len());
    assert_eq!(through.groups.len(), direct.groups.len());
}
