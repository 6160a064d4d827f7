//! A read of changes gives the same as a full read.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "what is kept is a file")]

use super::{connection, directory, incomplete, limits, read_by, read_kept, rules, secret, shown};
use crate::support::entra::double::{Double, error};
use crate::support::entra::tenant::{Tenant, group, user};
use crate::support::http_server::Reply;
use rolewright::fetch::entra::Store;
use rolewright::policy::DirectoryPolicy;
use serde_json::{Value, json};
use std::path::PathBuf;
use tempfile::TempDir;

/// A double with a tenant, and a folder in which the state of reads is stored.
struct StoredReader {
    double: Double,
    policy: DirectoryPolicy,
    folder: TempDir,
}

impl StoredReader {
    fn new(double: Double) -> Self {
        let policy = directory(&double.url(), "", &rules(&["Sales", "Outer", "{ appRole: Editor }"]));
        Self { double, policy, folder: tempfile::tempdir().unwrap() }
    }

    fn store(&self) -> Store {
        Store::new(self.folder.path(), &self.policy.name, connection(&self.policy)).unwrap()
    }

    async fn read(&self) -> Vec<String> {
        let store = self.store();
        shown(&read_kept(&self.policy, secret(), 25, limits(), Some(&store)).await.expect("a whole read"))
    }

    /// The result of a full read now.
    async fn whole(&self) -> Vec<String> {
        shown(&read_by(&self.policy, secret(), 25).await.expect("a whole read"))
    }

    fn file(&self) -> PathBuf {
        let mut files = std::fs::read_dir(self.folder.path()).unwrap().map(|entry| entry.unwrap().path());
        let file = files.next().unwrap();
        assert_eq!(files.next(), None, "one file, and nothing left behind");
        file
    }

    /// Asserts that a read with stored state gives the same as a full read, and whether it listed all users.
    async fn agrees(&self, listed: bool) {
        let before = self.double.count("/v1.0/users");
        let read = self.read().await;
        assert_eq!(self.double.count("/v1.0/users") > before, listed, "whether all users were listed");
        assert_eq!(read, self.whole().await);
    }
}

fn tenant() -> Tenant {
    Tenant::new(60)
        .with_group(1, "Sales", 0..40)
        .with_group(2, "Outer", [50])
        .with_member(2, "group", group(3))
        .with_group(3, "Inner", [51, 52])
        .with_role(1, "Editor", &[("User", user(0)), ("Group", group(1))])
}

#[tokio::test]
async fn mg_08_changes_of_users_and_members_are_merged() {
    let reader = StoredReader::new(Double::start(tenant()));
    reader.agrees(true).await;
    reader.agrees(false).await;
    reader.double.change(|tenant| {
        tenant.user_mut(3)["displayName"] = json!("Renamed");
        tenant.user_mut(4)["onPremisesExtensionAttributes"] = json!({ "extensionAttribute1": null });
        tenant.user_mut(5)["accountEnabled"] = json!(false);
        tenant.user_mut(6)["city"] = json!("not asked for");
        tenant.users.push(Tenant::new(61).users.remove(60));
        tenant.members.get_mut(&group(1)).unwrap().extend([
            ("user", user(60)),
            ("user", user(59)),
            ("device", user(99)),
        ]);
    });
    let before = reader.double.requests().len();
    let read = reader.read().await;
    let asked = reader.double.requests().split_off(before);
    assert_eq!(read, reader.whole().await);
    assert!(
        read.iter().any(|line| line.contains("Renamed")) && read.iter().any(|line| line.contains(&user(60)))
    );
    assert!(
        asked
            .iter()
            .all(|request| !request.body.contains("/members") && !request.path().ends_with("/members")),
        "{asked:#?}"
    );
    reader.agrees(false).await;
}

#[tokio::test]
async fn mg_10_members_that_come_are_told_by_group_over_several_pages() {
    let reader = StoredReader::new(Double::start(tenant()));
    reader.agrees(true).await;
    reader.double.change(|tenant| {
        for number in 1..=3 {
            let members = tenant.members.get_mut(&group(number)).unwrap();
            members.extend([("user", user(57)), ("user", user(58)), ("servicePrincipal", user(99))]);
        }
    });
    let before = reader.double.requests().len();
    let read = reader.read().await;
    let asked = reader.double.requests().split_off(before);
    // Three groups, and the first of them again, two a page.
    assert_eq!(asked.iter().filter(|request| request.path() == "/v1.0/groups/delta").count(), 3);
    assert!(asked.iter().all(|request| !request.body.contains("/members")));
    assert_eq!(read, reader.whole().await);
    // A missing property means no change.
    reader.agrees(false).await;
}

#[tokio::test]
async fn mg_09_removed_users_and_members_are_looked_at() {
    let reader = StoredReader::new(Double::start(tenant()));
    reader.agrees(true).await;
    reader.double.change(|tenant| {
        tenant.users.retain(|known| known["id"] != user(7) && known["id"] != user(52));
        tenant.members.get_mut(&group(1)).unwrap().retain(|(_, id)| *id != user(8) && *id != user(7));
    });
    reader.agrees(false).await;
    // A group leaves another, and is deleted.
    reader.double.change(|tenant| {
        tenant.members.get_mut(&group(2)).unwrap().retain(|(kind, _)| *kind != "group");
        tenant.members.remove(&group(3));
        tenant.groups.retain(|known| known["id"] != group(3));
    });
    reader.agrees(false).await;
    // A new nested group with members.
    reader.double.change(|tenant| {
        let mut new = tenant.clone().with_group(4, "New", [55]).with_member(2, "group", group(4));
        std::mem::swap(tenant, &mut new);
    });
    reader.agrees(false).await;
    reader.double.change(|tenant| tenant.members.get_mut(&group(4)).unwrap().push(("user", user(56))));
    reader.agrees(false).await;
}

#[tokio::test]
async fn e_7_a_reported_removal_of_an_existing_user_removes_nobody() {
    // Graph reports a user as removed who still exists.
    let double = Double::faulty(tenant(), |request, _, answer| {
        let mut answer = answer.clone();
        let told = request.path() == "/v1.0/users/delta" && request.target.contains("=d-");
        told.then(|| {
            answer.body["value"] = json!([{ "id": user(1), "@removed": { "reason": "deleted" } }]);
            answer.into()
        })
    });
    let reader = StoredReader::new(double);
    reader.agrees(true).await;
    reader.agrees(false).await;
}

#[tokio::test]
async fn e_7_a_missing_user_without_a_removal_causes_a_full_read() {
    let path = format!("/v1.0/users/{}", user(1));
    let double = Double::faulty(tenant(), move |request, _, _| {
        (request.path() == path).then(|| error(404, "Request_ResourceNotFound", "a replica is behind").into())
    });
    let reader = StoredReader::new(double);
    reader.agrees(true).await;
    reader.double.change(|tenant| tenant.user_mut(1)["displayName"] = json!("Changed"));
    reader.agrees(true).await;
}

#[tokio::test]
async fn mg_11_an_expired_cursor_causes_a_full_read() {
    let reader = StoredReader::new(Double::start(tenant()));
    reader.agrees(true).await;
    reader.double.change(|tenant| {
        tenant.forgetful = true;
        tenant.users.truncate(59);
    });
    reader.agrees(true).await;
    reader.double.change(|tenant| tenant.forgetful = false);
    reader.agrees(false).await;
}

#[tokio::test]
async fn e_7_an_unusable_stored_state_causes_a_full_read() {
    let reader = StoredReader::new(Double::start(tenant()));
    reader.agrees(true).await;
    let text = std::fs::read_to_string(reader.file()).unwrap();
    let change = |pointer: &str, value: Value| {
        let mut record: Value = serde_json::from_str(&text).unwrap();
        *record.pointer_mut(pointer).unwrap() = value;
        record.to_string()
    };
    let at: Value = serde_json::from_str(&text).unwrap();
    let at = at["full_at"].as_i64().unwrap();
    let elsewhere = "http://attacker.example/v1.0/users/delta?$deltatoken=d-0";
    for broken in [
        String::new(),
        text[..text.len() / 2].to_owned(),
        change("/full_at", json!(at - 86_400)),
        change("/full_at", json!(at + 3_600)),
        change("/form", json!(99)),
        change("/select", json!("id")),
        change("/users_link", json!("")),
        change(&format!("/users/{}", user(1)), json!({ "id": user(2) })),
        change(&format!("/users/{}", user(1)), json!({ "id": 7 })),
    ] {
        std::fs::write(reader.file(), &broken).unwrap();
        reader.agrees(true).await;
        reader.agrees(false).await;
    }
    // A cursor at another host is not followed.
    std::fs::write(reader.file(), change("/users_link", json!(elsewhere))).unwrap();
    let store = reader.store();
    let read = read_kept(&reader.policy, secret(), 25, limits(), Some(&store)).await;
    incomplete(read, "is not followed, because the token would be sent there too");
}

#[tokio::test]
async fn mg_08_many_changes_cause_a_full_read() {
    let reader = StoredReader::new(Double::start(
        Tenant::new(300).with_group(1, "Sales", 0..9).with_group(2, "Outer", [1]).with_role(1, "Editor", &[]),
    ));
    reader.agrees(true).await;
    reader
        .double
        .change(|tenant| (0..100).for_each(|index| tenant.user_mut(index)["displayName"] = json!("Changed")));
    reader.agrees(false).await;
    reader
        .double
        .change(|tenant| (0..101).for_each(|index| tenant.user_mut(index)["displayName"] = json!("Again")));
    reader.agrees(true).await;
}

#[cfg(unix)]
#[tokio::test]
async fn what_is_kept_is_for_its_owner_only_and_holds_no_secret() {
    use std::os::unix::fs::PermissionsExt;
    let reader = StoredReader::new(Double::start(tenant()));
    reader.agrees(true).await;
    let file = reader.file();
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(!std::fs::read_to_string(file).unwrap().contains("canary"));
}

#[tokio::test]
async fn e_1_a_fault_while_changes_are_read_is_an_error_and_keeps_the_stored_state() {
    let fault = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let shared = std::sync::Arc::clone(&fault);
    let double = Double::faulty(tenant(), move |request, _, answer| {
        let here = request.path().ends_with("/delta") && !request.target.contains("latest");
        match shared.load(std::sync::atomic::Ordering::SeqCst) {
            1 if here => Some(Reply::json(200, &json!({ "value": [] }))),
            2 if here => Some(Reply::json(500, &json!({}))),
            3 if here => Some(Reply::Cut(answer.body.to_string().into_bytes())),
            4 if here => Some(Reply::json(
                200,
                &json!({ "value": [], "@odata.deltaLink": "x", "@odata.nextLink": "https://a.example/" }),
            )),
            5 if here => {
                Some(Reply::json(200, &json!({ "value": [{ "@removed": {} }], "@odata.deltaLink": "x" })))
            }
            _ => None,
        }
    });
    let reader = StoredReader::new(double);
    reader.agrees(true).await;
    let before = std::fs::read(reader.file()).unwrap();
    for number in 1..=5 {
        fault.store(number, std::sync::atomic::Ordering::SeqCst);
        let store = reader.store();
        incomplete(read_kept(&reader.policy, secret(), 25, limits(), Some(&store)).await, "/delta");
        assert_eq!(std::fs::read(reader.file()).unwrap(), before);
    }
    fault.store(0, std::sync::atomic::Ordering::SeqCst);
    reader.agrees(false).await;
}
