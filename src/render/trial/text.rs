//! Policy test results for a terminal: one line a test, the differences of each failure, coverage, surviving mutants.

use super::{ShownTrials, changed, who};
use crate::policy::Origin;
use crate::render::escape::visible;
use crate::trial::{Coverage, Item, ItemKind, Mutation, Trial};
use similar::ChangeTag;

const GREEN: &str = "32";
const RED: &str = "31";
const YELLOW: &str = "33";
const BOLD: &str = "1";

/// The tests as text, with line ends.
pub fn text(shown: ShownTrials<'_>, colour: bool) -> String {
    let mut page = Page { text: String::new(), colour };
    page.list(shown.trials);
    for trial in shown.trials.iter().filter(|trial| !trial.holds()) {
        page.failure(trial);
    }
    for coverage in shown.coverage {
        page.coverage(coverage, shown.required);
    }
    for mutation in shown.mutations {
        page.mutation(mutation);
    }
    page.summary(shown);
    page.text
}

struct Page {
    text: String,
    colour: bool,
}

impl Page {
    fn list(&mut self, trials: &[Trial]) {
        let mut application = None;
        for trial in trials {
            if application.replace(&trial.application) != Some(&trial.application) {
                let title = self.paint(&visible(&trial.application), BOLD);
                self.push(&title);
            }
            let word = if trial.holds() { self.paint("ok  ", GREEN) } else { self.paint("FAIL", RED) };
            self.push(&format!("  {word} {}", visible(&trial.test.id)));
        }
    }

    fn failure(&mut self, trial: &Trial) {
        let title = format!("{}: {}", visible(&trial.application), visible(&trial.test.id));
        let (mark, title) = (self.paint("FAIL", RED), self.paint(&title, BOLD));
        self.push(&format!("\n{mark} {title}  {}", location(&trial.test)));
        for line in trial.problem.iter().flat_map(|problem| problem.lines()) {
            self.push(&format!("  {}", visible(line)));
        }
        for difference in &trial.differences {
            let (kind, id) = who(&difference.who);
            self.push(&format!("  {kind} `{}`  {}", visible(id), location(&difference.origin)));
            for (tag, line) in changed(difference) {
                let (sign, code) = match tag {
                    ChangeTag::Delete => ("- expected", RED),
                    ChangeTag::Insert => ("+ came", GREEN),
                    ChangeTag::Equal => ("", ""),
                };
                let line = self.paint(&format!("{sign:<10} {}", visible(&line)), code);
                self.push(&format!("    {line}"));
            }
            difference.remarks.iter().for_each(|remarks| self.push(&format!("    {}", visible(remarks))));
        }
    }

    fn coverage(&mut self, coverage: &Coverage, required: bool) {
        let title = self.paint(&format!("coverage of {}", visible(&coverage.application)), BOLD);
        self.push(&format!("\n{title}"));
        let kinds = ItemKind::ALL.into_iter().map(|kind| (kind.word(), coverage.of(kind)));
        for (word, (touched, all)) in kinds.chain([("all", coverage.all())]).filter(|(_, (_, all))| *all > 0)
        {
            let number = if word == "all" { word.to_owned() } else { format!("{word}s") };
            self.push(&format!("  {number:<18} {touched:>4} of {all:<4} {:>3} %", touched * 100 / all));
        }
        if coverage.all().1 == 0 {
            self.push("  nothing that tests could touch");
        }
        let code = if required { RED } else { YELLOW };
        self.items("untouched", code, &coverage.untouched);
    }

    fn mutation(&mut self, mutation: &Mutation) {
        let title = self.paint(&format!("mutants of {}", visible(&mutation.application)), BOLD);
        let (killed, survived) = (mutation.killed.len(), mutation.survived.len());
        self.push(&format!("\n{title}: {} dropped in turn, {survived} survived", killed + survived));
        self.items("survived", RED, &mutation.survived);
    }

    fn items(&mut self, word: &str, code: &str, items: &[Item]) {
        let word = self.paint(word, code);
        for item in items {
            let (kind, id) = (item.kind.word(), visible(&item.origin.id));
            self.push(&format!("  {word}  {kind} `{id}`  {}", location(&item.origin)));
        }
    }

    fn summary(&mut self, shown: ShownTrials<'_>) {
        let (all, failed) = (shown.trials.len(), shown.failed());
        let tests = if all == 1 { "1 test".to_owned() } else { format!("{all} tests") };
        let mut words = vec![format!("{tests}: {} passed, {failed} failed", all - failed)];
        let untouched: usize = shown.coverage.iter().map(|coverage| coverage.untouched.len()).sum();
        if !shown.coverage.is_empty() {
            words.push(format!("{untouched} untouched"));
        }
        let survived: usize = shown.mutations.iter().map(|mutation| mutation.survived.len()).sum();
        if !shown.mutations.is_empty() {
            words.push(format!("{survived} survived"));
        }
        let good = failed == 0 && survived == 0 && (untouched == 0 || !shown.required);
        let line = self.paint(&words.join(", "), if good { GREEN } else { RED });
        self.push(&format!("\n{line}"));
    }

    fn paint(&self, text: &str, code: &str) -> String {
        let plain = !self.colour || code.is_empty();
        if plain { text.to_owned() } else { format!("\u{1b}[{code}m{text}\u{1b}[0m") }
    }

    fn push(&mut self, line: &str) {
        self.text.push_str(line.trim_end());
        self.text.push('\n');
    }
}

fn location(origin: &Origin) -> String {
    format!("{}:{}", visible(&origin.path), origin.line)
}
