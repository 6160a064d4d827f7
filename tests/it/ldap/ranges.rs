//! Long lists of members, which arrive in ranges.

use super::members;
use crate::support::ldap::double::{BASE, Content, Double, RequestKind, Step, group, outcome, user};
use std::time::Duration;

/// A number of users, all in one group; an answer contains at most 1,500 members.
fn pile(count: usize) -> Content {
    let everybody: Vec<usize> = (0..count).collect();
    Content { users: (0..count).map(user).collect(), groups: vec![group(0, &everybody)], values: 1500 }
}

fn read(content: Content) -> usize {
    let double = Double::start(content, |_, _| Step::Serve);
    let mut wanted = double.wanted();
    wanted.limits.page = 1000;
    wanted.limits.answer = Duration::from_secs(60);
    let snapshot = wanted.snapshot();
    members(&snapshot, "g0", "onPremisesSamAccountName", true).len()
}

#[test]
fn e_3_lists_at_the_edge_of_a_piece_are_whole() {
    for count in [1499, 1500, 1501, 3000, 3001, 10_000] {
        assert_eq!(read(pile(count)), count);
    }
}

/// The empty attribute beside a piece does not mean an empty list, and a lost piece is not the end of the list.
#[test]
fn e_3_a_piece_that_does_not_follow_is_an_incomplete_read() {
    let mut content = pile(10);
    content.values = 4;
    let name = content.groups[0].name.clone();
    let lost = RequestKind::Entry(name);
    let octets = |text: &str| rolewright::wire::ldap::ber::element(4, text.as_bytes());
    let entry = |attribute: &str| {
        use rolewright::wire::ldap::ber::{INTEGER, SEQUENCE, SET, group as of, number};
        let values = of(SET, &[octets(&format!("uid=u4,{BASE}"))]);
        let attributes = of(SEQUENCE, &[of(SEQUENCE, &[octets(attribute), values])]);
        [
            of(SEQUENCE, &[number(INTEGER, 9), of(0x64, &[octets(&format!("cn=g0,{BASE}")), attributes])]),
            outcome(9, 0x65, 0, None),
        ]
        .concat()
    };
    for (step, what) in [
        (Step::Send(outcome(9, 0x65, 0, None)), "the entry is gone"),
        (Step::Send(entry("member")), "no range"),
        (Step::Send(entry("description")), "another attribute"),
        (Step::Send(entry("member;range=5-5")), "a later piece"),
        (Step::Send(entry("member;range=4-9")), "fewer values than it says"),
        (Step::Send(entry("member;range=4-3")), "an end before its beginning"),
        (Step::Send(entry("member;range=x-y")), "no numbers"),
        (Step::Refuse(32, 0), "no such entry"),
    ] {
        let place = lost.clone();
        let double = Double::start(
            content.clone(),
            move |_, asked| {
                if *asked == place { step.clone() } else { Step::Serve }
            },
        );
        let said = double.wanted().error();
        let known = said.contains("changed while it was read")
            || said.contains("other values than the requested ones");
        assert!(known, "{what}: {said}");
    }
}

/// Any attribute may arrive in pieces, not only members.
#[test]
fn l_03_a_users_long_list_is_whole_too() {
    let mut content = Content::small();
    content.values = 3;
    let addresses: Vec<Vec<u8>> = (0..10).map(|at| format!("smtp:{at}@example.test").into_bytes()).collect();
    content.users[1].attributes.push(("proxyAddresses".to_owned(), addresses));
    let double = Double::start(content, |_, _| Step::Serve);
    let snapshot = double.wanted().snapshot();
    let found = super::of(&snapshot, ("onPremisesSamAccountName", "u1"), "proxyAddresses");
    assert!(matches!(found, rolewright::model::Field::List(addresses) if addresses.len() == 10));
    assert_eq!(snapshot.users.len(), 5);
}

/// A list that fits into one answer must not cause further requests.
#[test]
fn l_03_a_short_list_costs_no_further_request() {
    let double = Double::start(Content::small(), |_, _| Step::Serve);
    double.wanted().snapshot();
    let single = double.seen().iter().filter(|(_, asked)| matches!(asked, RequestKind::Entry(_))).count();
    assert_eq!(single, 0);
}
