//! Pages of the documentation whose commands are run, and whose output is compared; `BLESS=1` writes the actual output.

use crate::support::blessing::{assert_written, difference};
use crate::support::pages::{self, Page, root};
use crate::support::transcript::{Step, steps, walked};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// How many recipes are tried at once; each waits for git and for a disk most of the time.
const AT_ONCE: usize = 4;

#[test]
fn the_commands_of_the_start_page_work() {
    is_run("docs/how-to/start.md");
}

#[test]
fn the_first_thirty_minutes_are_as_written() {
    is_run("docs/tutorial/first-thirty-minutes.md");
}

/// Runs every command of a page in an empty folder.
fn is_run(page: &str) {
    assert_written(page, &walked(&Page::read(page).text, &[]));
}

/// What comes before a recipe: what `init` writes, the company that the cookbook shows, and a commit.
fn the_company() -> Vec<Step> {
    let command = |line: &str| Step::Command(line.to_owned());
    let mut before =
        vec![command("git init -q -b main && rolewright init --forge none > init.txt && rm init.txt")];
    let files = steps(&Page::read("docs/cookbook/README.md").text);
    before.extend(files.into_iter().filter(|step| matches!(step, Step::File { .. })));
    before.push(command("git add -A && git commit -q -m 'The first policies'"));
    before
}

#[test]
fn every_recipe_of_the_cookbook_works() {
    let recipes: Vec<Page> =
        pages::of_the_book().into_iter().filter(|page| page.path.starts_with("docs/cookbook/")).collect();
    assert!(recipes.len() > 20, "{}", recipes.len());
    let (before, next, stale) = (the_company(), AtomicUsize::new(0), Mutex::new(Vec::new()));
    std::thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                while let Some(page) = recipes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let differs = difference(&root().join(&page.path), &walked(&page.text, &before));
                    stale.lock().unwrap().extend(differs);
                }
            });
        }
    });
    let stale = stale.into_inner().unwrap();
    assert!(stale.is_empty(), "run this test with BLESS=1, then read what changed\n{}", stale.join("\n"));
}
