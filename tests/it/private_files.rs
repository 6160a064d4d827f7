//! What a run writes and holds is for its user only.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]
#![expect(clippy::disallowed_methods, reason = "tests look at files")]

use crate::support::playground::Playground;
use crate::support::scim::stub::{Reply, Stub};
use crate::support::scim::workspace::dstny_by_scim;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Stdio;
use std::sync::mpsc;

/// The files below a folder that others may read.
fn readable(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let mut open = vec![folder.to_owned()];
    while let Some(next) = open.pop() {
        let mode = fs::metadata(&next).unwrap().permissions().mode();
        if mode & 0o077 != 0 {
            found.push(format!("{} {mode:o}", next.display()));
        }
        if next.is_dir() {
            open.extend(fs::read_dir(next).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    found
}

#[test]
fn h20_plans_workbooks_snapshots_and_stores_are_their_owners_only() {
    let playground = Playground::new();
    fs::write(playground.path("old.json"), "readable by all").unwrap();
    playground.run(&["plan", "--format", "json", "--output", "plan.json"]).ends(0);
    playground.run(&["plan", "--format", "json", "--output", "old.json"]).ends(0);
    playground.run(&["plan", "--format", "xlsx", "--output", "plan.xlsx"]).ends(0);
    playground.run(&["snapshot", "--output", "saved"]).ends(0);
    playground.run(&["apply"]).ends(0);
    for place in ["plan.json", "old.json", "plan.xlsx", "saved", "policies/dstny.db"] {
        assert_eq!(readable(&playground.path(place)), Vec::<String>::new());
    }
    assert_eq!(
        fs::read(playground.path("old.json")).unwrap(),
        fs::read(playground.path("plan.json")).unwrap()
    );
}

#[test]
fn h20_a_running_process_leaves_no_core_dump() {
    let (tell_id, told_id) = mpsc::channel::<u32>();
    let (tell_limits, told_limits) = mpsc::channel::<String>();
    let stub = Stub::start(move |_| {
        if let Ok(id) = told_id.try_recv() {
            tell_limits.send(fs::read_to_string(format!("/proc/{id}/limits")).unwrap()).unwrap();
        }
        Reply::Whole(401, "", String::new())
    });
    let mut playground = Playground::new();
    dstny_by_scim(&playground, &stub.url());
    playground.secret("ROLEWRIGHT_DSTNY", "a-token-of-this-test");
    let mut command = playground.command(&["plan"]);
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    tell_id.send(child.id()).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(7));
    let limits = told_limits.recv().unwrap();
    let core = limits.lines().find(|line| line.starts_with("Max core file size")).unwrap();
    assert_eq!(core.split_whitespace().nth(4), Some("0"), "{core}");
}
