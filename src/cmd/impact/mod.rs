//! `rolewright plan --base REV --head REV`: the effect of a policy change on people, before it is merged; and
//! `rolewright check`: whether all of it was shown.

mod check;
mod history;
mod later;
mod note;
mod part;
mod planner;
mod publish;
mod queue;
mod sides;

use super::args::{Global, PlanArguments};
use super::choices::PlanFormat;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::forge::Forge;
use super::out;
use super::outputs::{Target, targets};
use super::privacy::Redaction;
use crate::render::escape;
use crate::render::impact::{COMMENT, InstanceImpact, Meaning, SUMMARY, comment, page, text, wording_folded};
use crate::render::plan::Style;
pub(super) use check::run as check;
use part::Part;
use planner::Planner;
use sides::{Pair, Sides};

/// Shows the effect of a change, and writes it on its pull request if one is named.
pub(super) fn run(global: &Global, arguments: &PlanArguments, base: &str, head: &str) -> Result<Exit, Stop> {
    let targets = fits(arguments)?;
    let forge = arguments.pull_request.map(|_| Forge::of_environment()).transpose()?;
    let sides = match Sides::open(global, base, head, arguments.hosts.as_deref()) {
        Ok(sides) => sides,
        Err(stop) => {
            // The text about an earlier commit must not stay as if it were about this one.
            if let (Some(forge), Some(number)) = (&forge, arguments.pull_request) {
                publish::failed(forge, number, &sides::commit(global, head)?, stop.exit)?;
            }
            return Err(stop);
        }
    };
    let number = arguments.pull_request.map(|number| number.to_string());
    let context = number.unwrap_or_else(|| sides.head.to_string());
    let redaction = match forge.is_some() || arguments.merge_request.is_some() {
        true => Redaction::published(sides.privacy(), &context)?,
        false => Redaction::of(sides.privacy(), &context)?,
    };
    let planner = Planner { global, arguments, sides: &sides, redaction: &redaction };
    let mut parts: Vec<Part> = sides.pairs(global)?.iter().map(|pair| part(&planner, pair)).collect();
    let link = link(&planner, &targets);
    say(&planner, &parts, targets)?;
    if let (Some(forge), Some(number)) = (&forge, arguments.pull_request) {
        publish::publish(forge, number, &sides.head, &mut parts, redaction.counts_only(), &link)?;
    }
    if let Some(number) = arguments.merge_request {
        let shown: Vec<&InstanceImpact> = parts.iter().map(|part| &part.shown).collect();
        let text = comment(&shown, COMMENT, redaction.counts_only()) + &link;
        note::note(number, &sides.head, &text)?;
    }
    Ok(parts.iter().fold(Exit::Done, |exit, part| exit.and(part.exit)))
}

fn fits(arguments: &PlanArguments) -> Result<Vec<Target<PlanFormat>>, Stop> {
    let targets = targets(arguments.format, &arguments.output);
    for target in &targets {
        match target.format {
            PlanFormat::Human | PlanFormat::Markdown | PlanFormat::Json | PlanFormat::Html => {}
            PlanFormat::Lists | PlanFormat::Tsv | PlanFormat::Xlsx => {
                return Err(Stop::new(
                    Code::Argument,
                    "`--format` of the effect of a change can be `human`, `markdown`, `json` or `html`",
                ));
            }
        }
    }
    Ok(targets)
}

/// If one application cannot be planned, the others are still shown.
fn part(planner: &Planner<'_>, pair: &Pair<'_>) -> Part {
    let instance = pair.instance.clone();
    match planner.meaning(pair) {
        Ok((meaning, record)) => {
            let refuses = matches!(&meaning, Meaning::Planned(planned) if planned.refuses());
            let exit = if refuses { Exit::Refused } else { Exit::Done };
            Part { shown: InstanceImpact { instance, meaning }, record, exit }
        }
        Err(stop) => {
            let words = planner.redaction.words(&stop.message);
            out::talk(&format!("{instance}: {}", stop.line_with(&words)));
            let meaning = Meaning::Failed(planner.redaction.words(stop.published()));
            Part { shown: InstanceImpact { instance, meaning }, record: None, exit: stop.exit }
        }
    }
}

/// Whether a page may name people where it will be seen. One that CI publishes stays for a while, so pseudonyms are not enough.
fn page_may_be_written(planner: &Planner<'_>) -> bool {
    let Planner { arguments, redaction, .. } = planner;
    if arguments.report_url.is_some() { !redaction.hides() } else { !redaction.counts_only() }
}

/// What a comment says of the page; empty: there is none.
fn link(planner: &Planner<'_>, targets: &[Target<PlanFormat>]) -> String {
    let has_page = targets.iter().any(|target| target.format == PlanFormat::Html);
    match &planner.arguments.report_url {
        Some(url) if has_page && page_may_be_written(planner) => {
            format!("\n[The same as a page, to search and filter]({url})\n")
        }
        Some(_) | None => String::new(),
    }
}

fn say(planner: &Planner<'_>, parts: &[Part], targets: Vec<Target<PlanFormat>>) -> Result<(), Stop> {
    let Planner { global, arguments, sides, redaction } = planner;
    let wording = sides.wording();
    let shown: Vec<&InstanceImpact> = parts.iter().map(|part| &part.shown).collect();
    for mut target in targets {
        let colour = target.is_stdout() && out::colour(global.color);
        let said = match target.format {
            PlanFormat::Json => escape::json(records(parts)?),
            PlanFormat::Human if !redaction.counts_only() => {
                text(&shown, &wording, Style { colour, full: arguments.full })
            }
            PlanFormat::Html if page_may_be_written(planner) => {
                page(&shown).map_err(|error| Stop::new(Code::Defect, error.to_string()))?
            }
            PlanFormat::Html => {
                let hidden = "no page is written: `privacy` in the Workspace forbids names here";
                out::talk(hidden);
                String::new()
            }
            PlanFormat::Human
            | PlanFormat::Markdown
            | PlanFormat::Lists
            | PlanFormat::Tsv
            | PlanFormat::Xlsx => comment(&shown, COMMENT, redaction.counts_only()),
        };
        target.say(said.as_bytes());
        if target.is_stdout() {
            out::bytes(&target.take());
        }
        target.finish()?;
    }
    let problem = |path: &std::path::Path, error: std::io::Error| {
        Stop::new(Code::File, format!("{}: {error}", path.display()))
    };
    let Some(path) = &arguments.summary else { return Ok(()) };
    let whole = comment(&shown, SUMMARY, redaction.counts_only()) + &wording_folded(&wording);
    out::append(path, whole.as_bytes()).map_err(|error| problem(path, error))
}

/// The record of each affected application, one canonical JSON document a line.
fn records(parts: &[Part]) -> Result<String, Stop> {
    let mut text = String::new();
    for record in parts.iter().filter_map(|part| part.record.as_ref()) {
        let line = serde_json_canonicalizer::to_string(record)
            .map_err(|error| Stop::new(Code::Defect, error.to_string()))?;
        text.push_str(&line);
        text.push('\n');
    }
    Ok(text)
}
