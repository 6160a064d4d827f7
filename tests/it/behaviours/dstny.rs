//! Behaviours of the phone system's own synchronisation, with the worked policies of `policies/`.

use crate::support::system::{System, changes, report, text, words, written};
use rolewright::model::{Operation, Value};
use rolewright::plan::{Outcome, Plan};

const PEOPLE: &str = "directories/people.yaml";
const START: &str = "dstny/start.yaml";
const LIFECYCLE: &str = "dstny/lifecycle.yaml";
const FREJA: &str = "a1000000-0000-4000-8000-000000000006";

/// A file, a text that it contains once, and its replacement.
type Edit<'e> = (&'e str, &'e str, &'e str);

fn system(edits: &[Edit<'_>]) -> System {
    edits.iter().fold(System::of("dstny"), |system, (file, before, after)| system.edit(file, before, after))
}

fn plan(edits: &[Edit<'_>]) -> Plan {
    system(edits).plan()
}

/// The directory is read with three application permissions and an administrator's consent; if it can't be read
/// completely, the run stops and names what is missing, and no account is deleted because of it.
#[test]
fn ds_01_a_directory_that_cannot_be_read_stops_the_run() {
    let system = system(&[(PEOPLE, "\nusers:\n", "\nnobody:\n")]);
    let ran = system.apply().ends(7);
    assert!(
        ran.stderr.contains("directories/people.yaml") && ran.stderr.contains("`users`"),
        "{}",
        ran.stderr
    );
    assert!(!system.has_store());
}

/// A secret has at least 40 characters and an expiry date; a policy's requirements for a secret are always enforced.
#[test]
fn ds_02_what_is_asked_of_a_secret_is_not_passed_over() {
    let store = "sqlite: { file: dstny.db, startFrom: dstny/start.yaml }";
    let asked = |asked: &str| {
        let scim = format!(
            "scim: {{ url: 'https://dstny.example/scim', credential: {{ env: ROLEWRIGHT_DSTNY, {asked} }} }}"
        );
        system(&[("dstny/application.yaml", store, &scim)]).secret("ROLEWRIGHT_DSTNY", "hunter2")
    };
    let refused = asked("value: hunter2").run(&["validate"]).ends(1).stdout;
    assert!(
        refused.contains("unknown key `value`") && refused.contains("dstny/application.yaml"),
        "{refused}"
    );
    let today = ["validate", "--as-of", "2027-06-01"];
    let near = asked("minLength: 40, expires: '2027-06-30'").run(&today);
    assert!(near.stdout.contains("ends in 29 days, with 2027-06-30"), "{}", near.stdout);
}

/// The connection has client id, tenant id and secret, and groups are named; with the id beside the name, the members
/// of a renamed group stay in scope, and the old name is a finding. If only the name is given, a renamed group is an
/// error.
#[test]
fn ds_03_a_renamed_group_keeps_its_members_in_scope() {
    let people = include_str!("../../../policies/directories/people.yaml");
    let renamed = people.replace("Telephony users", "Phone users");
    let before = plan(&[]);
    let after = System::of("dstny").file(PEOPLE, &renamed).plan();
    assert_eq!(after.changes, before.changes);
    let findings: Vec<&str> = after.findings.iter().map(|finding| finding.message.as_str()).collect();
    assert!(findings.iter().any(|finding| finding.contains("Phone users")), "{findings:?}");
    let id = "id: 0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33, name: Telephony users";
    let by_name = system(&[(LIFECYCLE, id, "name: Telephony users")]);
    assert_eq!(by_name.plan().changes.len(), before.changes.len());
    let error = by_name.file(PEOPLE, &renamed).planned().unwrap_err();
    assert!(error.contains("data/missing-group"), "{error}");
}

/// Only members of the named groups are synchronised, including members of nested groups.
#[test]
fn ds_04_only_members_of_the_group_are_synchronised() {
    let plan = plan(&[]);
    assert_eq!(words(&plan, "ida"), ["delete"]);
    assert_eq!(words(&plan, "clara"), ["create", "grant"], "through a group in the group");
    let outsider = self::plan(&[(PEOPLE, "groups: [Support, Call centre agents]", "groups: []")]);
    assert_eq!(words(&outsider, "clara"), [""; 0]);
    assert_eq!(outsider.without_account.out_of_scope, plan.without_account.out_of_scope + 1);
}

/// A group that does not exist or has no members is an error: nobody loses an account because of it.
#[test]
fn ds_04_the_group_must_exist_and_hold_users() {
    let anew = system(&[(PEOPLE, "{ id: 0c5b2f3a-", "{ id: 0c5b2f3b-")]).planned().unwrap_err();
    assert!(anew.contains("data/recreated-group") && anew.contains("lifecycle.yaml"), "{anew}");
    let other = "groups: [{ id: g-1, name: Other }, { id: g-2, name: Call centre agents },
      { id: g-3, name: Call centre supervisors }]\nusers: []\n";
    let gone = System::of("dstny").file(PEOPLE, other).planned().unwrap_err();
    assert!(gone.contains("data/missing-group") && gone.contains("lifecycle.yaml"), "{gone}");
    let nobody = "groups: [{ id: 0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33, name: Telephony users },
      { id: g-2, name: Call centre agents }, { id: g-3, name: Call centre supervisors }]\nusers: []\n";
    let empty = System::of("dstny").file(PEOPLE, nobody).planned().unwrap_err();
    assert!(empty.contains("data/too-few-members") && empty.contains("0 members"), "{empty}");
}

/// Nobody is created or deleted without an e-mail address and a phone number with country code.
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

/// An account without e-mail address or phone number is not deleted.
#[test]
fn ds_05_deletion_needs_mail_and_a_number() {
    assert_eq!(words(&plan(&[]), "ida"), ["delete"]);
    for missing in ["      email: ida.moos@contoso.example\n", "      phone: '+4533112209'\n"] {
        let plan = plan(&[(START, missing, "")]);
        assert_eq!(words(&plan, "ida"), [""; 0], "{missing}");
        assert_eq!(report(&plan, "ida", Outcome::Protected).operation, Some(Operation::Delete));
    }
}

/// The telephone number is the landline, the mobile number the mobile; one of the two is enough.
#[test]
fn ds_06_telephone_is_landline_mobile_is_mobile_and_one_is_enough() {
    let plan = plan(&[(START, "      phone: '+4533112202'\n", "      mobile: '+4520112202'\n")]);
    assert_eq!(written(&plan, "clara", "mobile"), Some((None, text("+4520112203"))));
    assert_eq!(written(&plan, "clara", "phone"), None);
    assert_eq!(written(&plan, "bo", "phone"), Some((None, text("+4533112202"))));
    assert_eq!(written(&plan, "bo", "mobile"), Some((text("+4520112202"), None)));
    assert_eq!(report(&plan, "gustav", Outcome::Blocked).operation, None);
}

/// Name, department, job title, city and country are synchronised too.
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

/// Subscriptions and licences are never created or ended.
#[test]
fn ds_08_subscriptions_are_never_written() {
    let with = "      mobile: '+4520112201'\n      mobileSubscription: active\n";
    let plan =
        plan(&[(START, "      mobile: '+4520112201'\n", with), (PEOPLE, "'+4520112201'", "'+4520119999'")]);
    assert_eq!(words(&plan, "anna"), ["update"]);
    assert!(plan.changes.iter().all(|change| change.attribute_change("mobileSubscription").is_none()));
}

/// Disabled users in the group are synchronised, and marked as not searchable.
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
    let text = system.run(&["plan"]).ends(0).stdout;
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

/// An account whose user is no longer in the directory is deleted.
#[test]
fn ds_11_who_is_no_longer_in_the_directory_is_deleted() {
    let plan = plan(&[]);
    assert_eq!(words(&plan, "karl"), ["delete"]);
    assert!(changes(&plan, "karl")[0].reasons[0].because.contains("in no directory any more"));
}

/// The report comes before the first synchronisation, which runs only after the policies were merged, and makes exactly
/// the reported changes.
#[test]
fn ds_12_the_report_comes_before_the_first_run() {
    let system = System::of("dstny");
    system.git(&["switch", "-q", "--orphan", "empty"]);
    system.git(&["commit", "-q", "--allow-empty", "-m", "Before the policies"]);
    system.git(&["branch", "-q", "-m", "main", "first-policies"]);
    system.git(&["branch", "-q", "-m", "empty", "main"]);
    system.git(&["switch", "-q", "first-policies"]);
    let planned = system.run(&["plan"]).ends(0).stdout;
    system.run(&["apply"]).ends(4);
    assert!(!system.has_store(), "what isn't merged isn't applied");
    system.git(&["switch", "-q", "main"]);
    system.git(&["merge", "-q", "--allow-unrelated-histories", "-m", "Go live", "first-policies"]);
    let applied = system.run(&["apply"]).ends(0).stdout;
    assert!(
        planned.contains("Plan: 2 to delete, 1 to revoke, 1 to adopt, 1 to create, 2 to update, 2 to grant;"),
        "{planned}"
    );
    assert!(
        applied.contains("Applied: 1 adopt, 1 create, 2 delete, 2 grant, 1 revoke, 2 update."),
        "{applied}"
    );
    assert!(system.run(&["plan"]).ends(0).stdout.contains("No changes."));
}

/// The directory takes precedence: an edit in the application is overwritten, and rights granted there are revoked.
/// Attributes without mapping are left alone.
#[test]
fn ds_14_the_directory_is_the_master() {
    let system = System::of("dstny");
    system.apply().ends(0);
    let before = system.accounts();
    system.locally("UPDATE attributes SET value = 'Boss' WHERE account = 'd-1' AND name = 'title'");
    system.locally("DELETE FROM attributes WHERE account = 'd-1' AND name = 'phone'");
    system.locally("INSERT INTO grants VALUES ('d-1', 'callCentre', 'supervisor', '')");
    system.locally("INSERT INTO attributes VALUES ('d-1', 'mobileSubscription', 'active', 'text')");
    assert_ne!(system.accounts(), before);
    system.apply().ends(0);
    let mut after = system.accounts();
    let anna = after.get_mut("anna.berg@contoso.example").unwrap();
    assert_eq!(anna.attributes.remove("mobileSubscription").as_deref(), Some("active"));
    assert_eq!(after, before);
}

/// A member of the application's group "Non AD sync" is never created, changed or deleted, whatever the directory says.
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

/// A phone number is a country code with `+`, then only digits; any other number is an error of that user, and the
/// others are synchronised.
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

/// An account with an active mobile number is not deleted until the number is ported or cancelled: it is reported, with
/// the reason.
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
