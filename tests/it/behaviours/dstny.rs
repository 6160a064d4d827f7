//! What the phone system's own synchronisation does, as the worked policies of `policies/` do it.

use super::system::{System, changes, report, text, words, written};
use rolewright::model::{Operation, Value};
use rolewright::plan::{Outcome, Plan};

const PEOPLE: &str = "directories/people.yaml";
const START: &str = "dstny/start.yaml";
const LIFECYCLE: &str = "dstny/lifecycle.yaml";
const FREJA: &str = "a1000000-0000-4000-8000-000000000006";

/// A file, text that stands in it once, and what it is replaced by.
type Edit<'e> = (&'e str, &'e str, &'e str);

fn system(edits: &[Edit<'_>]) -> System {
    edits.iter().fold(System::of("dstny"), |system, (file, before, after)| system.edit(file, before, after))
}

fn plan(edits: &[Edit<'_>]) -> Plan {
    system(edits).plan()
}

#[test]
fn ds_04_only_members_of_the_group_are_synchronised() {
    let plan = plan(&[]);
    assert_eq!(words(&plan, "ida"), ["delete"]);
    assert_eq!(words(&plan, "clara"), ["create", "grant"], "through a group in the group");
    let outsider = self::plan(&[(PEOPLE, "groups: [Support, Call centre agents]", "groups: []")]);
    assert_eq!(words(&outsider, "clara"), [""; 0]);
    assert_eq!(outsider.without_account.out_of_scope, plan.without_account.out_of_scope + 1);
}

#[test]
fn ds_04_the_group_must_exist_and_hold_users() {
    let gone = system(&[(PEOPLE, "{ id: 0c5b2f3a-", "{ id: 0c5b2f3b-")]).planned().unwrap_err();
    assert!(gone.contains("data/missing-group") && gone.contains("lifecycle.yaml"), "{gone}");
    let nobody = "groups: [{ id: 0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33, name: Telephony users },
      { id: g-2, name: Call centre agents }, { id: g-3, name: Call centre supervisors }]\nusers: []\n";
    let empty = System::of("dstny").file(PEOPLE, nobody).planned().unwrap_err();
    assert!(empty.contains("data/too-few-members") && empty.contains("0 members"), "{empty}");
}

#[test]
fn ds_05_creation_needs_mail_and_a_number_with_country_code() {
    let plan = plan(&[]);
    for (name, message) in [("freja", "33 11 22 06"), ("gustav", "phone number with country code")] {
        assert_eq!(words(&plan, name), [""; 0]);
        let blocked = &report(&plan, name, Outcome::Blocked).message;
        assert!(blocked.contains(message), "{blocked}");
    }
    let without = self::plan(&[(PEOPLE, "    mail: Clara.Engel@contoso.example\n", "")]);
    assert_eq!(without.count(Operation::Create), 0);
    assert_eq!(without.reported(Outcome::Blocked), plan.reported(Outcome::Blocked) + 1);
}

#[test]
fn ds_05_deletion_needs_mail_and_a_number() {
    assert_eq!(words(&plan(&[]), "ida"), ["delete"]);
    for missing in ["      email: ida.moos@contoso.example\n", "      phone: '+4533112209'\n"] {
        let plan = plan(&[(START, missing, "")]);
        assert_eq!(words(&plan, "ida"), [""; 0], "{missing}");
        assert_eq!(report(&plan, "ida", Outcome::Protected).operation, Some(Operation::Delete));
    }
}

#[test]
fn ds_06_telephone_is_landline_mobile_is_mobile_and_one_is_enough() {
    let plan = plan(&[(START, "      phone: '+4533112202'\n", "      mobile: '+4520112202'\n")]);
    assert_eq!(written(&plan, "clara", "mobile"), Some((None, text("+4520112203"))));
    assert_eq!(written(&plan, "clara", "phone"), None);
    assert_eq!(written(&plan, "bo", "phone"), Some((None, text("+4533112202"))));
    assert_eq!(written(&plan, "bo", "mobile"), Some((text("+4520112202"), None)));
    assert_eq!(report(&plan, "gustav", Outcome::Blocked).operation, None);
}

#[test]
fn ds_07_name_department_title_city_and_country_are_synchronised() {
    let plan = plan(&[]);
    let wanted = [
        ("givenName", "Clara"),
        ("familyName", "Engel"),
        ("department", "Support"),
        ("title", "Agent"),
        ("city", "Aarhus"),
        ("country", "Denmark"),
        ("userName", "clara.engel@contoso.example"),
        ("email", "Clara.Engel@contoso.example"),
    ];
    for (attribute, value) in wanted {
        assert_eq!(written(&plan, "clara", attribute), Some((None, text(value))), "{attribute}");
    }
    assert_eq!(written(&plan, "bo", "title"), Some((text("Agent"), text("Team lead"))));
    assert_eq!(written(&plan, "bo", "city"), None, "it is right already");
}

#[test]
fn ds_08_subscriptions_are_never_written() {
    let with = "      mobile: '+4520112201'\n      mobileSubscription: active\n";
    let plan =
        plan(&[(START, "      mobile: '+4520112201'\n", with), (PEOPLE, "'+4520112201'", "'+4520119999'")]);
    assert_eq!(words(&plan, "anna"), ["update"]);
    let mut attributes = plan.changes.iter().flat_map(|change| &change.attributes);
    assert!(attributes.all(|change| change.attribute != "mobileSubscription"));
}

#[test]
fn ds_09_inactive_users_stay_and_are_not_searchable() {
    let plan = plan(&[]);
    assert_eq!(words(&plan, "erik"), ["update"]);
    let searchable = Some((Some(Value::Boolean(true)), Some(Value::Boolean(false))));
    assert_eq!(written(&plan, "erik", "searchable"), searchable);
    assert_eq!(written(&plan, "erik", "active"), None);
}

#[test]
fn ds_10_the_report_previews_everything_and_changes_nothing() {
    let system = System::of("dstny");
    let text = system.run(&["plan"]).ends(0).out;
    for line in [
        "- delete     karl.olsen@contoso.example",
        "+ create     clara.engel@contoso.example",
        "~ update     bo.dahl@contoso.example",
        "title: \"Agent\" -> \"Team lead\"",
        "+ callCentre=supervisor",
    ] {
        assert!(text.contains(line), "`{line}` in\n{text}");
    }
    assert!(!text.contains("anna.berg"), "who is up to date is not shown:\n{text}");
    assert!(!system.has_store(), "a plan writes nothing");
}

#[test]
fn ds_11_who_is_no_longer_in_the_directory_is_deleted() {
    let plan = plan(&[]);
    assert_eq!(words(&plan, "karl"), ["delete"]);
    assert!(changes(&plan, "karl")[0].reasons[0].because.contains("in no directory any more"));
}

#[test]
fn ds_16_members_of_the_group_non_ad_sync_are_left_alone() {
    let hanne = "  - id: d-8\n";
    let cases: [&[Edit<'_>]; 4] = [
        &[],
        &[(START, hanne, "  - id: d-8\n    link: a1000000-0000-4000-8000-000000000008\n")],
        &[(START, hanne, "  - id: d-8\n    link: a1000000-0000-4000-8000-0000000000ff\n")],
        &[
            (LIFECYCLE, "unmanaged: keep", "unmanaged: delete"),
            (PEOPLE, "    mail: hanne.lund@contoso.example\n", ""),
        ],
    ];
    for edits in cases {
        let plan = plan(edits);
        assert!(
            plan.changes.iter().all(|change| change.subject.account.as_deref() != Some("d-8")),
            "{edits:?}"
        );
        assert_eq!(
            report(&plan, "hanne", Outcome::Excluded).message,
            "Kept by hand in the phone system (telephony)"
        );
    }
    let out = plan(&[(START, "    groups: [Non AD sync]\n", "")]);
    assert_eq!(words(&out, "hanne"), ["adopt"], "it is the group that keeps her out");
}

#[test]
fn ds_17_a_phone_has_a_country_code_and_digits_only() {
    for number in [
        "33112206",
        "4533112206",
        "004533112206",
        "+45 33112206",
        "+45-33112206",
        "+",
        "+4533112",
        "+4512345678901234",
    ] {
        let plan = plan(&[(PEOPLE, "33 11 22 06", number)]);
        let blocked = report(&plan, "freja", Outcome::Blocked);
        assert_eq!(blocked.subject.user.as_deref(), Some(FREJA));
        assert_eq!(plan.count(Operation::Create), 1, "{number}: the others proceed");
    }
    for number in ["+4533112206", "+46812345678", "+12025550143"] {
        let plan = plan(&[(PEOPLE, "33 11 22 06", number)]);
        assert_eq!(written(&plan, "freja", "phone"), Some((None, text(number))));
        assert_eq!(plan.count(Operation::Create), 2);
    }
}

#[test]
fn ds_19_an_active_mobile_number_keeps_its_account() {
    let plan = plan(&[]);
    assert_eq!(words(&plan, "jens"), [""; 0]);
    let withheld = report(&plan, "jens", Outcome::Protected);
    assert_eq!(withheld.operation, Some(Operation::Delete));
    assert_eq!(withheld.message, "Port or cancel the mobile number first");
    let cancelled = self::plan(&[(START, "mobileSubscription: active", "mobileSubscription: cancelled")]);
    assert_eq!(words(&cancelled, "jens"), ["delete"]);
}
