//! What scenarios found, each as a story of its own.

use super::network::{Network, Scene, Weather};
use super::random::Random;
use super::server::{Filters, Manner, Shows, refusal, reply};
use super::state::{Author, Body, Group, Holdings};
use crate::support::scim::attribute;
use rolewright::apply::Permit;
use rolewright::apply::scim::{GroupRef, Memberships, ScimWriter, WriteError, WriteOutcome};
use rolewright::http::{Call, Limits, Method, Service, SimulatedAnswer, SimulatedLoss, Simulation};
use rolewright::model::{AttributePath, Profile, Value};
use rolewright::wire::scim::MEDIA_TYPE;
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};
use tokio::time::Duration;

fn played<T>(story: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(story)
}

/// A service that replaces whole objects.
fn manner() -> Manner {
    Manner {
        takes_patch: false,
        ignores_member_paths: false,
        etags: false,
        members: Shows::Everywhere,
        unique_names: true,
        drops: None,
        soft_delete: false,
        filters: Filters::Work,
        page: 100,
        lag: Duration::ZERO,
        answers_whole: true,
        members_at_once: 100,
        names_members: false,
        cursor: false,
        profile: Profile::default(),
    }
}

fn ada() -> Body {
    json!({ "userName": "ada", "active": true, "externalId": "u1" }).as_object().cloned().unwrap_or_default()
}

fn service(simulation: impl Simulation + 'static) -> ScimWriter {
    ScimWriter::over(Service::simulated(Arc::new(simulation), MEDIA_TYPE, Limits::default()))
}

fn network(holdings: Holdings) -> (Arc<Mutex<Scene>>, ScimWriter) {
    let scene = Arc::new(Mutex::new(Scene::new(holdings)));
    let network = Network::new(&scene, 0, Weather::default(), Random::new(1));
    (scene, service(network))
}

#[test]
fn s42_whoever_a_group_shows_in_lists_only_stays_in_it_when_the_group_is_replaced() {
    played(async {
        let mut holdings = Holdings::new(Manner { members: Shows::ListsOnly, ..manner() });
        for id in ["a1", "a2", "a3"] {
            holdings.start_user(id, ada());
        }
        let members = ["a1", "a2"].map(str::to_owned).into();
        holdings.start_group("g1", Group { name: "Readers".to_owned(), members });
        let (scene, writer) = network(holdings);
        let members = || {
            let scene = scene.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            scene.holdings.groups["g1"].now.as_ref().map(|group| group.members.clone()).unwrap_or_default()
        };
        let permit = Permit::default();
        let group = GroupRef::Name("Readers");
        let taken = Memberships { group, accounts: &["a1"], gives: false };
        assert_eq!(writer.write_members(taken, &permit).await.done.len(), 1);
        assert_eq!(members(), BTreeSet::from(["a2".to_owned()]));
        let given = Memberships { group, accounts: &["a3"], gives: true };
        assert_eq!(writer.write_members(given, &permit).await.done.len(), 1);
        assert_eq!(members(), ["a2", "a3"].map(str::to_owned).into());
    });
}

#[test]
fn s30_rights_that_are_values_are_written_to_a_service_without_patch() {
    played(async {
        let mut holdings = Holdings::new(manner());
        holdings.start_user("a1", ada());
        let (scene, writer) = network(holdings);
        let roles = AttributePath { name: "roles".into(), path: "roles".into(), case_exact: false };
        let holds = || {
            let scene = scene.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            scene.holdings.flat("a1").is_some_and(|flat| flat.contains_key("badge:gold"))
        };
        assert_eq!(writer.grant_value("a1", &roles, "gold").await.expect("a grant"), WriteOutcome::Changed);
        assert!(holds());
        assert_eq!(writer.revoke_value("a1", &roles, "gold").await.expect("an end"), WriteOutcome::Changed);
        assert!(!holds());
    });
}

/// Answers each call by its method and how often that was called before.
#[derive(Debug)]
struct Script {
    answer: fn(Method, usize) -> Result<u16, bool>,
    calls: Mutex<Vec<Method>>,
}

impl Simulation for Script {
    fn answer<'s>(&'s self, call: &'s Call) -> SimulatedAnswer<'s> {
        Box::pin(async move {
            let mut calls = self.calls.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
            let before = calls.iter().filter(|method| **method == call.method).count();
            calls.push(call.method);
            match (self.answer)(call.method, before) {
                Ok(200) => Ok(reply(200, &json!({ "id": "a1", "userName": "ada", "active": true }))),
                Ok(status) => Ok(refusal(status, "no")),
                Err(unsent) => Err(SimulatedLoss { problem: "lost", unsent }),
            }
        })
    }

    fn random(&self) -> u64 {
        0
    }
}

fn script(answer: fn(Method, usize) -> Result<u16, bool>) -> ScimWriter {
    service(Script { answer, calls: Mutex::default() })
}

#[test]
fn f7_what_was_sent_and_cannot_be_read_back_is_unknown_and_not_refused() {
    played(async {
        let title = attribute("title");
        let changes = [(title.clone(), Some(Value::Text("Poet".to_owned())))];
        let writer =
            script(|method, before| if method == Method::Get && before > 0 { Ok(403) } else { Ok(200) });
        let error = writer.update("a1", &[(title, None)], &changes, None).await.expect_err("nobody knows");
        assert!(matches!(error, WriteError::Unconfirmed(_)), "{error}");
        let writer = script(|method, _| if method == Method::Get { Ok(403) } else { Ok(200) });
        let error = writer.delete("a1").await.expect_err("nobody knows");
        assert!(matches!(error, WriteError::Unconfirmed(_)), "{error}");
    });
}

#[test]
fn f6_an_attempt_whose_answer_was_lost_is_unknown_whatever_a_later_one_is_told() {
    played(async {
        // The first DELETE may have been carried out; the second is refused.
        let writer = script(|method, before| match method {
            Method::Delete if before == 0 => Err(false),
            Method::Delete => Ok(403),
            _ => Ok(200),
        });
        let error = writer.delete("a1").await.expect_err("nobody knows");
        assert!(matches!(error, WriteError::Unknown(_)), "{error}");
    });
}

#[test]
fn a_right_of_an_account_that_reads_do_not_show_yet_is_given() {
    played(async {
        let mut holdings = Holdings::new(Manner { lag: Duration::from_millis(500), ..manner() });
        holdings.set_user(Author::Hand, "a1", Some(ada()));
        let (scene, writer) = network(holdings);
        let given = writer.grant_value("a1", &attribute("roles"), "gold").await;
        assert_eq!(given.expect("it is given"), WriteOutcome::Changed);
        let held = scene.lock().expect("the service").holdings.flat("a1").expect("an account");
        assert!(held.contains_key("badge:gold"), "{held:?}");
    });
}
