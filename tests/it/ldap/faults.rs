//! Under every fault, a read is complete or an error, never incomplete without an error.
#![expect(clippy::disallowed_types, reason = "nobody must call the server of a referral")]
#![expect(clippy::disallowed_methods, reason = "waits must have an end")]

use crate::support::ldap::double::{BASE, Content, Double, RequestKind, Step, group, outcome, user};
use proptest::prelude::*;
use rolewright::fetch::ldap::LdapError;
use rolewright::model::ReadBudget;
use rolewright::wire::ldap::ber::{self, ENUMERATED, INTEGER, OCTETS, SEQUENCE};
use rolewright::wire::ldap::decode;
use std::net::TcpListener;
use std::time::{Duration, Instant};

/// Where a fault may occur: on the first and on a later page of users and of groups.
const PLACES: [RequestKind; 4] =
    [RequestKind::Users(0), RequestKind::Users(2), RequestKind::Groups(0), RequestKind::Groups(2)];

fn always(place: RequestKind, step: Step) -> Double {
    Double::start(Content::small(), move |_, asked| if *asked == place { step.clone() } else { Step::Serve })
}

#[test]
fn the_double_is_read_to_its_end() {
    let double = Double::start(Content::small(), |_, _| Step::Serve);
    let snapshot = double.wanted().snapshot();
    assert_eq!((snapshot.users.len(), snapshot.groups.len()), (5, 3));
    assert_eq!(snapshot.groups.direct_users(2), [2, 3]);
}

/// Every code except success, on every page, is an error.
#[test]
fn e_4_any_result_but_success_is_an_incomplete_read() {
    for place in PLACES {
        for code in [1, 2, 3, 4, 7, 8, 10, 11, 12, 18, 32, 50, 51, 52, 53, 80, 118, 4096] {
            for entries in [0, 1] {
                let said = always(place.clone(), Step::Refuse(code, entries)).wanted().error();
                assert!(said.contains(&format!("LDAP result {code}")), "{place:?} {code}: {said}");
            }
        }
    }
}

#[test]
fn l_02_a_connection_lost_at_any_byte_is_an_incomplete_read() {
    for place in PLACES {
        for bytes in [0, 1, 5, 40, 100, 150] {
            let double = always(place.clone(), Step::Cut(bytes));
            let error = double.wanted().read().expect_err("no complete read");
            assert!(matches!(error, LdapError::Lost { .. }), "{place:?} {bytes}: {error}");
        }
    }
}

#[test]
fn e_4_a_lost_or_repeated_cookie_is_an_incomplete_read() {
    for place in PLACES {
        let said = always(place.clone(), Step::Forget).wanted().error();
        assert!(said.contains("does not say whether another page follows"), "{place:?}: {said}");
        let said = always(place.clone(), Step::Repeat).wanted().error();
        assert!(said.contains("two ") || said.contains("was sent twice"), "{place:?}: {said}");
    }
}

/// Each page is an answer in time, so only a limit of the whole read ends it.
#[test]
fn h17_a_list_without_end_ends_at_the_budget_of_the_whole_read() {
    let mut content = Content::small();
    content.users = (0..2_000).map(user).collect();
    let double = Double::start(content, |_, _| Step::Serve);
    let budget = ReadBudget::default();
    for (budget, says) in [
        (ReadBudget { records: 100, ..budget }, "the whole read may take 100 records"),
        (ReadBudget { bytes: 30_000, ..budget }, "the whole read may take 30000 bytes"),
        (ReadBudget { time: Duration::from_millis(30), ..budget }, "the whole read may take 30 ms"),
    ] {
        let mut wanted = double.wanted();
        wanted.limits.page = 1;
        wanted.limits.budget = budget;
        let said = wanted.error();
        assert!(said.contains(says), "{said}");
    }
    assert!(!double.seen().iter().any(|(_, asked)| *asked == RequestKind::Users(1_999)));
    assert!(double.connections() <= 3, "such a read is not repeated");
}

/// A referral names another server, which is never called, because it would receive the password (threat F10).
#[test]
fn f_10_a_referral_is_reported_and_not_followed() {
    let elsewhere = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url: &'static str =
        format!("ldap://{}/dc=double", elsewhere.local_addr().expect("its address")).leak();
    let octets = |text: &str| ber::element(OCTETS, text.as_bytes());
    let referral = ber::group(0xa3, &[octets(url)]);
    let result = ber::group(0x65, &[ber::number(ENUMERATED, 10), octets(""), octets(""), referral]);
    let answer = ber::group(SEQUENCE, &[ber::number(INTEGER, 3), result]);
    let said = always(RequestKind::Users(0), Step::Send(answer)).wanted().error();
    assert!(said.contains("put that server into `url` (referrals are not followed)"), "{said}");
    let said = always(RequestKind::Users(0), Step::Refer(url)).wanted().error();
    assert!(said.contains("(referrals are not followed)"), "{said}");
    elsewhere.set_nonblocking(true).expect("a socket");
    assert!(elsewhere.accept().is_err(), "somebody called the other server");
}

#[test]
fn h18_a_part_that_another_server_holds_makes_the_read_incomplete() {
    for place in PLACES {
        let double = always(place.clone(), Step::Refer("ldap://canary.example/ou=people,dc=double??sub"));
        let said = double.wanted().error();
        assert!(
            said.contains("a part of it is on another server") && said.contains("`url`"),
            "{place:?}: {said}"
        );
        assert!(!said.contains("canary"), "{said}");
        assert_eq!(double.connections(), 1, "it is not tried again");
    }
}

#[test]
fn h18_pages_without_an_entry_end() {
    let double = always(RequestKind::Users(2), Step::Nothing(2));
    assert!(double.wanted().error().contains("says that there are more entries and sends none"));
    let pages = double.seen().into_iter().filter(|(_, asked)| *asked == RequestKind::Users(2)).count();
    assert_eq!((pages, double.connections()), (1, 1));
    // A new cookie each time ends too, later.
    let double = Double::start(Content::small(), |_, asked| match asked {
        RequestKind::Users(from) if *from > 0 => Step::Nothing(from + 1),
        _ => Step::Serve,
    });
    assert!(double.wanted().error().contains("says that there are more entries and sends none"));
    assert!(double.seen().len() < 150, "{}", double.seen().len());
}

/// Servers repeat in their words what was searched for.
#[test]
fn h18_what_a_server_says_about_a_search_is_not_shown() {
    let octets = |text: &str| ber::element(OCTETS, text.as_bytes());
    let refused = |place: RequestKind, tag: u8, id: i64, code: i64, words: &str| {
        let result = ber::group(tag, &[ber::number(ENUMERATED, code), octets(""), octets(words)]);
        always(place, Step::Send(ber::group(SEQUENCE, &[ber::number(INTEGER, id), result]))).wanted().error()
    };
    let search = |code, words| refused(RequestKind::Users(0), 0x65, 3, code, words);
    let said = search(50, "uid=canary with password password may not");
    assert!(said.contains("(LDAP result 50 (insufficientAccessRights))"), "{said}");
    assert!(!said.contains("canary") && !said.contains("password"), "{said}");
    let said =
        search(32, "0000208D: NameErr: DSID-03100245, problem 2001 (NO_OBJECT), best match of: 'OU=canary'");
    assert!(said.contains("LDAP result 32 (noSuchObject), Windows error 0000208D"), "{said}");
    assert!(!said.contains("canary"), "{said}");
    assert!(!search(4711, "canary:").contains("canary"));
    // A refused sign-in is explained by them, without the password in any form.
    for form in ["password", "PASSWORD", "cGFzc3dvcmQ=", "70617373776f7264", "%70assword"] {
        let said = refused(RequestKind::Bind, 0x61, 1, 49, &format!("data 533, {form} is wrong"));
        assert!(said.contains("the account is disabled"), "{said}");
        assert!(said.contains("data 533, [REDACTED] is wrong"), "{said}");
    }
}

#[test]
fn l_20_a_lost_connection_is_opened_once_more_and_read_from_the_first_page() {
    let broken = |number, asked: &RequestKind| match asked {
        RequestKind::Groups(2) if number == 0 => Step::Cut(10),
        _ => Step::Serve,
    };
    let double = Double::start(Content::small(), broken);
    assert_eq!(double.wanted().snapshot().users.len(), 5);
    let second: Vec<RequestKind> =
        double.seen().into_iter().filter(|(number, _)| *number == 1).map(|(_, asked)| asked).collect();
    assert_eq!(second[..3], [RequestKind::Bind, RequestKind::Root, RequestKind::Users(0)]);
    // Only once.
    let double = always(RequestKind::Users(2), Step::Refuse(51, 0));
    assert!(double.wanted().error().contains("busy"));
    assert_eq!(double.connections(), 2);
}

#[test]
fn l_20_a_read_ends_with_an_unbind() {
    let double = Double::start(Content::small(), |_, _| Step::Serve);
    double.wanted().snapshot();
    let waited = Instant::now();
    while double.seen().last().is_none_or(|(_, asked)| *asked != RequestKind::Unbind) {
        assert!(waited.elapsed() < Duration::from_secs(10), "{:?}", double.seen());
        std::thread::yield_now();
    }
}

#[test]
fn f_05_a_busy_server_is_asked_again_after_a_pause() {
    let double = always(RequestKind::Users(0), Step::Refuse(51, 0));
    let mut wanted = double.wanted();
    wanted.limits.pause = Duration::from_millis(300);
    let started = Instant::now();
    assert!(wanted.error().contains("busy"));
    assert!(started.elapsed() >= Duration::from_millis(300));
    assert_eq!(double.connections(), 2);
}

/// A user who is renamed while groups are read must not be missing from the groups.
#[test]
fn l_13_a_member_who_appeared_meanwhile_is_read_again() {
    let mut content = Content::small();
    content.groups[1] = group(1, &[1, 7]);
    // The double returns the user when asked for this one, but not in the list.
    let mut hidden = content.clone();
    hidden.users.push(user(7));
    let double = Double::start(hidden, |_, asked| match asked {
        RequestKind::Users(4) => Step::Last(1),
        _ => Step::Serve,
    });
    let said = double.wanted().error();
    assert!(said.contains("`uid=u7,dc=double` changed while it was read"), "{said}");
    assert_eq!(double.connections(), 2);
    // An unknown member is skipped.
    let double = Double::start(content, |_, _| Step::Serve);
    assert_eq!(double.wanted().snapshot().groups.direct_users(1), [1]);
}

/// A few attempts with a wrong password lock an account.
#[test]
fn l_15_a_refused_password_is_not_tried_again() {
    let double = always(RequestKind::Bind, Step::Refuse(49, 0));
    assert!(double.wanted().error().contains("signing in as"));
    assert_eq!(double.connections(), 1);
}

#[test]
fn l_20_every_wait_has_an_end() {
    for place in [RequestKind::Bind, RequestKind::Root, RequestKind::Users(2), RequestKind::Groups(0)] {
        for step in [Step::Stall, Step::Drip(Duration::from_millis(20))] {
            let double = always(place.clone(), step);
            let mut wanted = double.wanted();
            wanted.limits.answer = Duration::from_millis(200);
            let started = Instant::now();
            let error = wanted.read().expect_err("no complete read");
            assert!(matches!(error, LdapError::Late { .. }), "{place:?}: {error}");
            // Two attempts of a fifth of a second.
            assert!(started.elapsed() < Duration::from_secs(5), "{place:?}: {:?}", started.elapsed());
        }
    }
}

#[test]
fn f_12_a_message_of_a_gibibyte_is_refused_at_its_first_bytes() {
    let huge = vec![0x30, 0x84, 0x40, 0, 0, 0];
    let said = always(RequestKind::Users(2), Step::Send(huge)).wanted().error();
    assert!(said.contains("1073741824 bytes; no message may have more than"), "{said}");
    let endless = vec![0x30, 0x88, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff];
    assert!(
        always(RequestKind::Users(0), Step::Send(endless)).wanted().error().contains("does not speak LDAP")
    );
}

#[test]
fn f_12_an_answer_that_is_not_ldap_is_reported() {
    let http = b"HTTP/1.1 400 Bad Request\r\n\r\n".to_vec();
    let indefinite = vec![0x30, 0x80, 0, 0];
    let other_request = outcome(99, 0x65, 0, None);
    let bind_again = outcome(3, 0x61, 0, None);
    for bytes in [http, indefinite, other_request, bind_again, vec![0x30, 3, 2, 1, 3]] {
        let said = always(RequestKind::Users(0), Step::Send(bytes)).wanted().error();
        assert!(said.contains("does not speak LDAP") || said.contains("another request"), "{said}");
    }
    // A notice of disconnection is treated as the end of the connection.
    let said = always(RequestKind::Users(0), Step::Send(outcome(0, 0x78, 52, None))).wanted().error();
    assert!(said.contains("the server closed it"), "{said}");
}

#[test]
fn e_5_a_directory_without_users_is_an_error() {
    let nobody = Content { users: Vec::new(), ..Content::small() };
    let said = Double::start(nobody, |_, _| Step::Serve).wanted().error();
    assert!(said.contains("sees no user under `dc=double`"), "{said}");
    let no_groups = Content { groups: Vec::new(), ..Content::small() };
    let double = Double::start(no_groups, |_, _| Step::Serve);
    let mut wanted = double.wanted();
    wanted.prefix = "g".to_owned();
    let said = wanted.error();
    assert!(said.contains("whose name begins with `g`"), "{said}");
}

#[test]
fn f_12_records_that_contradict_each_other_are_an_error() {
    let with = |change: fn(&mut Content)| {
        let mut content = Content::small();
        change(&mut content);
        Double::start(content, |_, _| Step::Serve).wanted().error()
    };
    let said = with(|directory| directory.users[3] = user(1));
    assert!(said.contains("two users with the id") || said.contains("was sent twice"), "{said}");
    let said = with(|directory| directory.users[3].attributes.retain(|(name, _)| name != "entryUUID"));
    assert!(
        said.contains("neither `objectGUID` nor `entryUUID` of `uid=u3,dc=double` can be read"),
        "{said}"
    );
    let said = with(|directory| directory.users[3].attributes[2].1 = vec![vec![0xff, 0xfe]]);
    assert!(said.contains("`uid=u3,dc=double`: `mail` is not text"), "{said}");
    let said = with(|directory| directory.users[3].name = "no name".to_owned());
    assert!(said.contains("`no name` cannot be read"), "{said}");
    let said = with(|directory| directory.groups[1].attributes[2].1.push(vec![0xff]));
    assert!(said.contains("a member of `cn=g1,dc=double`"), "{said}");
    let said = with(|directory| directory.groups = vec![group(1, &[0]), group(1, &[1])]);
    assert!(said.contains("was sent twice"), "{said}");
}

/// The name of an entry can't control a terminal.
#[test]
fn f_12_names_of_entries_are_shown_harmless() {
    let mut content = Content::small();
    content.users[3].name = "uid=\u{1b}[2J\u{202e}u3,dc=double".to_owned();
    content.users[3].attributes.remove(0);
    let said = Double::start(content, |_, _| Step::Serve).wanted().error();
    assert!(said.contains(r"`uid=\u{1b}[2J\u{202e}u3,dc=double`"), "{said}");
}

/// A server's message is shown on one line, without control characters.
#[test]
fn f_12_the_servers_words_are_shown_harmless() {
    let octets = |text: &str| ber::element(OCTETS, text.as_bytes());
    let words = format!("no\r\n\u{1b}[2J \u{202e}{}", "x".repeat(5000));
    let result = ber::group(0x65, &[ber::number(ENUMERATED, 80), octets(""), octets(&words)]);
    let answer = ber::group(SEQUENCE, &[ber::number(INTEGER, 3), result]);
    let said = always(RequestKind::Users(0), Step::Send(answer)).wanted().error();
    assert!(!said.contains(char::is_control) && !said.contains('\u{202e}') && said.len() < 400, "{said}");
}

proptest! {
    /// No bytes make the decoder panic, or read past the end.
    #[test]
    fn f_12_any_bytes_are_a_message_or_an_error(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = decode(&bytes);
        let _ = ber::message_length(&bytes, 1000);
    }

    /// Nor does any change to a real answer.
    #[test]
    fn f_12_any_damage_to_an_answer_is_a_message_or_an_error(at in 0usize..150, with in any::<u8>(), cut in 0usize..150) {
        let octets = |text: &str| ber::element(OCTETS, text.as_bytes());
        let values = ber::group(ber::SET, &[octets("ada@example.test"), octets("second")]);
        let attribute = ber::group(SEQUENCE, &[octets("mail"), values]);
        let entry = ber::group(0x64, &[octets(BASE), ber::group(SEQUENCE, &[attribute])]);
        let mut bytes = ber::group(SEQUENCE, &[ber::number(INTEGER, 3), entry]);
        let at = at % bytes.len();
        bytes[at] = with;
        bytes.truncate(bytes.len().saturating_sub(cut % 8));
        let _ = decode(&bytes);
    }
}
