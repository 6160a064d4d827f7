//! The impact of a change, for a terminal.

use super::unusual::unusual;
use super::{InstanceImpact, Meaning, Planned, headline, turnover};
use crate::gate::LaterDay;
use crate::policy::Origin;
use crate::render::escape::visible;
use crate::render::plan::{Shown, Style, terminal};
use std::fmt::Write;

/// All applications in order, below the change of the policy text.
pub fn text(instances: &[&InstanceImpact], wording: &[String], style: Style) -> String {
    let mut text = String::new();
    for line in wording {
        let _ = writeln!(text, "  {}", visible(line));
    }
    if !wording.is_empty() {
        text.push('\n');
    }
    for application in instances {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}: {}", application.instance, headline(&application.meaning));
        match &application.meaning {
            Meaning::Same | Meaning::Gone => {}
            Meaning::Failed(why) => why.lines().for_each(|line| {
                let _ = writeln!(text, "  {}", visible(line));
            }),
            Meaning::Planned(planned) => one(&mut text, planned, style),
        }
        text.push('\n');
    }
    text
}

fn one(text: &mut String, planned: &Planned, style: Style) {
    for line in unusual(&planned.callouts.unusual, |data| visible(data).into_owned()) {
        let _ = writeln!(text, "  look first: {line}");
    }
    for change in &planned.callouts.gate {
        let _ = writeln!(text, "  the gate changes: {}", visible(change));
    }
    for (what, people) in &planned.callouts.lifted {
        let _ = writeln!(text, "  taken away: the {}; it held back {people}", visible(what));
    }
    for (right, count) in &planned.callouts.privileged {
        let _ = writeln!(text, "  privileged: {} is given {count} times", visible(right));
    }
    for note in &planned.notes {
        let _ = writeln!(text, "  note: {}", visible(note));
    }
    let name =
        |origin: &Origin| format!("{} ({}:{})", visible(&origin.id), visible(&origin.path), origin.line);
    for line in turnover(&planned.callouts, name) {
        let _ = writeln!(text, "  {line}");
    }
    let parts = [
        ("from before, not shown yet", &planned.earlier, &[][..]),
        ("because of this change", &planned.impact.because, &planned.refusals[..]),
        ("no longer, because of this change", &planned.impact.no_longer, &[]),
    ];
    for LaterDay { day, plan } in &planned.later {
        let _ = writeln!(text, "\n-- on {day}, when something in the policies ends");
        text.push_str(&terminal(&Shown { plan, refusals: &[] }, style));
    }
    for (title, plan, refusals) in parts {
        if plan.changes.is_empty() && plan.reports.is_empty() && refusals.is_empty() {
            continue;
        }
        let _ = writeln!(text, "\n-- {title}");
        text.push_str(&terminal(&Shown { plan, refusals }, style));
    }
}
