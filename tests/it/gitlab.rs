//! The notes on GitLab merge requests, with a double that follows GitLab's API documentation.
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use crate::support::http_server::{Reply, Request, Server};
use crate::support::playground::Playground;
use rolewright::http::Limits;
use rolewright::model::{Commit, Secret};
use rolewright::publish::github::Upserted;
use rolewright::publish::gitlab::Notes;
use rolewright::wire::github::Marker;
use rolewright::wire::gitlab::{Project, project};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// Notes by id, each with author and text; the merge request's head.
struct State {
    notes: Vec<(u64, u64, String)>,
    head: String,
    requests: Vec<String>,
    /// The commit that merge requests brought.
    merged: String,
    /// Whether the token may read no commits.
    forbidden: bool,
}

/// The token's account on GitLab.
const US: u64 = 7;

fn start() -> (Server, Arc<Mutex<State>>) {
    let state = State {
        notes: Vec::new(),
        head: "a".repeat(40),
        requests: Vec::new(),
        merged: String::new(),
        forbidden: false,
    };
    let state = Arc::new(Mutex::new(state));
    let held = Arc::clone(&state);
    let server =
        Server::start(move |port| Box::new(move |request| answer(&mut held.lock().unwrap(), &request, port)));
    (server, state)
}

fn answer(state: &mut State, request: &Request, port: u16) -> Reply {
    state.requests.push(format!("{} {}", request.method, request.target));
    let note = |(id, author, body): &(u64, u64, String)| json!({ "id": id, "author": { "id": author }, "body": body, "system": false });
    let written = || {
        let body: Value = serde_json::from_str(&request.body).unwrap();
        body["body"].as_str().unwrap().to_owned()
    };
    let path = request.path();
    match (request.method.as_str(), path) {
        ("GET", "/user") => Reply::json(200, &json!({ "id": US, "username": "project_1_bot" })),
        ("GET", "/projects/3/merge_requests/5") => Reply::json(200, &json!({ "iid": 5, "sha": state.head })),
        ("GET", "/projects/3/merge_requests/5/notes") => {
            let second = request.target.contains("page=2");
            let half = state.notes.len() / 2;
            let part = if second { &state.notes[half..] } else { &state.notes[..half] };
            let body = json!(part.iter().map(note).collect::<Vec<_>>()).to_string().into_bytes();
            let next = format!("<http://127.0.0.1:{port}{path}?page=2>; rel=\"next\"");
            let link = if second { Vec::new() } else { vec![("Link", next)] };
            Reply::Whole(200, link, body)
        }
        ("GET", path)
            if path == format!("/projects/3/repository/commits/{}/merge_requests", state.merged) =>
        {
            if state.forbidden {
                return Reply::json(403, &json!({ "message": "403 Forbidden" }));
            }
            let request = |iid: u64, branch: &str, project: u64, is: &str| json!({ "iid": iid, "target_branch": branch, "target_project_id": project, "state": is, "sha": state.head });
            let all = [
                request(5, "main", 3, "merged"),
                request(6, "main", 3, "opened"),
                request(7, "release", 3, "merged"),
                request(8, "main", 4, "merged"),
            ];
            Reply::json(200, &json!(all))
        }
        ("POST", "/projects/3/merge_requests/5/notes") => {
            let id = state.notes.iter().map(|note| note.0).max().unwrap_or(100) + 1;
            state.notes.push((id, US, written()));
            Reply::json(201, &note(state.notes.last().unwrap()))
        }
        ("PUT", path) => {
            let id: u64 = path.rsplit('/').next().unwrap().parse().unwrap();
            let found = state.notes.iter_mut().find(|note| note.0 == id).unwrap();
            found.2 = written();
            Reply::json(200, &note(found))
        }
        other => panic!("{other:?}"),
    }
}

fn notes(server: &Server) -> Notes {
    let project = Project { api: server.url(), id: 3 };
    Notes::new(project, &Secret::new("canary".to_owned()), Limits::default()).unwrap()
}

#[tokio::test]
async fn a4_twenty_pushes_make_one_note_and_a_foreign_one_with_our_marker_stays() {
    let (server, state) = start();
    let marker = Marker::new("plan").unwrap();
    let forged = marker.mark("All is well, merge it");
    state.lock().unwrap().notes.push((100, 1, forged.clone()));
    let notes = notes(&server);
    for push in 0..20 {
        let head = format!("{push:040}");
        state.lock().unwrap().head.clone_from(&head);
        let text = format!("Plan {push}");
        let upserted = notes.upsert(5, &marker, &Commit(head.clone()), &text).await.unwrap();
        assert_eq!(upserted, if push == 0 { Upserted::Created(101) } else { Upserted::Updated(101) });
        let again = notes.upsert(5, &marker, &Commit(head), &text).await.unwrap();
        assert_eq!(again, Upserted::Unchanged(101));
    }
    let late = notes.upsert(5, &marker, &Commit("b".repeat(40)), "Plan of long ago").await.unwrap();
    assert_eq!(late, Upserted::Superseded(Commit(format!("{:040}", 19))), "an older run stops");
    let expected = vec![(100, 1, forged), (101, US, marker.mark("Plan 19"))];
    assert_eq!(state.lock().unwrap().notes, expected);
}

/// A playground whose next run carries out merge request 5, as a job of GitLab's.
fn job(server: &Server, state: &Mutex<State>) -> Playground {
    let mut playground = Playground::new();
    playground.run(&["apply"]).ends(0);
    playground.edit("policies/dstny/lifecycle.yaml", "disabled: provision", "disabled: delete");
    playground.commit("Disabled people lose their account");
    state.lock().unwrap().merged = playground.git(&["rev-parse", "HEAD"]).trim().to_owned();
    for (name, value) in [
        ("CI_API_V4_URL", server.url().as_str()),
        ("CI_PROJECT_ID", "3"),
        ("CI_PROJECT_VISIBILITY", "private"),
        ("ROLEWRIGHT_NOTE_TOKEN", "glpat-canary-77b1"),
        ("ROLEWRIGHT_KEY", "a key of the tests"),
    ] {
        playground.secret(name, value);
    }
    playground
}

#[test]
fn a_merge_request_is_told_what_came_of_it_and_later_runs_keep_that_up_to_date() {
    let (server, state) = start();
    let playground = job(&server, &state);
    let store = || rusqlite::Connection::open(playground.path("policies/dstny.db")).unwrap();
    store()
        .execute_batch("CREATE TRIGGER refuse BEFORE DELETE ON accounts BEGIN SELECT RAISE(ABORT, 'canary-of-the-server'); END")
        .unwrap();
    let applied = playground.run(&["apply"]).ends(5);
    assert!(applied.stderr.contains("merge request 5: a comment was written"), "{}", applied.stderr);
    let note = || match state.lock().unwrap().notes.as_slice() {
        [(101, US, text)] => text.clone(),
        other => panic!("one note of ours: {other:?}"),
    };
    for part in
        ["<!-- rolewright: applied default/dstny -->", "**1 change failed**", "erik.holm@contoso.example"]
    {
        assert!(note().contains(part), "`{part}` in\n{}", note());
    }
    assert!(!note().contains("canary-of-the-server"), "what a server answers stays in the log: {}", note());
    store().execute_batch("DROP TRIGGER refuse").unwrap();
    playground.run(&["apply"]).ends(0);
    assert!(note().contains("**Applied: 1 delete.**") && !note().contains("failed"), "{}", note());
    let before = state.lock().unwrap().requests.len();
    playground.run(&["apply"]).ends(0);
    assert_eq!(
        state.lock().unwrap().requests.len(),
        before,
        "everything is made: nothing more is asked or told"
    );
}

#[test]
fn a_forge_that_refuses_and_a_missing_token_change_nothing_about_the_run() {
    let (server, state) = start();
    let playground = job(&server, &state);
    state.lock().unwrap().forbidden = true;
    let applied = playground.run(&["apply"]).ends(0);
    assert!(applied.stdout.contains("Applied: 1 delete."), "{}", applied.stdout);
    assert!(applied.stderr.contains("no merge request shows the result: "), "{}", applied.stderr);
    let (server, state) = start();
    let mut playground = job(&server, &state);
    playground.secret("ROLEWRIGHT_NOTE_TOKEN", "");
    playground.run(&["apply"]).ends(0);
    assert_eq!(state.lock().unwrap().requests, Vec::<String>::new());
}

#[test]
fn a_job_names_its_project_by_numbers() {
    let of = |api: &'static str, id: &'static str| {
        project(move |name| match name {
            "CI_API_V4_URL" => Some(api.to_owned()),
            "CI_PROJECT_ID" => Some(id.to_owned()),
            _ => None,
        })
    };
    let found = of("https://gitlab.example/api/v4", "3").unwrap();
    assert_eq!(found.notes(5), "/projects/3/merge_requests/5/notes");
    assert_eq!((of("", "3"), of("https://gitlab.example/api/v4", "../4")), (None, None));
}
