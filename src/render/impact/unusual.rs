//! Rights that a change gives and that a reviewer looks at first, in words.

use crate::plan::EscalationKind;

/// Such rights that are told of one application; the others are counted.
const MOST: usize = 10;

/// A right that is given, and why that is told first. Names are as readers may see them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unusual {
    /// Why. The department's name is empty where readers may not see it.
    pub kind: EscalationKind,
    /// The right.
    pub right: String,
    /// How many people get it.
    pub people: usize,
    /// The names of the first of them; none where readers may not see any.
    pub names: Vec<String>,
}

/// A line for each; `show` makes data fit for where it is shown.
pub(super) fn unusual(rights: &[Unusual], show: impl Fn(&str) -> String) -> Vec<String> {
    let mut lines: Vec<String> = rights.iter().take(MOST).map(|right| line(right, &show)).collect();
    if rights.len() > MOST {
        lines.push(format!("And {} more rights that are unusual like these", rights.len() - MOST));
    }
    lines
}

fn line(unusual: &Unusual, show: &impl Fn(&str) -> String) -> String {
    let Unusual { kind, right, people, names } = unusual;
    let right = show(right);
    let mut named: Vec<String> = names.iter().map(|name| show(name)).collect();
    if !named.is_empty() && named.len() < *people {
        named.push("...".to_owned());
    }
    let named = if named.is_empty() { String::new() } else { format!(" ({})", named.join(", ")) };
    let people = super::people(*people);
    match kind {
        EscalationKind::Author => format!(
            "The author of this change gets {right}{named}: the mail of its commits is theirs, as far as that can be known"
        ),
        EscalationKind::Department { name, people: all } => {
            let department = if name.is_empty() { "a department".to_owned() } else { show(name) };
            format!(
                "{right} goes to {people}{named} of {department}, where none of {all} people has it today"
            )
        }
        EscalationKind::Nobody => format!("{right}, which nobody has today, goes to {people}{named}"),
    }
}
