//! What is read from a tenant, and with which requests.

use super::{incomplete, members, numbers, read_double, rules, shown};
use crate::support::entra::double::Double;
use crate::support::entra::tenant::{SERVICE, Tenant, group, role, user};
use rolewright::model::Field;
use rolewright::snapshot::DirectorySnapshot;
use serde_json::{Value, json};

/// Ten users, linked and other groups.
fn tenant() -> Tenant {
    Tenant::new(10)
        .with_group(1, "Sales", [0, 1, 6])
        .with_group(2, "London_Booker", [2, 9])
        .with_group(3, "London_Secretary's", [3])
        .with_group(4, "Everyone", 0..10)
        .with_group(5, "Finance", [4])
}

fn linked(double_rules: &[&str]) -> String {
    rules(double_rules)
}

fn column(snapshot: &DirectorySnapshot, name: &str, number: usize) -> String {
    let row = snapshot.users.ids.row(&user(number)).expect("the user was read");
    format!("{:?}", snapshot.users.column(name).expect("the attribute was read").field(row))
}

/// `id,name` of the groups read.
fn names(snapshot: &DirectorySnapshot) -> Vec<&str> {
    let groups = &snapshot.groups;
    let mut names: Vec<&str> = (0..groups.len() as u32).map(|row| groups.record(row).name.as_str()).collect();
    names.sort_unstable();
    names
}

#[tokio::test]
async fn mg_05_just_the_attributes_that_policies_need_are_selected() {
    let double = Double::start(tenant());
    let read = read_double(&double, "", &linked(&["Sales"])).await.expect("a whole read");
    let select = double
        .requests()
        .iter()
        .find(|request| request.path() == "/v1.0/users")
        .expect("users")
        .parameter("$select");
    assert_eq!(
        select.as_deref(),
        Some("accountEnabled,displayName,id,onPremisesExtensionAttributes,userPrincipalName")
    );
    assert_eq!(column(&read, "badge", 3), format!("{:?}", Field::text("E3")));
    assert!(read.users.column("mail").is_none());
}

#[tokio::test]
async fn mg_16_guests_and_disabled_users_are_read_and_names_are_escaped() {
    let double = Double::start(tenant());
    let read = read_double(&double, "", &linked(&["\"London_Secretary's\""])).await.expect("a whole read");
    assert_eq!(read.users.len(), 10);
    assert_eq!(column(&read, "accountEnabled", 6), "Boolean(false)");
    assert!(column(&read, "userPrincipalName", 9).contains("#EXT#@"));
    assert_eq!(members(&read, "London_Secretary's", true), [3]);
}

#[tokio::test]
async fn mg_07_only_linked_groups_are_read_by_id_name_and_pattern() {
    let double = Double::start(tenant());
    let by_id = format!("{{ id: {} }}", group(1));
    let pattern = "{ pattern: 'London_{role}', captures: { role: { in: [Booker, Caterer] } } }";
    let read = read_double(&double, "", &linked(&[&by_id, "finance", pattern])).await.expect("a whole read");
    // One more group matches the pattern, but its values are unknown: its name is reported, its members are not
    // requested.
    assert_eq!(names(&read), ["Finance", "London_Booker", "London_Secretary's", "Sales"]);
    assert_eq!(members(&read, "Sales", true), [0, 1, 6]);
    assert_eq!(members(&read, "Finance", true), [4]);
    assert_eq!(members(&read, "London_Booker", true), [2, 9]);
    assert_eq!(members(&read, "London_Secretary's", true), [0_usize; 0]);
    let filters: Vec<_> =
        double.requests().iter().filter_map(|request| request.parameter("$filter")).collect();
    let ids = format!("id in ('{}')", group(1));
    assert_eq!(filters, ["startswith(displayName,'london_')", "displayName in ('finance')", ids.as_str()]);
    let batch: Value = serde_json::from_str(&double.requests().last().expect("requests").body).expect("JSON");
    assert_eq!(batch["requests"].as_array().map(Vec::len), Some(3), "{batch}");
}

#[tokio::test]
async fn d4_only_the_name_of_a_missing_group_is_requested() {
    let double = Double::start(tenant());
    let (gone, there) = (group(98), group(1));
    let by_id = |id: &str, name: &str| format!("{{ id: {id}, name: {name} }}");
    let pinned = [by_id(&gone, "FINANCE"), by_id(&there, "Sales")];
    let pinned: Vec<&str> = pinned.iter().map(String::as_str).collect();
    let read = read_double(&double, "", &linked(&pinned)).await.expect("a whole read");
    assert_eq!(names(&read), ["Finance", "Sales"]);
    // Another group is reported, and gives nobody a right.
    assert_eq!(members(&read, "Finance", true), [0_usize; 0]);
    assert_eq!(members(&read, "Sales", true), [0, 1, 6]);
    let filters: Vec<_> =
        double.requests().iter().filter_map(|request| request.parameter("$filter")).collect();
    assert_eq!(filters, [format!("id in ('{there}','{gone}')").as_str(), "displayName in ('finance')"]);
    // A group that a pattern already requests is not requested again.
    let double = Double::start(tenant());
    let pinned = [by_id(&gone, "London_Booker"), "{ pattern: 'London_S{role}' }".to_owned()];
    let pinned: Vec<&str> = pinned.iter().map(String::as_str).collect();
    let read = read_double(&double, "London_", &linked(&pinned)).await.expect("a whole read");
    assert_eq!(names(&read), ["London_Booker", "London_Secretary's"]);
    assert_eq!(members(&read, "London_Booker", true), [0_usize; 0]);
}

#[tokio::test]
async fn mg_07_a_prefix_of_the_directory_bounds_an_open_pattern() {
    let double = Double::start(tenant());
    let open = "{ pattern: '{location}_{role}', captures: { location: { in: [London] } } }";
    let read = read_double(&double, "London_", &linked(&[open])).await.expect("a whole read");
    assert_eq!(members(&read, "London_Booker", true), [2, 9]);
    let filters: Vec<_> =
        double.requests().iter().filter_map(|request| request.parameter("$filter")).collect();
    assert_eq!(filters, ["startswith(displayName,'london_')"]);
    // Without a prefix all groups must be listed, but only their names.
    let read = read_double(&double, "", &linked(&[open])).await.expect("a whole read");
    assert_eq!(names(&read), ["London_Booker", "London_Secretary's"]);
}

#[tokio::test]
async fn mg_07_many_names_and_ids_are_asked_for_fifteen_at_a_time() {
    let mut tenant = Tenant::new(3);
    for number in 0..40 {
        tenant = tenant.with_group(number, &format!("Team {number}"), [number % 3]);
    }
    let double = Double::start(tenant);
    let wanted: Vec<String> = (0..40)
        .map(|number| {
            if number % 2 == 0 { format!("'Team {number}'") } else { format!("{{ id: {} }}", group(number)) }
        })
        .collect();
    let wanted: Vec<&str> = wanted.iter().map(String::as_str).collect();
    let read = read_double(&double, "", &linked(&wanted)).await.expect("a whole read");
    assert_eq!(read.groups.len(), 40);
    assert_eq!(double.count("/v1.0/$batch"), 2, "40 groups, 20 a batch");
    assert_eq!(members(&read, "Team 31", true), [1]);
}

#[tokio::test]
async fn mg_07_members_count_through_nested_groups_and_a_cycle_is_harmless() {
    let tenant = tenant()
        .with_group(6, "Outer", [])
        .with_member(6, "group", group(7))
        .with_group(7, "Middle", [5])
        .with_member(7, "group", group(6))
        .with_member(7, "group", group(5))
        .with_member(7, "device", user(900))
        .with_member(7, "orgContact", user(901))
        .with_member(7, "servicePrincipal", user(902));
    let double = Double::start(tenant);
    let read = read_double(&double, "", &linked(&["Outer"])).await.expect("a whole read");
    assert_eq!(members(&read, "Outer", true), [4, 5]);
    assert_eq!(members(&read, "Outer", false), [0_usize; 0]);
    assert_eq!(names(&read), ["", "", "Outer"], "nested groups have no name: no rule finds them");
    assert!(!shown(&read).iter().any(|line| line.contains(&user(900))));
}

#[tokio::test]
async fn mg_07_hidden_membership_without_its_permission_is_not_nobody() {
    let mut tenant = tenant();
    tenant.groups[0]["visibility"] = json!("HiddenMembership");
    let double = Double::start(tenant);
    incomplete(
        read_double(&double, "", &linked(&["Sales"])).await,
        "the membership of the group `Sales` is hidden, and no member was shown: grant the application permission `Member.Read.Hidden`",
    );
    double.change(|tenant| tenant.permissions.extend(["Member.Read.Hidden"]));
    let read = read_double(&double, "", &linked(&["Sales"])).await.expect("a whole read");
    assert_eq!(members(&read, "Sales", true), [0, 1, 6]);
}

#[tokio::test]
async fn mg_07_roles_count_for_users_and_for_direct_members_of_assigned_groups_only() {
    let assigned = [("User", user(0)), ("Group", group(6)), ("ServicePrincipal", user(900))];
    let tenant = tenant()
        .with_group(6, "Assigned", [1])
        .with_member(6, "group", group(5))
        .with_role(1, "Editor", &assigned)
        .with_role(2, "Viewer", &[])
        .with_role(0, "", &[("User", user(8))]);
    let double = Double::start(tenant);
    let read = read_double(&double, "", &linked(&["{ appRole: Editor }"])).await.expect("a whole read");
    let roles: Vec<(&str, Vec<usize>)> =
        read.app_roles.iter().map(|role| (role.name.as_str(), numbers(&read, &role.users))).collect();
    assert_eq!(roles, [("Default Access", vec![8]), ("Editor", vec![0, 1]), ("Viewer", vec![])]);
    assert!(read.app_roles.iter().all(|role| role.application == SERVICE));
}

#[tokio::test]
async fn mg_07_an_assignment_to_a_role_that_is_not_there_is_incomplete() {
    let mut tenant = tenant().with_role(1, "Editor", &[("User", user(0))]);
    tenant.roles.clear();
    let double = Double::start(tenant);
    let says = format!("an assignment names the role `{}`", role(1));
    incomplete(read_double(&double, "", &linked(&["Sales"])).await, &says);
}

#[tokio::test]
async fn mg_06_the_count_from_a_lagging_index_only_stops_a_read() {
    let double = Double::start(tenant());
    for (counted, whole) in [(0, true), (10, true), (30, true), (31, false), (9_999, false)] {
        double.change(|tenant| tenant.counted = Some(counted));
        let read = read_double(&double, "", &linked(&["Sales"])).await;
        match whole {
            true => assert_eq!(read.expect("a whole read").users.len(), 10),
            false => drop(incomplete(read, "users are counted, but 10 were listed: some are missing")),
        }
    }
    let asked = double.requests();
    let eventual = asked.iter().filter(|request| request.header("consistencylevel").is_some());
    assert!(eventual.clone().count() > 0);
    assert!(
        eventual.into_iter().all(|request| request.path() == "/v1.0/users/$count"
            && request.header("accept") == Some("text/plain"))
    );
}

#[tokio::test]
async fn mg_15_an_unknown_account_enabled_is_not_disabled() {
    let mut tenant = tenant();
    tenant.user_mut(3)["accountEnabled"] = Value::Null;
    let double = Double::start(tenant);
    let read = read_double(&double, "", &linked(&["Sales"])).await.expect("a whole read");
    assert_eq!(column(&read, "accountEnabled", 3), "Empty");
}

#[tokio::test]
async fn e_6_a_permission_that_shrank_is_noticed() {
    // This is how `User.ReadBasic.All` shows users (MG5).
    let mut tenant = tenant();
    (0..10).for_each(|number| tenant.user_mut(number)["accountEnabled"] = Value::Null);
    let double = Double::start(tenant);
    incomplete(
        read_double(&double, "", &linked(&["Sales"])).await,
        "no user returned `accountEnabled`: grant the application permission `User.Read.All`",
    );
}

#[tokio::test]
async fn mg_12_a_member_who_was_made_after_the_list_is_looked_at_and_one_who_is_gone_is_not() {
    let tenant = Tenant::new(11).with_group(1, "Sales", [0, 10]).with_member(1, "user", user(77));
    let tenant = tenant.with_role(1, "Editor", &[("User", user(10))]);
    let double = Double::faulty(tenant, |request, _, answer| {
        let mut answer = answer.clone();
        let list =
            answer.body.get_mut("value")?.as_array_mut().filter(|_| request.path() == "/v1.0/users")?;
        list.retain(|listed| listed["id"] != user(10));
        Some(answer.into())
    });
    let read = read_double(&double, "", &linked(&["Sales"])).await.expect("a whole read");
    assert_eq!(members(&read, "Sales", true), [0, 10]);
    assert_eq!(numbers(&read, &read.app_roles[1].users), [10]);
    assert_eq!(read.users.len(), 11, "user 77 is gone");
}

#[tokio::test]
async fn e_2_expand_is_never_used_for_membership() {
    let double = Double::start(Tenant::new(60).with_group(1, "Sales", 0..60));
    let read = read_double(&double, "", &linked(&["Sales"])).await.expect("a whole read");
    assert_eq!(members(&read, "Sales", true).len(), 60);
    assert!(
        double
            .requests()
            .iter()
            .all(|request| !request.target.contains("expand") && !request.body.contains("expand"))
    );
}

#[tokio::test]
async fn e_5_a_tenant_without_users_is_an_error() {
    let double = Double::start(Tenant::new(0).with_group(1, "Sales", []));
    incomplete(read_double(&double, "", &linked(&["Sales"])).await, "/users lists no users");
}

#[tokio::test]
async fn the_enterprise_application_is_named_by_its_object_id() {
    let double = Double::faulty(tenant(), |request, _, _| {
        let gone = request.path().starts_with("/v1.0/servicePrincipals/");
        gone.then(|| crate::support::entra::double::error(404, "Request_ResourceNotFound", "gone").into())
    });
    incomplete(
        read_double(&double, "", &linked(&["Sales"])).await,
        "`enterpriseApplication` is the object id under Enterprise applications",
    );
}
