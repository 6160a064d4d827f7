//! Searches for a user who satisfies several formulas, with a limit on the steps.

use super::conflict::conflict;
use super::fact::{Fact, Formula};
use super::formula::Reader;
use std::ops::ControlFlow;

/// After this many steps nothing is proved.
const MAX_STEPS: usize = 20_000;
/// After this many nested choices nothing is proved.
const MAX_DEPTH: usize = 400;

/// The result of a search.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Answer {
    /// No user satisfies them, for these reasons.
    Nobody(Vec<String>),
    /// Some user may, as far as the search went.
    Maybe,
}

/// Calls `found` with the facts of each user who may satisfy all formulas, until it breaks.
pub(in crate::lint) fn search<'f, 'a>(
    reader: Reader<'a>,
    formulas: &[&'f Formula<'a>],
    visit: &mut dyn FnMut(&[&'f Fact<'a>]) -> ControlFlow<()>,
) -> Answer {
    let mut search = Search { reader, steps: 0, depth: 0, found: false, reasons: Vec::new(), visit };
    let open = formulas.iter().rev().copied().collect();
    let ended = search.branch(open, Vec::new(), &mut Vec::new());
    if ended.is_break() || search.found { Answer::Maybe } else { Answer::Nobody(search.reasons) }
}

/// Why no user satisfies all formulas; `None` if some may.
pub(in crate::lint) fn why_nobody<'a>(reader: Reader<'a>, formulas: &[&Formula<'a>]) -> Option<Vec<String>> {
    match search(reader, formulas, &mut |_| ControlFlow::Break(())) {
        Answer::Nobody(reasons) => Some(reasons),
        Answer::Maybe => None,
    }
}

struct Search<'s, 'f, 'a> {
    reader: Reader<'a>,
    steps: usize,
    depth: usize,
    found: bool,
    reasons: Vec<String>,
    visit: &'s mut dyn FnMut(&[&'f Fact<'a>]) -> ControlFlow<()>,
}

impl<'f, 'a> Search<'_, 'f, 'a> {
    /// Takes the facts that must be true, then tries each part of the first choice. Breaks when there is enough, or too
    /// much.
    fn branch(
        &mut self,
        mut open: Vec<&'f Formula<'a>>,
        mut choices: Vec<&'f [Formula<'a>]>,
        known: &mut Vec<&'f Fact<'a>>,
    ) -> ControlFlow<()> {
        let before = known.len();
        while let Some(formula) = open.pop() {
            // Each new fact is compared with those that are known.
            let steps = 1 + known.len() / 16;
            self.steps += steps;
            if self.steps > MAX_STEPS || !self.reader.budget.take(steps) {
                return ControlFlow::Break(());
            }
            match formula {
                Formula::All(parts) => open.extend(parts.iter().rev()),
                Formula::Any(parts) => match parts.as_slice() {
                    [only] => open.push(only),
                    parts => choices.push(parts),
                },
                Formula::Is(fact) => {
                    if let Some(reason) = conflict(self.reader, known, fact) {
                        return self.contradiction(reason, known, before);
                    }
                    known.push(fact);
                }
                Formula::Nobody(reason) => return self.contradiction(reason.clone(), known, before),
            }
        }
        let ended = self.choose(choices, known);
        known.truncate(before);
        ended
    }

    fn choose(
        &mut self,
        mut choices: Vec<&'f [Formula<'a>]>,
        known: &mut Vec<&'f Fact<'a>>,
    ) -> ControlFlow<()> {
        let fewest = (0..choices.len()).min_by_key(|at| choices[*at].len());
        let Some(fewest) = fewest else {
            self.found = true;
            return (self.visit)(known);
        };
        if self.depth == MAX_DEPTH {
            return ControlFlow::Break(());
        }
        self.depth += 1;
        let parts = choices.remove(fewest);
        let ended = parts.iter().try_for_each(|part| self.branch(vec![part], choices.clone(), known));
        self.depth -= 1;
        ended
    }

    fn contradiction(
        &mut self,
        reason: String,
        known: &mut Vec<&'f Fact<'a>>,
        before: usize,
    ) -> ControlFlow<()> {
        if !reason.is_empty() && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
        known.truncate(before);
        ControlFlow::Continue(())
    }
}
