//! Every statement, section, threat, behaviour and decision that comments, documents and names of tests cite by number
//! exists.
#![expect(clippy::disallowed_methods, reason = "sources are files")]
#![expect(clippy::unwrap_used, reason = "in a test, the place of the panic says what went wrong")]

use regex::Regex;
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// Folders and files that may contain citations.
const PLACES: [&str; 8] =
    ["src", "tests/it", "benches", "docs", "README.md", "CHANGELOG.md", "CONTRIBUTING.md", "tests/README.md"];
/// Numbers after a page's name: `2`, `5.5`, `2, 3 and 8`, `6 to 8`.
const NUMBERS: &str = r"([0-9]+(?:\.[0-9]+)?(?:(?:, | and | to )[0-9]+(?:\.[0-9]+)?)*)";

/// A pattern, compiled once for all files: compiling takes longer than reading them.
macro_rules! pattern {
    ($name:ident, $text:expr) => {
        static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($text).unwrap());
    };
}
pattern!(GATE, &format!("the gate, {NUMBERS}"));
pattern!(LANGUAGE, &format!("the policy language, {NUMBERS}"));
pattern!(DECISION, r"decisions?[ /]0*([0-9]+)");
pattern!(STATEMENT, r"^(?:[a-g]_?[0-9]+_)*(s|l|mg)_?0*([0-9]+)_");
pattern!(SCENARIO, r"^(?:[a-g]_?[0-9]+_)*scenario_0*([0-9]+)_");
pattern!(FUNCTION, r"(?m)^\s*(?:async )?fn ([a-z0-9_]+)");
pattern!(ID, r"\b((?:S|L|MG|[A-G])[1-9][0-9]?|(?:PA|PD|PM|PU|DS)-[0-9]+)\b");
pattern!(NUMBER, r"[0-9]+(?:\.[0-9]+)?");
pattern!(PAGE, r"\bdocs/[A-Za-z0-9_/.-]+\.md\b");

/// Everything that can be cited.
struct Targets {
    /// `S29`, `L5`, `MG11`; threats `C9`; behaviours `PA-17`.
    ids: BTreeSet<String>,
    /// Sections of the page on the gate.
    gate: BTreeSet<String>,
    /// Sections of the page on the policy language.
    language: BTreeSet<String>,
    /// Numbers of scenarios of the gate.
    scenarios: BTreeSet<String>,
    /// Numbers of decisions, without leading zeros.
    decisions: BTreeSet<String>,
}

impl Targets {
    fn read() -> Self {
        let pages = ["protocols/scim.md", "protocols/ldap.md", "protocols/graph.md"].map(reference);
        let others = ["docs/threat-model.md", "docs/behaviours.md"].map(|page| text(Path::new(page)));
        let gate = reference("gate.md");
        let scenarios = gate.split_once("## 10.").unwrap().1;
        let first = rows(scenarios).into_iter().flat_map(|row| numbers(&row));
        Self {
            ids: pages.iter().chain(&others).flat_map(|page| rows(page)).collect(),
            scenarios: first.collect(),
            language: sections(&reference("language.md")),
            gate: sections(&gate),
            decisions: decisions(),
        }
    }

    /// The citations in a text whose target does not exist.
    fn dangling(&self, text: &str) -> Vec<String> {
        let unknown_id = |id: &String| !self.ids.contains(id);
        let mut dangling: Vec<String> = ids(text).into_iter().filter(unknown_id).collect();
        let (gate, language) =
            (("the gate", &GATE, &self.gate), ("the policy language", &LANGUAGE, &self.language));
        for (page, pattern, sections) in [gate, language] {
            let missing = cited(text, pattern, |number| !sections.contains(number));
            dangling.extend(missing.into_iter().map(|number| format!("{page}, {number}")));
        }
        let missing = cited(text, &DECISION, |number| !self.decisions.contains(number));
        dangling.extend(missing.into_iter().map(|number| format!("decision {number}")));
        dangling.extend(pages(text).into_iter().filter(|page| !root().join(page).exists()));
        dangling
    }

    /// The ids at the beginning of a test's name whose target does not exist. The tests of `threats` and `behaviours`
    /// check their own ids.
    fn dangling_in_name(&self, name: &str) -> Vec<String> {
        let (mut rest, mut found) = (name.to_owned(), Vec::new());
        while let Some(id) = STATEMENT.captures(&rest) {
            found.push(format!("{}{}", id[1].to_uppercase(), &id[2]));
            rest = rest[id[0].len()..].to_owned();
        }
        found.retain(|id| !self.ids.contains(id));
        let scenario = SCENARIO.captures(name);
        let unknown = scenario.filter(|number| !self.scenarios.contains(&number[1]));
        found.extend(unknown.map(|number| format!("scenario {}", &number[1])));
        found
    }
}

#[test]
fn every_citation_has_a_target() {
    let targets = Targets::read();
    let mut dangling = Vec::new();
    for file in files() {
        let all = text(&file);
        let is_source = file.extension().is_some_and(|ending| ending == "rs");
        let cites = if is_source { comments(&all) } else { all.clone() };
        let mut found = targets.dangling(&cites);
        if is_source {
            found.extend(functions(&all).iter().flat_map(|name| targets.dangling_in_name(name)));
        }
        dangling.extend(found.into_iter().map(|what| format!("{} cites `{what}`", file.display())));
    }
    assert!(dangling.is_empty(), "these citations lead nowhere:\n{}", dangling.join("\n"));
}

#[test]
fn a_citation_without_target_is_found() {
    let targets = Targets::read();
    let wrong = "(S77), threat G9, PA-35, MG18, L21; the gate, 2 and 11; the policy language, 13; decision 99; docs/none.md";
    let found = targets.dangling(wrong);
    assert_eq!(
        found,
        [
            "S77",
            "G9",
            "PA-35",
            "MG18",
            "L21",
            "the gate, 11",
            "the policy language, 13",
            "decision 99",
            "docs/none.md"
        ]
    );
    assert_eq!(targets.dangling_in_name("f7_s77_s29_no_effect"), ["S77"]);
    assert_eq!(targets.dangling_in_name("scenario_45_none"), ["scenario 45"]);
    let right = "S29, L5, MG11, threats A1 to G8, DS-19, the gate, 6.3, the policy language, 6 to 8, decision 13, docs/glossary.md";
    assert_eq!(targets.dangling(right), Vec::<String>::new());
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn text(path: &Path) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn reference(page: &str) -> String {
    text(&Path::new("docs/reference").join(page))
}

/// The first cell of each row of a page's tables.
fn rows(page: &str) -> Vec<String> {
    let first = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    first.map(str::to_owned).collect()
}

/// `## 5.` is 5, an item `5.` in it 5.5, `### 6.3` is 6.3.
fn sections(page: &str) -> BTreeSet<String> {
    let heading = Regex::new(r"^###? ([0-9]+(?:\.[0-9]+)?)\.? ").unwrap();
    let item = Regex::new(r"^([0-9]+)\. ").unwrap();
    let (mut section, mut found) = (String::new(), BTreeSet::new());
    for line in page.lines() {
        if let Some(number) = heading.captures(line) {
            section = number[1].to_owned();
            found.insert(section.clone());
        } else if let Some(number) = item.captures(line) {
            found.insert(format!("{section}.{}", &number[1]));
        }
    }
    found
}

fn decisions() -> BTreeSet<String> {
    let names = fs::read_dir(root().join("docs/decisions")).unwrap();
    let names = names.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.map(|name| name[..4].trim_start_matches('0').to_owned()).collect()
}

/// The files that may cite, by their paths from the root.
fn files() -> Vec<PathBuf> {
    let mut open: Vec<PathBuf> = PLACES.map(PathBuf::from).to_vec();
    let mut files = Vec::new();
    while let Some(path) = open.pop() {
        if root().join(&path).is_dir() {
            let entries = fs::read_dir(root().join(&path)).unwrap();
            open.extend(entries.map(|entry| path.join(entry.unwrap().file_name())));
        } else if path.extension().is_some_and(|ending| ending == "rs" || ending == "md") {
            files.push(path);
        }
    }
    // The tests above cite targets that do not exist.
    files.retain(|path| !path.ends_with("citations.rs"));
    files.sort();
    files
}

/// The comments of a source, joined so that a citation may stand on two lines.
fn comments(source: &str) -> String {
    let lines = source.lines().filter_map(|line| line.split_once("//"));
    lines.map(|(_, comment)| comment.trim_start_matches(['/', '!']).trim()).collect::<Vec<_>>().join(" ")
}

/// The names of a source's functions.
fn functions(source: &str) -> Vec<String> {
    FUNCTION.captures_iter(source).map(|found| found[1].to_owned()).collect()
}

/// Statements, threats and behaviours that a text cites.
fn ids(text: &str) -> Vec<String> {
    ID.captures_iter(text).map(|found| found[1].to_owned()).collect()
}

/// The numbers that a pattern captures and that do not exist.
fn cited(text: &str, pattern: &Regex, unknown: impl Fn(&String) -> bool) -> Vec<String> {
    pattern.captures_iter(text).flat_map(|found| numbers(&found[1])).filter(unknown).collect()
}

fn numbers(text: &str) -> Vec<String> {
    NUMBER.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}

/// The pages of documentation that a text names by their paths from the root.
fn pages(text: &str) -> Vec<String> {
    PAGE.find_iter(text).map(|found| found.as_str().to_owned()).collect()
}
