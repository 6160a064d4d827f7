//! `rolewright explain`

mod versions;

use super::args::Global;
use super::choices::ExplainFormat;
use super::code::Code;
use super::exit::{Exit, Stop};
use super::explain_args::ExplainArguments;
use super::instance::{Instance, sound};
use super::one_user::{UserReading, look, nobody};
use super::privacy::Redaction;
use super::read::{self, World};
use super::workspace::Side;
use super::{out, saved};
use crate::language::rule_texts;
use crate::plan::{
    Difference, Explanation, ExplanationDocument, Question, Told, differences, explain_of_user,
};
use crate::render::html::{PersonPart, person};
use crate::render::{RuleTexts, escape, explained_differences, explanation};
use std::collections::BTreeMap;
use versions::{Version, Versions};

/// Explains one user, in every selected application.
pub(super) fn run(global: &Global, arguments: &ExplainArguments) -> Result<Exit, Stop> {
    let versions = Versions::open(global, arguments)?;
    let redaction = Redaction::of_plans(versions.deciding())?;
    if redaction.hides() {
        return Err(Stop::new(
            Code::Privacy,
            "`explain` shows one person, and others can read this output (`privacy` in the Workspace): run it where only you read it",
        ));
    }
    let question = Question { user: &arguments.user, right: arguments.right.as_deref() };
    let explainer = Explainer { global, arguments, redaction: &redaction, question };
    let mut told: Vec<Explained> = Vec::new();
    for name in versions.applications(global.application.as_deref())? {
        for explained in explainer.application(&versions.of(&name))? {
            if arguments.format == ExplainFormat::Human {
                out::data(&explained.text());
            }
            told.push(explained);
        }
    }
    if told.is_empty() {
        return Err(nobody(&arguments.user));
    }
    let known = |explained: &Explained| {
        explained.versions.iter().any(|version| !version.explanation.rights.is_empty())
    };
    if let Some(right) = question.right.filter(|_| !told.iter().any(known)) {
        return Err(Stop::new(
            Code::UnknownName,
            format!(
                "no selected application has a right `{right}` for this person: write it as plans do, `role=Booker` or \
             `localRole=booker@London`"
            ),
        ));
    }
    match arguments.format {
        ExplainFormat::Human => {}
        ExplainFormat::Json => {
            for explained in &told {
                out::data(&escape::json(explained.json()?));
            }
        }
        ExplainFormat::Html => out::data(&page(&told)),
    }
    Ok(Exit::Done)
}

/// One person in one application, under one or two versions of the policies.
struct Explained {
    application: String,
    versions: Vec<ExplainedVersion>,
    /// Of two versions.
    differences: Option<Vec<Difference>>,
}

/// One person under one version of the policies.
struct ExplainedVersion {
    word: Option<&'static str>,
    instance: String,
    commit: Option<String>,
    as_of: crate::model::Date,
    explanation: Explanation,
    texts: RuleTexts,
}

impl Explained {
    fn text(&self) -> String {
        let mut text = String::new();
        for version in &self.versions {
            if let Some(word) = version.word {
                text.push_str(&format!("-- {}\n", when(word)));
            }
            text.push_str(&explanation(&self.application, &version.explanation, &version.texts));
        }
        if let Some(differences) = &self.differences {
            text.push_str(&explained_differences(&self.application, differences));
        }
        text
    }

    /// A document for each version, one a line.
    fn json(&self) -> Result<String, Stop> {
        let mut lines = String::new();
        for version in &self.versions {
            let is_last = version.word != Some("base");
            let told = Told {
                instance: version.instance.clone(),
                commit: version.commit.as_deref(),
                as_of: version.as_of,
                version: version.word,
                texts: &version.texts,
                differences: self.differences.as_deref().filter(|_| is_last).unwrap_or_default(),
            };
            let document = ExplanationDocument::new(&version.explanation, &told);
            let line = serde_json_canonicalizer::to_string(&document);
            lines.push_str(&line.map_err(|error| Stop::new(Code::Defect, error.to_string()))?);
            lines.push('\n');
        }
        Ok(lines)
    }
}

fn when(word: &str) -> &'static str {
    if word == "base" { "before the change" } else { "with the change" }
}

/// The page about everything that was found.
fn page(told: &[Explained]) -> String {
    let titles: Vec<Vec<String>> = told
        .iter()
        .map(|explained| {
            let title = |version: &ExplainedVersion| match version.word {
                Some(word) => format!("{}, {}", version.instance, when(word)),
                None => version.instance.clone(),
            };
            explained.versions.iter().map(title).collect()
        })
        .collect();
    let mut parts = Vec::new();
    for (explained, titles) in told.iter().zip(&titles) {
        for (version, title) in explained.versions.iter().zip(titles) {
            let differences = explained.differences.as_deref().filter(|_| version.word != Some("base"));
            let ExplainedVersion { explanation, texts, .. } = version;
            parts.push(PersonPart { title, explanation, texts, differences });
        }
    }
    let first = told.iter().flat_map(|explained| &explained.versions).next();
    let name = first.map_or("", |version| version.explanation.subject.name.as_str());
    let summary = first.map_or(String::new(), |version| {
        let commit = version.commit.as_ref().map_or_else(
            || "policies of the work tree".to_owned(),
            |commit| format!("policies of commit {}", commit.get(..10).unwrap_or(commit)),
        );
        format!("{commit}, {}", version.as_of)
    });
    person(name, &summary, &parts)
}

/// Explains one question.
struct Explainer<'e> {
    global: &'e Global,
    arguments: &'e ExplainArguments,
    redaction: &'e Redaction,
    question: Question<'e>,
}

impl Explainer<'_> {
    /// Everybody whom the question names in one application.
    fn application(&self, versions: &[(&Version, Side<'_>)]) -> Result<Vec<Explained>, Stop> {
        match versions {
            [] => Ok(Vec::new()),
            [(version, side)] if version.word.is_some() && self.arguments.snapshot.is_none() => {
                Err(unseen(&side.policy.name))
            }
            [(version, side)] => self.alone(version, *side),
            [(_, base), (_, head), ..] => self.compared(*base, *head),
        }
    }

    fn alone(&self, version: &Version, side: Side<'_>) -> Result<Vec<Explained>, Stop> {
        let instance = Instance::of_clone(&self.global.ledger, side, self.redaction);
        let instance = match version.day {
            Some(day) => instance.on_day(day),
            None => instance,
        };
        let question = &self.question;
        let explanations = match &self.arguments.snapshot {
            Some(folder) => self.whole(&instance, side, &saved::read(folder, side)?)?,
            None => {
                match look(&instance, question.user, |inputs, some| explain_of_user(inputs, some, question))?
                {
                    UserReading::Some(explanations) => explanations,
                    UserReading::World(world) => self.whole(&instance, side, &world)?,
                }
            }
        };
        let explained = explanations.into_iter().map(|explanation| Explained {
            application: side.policy.name.clone(),
            versions: vec![told(&instance, version.word, side, explanation)],
            differences: None,
        });
        Ok(explained.collect())
    }

    /// The same people under both versions, on one set of data.
    fn compared(&self, base: Side<'_>, head: Side<'_>) -> Result<Vec<Explained>, Stop> {
        let world = match &self.arguments.snapshot {
            Some(folder) => saved::shared(folder, base, &[head])?,
            None if base.same_connections(head) => read::shared(base, &[head])?,
            None => return Err(unseen(&base.policy.name)),
        };
        let instance = Instance::of_clone(&self.global.ledger, base, self.redaction);
        let world = instance.remembering(world);
        let mut people: BTreeMap<String, [Option<Explanation>; 2]> = BTreeMap::new();
        for (at, side) in [base, head].into_iter().enumerate() {
            for explanation in self.whole(&instance, side, &world)? {
                let key = format!("{:?} {}", explanation.subject.directory, explanation.subject.key());
                people.entry(key).or_default()[at] = Some(explanation);
            }
        }
        let explained = people.into_values().map(|[before, after]| {
            let differences = differences(before.as_ref(), after.as_ref());
            let sides = [("base", base, before), ("head", head, after)].into_iter();
            let versions = sides.filter_map(|(word, side, explanation)| {
                Some(told(&instance, Some(word), side, explanation?))
            });
            Explained {
                application: base.policy.name.clone(),
                versions: versions.collect(),
                differences: Some(differences),
            }
        });
        Ok(explained.collect())
    }

    /// Explains from a read of all users.
    fn whole(
        &self,
        instance: &Instance<'_>,
        side: Side<'_>,
        world: &World,
    ) -> Result<Vec<Explanation>, Stop> {
        let evaluation = instance.evaluate_by(side, world)?;
        Ok(evaluation.explain(&self.question, &sound(evaluation.plan())?))
    }
}

/// Nothing is read by connections that only one of the versions has.
fn unseen(application: &str) -> Stop {
    Stop::new(
        Code::UnreviewedConnection,
        format!(
            "`{application}` does not have the same connections before and with the change: explain it from saved data (`--snapshot DIR`)"
        ),
    )
}

fn told(
    instance: &Instance<'_>,
    word: Option<&'static str>,
    side: Side<'_>,
    explanation: Explanation,
) -> ExplainedVersion {
    let sources = &side.workspace.sources;
    ExplainedVersion {
        word,
        instance: side.instance(),
        commit: sources.commit.as_ref().map(ToString::to_string),
        as_of: instance.day(),
        texts: rule_texts(sources, explanation.origins()),
        explanation,
    }
}
