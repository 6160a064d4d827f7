//! Which users are imported, and with which attributes.

use super::{LIFECYCLE, MAPPING, PEOPLE, branch, directory, office};
use crate::support::system::{System, report, text, words, written};
use rolewright::plan::Outcome;
use std::collections::BTreeSet;

/// The directory's account may read the whole directory; policies limit what is imported: users outside them are not
/// touched or listed, only counted.
///
#[test]
fn pa_05_what_is_imported_is_limited_by_policies() {
    let system = office(&[("ida", "London_booker, Department_A"), ("bo", "Canteen"), ("cy", "")]);
    let plan = system.plan();
    assert_eq!((plan.seen.users, plan.seen.groups), (3, 25));
    let subjects = plan.changes.iter().map(|change| &change.subject);
    let named: BTreeSet<&str> = subjects
        .chain(plan.reports.iter().map(|report| &report.subject))
        .map(|subject| subject.name.as_str())
        .collect();
    assert_eq!(named, BTreeSet::from(["ida"]));
    assert_eq!(plan.without_account.out_of_scope, 2);
    system.apply().ends(0);
    assert_eq!(system.accounts().into_keys().collect::<Vec<_>>(), ["ida"]);
}

/// A user needs first name, last name, initials and e-mail. A user who lacks one is not imported, and the report names
/// the missing one; the other users are imported.
#[test]
fn pa_06_first_name_last_name_initials_and_mail_are_needed() {
    let people = directory(&[("ida", "London_booker, Department_A"), ("bo", "London_booker, Department_A")]);
    let initials =
        "firstOf: [{ from: initials }, { template: '{givenName} {surname}', transform: [initials] }]";
    let missing = [
        ("givenName: ida, surname: Lund", "surname: Lund", "`givenName` is empty"),
        ("givenName: ida, surname: Lund", "givenName: ida", "`familyName` is empty"),
        ("mail: ida@contoso.example, givenName", "givenName", "no email"),
        ("id: id-bo,", "id: id-bo, initials: BL,", "`initials` is empty"),
    ];
    for (before, after, message) in missing {
        let mut system = office(&[]).file(PEOPLE, &people.replace(before, after));
        if message.contains("initials") {
            system = system.edit(MAPPING, initials, "from: initials");
        }
        let plan = system.plan();
        assert_eq!(words(&plan, "ida"), [""; 0], "{message}");
        let blocked = &report(&plan, "ida", Outcome::Blocked).message;
        assert!(blocked.contains(message), "{blocked}");
        assert_eq!(words(&plan, "bo"), ["create", "grant", "grant"], "{message}");
    }
}

/// Initials are taken from the directory or, if it has none, from the names.
#[test]
fn pa_06_initials_come_from_the_directory_or_from_the_names() {
    let people = directory(&[("ida", "London_booker"), ("bo", "London_booker")]);
    let plan = office(&[]).file(PEOPLE, &people.replace("id: id-bo,", "id: id-bo, initials: BXL,")).plan();
    assert_eq!(written(&plan, "ida", "initials"), Some((None, text("IL"))));
    assert_eq!(written(&plan, "bo", "initials"), Some((None, text("BXL"))));
    let entra = branch(&[("ida", "Local_booker")]).plan();
    assert_eq!(written(&entra, "ida", "initials"), Some((None, text("IL"))));
}

/// A mobile phone is needed only where bookings are confirmed by text message.
#[test]
fn pa_07_a_mobile_phone_is_needed_for_text_messages_only() {
    let people = directory(&[("ida", "London_booker"), ("bo", "London_booker")]);
    let with = people.replace("id: id-bo,", "id: id-bo, mobilePhone: '+4520113301',");
    let system = office(&[]).file(PEOPLE, &with);
    let plan = system.plan();
    assert_eq!(words(&plan, "ida"), ["create", "grant"]);
    assert_eq!(written(&plan, "bo", "mobile"), Some((None, text("+4520113301"))));
    let needed = "mobile: { from: mobilePhone, whenEmpty: block } #";
    let plan = system.edit(MAPPING, "mobile: mobilePhone #", needed).plan();
    assert!(report(&plan, "ida", Outcome::Blocked).message.contains("`mobile` is empty"));
    assert_eq!(words(&plan, "bo"), ["create", "grant"]);
}

/// If the import of disabled accounts is off, they are not imported; if it is on, they are, because shared calendars
/// are disabled accounts.
#[test]
fn pa_09_disabled_accounts_are_imported_where_that_is_on() {
    let shipped = System::of("pronestor");
    assert_eq!(words(&shipped.plan(), "calendar.london"), ["create", "grant", "grant"]);
    for off in ["keep", "revokeAndDeactivate"] {
        let plan = System::of("pronestor")
            .edit(LIFECYCLE, "disabled: provision", &format!("disabled: {off}"))
            .plan();
        assert_eq!(words(&plan, "calendar.london"), [""; 0], "{off}");
        assert_eq!(words(&plan, "fiona")[0], "create", "the others are");
    }
    let one_location = System::of("pronestor-one-location").plan();
    assert_eq!(words(&one_location, "hall"), [""; 0], "off");
    assert_eq!(words(&one_location, "geir"), ["deactivate", "revoke", "revoke"], "and who had one leaves");
}

/// Booking on behalf of a shared calendar requires that the calendar is imported as an ordinary user: with the same
/// groups, attributes and rights, and with an active account.
#[test]
fn pa_10_a_shared_calendar_is_an_ordinary_user() {
    let people = directory(&[("calendar", "London_booker, Department_A"), ("empty", "Department_A")]);
    let people = people.replace("country: Denmark", "country: Denmark, accountEnabled: false");
    let system = office(&[]).file(PEOPLE, &people);
    assert_eq!(words(&system.plan(), "empty"), [""; 0], "like anybody it needs a booker group");
    system.apply().ends(0);
    let calendar = &system.accounts()["calendar"];
    assert!(calendar.active);
    assert!(calendar.grants.contains("localRole=booker@London"));
    assert_eq!(calendar.attributes["email"], "calendar@contoso.example");
}

/// Default location, language and company apply to new users; existing users keep their values, even empty ones.
#[test]
fn pa_11_defaults_are_for_new_users_only() {
    let plan = System::of("pronestor-one-location").plan();
    let defaults = [("homeLocation", "Oslo"), ("preferredLanguage", "da-DK"), ("company", "Contoso Norge")];
    for (attribute, value) in defaults {
        assert_eq!(written(&plan, "bent", attribute), Some((None, text(value))), "{attribute}");
        assert_eq!(written(&plan, "ada", attribute), None, "{attribute} is another one");
        assert_eq!(words(&plan, "cato")[0], "adopt");
        assert_eq!(written(&plan, "cato", attribute), None, "{attribute} is empty");
    }
    assert_eq!(written(&plan, "ivar", "preferredLanguage"), Some((None, text("nb-NO"))));
    assert_eq!(words(&plan, "ada"), [""; 0]);
    let plan = System::of("pronestor").plan();
    assert_eq!(written(&plan, "birk", "preferredLanguage"), Some((None, text("da-DK"))));
    assert_eq!(written(&plan, "henry", "preferredLanguage"), Some((None, text("en-GB"))));
    assert_eq!(words(&plan, "agnes"), [""; 0]);
}

/// With "strip domain" the login is the part before the at sign, without it the whole name. Two users who would then
/// have the same name are a conflict, and both are reported.
#[test]
fn pa_12_the_domain_is_cut_off_or_kept() {
    let plan = office(&[("ida", "London_booker")]).plan();
    assert_eq!(written(&plan, "ida", "userName"), Some((None, text("ida"))));
    let plan = branch(&[("ida", "Local_booker")]).plan();
    assert_eq!(written(&plan, "ida", "userName"), Some((None, text("ida@contoso.example"))));
}

/// Two users who would have the same name without the domain are a conflict, and both are reported.
#[test]
fn pa_12_two_who_would_share_a_name_are_both_reported() {
    let plan = System::of("pronestor").plan();
    let both = plan
        .reports
        .iter()
        .filter(|report| report.outcome == Outcome::Blocked && report.subject.name == "eva.holm");
    let ids: BTreeSet<_> = both.filter_map(|report| report.subject.user.as_deref()).collect();
    assert_eq!(ids.len(), 2);
    assert_eq!(words(&plan, "eva"), [""; 0]);
    let kept = "userName: { from: userPrincipalName, whenEmpty: block }";
    let stripped = "userName: { from: userPrincipalName, transform: [stripDomain], whenEmpty: block }";
    let plan = System::of("pronestor").edit(MAPPING, stripped, kept).plan();
    assert_eq!(written(&plan, "eva.holm@contoso.example", "givenName"), Some((None, text("Eva"))));
    assert_eq!(written(&plan, "eva.holm@contoso-nordic.example", "givenName"), Some((None, text("Eva"))));
}
