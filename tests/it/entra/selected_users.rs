//! Plans for some users of a tenant: they equal the plan for the whole tenant, with few requests.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use super::{request, secret};
use crate::support::entra::double::{Double, error};
use crate::support::entra::tenant::{CLIENT, SERVICE, TENANT, Tenant, group, user};
use crate::support::world::policies;
use proptest::prelude::*;
use rolewright::fetch::entra::{NeedsFullRead, UserFinder, read};
use rolewright::model::{Date, Field, Right};
use rolewright::plan::{
    Evaluation, Explanation, Inputs, OneUser, Plan, Question, Reach, explain_of_user, plan_of_user,
};
use rolewright::policy::PolicySet;
use rolewright::snapshot::{
    ApplicationBuilder, ApplicationSnapshot, Capabilities, Complete, DirectorySnapshot, Excerpt,
};
use serde_json::json;

const RULES: &str = "
  - { id: by-name, group: Outer, grant: { role: outer } }
  - { id: by-id, group: { id: 22222222-0000-4000-8000-000000000001 }, grant: { role: inner } }
  - { id: by-pattern, group: { pattern: 'App_{role}' }, grant: { role: '{role}' } }
  - { id: by-role, group: { appRole: Editor }, grant: { role: editor } }
";

/// Policies whose accounts are found by mail, and whose user names are unique.
fn set(endpoint: &str, nested: bool, rules: &str) -> PolicySet {
    policies(&format!(
        "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }}
--- {{ apiVersion: rolewright/v1, kind: Directory, name: contoso, nestedGroups: {nested},
  entra: {{ tenantId: {TENANT}, clientId: {CLIENT}, credential: {{ env: ROLEWRIGHT_CONTOSO, minLength: 40 }}, endpoint: '{endpoint}' }} }}
--- {{ apiVersion: rolewright/v1, kind: Application, name: rooms, sqlite: {{ file: rooms.db }},
  directories: [{{ name: contoso, enterpriseApplication: {SERVICE} }}], entitlements: {{ role: {{}} }} }}
--- {{ apiVersion: rolewright/v1, kind: AttributeMapping, application: rooms, match: [email],
  attributes: {{ userName: {{ from: userPrincipalName, transform: [stripDomain, lowercase] }}, email: mail, displayName: displayName }} }}
--- {{ apiVersion: rolewright/v1, kind: Lifecycle, application: rooms, scope: {{ anyGrant: true }}, adoption: allow,
  deleted: deactivate, disabled: deactivate, outOfScope: revoke }}
---
apiVersion: rolewright/v1
kind: LinkingRules
application: rooms
rules:{rules}"
    ))
}

/// An account: link, user name, mail.
type Account = (Option<usize>, String, String);

fn accounts(held: &[Account]) -> Complete<ApplicationSnapshot> {
    let names = ["userName", "email", "displayName"].map(str::to_owned);
    let mut accounts = ApplicationBuilder::new("rooms", Capabilities { write: true, delete: true }, &names);
    for value in ["outer", "inner", "editor", "Sales", "Support"] {
        accounts.known(Right { entitlement: "role".to_owned(), value: value.to_owned(), scope: None });
    }
    for (number, (link, name, mail)) in held.iter().enumerate() {
        let fields = [Field::text(name.as_str()), Field::text(mail.as_str()), Field::Empty];
        let link = link.map(user);
        accounts.account(&format!("a{number}"), link.as_deref(), Some(true), &fields).unwrap();
    }
    accounts.finish().unwrap()
}

/// Calls a function with the inputs of a plan.
fn with<T>(
    set: &PolicySet,
    snapshots: &[&Complete<DirectorySnapshot>],
    accounts: &Complete<ApplicationSnapshot>,
    call: impl FnOnce(&Inputs<'_>) -> T,
) -> T {
    let policy = &set.applications[0];
    call(&Inputs {
        policy,
        digest: policy.digest(set).unwrap(),
        environment: "default",
        commit: None,
        directories: vec![&set.directories[0]],
        snapshots: snapshots.to_vec(),
        application: accounts,
        memory: None,
        as_of: today(),
    })
}

fn today() -> Date {
    Date::parse("2026-11-21").unwrap()
}

/// Reads all users who matter for one user.
async fn some(
    set: &PolicySet,
    accounts: &Complete<ApplicationSnapshot>,
    named: &str,
    page_size: u32,
) -> Result<Excerpt<DirectorySnapshot>, NeedsFullRead> {
    let directory = &set.directories[0];
    let reach =
        Reach::of(&set.applications[0], &[directory], today(), rolewright::wire::graph::is_filterable)
            .unwrap();
    let asked = rolewright::fetch::entra::EntraRequest { page_size, ..request(directory) };
    let mut finder = UserFinder::open(asked, secret()).await.unwrap();
    let mut asked = reach.first(named);
    loop {
        let found = finder.find(&asked).await?;
        match reach.next(named, accounts, &[&found], &asked).unwrap() {
            Some(more) => asked = more,
            None => return finder.finish().await,
        }
    }
}

/// The output about one user: the lines of the plan, and the explanation.
type UserOutput = (bool, Plan, Vec<Explanation>);

/// The output from the whole tenant and from some users; none if the plan of the whole tenant is an error.
async fn both(
    set: &PolicySet,
    accounts: &Complete<ApplicationSnapshot>,
    named: &str,
) -> Option<[UserOutput; 2]> {
    let whole = read(&request(&set.directories[0]), secret(), None).await.unwrap();
    let all = with(set, &[&whole], accounts, |inputs| {
        let evaluation = Evaluation::new(inputs).ok()?;
        let mut all = evaluation.plan();
        let explained = evaluation.explain(&Question::about(named), &all);
        let found = OneUser::new(&evaluation, &all, named).keep(&mut all);
        Some((found, all, explained))
    })?;
    let some = some(set, accounts, named, 3).await.unwrap();
    let part = with(set, &[], accounts, |inputs| {
        let lines = plan_of_user(inputs, &[&some], named).unwrap();
        let found =
            lines.found && (!lines.lines.changes.is_empty() || !lines.lines.reports.is_empty() || all.0);
        (found, lines.lines, explain_of_user(inputs, &[&some], &Question::about(named)).unwrap())
    });
    Some([all, part])
}

/// Users, some with the same name or mail, nested groups, roles.
fn tenants() -> impl Strategy<Value = Tenant> {
    let person = (
        0..6_usize,
        0..6_usize,
        any::<bool>(),
        prop::sample::select(vec!["contoso.example", "Fabrikam.example"]),
    );
    let member = (0..5_usize, any::<bool>(), 0..10_usize);
    let assigned = (any::<bool>(), 0..10_usize, 0..3_usize);
    let many = (
        prop::collection::vec(person, 10),
        prop::collection::btree_set(member, 0..25),
        prop::collection::btree_set(assigned, 0..6),
    );
    many.prop_map(|(people, members, assigned)| {
        let mut tenant = Tenant::new(10).with_role(1, "Editor", &[]).with_role(2, "Viewer", &[]);
        for (number, (name, mail, upper, domain)) in people.into_iter().enumerate() {
            let record = tenant.user_mut(number);
            let mail = format!("m{mail}@{domain}");
            record["userPrincipalName"] = json!(format!("n{name}@{domain}"));
            record["mail"] = if upper { json!(mail.to_uppercase()) } else { json!(mail) };
        }
        for (number, name) in ["Outer", "Inner", "App_Sales", "App_Support", "Other"].iter().enumerate() {
            tenant = tenant.with_group(number, name, []);
        }
        for (at, nested, member) in members {
            tenant = match nested {
                true => tenant.with_member(at, "group", group(member % 5)),
                false => tenant.with_member(at, "user", user(member)),
            };
        }
        for list in tenant.members.values_mut() {
            list.sort();
            list.dedup();
        }
        for (nested, principal, role) in assigned {
            let principal = if nested { ("Group", group(principal % 5)) } else { ("User", user(principal)) };
            let (number, name) = [(0, "Default Access"), (1, "Editor"), (2, "Viewer")][role];
            let roles = tenant.roles.clone();
            tenant = tenant.with_role(number, name, &[principal]);
            tenant.roles = roles;
        }
        tenant
    })
}

/// Accounts, and the user to show.
fn asked() -> impl Strategy<Value = (Vec<Account>, Vec<String>)> {
    let account = (prop::option::of(0..11_usize), 0..8_usize, 0..8_usize);
    let account =
        account.prop_map(|(link, name, mail)| (link, format!("n{name}"), format!("M{mail}@contoso.example")));
    let names =
        ["N1@Contoso.example", "m2@contoso.example", "n3", "a0", "a1", "o'hara & #+"].map(str::to_owned);
    let names = [names.to_vec(), vec![user(0), user(3), user(9), user(77)]].concat();
    (prop::collection::vec(account, 0..5), prop::sample::subsequence(names, 4)).prop_map(
        |(mut held, named)| {
            let mut links = std::collections::BTreeSet::new();
            held.retain(|held| held.0.is_none_or(|link| links.insert(link)));
            (held, named)
        },
    )
}

#[test]
fn one_users_lines_from_a_part_of_a_tenant_are_those_of_the_whole() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let (lines, through) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    let config = ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() };
    let cases = (tenants(), any::<bool>(), asked());
    let result =
        proptest::test_runner::TestRunner::new(config).run(&cases, |(tenant, nested, (held, named))| {
            let double = Double::start(tenant).unjudged();
            let set = set(&double.url(), nested, RULES);
            let accounts = accounts(&held);
            for named in &named {
                let Some([whole, part]) = runtime.block_on(both(&set, &accounts, named)) else { continue };
                prop_assert_eq!(&whole.1.changes, &part.1.changes, "{}", named);
                prop_assert_eq!(&whole.1.reports, &part.1.reports, "{}", named);
                prop_assert_eq!((whole.0, &whole.2), (part.0, &part.2), "{}", named);
                lines.set(lines.get() + part.1.changes.len() + part.1.reports.len());
                through.set(through.get() + part.2.len());
            }
            Ok(())
        });
    result.unwrap_or_else(|error| panic!("{error}"));
    assert!(lines.get() > 20 && through.get() > 20, "{} lines, {} users", lines.get(), through.get());
}

/// A user in a nested group, one in many groups, one with a role through a group, two with the same name.
fn known() -> Tenant {
    let mut tenant = Tenant::new(60)
        .with_group(0, "Outer", [50])
        .with_member(0, "group", group(4))
        .with_group(1, "Inner", 0..40)
        .with_group(2, "App_Sales", [5, 50])
        .with_group(3, "App_Support", [7])
        .with_group(4, "Between", [5, 11])
        .with_role(1, "Editor", &[("User", user(0)), ("Group", group(1))]);
    tenant.user_mut(8)["userPrincipalName"] = json!("user5@fabrikam.example");
    tenant
}

/// Every answer is checked against Microsoft's contract.
#[tokio::test]
async fn mg_07_a_user_has_the_rights_of_nested_groups_and_roles() {
    let double = Double::start(known());
    let accounts = accounts(&[]);
    let rights = |plan: &Plan| {
        let rights = plan.changes.iter().filter_map(|change| Some(change.right()?.value.clone()));
        rights.collect::<Vec<_>>()
    };
    for (nested, wanted) in
        [(true, vec!["Sales", "editor", "inner", "outer"]), (false, vec!["Sales", "editor", "inner"])]
    {
        let set = set(&double.url(), nested, RULES);
        let [whole, part] = both(&set, &accounts, &user(11)).await.unwrap();
        assert_eq!(whole.1.changes, part.1.changes);
        let mut held = rights(&part.1);
        held.sort();
        assert_eq!(held, wanted[1..], "user 11, nested: {nested}");
        // Another user has the same user name, so neither gets it.
        let [whole, part] = both(&set, &accounts, "user5@contoso.example").await.unwrap();
        assert_eq!((&whole.1.changes, &whole.1.reports), (&part.1.changes, &part.1.reports));
        assert_eq!((part.1.changes.len(), part.1.seen.users), (0, 2), "{:#?}", part.1);
    }
}

#[tokio::test]
async fn mg_13_one_user_of_a_large_tenant_costs_a_few_requests() {
    let mut tenant = Tenant::new(3_000).with_role(1, "Editor", &[("Group", group(1))]);
    for number in 0..40 {
        tenant = tenant.with_group(number, &format!("App_{number}"), 0..3_000);
    }
    let double = Double::start(tenant).unjudged();
    let set = set(
        &double.url(),
        true,
        "\n  - { id: one, group: { pattern: 'App_{role}' }, grant: { role: '{role}' } }\n  - { id: two, group: { appRole: Editor }, grant: { role: editor } }\n",
    );
    let found = some(&set, &accounts(&[]), "user17@contoso.example", 999).await.unwrap();
    let seen = with(&set, &[], &accounts(&[]), |inputs| {
        plan_of_user(inputs, &[&found], "user17@contoso.example").unwrap()
    });
    assert_eq!(seen.lines.seen.users, 1);
    let paths: Vec<String> = double.requests().iter().map(|request| request.path().to_owned()).collect();
    // Seven requests: a token, the user by name, users with shared values, groups by name, the application, its
    // assignments, the user's groups.
    assert_eq!(paths.len(), 7, "{paths:#?}");
    assert_eq!(double.count("/v1.0/users"), 0, "{paths:#?}");
    assert!(!paths.iter().any(|path| path.contains("/members")), "{paths:#?}");
}

/// The reason for reading the whole tenant.
async fn unfound(tenant: Tenant, named: &str) -> String {
    let double = Double::start(tenant);
    let set = set(&double.url(), true, RULES);
    some(&set, &accounts(&[]), named, 3).await.unwrap_err().0
}

#[tokio::test]
async fn e1_an_unclear_partial_read_becomes_a_full_read() {
    let mut hidden = known();
    hidden.groups[2]["visibility"] = json!("HiddenMembership");
    let said = unfound(hidden, &user(5)).await;
    assert_eq!(said, "the membership of the group `App_Sales` is hidden");
    let said = unfound(known().without("GroupMember.Read.All"), &user(5)).await;
    assert!(said.contains("grant the application permission `GroupMember.Read.All`"), "{said}");
    let mut unknown = known();
    unknown.users.iter_mut().for_each(|user| user["accountEnabled"] = json!(null));
    assert_eq!(unfound(unknown, &user(5)).await, "no user that was found returned `accountEnabled`");
    let said = unfound(known(), "ÅSA@contoso.example").await;
    assert_eq!(
        said,
        "a `displayName` has letters beyond ASCII, of which Microsoft Graph may tell upper from lower case"
    );
}

#[tokio::test]
async fn what_graph_refuses_of_a_question_is_the_reason_to_read_everybody() {
    let double = Double::faulty(known(), |request, _, _| {
        let refusal = error(400, "Request_UnsupportedQuery", "Unsupported or invalid query filter clause.");
        request.parameter("$filter").filter(|value| value.contains(" eq ")).map(|_| refusal.into())
    });
    let set = set(&double.url(), true, RULES);
    let said = some(&set, &accounts(&[]), "user5@contoso.example", 3).await.unwrap_err().0;
    assert!(said.contains("GET /users returned 400") && said.contains("Unsupported or invalid"), "{said}");
}

#[tokio::test]
async fn e1_pages_of_what_is_found_and_of_memberships_are_followed_to_the_end() {
    let mut tenant = Tenant::new(30).with_role(1, "Editor", &[]);
    for number in 0..25 {
        tenant = tenant.with_group(
            number,
            &if number == 0 { "Outer".to_owned() } else { format!("App_{number}") },
            [3, 20],
        );
        tenant.user_mut(number)["mail"] = json!("shared@contoso.example");
    }
    let double = Double::start(tenant);
    let set = set(&double.url(), true, RULES);
    let [whole, part] = both(&set, &accounts(&[]), "shared@contoso.example").await.unwrap();
    assert_eq!((whole.1.changes, whole.1.reports), (part.1.changes, part.1.reports.clone()));
    assert_eq!((part.1.seen.users, part.2.len()), (25, 25), "{:#?}", part.1.reports);
}
