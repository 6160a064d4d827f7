//! Looks for a user whom several formulas fit, with a bound on the steps.

use super::conflict::conflict;
use super::fact::{Fact, Formula};
use super::formula::Reader;
use std::ops::ControlFlow;

/// Steps after which nothing is proved.
const MOST_STEPS: usize = 20_000;
/// Choices on the way to one user after which nothing is proved.
const DEEPEST: usize = 400;

/// What the search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::lint) enum Answer {
    /// Nobody fits, for these reasons.
    Nobody(Vec<String>),
    /// Somebody may fit, as far as it was looked.
    Perhaps,
}

/// Calls with what is said of each user whom all formulas may fit, until it is enough.
pub(in crate::lint) fn search<'f, 'a>(
    reader: Reader<'a>,
    formulas: &[&'f Formula<'a>],
    visit: &mut dyn FnMut(&[&'f Fact<'a>]) -> ControlFlow<()>,
) -> Answer {
    let mut search = Search { reader, steps: 0, depth: 0, found: false, reasons: Vec::new(), visit };
    let open = formulas.iter().rev().copied().collect();
    let ended = search.branch(open, Vec::new(), &mut Vec::new());
    if ended.is_break() || search.found { Answer::Perhaps } else { Answer::Nobody(search.reasons) }
}

/// Why nobody fits all formulas; none where somebody may.
pub(in crate::lint) fn nobody<'a>(reader: Reader<'a>, formulas: &[&Formula<'a>]) -> Option<Vec<String>> {
    match search(reader, formulas, &mut |_| ControlFlow::Break(())) {
        Answer::Nobody(reasons) => Some(reasons),
        Answer::Perhaps => None,
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
    /// Takes what must hold, then tries the first choice, part by part. Breaks when it is enough, or too much.
    fn branch(
        &mut self,
        mut open: Vec<&'f Formula<'a>>,
        mut choices: Vec<&'f [Formula<'a>]>,
        known: &mut Vec<&'f Fact<'a>>,
    ) -> ControlFlow<()> {
        let before = known.len();
        while let Some(formula) = open.pop() {
            self.steps += 1;
            if self.steps > MOST_STEPS {
                return ControlFlow::Break(());
            }
            match formula {
                Formula::All(parts) => open.extend(parts.iter().rev()),
                Formula::Any(parts) => match parts.as_slice() {
                    [only] => open.push(only),
                    parts => choices.push(parts),
                },
                Formula::Is(fact) => {
                    self.steps += known.len() / 16;
                    if let Some(reason) = conflict(self.reader, known, fact) {
                        return self.closed(reason, known, before);
                    }
                    known.push(fact);
                }
                Formula::Nobody(reason) => return self.closed(reason.clone(), known, before),
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
        if self.depth == DEEPEST {
            return ControlFlow::Break(());
        }
        self.depth += 1;
        let parts = choices.remove(fewest);
        let ended = parts.iter().try_for_each(|part| self.branch(vec![part], choices.clone(), known));
        self.depth -= 1;
        ended
    }

    fn closed(&mut self, reason: String, known: &mut Vec<&'f Fact<'a>>, before: usize) -> ControlFlow<()> {
        if !reason.is_empty() && !self.reasons.contains(&reason) {
            self.reasons.push(reason);
        }
        known.truncate(before);
        ControlFlow::Continue(())
    }
}
