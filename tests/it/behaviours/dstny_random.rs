//! Random people and accounts, and the phone system's protections restated in a few lines: the plan agrees.

use crate::support::shipped::{Group, Shipped, User, Users};
use crate::support::world::Account;
use proptest::option::weighted;
use proptest::prelude::*;
use proptest::sample::select;
use rolewright::model::Operation;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

static SHIPPED: LazyLock<Shipped> = LazyLock::new(|| Shipped::of("dstny"));

const TELEPHONY: &str = "0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33";
const GROUPS: [Group; 3] =
    [(TELEPHONY, None), ("Call centre agents", None), ("Call centre supervisors", None)];
const PEOPLE: usize = 4;

#[derive(Clone, Debug)]
struct Person {
    mail: bool,
    phone: Option<&'static str>,
    mobile: Option<&'static str>,
    disabled: bool,
    in_group: bool,
}

/// An account: perhaps linked to a user, with somebody's mail address or nobody's.
#[derive(Clone, Debug)]
struct Held {
    linked: bool,
    mail: Option<usize>,
    phone: bool,
    mobile: bool,
    subscription: Option<&'static str>,
    by_hand: bool,
    active: bool,
}

fn person() -> impl Strategy<Value = Person> {
    const NUMBERS: [&str; 5] = ["+4533112201", "+12025550143", "33112201", "+45 33112201", "004533112201"];
    let number = || weighted(0.7, prop_oneof![3 => select(&NUMBERS[..2]), 1 => select(&NUMBERS[2..])]);
    let coin = prop::bool::weighted;
    (coin(0.9), number(), number(), coin(0.2), coin(0.7)).prop_map(
        |(mail, phone, mobile, disabled, in_group)| Person { mail, phone, mobile, disabled, in_group },
    )
}

fn held() -> impl Strategy<Value = Held> {
    let coin = prop::bool::weighted;
    let subscription = weighted(0.4, select(&["active", "cancelled"][..]));
    (coin(0.6), weighted(0.9, 0..=PEOPLE), coin(0.6), coin(0.6), subscription, coin(0.2), coin(0.9)).prop_map(
        |(linked, mail, phone, mobile, subscription, by_hand, active)| Held {
            linked,
            mail,
            phone,
            mobile,
            subscription,
            by_hand,
            active,
        },
    )
}

fn mail(number: usize) -> String {
    format!("p{number}@contoso.example")
}

fn users(people: &[Person]) -> Users {
    let one = |(number, it): (usize, &Person)| {
        let values = [
            ("mail", it.mail.then(|| mail(number))),
            ("businessPhones", it.phone.map(ToOwned::to_owned)),
            ("mobilePhone", it.mobile.map(ToOwned::to_owned)),
        ];
        let values = values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let groups = it.in_group.then_some(TELEPHONY).into_iter().collect();
        (format!("u-{number}"), User { values, disabled: it.disabled, groups })
    };
    people.iter().enumerate().map(one).collect()
}

/// The account of this number, linked to the user of this number, who may be gone.
fn account((number, it): (usize, &Held)) -> (String, Account) {
    let values = [
        ("userName", Some(format!("n{number}"))),
        ("email", it.mail.map(mail)),
        ("phone", it.phone.then(|| "+4533110000".to_owned())),
        ("mobile", it.mobile.then(|| "+4520110000".to_owned())),
        ("mobileSubscription", it.subscription.map(ToOwned::to_owned)),
    ];
    let values = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let link = it.linked.then(|| format!("u-{number}"));
    (format!("a-{number}"), Account { link, active: it.active, values, rights: BTreeSet::new() })
}

/// Whether a number is `+` and 8 to 15 digits.
fn whole(number: Option<&str>) -> bool {
    number.is_none_or(|it| {
        it.strip_prefix('+').is_some_and(|digits| {
            (8..=15).contains(&digits.len()) && digits.bytes().all(|it| it.is_ascii_digit())
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn ds_16_the_plan_agrees_with_the_protections_stated_once_more(
        people in prop::collection::vec(person(), 1..PEOPLE),
        held in prop::collection::vec(held(), 0..=PEOPLE),
    ) {
        let accounts: BTreeMap<String, Account> = held.iter().enumerate().map(account).collect();
        let by_hand = (0..held.len()).filter(|it| held[*it].by_hand).map(|it| format!("a-{it}")).collect();
        let people_read = [users(&people)];
        let plan = SHIPPED.plan(&people_read, &GROUPS, &accounts, ("Non AD sync", &by_hand));
        // A group that holds nobody is never "everybody left".
        let Ok(plan) = plan else {
            prop_assert!(people.iter().all(|it| !it.in_group));
            return Ok(());
        };
        // Nothing touches an account that is kept by hand.
        let touched = plan.changes.iter().filter_map(|change| change.subject.account.as_ref());
        prop_assert_eq!(touched.filter(|it| by_hand.contains(*it)).count(), 0);
        // Deleted is who is gone or out of the group, and neither kept by hand, nor with an active mobile number, nor
        // without mail or number.
        let leaves = |number: &usize| people.get(*number).is_none_or(|it| !it.in_group);
        let reachable = |it: &Held| it.mail.is_some() && (it.phone || it.mobile);
        let goes = |number: &usize| {
            let it = &held[*number];
            it.linked && leaves(number) && !it.by_hand && it.subscription != Some("active") && reachable(it)
        };
        let goes: BTreeSet<String> = (0..held.len()).filter(goes).map(|it| format!("a-{it}")).collect();
        let deleted = plan.changes.iter().filter(|it| it.operation() == Operation::Delete);
        let deleted: BTreeSet<String> = deleted.filter_map(|it| it.subject.account.clone()).collect();
        prop_assert_eq!(deleted, goes, "{:#?}", held);
        // Made is who is in the group, with mail and a whole number, and has no account nor one to be found by mail.
        let found = |number: &usize| {
            held.get(*number).is_some_and(|it| it.linked)
                || held.iter().any(|it| !it.linked && it.mail == Some(*number))
        };
        let joins = |number: &usize| {
            let it = &people[*number];
            let numbers = it.phone.is_some() || it.mobile.is_some();
            it.in_group && it.mail && numbers && whole(it.phone) && whole(it.mobile) && !found(number)
        };
        let joins: BTreeSet<String> = (0..people.len()).filter(joins).map(|it| format!("u-{it}")).collect();
        let made = plan.changes.iter().filter(|it| it.operation() == Operation::Create);
        let made: BTreeSet<String> = made.filter_map(|it| it.subject.user.clone()).collect();
        prop_assert_eq!(made, joins, "{:#?} {:#?} {:#?}", people, held, plan.reports);
    }
}
