//! Lost answers to requests that the server carried out (threat F6).

use super::{attribute, given, maybe, read_all, shown, taken, text};
use crate::support::scim::server::Server;
use crate::support::scim::stub::Stub;
use rolewright::apply::scim::{GroupRef, WriteOutcome};

#[tokio::test]
async fn f6_a_create_whose_answer_is_lost_is_recognised_and_not_repeated() {
    let server = Server::start();
    let proxy = Stub::swallow(server.port(), "POST /Users");
    let writer = server.writer_by(&proxy.url());
    let made =
        writer.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    assert!(made.found, "found by its link");
    assert_eq!(proxy.count("POST /Users"), 1);
    let read = read_all(&server.url(), &server.token(), 50).await.unwrap();
    assert_eq!((read.accounts.len(), read.accounts.ids.id(0)), (1, made.id.as_str()));
}

#[tokio::test]
async fn f6_a_change_whose_answer_is_lost_is_read_back_and_not_repeated() {
    let server = Server::start();
    let direct = server.writer();
    let made =
        direct.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    let proxy = Stub::swallow(server.port(), "PATCH /Users");
    let writer = server.writer_by(&proxy.url());
    let written =
        writer.update(&made.id, &[maybe("title", "")], &[maybe("title", "Head")], Some(false)).await;
    assert_eq!(written.unwrap(), WriteOutcome::Changed);
    assert_eq!(proxy.count("PATCH"), 1);
    let read = read_all(&server.url(), &server.token(), 50).await.unwrap();
    assert_eq!(shown(&read), ["l-1 false ida|-|-|-|-|Head|-|-|-"]);
}

#[tokio::test]
async fn f6_a_grant_a_revoke_and_a_delete_survive_lost_answers() {
    let server = Server::start();
    let direct = server.writer();
    let made =
        direct.create(&[text("userName", "ida")], &attribute("externalId"), "l-1", true).await.unwrap();
    let group = direct.create_group("Role_Editor").await.unwrap();

    let proxy = Stub::swallow(server.port(), "PATCH /Groups");
    let writer = server.writer_by(&proxy.url());
    assert_eq!(given(&writer, GroupRef::Id(&group), &[&made.id]).await.done.len(), 1);
    assert_eq!(proxy.count("PATCH"), 1);

    let proxy = Stub::swallow(server.port(), "PATCH /Groups");
    let writer = server.writer_by(&proxy.url());
    assert_eq!(taken(&writer, GroupRef::Id(&group), &[&made.id]).await.done.len(), 1);
    assert_eq!(proxy.count("PATCH"), 1);

    let proxy = Stub::swallow(server.port(), "DELETE /Users");
    let writer = server.writer_by(&proxy.url());
    writer.delete(&made.id).await.unwrap();
    assert!(read_all(&server.url(), &server.token(), 50).await.unwrap().accounts.is_empty());
}

#[tokio::test]
async fn f6_a_group_whose_creation_is_not_answered_is_recognised() {
    let server = Server::start();
    let proxy = Stub::swallow(server.port(), "POST /Groups");
    let group = server.writer_by(&proxy.url()).create_group("Role_Editor").await.unwrap();
    assert_eq!(proxy.count("POST"), 1);
    let read = read_all(&server.url(), &server.token(), 50).await.unwrap();
    assert_eq!((read.groups.len(), read.groups.ids.id(0)), (1, group.as_str()));
}
