//! Policy test results for continuous integration: JUnit XML, as most servers read it. Every application is a suite;
//! coverage and mutations have suites of their own.

use super::{ShownTrials, changed, who};
use crate::policy::Origin;
use crate::render::escape::visible;
use crate::trial::{Coverage, Item, Mutation, Trial};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use similar::ChangeTag;
use std::borrow::Cow;
use std::io;

/// The result of a case.
enum End {
    Passed,
    Skipped(String),
    Failed(String, String),
}

/// One case: its name, its place, its result.
struct Case<'t>(String, &'t Origin, End);

/// The tests as JUnit XML, with a line end. The writer escapes text; what XML cannot hold becomes `\u{1b}`.
pub fn junit(shown: ShownTrials<'_>) -> String {
    let mut suites: Vec<(String, Vec<Case<'_>>)> = Vec::new();
    for trial in shown.trials {
        match suites.last_mut().filter(|(name, _)| *name == trial.application) {
            Some((_, cases)) => cases.push(test(trial)),
            None => suites.push((trial.application.clone(), vec![test(trial)])),
        }
    }
    suites.extend(shown.coverage.iter().map(|coverage| covered(coverage, shown.required)));
    suites.extend(shown.mutations.iter().map(mutated));
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = write(&mut Writer::new_with_indent(&mut bytes, b' ', 2), &suites);
    bytes.push(b'\n');
    String::from_utf8_lossy(&bytes).into_owned()
}

fn test(trial: &Trial) -> Case<'_> {
    let end = if trial.holds() {
        End::Passed
    } else {
        let first = trial.differences.first().map(|difference| who(&difference.who));
        let message = first.map_or_else(
            || "the test could not be planned".to_owned(),
            |(kind, id)| format!("{kind} `{id}` is not as expected"),
        );
        End::Failed(message, details(trial))
    };
    Case(trial.test.id.clone(), &trial.test, end)
}

fn details(trial: &Trial) -> String {
    let mut lines: Vec<String> =
        trial.problem.iter().flat_map(|problem| problem.lines()).map(str::to_owned).collect();
    for difference in &trial.differences {
        let (kind, id) = who(&difference.who);
        lines.push(format!("{kind} `{id}` {}:{}", difference.origin.path, difference.origin.line));
        for (tag, line) in changed(difference) {
            let sign = match tag {
                ChangeTag::Delete => "- expected",
                ChangeTag::Insert => "+ came",
                ChangeTag::Equal => "",
            };
            lines.push(format!("  {sign:<10} {line}"));
        }
        lines.extend(difference.remarks.iter().map(|remarks| format!("  {remarks}")));
    }
    lines.iter().map(|line| xml(line).into_owned()).collect::<Vec<_>>().join("\n")
}

fn covered(coverage: &Coverage, required: bool) -> (String, Vec<Case<'_>>) {
    let untouched = |item: &Item| {
        let message = format!("no test touches the {} `{}`", item.kind.word(), item.origin.id);
        if required { End::Failed(message, location(&item.origin)) } else { End::Skipped(message) }
    };
    let touched = coverage.touched.iter().map(|item| case(item, End::Passed));
    let cases = touched.chain(coverage.untouched.iter().map(|item| case(item, untouched(item))));
    (format!("{} coverage", coverage.application), cases.collect())
}

fn mutated(mutation: &Mutation) -> (String, Vec<Case<'_>>) {
    let survived = |item: &Item| {
        let message = format!("no test fails without the {} `{}`", item.kind.word(), item.origin.id);
        End::Failed(message, location(&item.origin))
    };
    let killed = mutation.killed.iter().map(|item| case(item, End::Passed));
    let cases = killed.chain(mutation.survived.iter().map(|item| case(item, survived(item))));
    (format!("{} mutants", mutation.application), cases.collect())
}

fn case(item: &Item, end: End) -> Case<'_> {
    Case(format!("{} {}", item.kind.word(), item.origin.id), &item.origin, end)
}

fn location(origin: &Origin) -> String {
    format!("{}:{}", xml(&origin.path), origin.line)
}

/// Text that XML can hold: invisible characters become `\u{1b}`, and so do the two characters that XML 1.0 (2.2) does
/// not allow.
fn xml(text: &str) -> Cow<'_, str> {
    let text = visible(text);
    if !text.contains(['\u{fffe}', '\u{ffff}']) {
        return text;
    }
    text.replace('\u{fffe}', "\\u{fffe}").replace('\u{ffff}', "\\u{ffff}").into()
}

type Out<'w> = Writer<&'w mut Vec<u8>>;

fn write(out: &mut Out<'_>, suites: &[(String, Vec<Case<'_>>)]) -> io::Result<()> {
    out.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = suites.iter().flat_map(|(_, cases)| cases);
    let counts = counts(all);
    out.create_element("testsuites")
        .with_attributes(attributes("rolewright test", &counts))
        .write_inner_content(|out| {
            for (name, cases) in suites {
                suite(out, name, cases)?;
            }
            Ok(())
        })?;
    Ok(())
}

fn suite(out: &mut Out<'_>, name: &str, cases: &[Case<'_>]) -> io::Result<()> {
    let name = xml(name);
    let element = out.create_element("testsuite").with_attributes(attributes(&name, &counts(cases.iter())));
    element.write_inner_content(|out| cases.iter().try_for_each(|case| one(out, &name, case)))?;
    Ok(())
}

fn one(out: &mut Out<'_>, suite: &str, Case(name, origin, end): &Case<'_>) -> io::Result<()> {
    let (name, path, line) = (xml(name), xml(&origin.path), origin.line.to_string());
    let element = out.create_element("testcase").with_attributes([
        ("name", &*name),
        ("classname", suite),
        ("file", &*path),
        ("line", &line),
        ("time", "0"),
    ]);
    match end {
        End::Passed => element.write_empty()?,
        End::Skipped(message) => element.write_inner_content(|out| {
            out.create_element("skipped").with_attribute(("message", &*xml(message))).write_empty()?;
            Ok(())
        })?,
        End::Failed(message, details) => element.write_inner_content(|out| {
            let failure = out.create_element("failure").with_attribute(("message", &*xml(message)));
            failure.write_text_content(BytesText::new(details))?;
            Ok(())
        })?,
    };
    Ok(())
}

/// The numbers of cases, failed and skipped ones.
fn counts<'c, 't: 'c>(cases: impl Iterator<Item = &'c Case<'t>>) -> [String; 3] {
    let (mut all, mut failed, mut skipped) = (0, 0, 0);
    for Case(.., end) in cases {
        all += 1;
        failed += usize::from(matches!(end, End::Failed(..)));
        skipped += usize::from(matches!(end, End::Skipped(_)));
    }
    [all, failed, skipped].map(|number| number.to_string())
}

fn attributes<'n>(name: &'n str, [all, failed, skipped]: &'n [String; 3]) -> [(&'n str, &'n str); 5] {
    [("name", name), ("tests", all), ("failures", failed), ("errors", "0"), ("skipped", skipped)]
}
