//! Tells the pull requests that a run carries out what came of it: one comment of ours for each application, and on GitHub
//! a check run. Nothing is decided by them, and a forge that refuses them changes nothing about the run.

use super::carried::Carried;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::forge::{Forge, conclusion, told};
use super::gitlab::GitLab;
use super::out;
use super::privacy::Redaction;
use super::run_mail::RunProgress;
use crate::model::Commit;
use crate::publish::github::Publisher;
use crate::render::applied::{COMMENT, Place, applied};
use crate::render::report::{ChangeResult, RunReport};
use crate::wire::github::{Marker, NewCheckRun, same_text};

/// Tells each of them. `page` is where CI publishes the page of the run. A failure is only reported on stderr.
pub(super) fn tell(progress: &RunProgress, ended: &Result<Exit, Stop>, page: Option<&str>) {
    let Some(carried) = progress.carried.as_ref().filter(|carried| !carried.pulls.is_empty()) else { return };
    let exit = *ended.as_ref().unwrap_or_else(|stop| &stop.exit);
    let place = if GitLab::may_write_notes() { Place::MergeRequest } else { Place::PullRequest };
    let told = text(carried, progress, ended, place, page).and_then(|text| match (text, place) {
        (None, _) => Ok(()),
        (Some(text), Place::MergeRequest) => merge_requests(carried, &text),
        (Some(text), Place::PullRequest) => pull_requests(carried, &text, exit),
    });
    if let Err(stop) = told {
        out::talk(&format!("{} shows the result: {stop}", none_of(place)));
    }
}

fn none_of(place: Place) -> &'static str {
    match place {
        Place::PullRequest => "no pull request",
        Place::MergeRequest => "no merge request",
    }
}

fn pull_requests(carried: &Carried, text: &str, exit: Exit) -> Result<(), Stop> {
    let forge = Forge::of_environment()?;
    let publisher = forge.publisher()?;
    let teller = Teller { forge, publisher, instance: &carried.instance, text, exit };
    for pull in &carried.pulls {
        let (number, head) = (pull.number, Commit(pull.head.clone()));
        let said = [teller.comment(number, &head), teller.check(&head)];
        for problem in said.into_iter().filter_map(Result::err) {
            out::talk(&format!(
                "pull request {number} does not show the whole result: {problem}; nothing else depends on it"
            ));
        }
    }
    Ok(())
}

fn merge_requests(carried: &Carried, text: &str) -> Result<(), Stop> {
    let gitlab = GitLab::of_environment()?;
    let name = marker(&carried.instance);
    for request in &carried.pulls {
        let head = Commit(request.head.clone());
        if let Err(problem) = gitlab.note(request.number, &name, &head, text) {
            let number = request.number;
            out::talk(&format!(
                "merge request {number} does not show the result: {problem}; nothing else depends on it"
            ));
        }
    }
    Ok(())
}

/// The hidden name of an application's comment.
fn marker(instance: &str) -> String {
    format!("applied {instance}")
}

/// What is told; none: the run has no name that history knows.
fn text(
    carried: &Carried,
    progress: &RunProgress,
    ended: &Result<Exit, Stop>,
    place: Place,
    page: Option<&str>,
) -> Result<Option<String>, Stop> {
    let Some(listed) = &progress.listed else { return Ok(None) };
    let mut redaction: Option<Redaction> = None;
    for privacy in &carried.privacy {
        let other = Redaction::published(*privacy, &listed.run)?;
        redaction = Some(match redaction {
            Some(redaction) => redaction.stricter(other),
            None => other,
        });
    }
    let Some(redaction) = redaction else { return Ok(None) };
    let plan = progress.plan.as_ref().map(|plan| redaction.shown(plan));
    // What a service answered stays in the job's log (the gate, 5.8).
    let results = progress.results.iter().map(|result| match result {
        ChangeResult::Failed(_) => ChangeResult::Failed(String::new()),
        other => other.clone(),
    });
    let results: Vec<ChangeResult> = results.collect();
    let exit = *ended.as_ref().unwrap_or_else(|stop| &stop.exit);
    let report = RunReport {
        application: &carried.instance,
        run: Some(listed),
        ended: exit.word(),
        plan: plan.as_deref(),
        results: &results,
        refusals: &progress.refusals,
        window: progress.window.as_deref(),
        problem: ended.as_ref().err().map(Stop::published),
    };
    let mut text = applied(&report, place, exit == Exit::Waits, COMMENT, redaction.counts_only());
    if let Some(url) = page.filter(|_| !redaction.hides()) {
        text.push_str(&format!("\n[The run as a page, to search and filter]({url})\n"));
    }
    Ok(Some(text))
}

/// Writes on pull requests.
struct Teller<'t> {
    forge: Forge,
    publisher: Publisher,
    instance: &'t str,
    text: &'t str,
    exit: Exit,
}

impl Teller<'_> {
    /// The comment of this application, beside the plan's: found by its own marker.
    fn comment(&self, number: u64, head: &Commit) -> Result<(), Stop> {
        let marker = Marker::new(&marker(self.instance));
        let marker = marker.map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
        let upserted = self.forge.wait(self.publisher.upsert_comment(number, &marker, head, self.text))?;
        out::talk(&format!("pull request {number}: {}", told(upserted)));
        Ok(())
    }

    /// A check run beside the plan's, under a name that no evidence has and without a record.
    fn check(&self, head: &Commit) -> Result<(), Stop> {
        let name = format!("rolewright apply {}", self.instance);
        if self.forge.summary(head, &name)?.is_some_and(|before| same_text(&before, self.text)) {
            return Ok(());
        }
        let run = NewCheckRun {
            name: &name,
            head,
            title: title(self.exit),
            summary: self.text,
            text: None,
            conclusion: conclusion(self.exit),
            annotations: &[],
        };
        self.forge.wait(self.publisher.create_check_run(&run))?;
        Ok(())
    }
}

fn title(exit: Exit) -> &'static str {
    match exit {
        Exit::Done | Exit::Changes => "Applied",
        Exit::Waits => "Waits for a person",
        Exit::Refused => "A guard refused",
        Exit::Partial => "Not everything could be written",
        Exit::Incomplete => "A read was incomplete",
        Exit::Error | Exit::Leased => "Not applied",
    }
}
