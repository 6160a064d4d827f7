//! Random users and accounts: the plan agrees with the phone system's protections, which are restated here in a few
//! lines.

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

/// An account: perhaps linked to a user, with a user's mail address or an unknown one.
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
    let one = |(number, person): (usize, &Person)| {
        let values = [
            ("mail", person.mail.then(|| mail(number))),
            ("businessPhones", person.phone.map(ToOwned::to_owned)),
            ("mobilePhone", person.mobile.map(ToOwned::to_owned)),
        ];
        let values = values.into_iter().filter_map(|(name, value)| Some((name, value?))).collect();
        let groups = person.in_group.then_some(TELEPHONY).into_iter().collect();
        (format!("u-{number}"), User { values, disabled: person.disabled, groups })
    };
    people.iter().enumerate().map(one).collect()
}

/// The account with this number, linked to the user with this number, who may not exist.
fn account((number, held): (usize, &Held)) -> (String, Account) {
    let values = [
        ("userName", Some(format!("n{number}"))),
        ("email", held.mail.map(mail)),
        ("phone", held.phone.then(|| "+4533110000".to_owned())),
        ("mobile", held.mobile.then(|| "+4520110000".to_owned())),
        ("mobileSubscription", held.subscription.map(ToOwned::to_owned)),
    ];
    let values = values.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
    let link = held.linked.then(|| format!("u-{number}"));
    (format!("a-{number}"), Account { link, active: held.active, values, rights: BTreeSet::new() })
}

/// Whether a number is `+` and 8 to 15 digits.
fn whole(number: Option<&str>) -> bool {
    number.is_none_or(|number| {
        number.strip_prefix('+').is_some_and(|digits| {
            (8..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
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
        let by_hand = (0..held.len()).filter(|index| held[*index].by_hand).map(|number| format!("a-{number}")).collect();
        let people_read = [users(&people)];
        let plan = SHIPPED.plan(&people_read, &GROUPS, &accounts, ("Non AD sync", &by_hand));
        // A group without members is an error, never a reason to delete everybody.
        let Ok(plan) = plan else {
            prop_assert!(people.iter().all(|person| !person.in_group));
            return Ok(());
        };
        // No change is for an account in the group "Non AD sync".
        let touched = plan.changes.iter().filter_map(|change| change.subject.account.as_ref());
        prop_assert_eq!(touched.filter(|id| by_hand.contains(*id)).count(), 0);
        // An account is deleted if its user does not exist or is not in the group, unless it is excluded by hand, has
        // an active mobile number, or lacks a mail address or phone number.
        let leaves = |number: &usize| people.get(*number).is_none_or(|person| !person.in_group);
        let reachable = |held: &Held| held.mail.is_some() && (held.phone || held.mobile);
        let goes = |number: &usize| {
            let account = &held[*number];
            account.linked && leaves(number) && !account.by_hand && account.subscription != Some("active") && reachable(account)
        };
        let goes: BTreeSet<String> = (0..held.len()).filter(goes).map(|index| format!("a-{index}")).collect();
        let deleted = plan.changes.iter().filter(|change| change.operation() == Operation::Delete);
        let deleted: BTreeSet<String> = deleted.filter_map(|change| change.subject.account.clone()).collect();
        prop_assert_eq!(deleted, goes, "{:#?}", held);
        // An account is created for a user in the group with mail and a complete number, unless one is linked or found
        // by mail.
        let found = |number: &usize| {
            held.get(*number).is_some_and(|held| held.linked)
                || held.iter().any(|held| !held.linked && held.mail == Some(*number))
        };
        let joins = |number: &usize| {
            let person = &people[*number];
            let numbers = person.phone.is_some() || person.mobile.is_some();
            person.in_group && person.mail && numbers && whole(person.phone) && whole(person.mobile) && !found(number)
        };
        let joins: BTreeSet<String> = (0..people.len()).filter(joins).map(|index| format!("u-{index}")).collect();
        let made = plan.changes.iter().filter(|change| change.operation() == Operation::Create);
        let made: BTreeSet<String> = made.filter_map(|change| change.subject.user.clone()).collect();
        prop_assert_eq!(made, joins, "{:#?} {:#?} {:#?}", people, held, plan.reports);
    }
}
