//! Which groups of the directories a reference means, and who is in them (the policy language, 4).

use super::population::Population;
use super::problem::DataProblem;
use crate::model::{DistinguishedName, begins_with, nearest};
use crate::policy::{
    Captures, DirectoryPolicy, Fit, GroupReference, GroupSelector, Origin, PatternPart, fit,
};
use crate::snapshot::{DEFAULT_ACCESS, DirectorySnapshot, GroupRecord};
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Of more groups that are missing no similar name is looked for.
const MOST_HINTS: usize = 20;

/// A group that a reference means.
#[derive(Clone, Debug)]
pub struct LinkedGroup<'a> {
    /// Its directory's name.
    pub directory: String,
    /// Its immutable id.
    pub id: String,
    /// Its display name; of a role the role's.
    pub name: String,
    /// Whether it is no group but a role of an enterprise application.
    pub is_role: bool,
    /// When it was created, where that is known.
    pub created: Option<jiff::Timestamp>,
    /// What the pattern's captures stand for.
    pub captures: Captures,
    /// Its users by row of the population, sorted.
    pub users: Cow<'a, [u32]>,
}

impl LinkedGroup<'_> {
    /// Whether a user is in it, by row of the population.
    pub fn has(&self, row: u32) -> bool {
        self.users.binary_search(&row).is_ok()
    }
}

/// Resolves group references against the directories, and keeps what it found wrong.
#[derive(Debug)]
pub struct GroupResolver<'a, 'p> {
    population: &'p Population<'a>,
    directories: Vec<ReadDirectory<'a>>,
    errors: Vec<DataProblem>,
    findings: Vec<DataProblem>,
    /// Groups that fit a pattern but for its closed sets: name, where, pattern.
    nearly: Vec<(String, Origin, String)>,
    linked: BTreeSet<String>,
    /// How many names were looked for among those that are similar.
    hints: usize,
    /// Whether groups must have the members that policies want at least.
    counts_members: bool,
}

/// A directory, and what its document says.
#[derive(Debug)]
struct ReadDirectory<'a> {
    snapshot: &'a DirectorySnapshot,
    /// The row of its first user in the population.
    first_user: u32,
    settings: Option<&'a DirectoryPolicy>,
    /// The groups that its document reads, by name in lower case, sorted: each reference looks up its own. They are found
    /// once, not for each reference: distinguished names take long to parse.
    names: Vec<(String, u32)>,
}

/// How a reference names groups.
#[derive(Clone, Copy)]
enum Begins<'r> {
    /// By the whole name, in any ASCII case.
    Whole(&'r str),
    /// By what it begins with.
    With(&'r str),
}

impl<'a> ReadDirectory<'a> {
    fn new(snapshot: &'a DirectorySnapshot, first_user: u32, settings: Option<&'a DirectoryPolicy>) -> Self {
        let read =
            |group: &u32| settings.is_none_or(|settings| is_read(settings, snapshot.groups.record(*group)));
        let groups = (0..snapshot.groups.len() as u32).filter(read);
        let name = |group: u32| (snapshot.groups.record(group).name.to_ascii_lowercase(), group);
        let mut names: Vec<(String, u32)> = groups.map(name).collect();
        names.sort_unstable();
        Self { snapshot, first_user, settings, names }
    }

    /// The rows of the groups whose names begin so.
    fn named(&self, begins: Begins<'_>) -> impl Iterator<Item = u32> {
        let (text, whole) = match begins {
            Begins::Whole(name) => (name.to_ascii_lowercase(), true),
            Begins::With(beginning) => (beginning.to_ascii_lowercase(), false),
        };
        let first = self.names.partition_point(|(name, _)| *name < text);
        let fits = move |name: &str| if whole { name == text } else { name.starts_with(&text) };
        self.names[first..].iter().take_while(move |(name, _)| fits(name)).map(|(_, group)| *group)
    }

    /// The row of a group, whether it is read or not.
    fn row(&self, id: &str) -> Option<u32> {
        self.snapshot.groups.ids.row(id)
    }
}

/// A group that a reference may mean.
struct Candidate<'a> {
    directory: &'a DirectorySnapshot,
    /// The row of the directory's first user in the population.
    first_user: u32,
    /// The group's row in its directory.
    group: u32,
    captures: Captures,
}

impl<'a> Candidate<'a> {
    fn of(read: &ReadDirectory<'a>, group: u32, captures: Captures) -> Self {
        Self { directory: read.snapshot, first_user: read.first_user, group, captures }
    }

    fn id(&self) -> &'a str {
        self.directory.groups.ids.id(self.group)
    }

    fn record(&self) -> &'a GroupRecord {
        self.directory.groups.record(self.group)
    }
}

impl<'a, 'p> GroupResolver<'a, 'p> {
    /// A resolver over a population and what its directories' documents say.
    pub fn new(population: &'p Population<'a>, policies: &[&'a DirectoryPolicy]) -> Self {
        let directories = population.directories().map(|(snapshot, first_user)| {
            let settings = policies.iter().find(|policy| policy.name == snapshot.name).copied();
            ReadDirectory::new(snapshot, first_user, settings)
        });
        Self {
            population,
            directories: directories.collect(),
            errors: Vec::new(),
            findings: Vec::new(),
            nearly: Vec::new(),
            linked: BTreeSet::new(),
            hints: 0,
            counts_members: true,
        }
    }

    /// The same, over a population that lacks users on purpose: groups may have fewer members than policies want.
    #[must_use]
    pub fn of_few(self) -> Self {
        Self { counts_members: false, ..self }
    }

    /// The groups that a reference means. A group that is not there is an error, never "nobody", unless the reference
    /// is optional.
    pub fn resolve(&mut self, reference: &GroupReference) -> Vec<LinkedGroup<'a>> {
        if let GroupSelector::AppRole(role) = &reference.selector {
            let linked = self.by_role(reference, role.as_deref());
            self.check_minimum(reference, &linked);
            return linked;
        }
        let candidates = match &reference.selector {
            GroupSelector::Id { id, name } => self.by_id(reference, id, name.as_deref()),
            GroupSelector::Name(name) => self.by_name(reference, name),
            GroupSelector::Pattern(_) | GroupSelector::AppRole(_) => self.by_pattern(reference),
        };
        let linked: Vec<LinkedGroup<'a>> =
            candidates.into_iter().map(|candidate| self.expand(reference, candidate)).collect();
        self.check_minimum(reference, &linked);
        self.linked.extend(linked.iter().map(|group| group.name.clone()));
        linked
    }

    /// Returns errors and findings. A group that nearly fits a pattern, and that no rule links, is a finding.
    pub fn finish(mut self) -> (Vec<DataProblem>, Vec<DataProblem>) {
        for (name, origin, pattern) in &self.nearly {
            if !self.linked.contains(name) {
                let message = format!(
                    "the group `{name}` fits `{pattern}` but for its values; it links nothing: mistyped?"
                );
                self.findings.push(DataProblem::new("data/nearly-fitting-group", origin, message));
            }
        }
        (self.errors, self.findings)
    }

    fn by_id(&mut self, reference: &GroupReference, id: &str, name: Option<&str>) -> Vec<Candidate<'a>> {
        let found: Vec<Candidate<'a>> = self
            .searched(reference)
            .filter_map(|directory| {
                let group = directory.row(id)?;
                Some(Candidate::of(directory, group, Captures::new()))
            })
            .filter(|it| is_under(it.record().distinguished_name.as_deref(), reference.under.as_deref()))
            .collect();
        if found.is_empty() {
            match name.and_then(|name| self.made_anew(reference, id, name)) {
                Some(message) => self.absent("data/recreated-group", reference, message),
                None => {
                    let known = name.map_or(String::new(), |name| format!(" (`{name}`)"));
                    let elsewhere = self.searched(reference).any(|directory| directory.row(id).is_some());
                    let message = match reference.under.as_ref().filter(|_| elsewhere) {
                        Some(under) => format!("the group `{id}`{known} is not under `{under}`"),
                        None => {
                            format!("no group has the id `{id}`{known}: it was deleted, or the id is wrong")
                        }
                    };
                    self.missing(reference, message);
                }
            }
        }
        for candidate in &found {
            let actual = &candidate.record().name;
            let prefix = self
                .settings(&candidate.directory.name)
                .map_or("", |settings| settings.group_prefix.as_str());
            if !begins_with(actual, prefix) {
                let message =
                    format!("the group `{actual}` does not begin with the directory's prefix `{prefix}`");
                self.errors.push(DataProblem::new("data/group-outside-prefix", &reference.origin, message));
            }
            if let Some(name) = name.filter(|name| !name.eq_ignore_ascii_case(actual)) {
                let message =
                    format!("the group `{id}` is now called `{actual}`, not `{name}`: correct the name");
                self.findings.push(DataProblem::new("data/renamed-group", &reference.origin, message));
            }
        }
        found
    }

    /// The message for a group whose id is gone while another group has its name. Whoever may create groups can take a
    /// name, so the other group is never linked by itself (threat D4).
    fn made_anew(&self, reference: &GroupReference, id: &str, name: &str) -> Option<String> {
        let namesakes = self.candidates(reference, Begins::Whole(name), |_| Fit::One(Captures::new()));
        let others: Vec<String> = namesakes
            .iter()
            .map(|other| {
                let created = other.record().created.as_ref();
                let created = created.map_or(String::new(), |created| format!(" (created {created})"));
                format!("`{}`{created}", other.id())
            })
            .collect();
        (!others.is_empty()).then(|| {
            format!(
                "no group has the id `{id}` any more; `{name}` is another group now, with the id {}: look at who is in \
                 it, and write its id if it is meant",
                others.join(" or ")
            )
        })
    }

    fn by_name(&mut self, reference: &GroupReference, name: &str) -> Vec<Candidate<'a>> {
        let found = self.candidates(reference, Begins::Whole(name), |_| Fit::One(Captures::new()));
        match found.len() {
            0 => {
                let hint = self.hint(reference, name);
                self.missing(reference, format!("the directory has no group `{name}`{hint}"));
            }
            1 => {}
            count => {
                let message = format!("{count} groups are called `{name}`: refer to one by `id`");
                self.errors.push(DataProblem::new("data/ambiguous-group", &reference.origin, message));
                return Vec::new();
            }
        }
        found
    }

    fn by_pattern(&mut self, reference: &GroupReference) -> Vec<Candidate<'a>> {
        let GroupSelector::Pattern(pattern) = &reference.selector else { return Vec::new() };
        let (mut unclear, mut nearly) = (Vec::new(), Vec::new());
        let begins = match pattern.parts.first() {
            Some(PatternPart::Text(text)) => text,
            Some(PatternPart::Capture(_)) | None => "",
        };
        let found = self.candidates(reference, Begins::With(begins), |name| {
            let fit = fit(pattern, name);
            match fit {
                Fit::Ambiguous => unclear.push(name.to_owned()),
                Fit::Nearly => {
                    nearly.push((name.to_owned(), reference.origin.clone(), pattern.source.clone()))
                }
                Fit::No | Fit::One(_) => {}
            }
            fit
        });
        for name in unclear {
            let message =
                format!("the group `{name}` fits `{}` in two ways; it links nothing", pattern.source);
            self.findings.push(DataProblem::new("data/ambiguous-name", &reference.origin, message));
        }
        self.nearly.append(&mut nearly);
        if found.is_empty() {
            self.missing(reference, format!("no group of the directory fits `{}`", pattern.source));
        }
        found
    }

    /// The users with a role; without one, those with any but Default Access (PM-3).
    fn by_role(&mut self, reference: &GroupReference, role: Option<&str>) -> Vec<LinkedGroup<'a>> {
        let wanted = reference.directory.as_ref();
        let mut linked = Vec::new();
        let mut known: Vec<&str> = Vec::new();
        for (directory, application, first) in self.population.enterprise_applications() {
            if wanted.is_some_and(|wanted| *wanted != directory.name) {
                continue;
            }
            for held in directory.app_roles.iter().filter(|held| held.application == application) {
                known.push(&held.name);
                let means = role.map_or(held.name != DEFAULT_ACCESS, |role| role == held.name);
                if means {
                    linked.push(LinkedGroup {
                        directory: directory.name.clone(),
                        id: role_id(application, &held.name),
                        name: held.name.clone(),
                        is_role: true,
                        created: None,
                        captures: Captures::new(),
                        users: of_population((&held.users).into(), first),
                    });
                }
            }
        }
        if linked.is_empty() {
            let message = match role {
                None => "the enterprise application has no role that anybody could be assigned".to_owned(),
                Some(role) => {
                    let hint = hinted(nearest(role, &known));
                    format!("the enterprise application has no role `{role}`{hint}")
                }
            };
            self.missing(reference, message);
        }
        linked.sort_by(|one, other| (&one.directory, &one.id).cmp(&(&other.directory, &other.id)));
        linked
    }

    fn candidates(
        &self,
        reference: &GroupReference,
        begins: Begins<'_>,
        mut fits: impl FnMut(&str) -> Fit,
    ) -> Vec<Candidate<'a>> {
        let mut found = Vec::new();
        for directory in self.searched(reference) {
            let mut rows: Vec<u32> = directory.named(begins).collect();
            rows.sort_unstable();
            for group in rows {
                let record = directory.snapshot.groups.record(group);
                if !is_under(record.distinguished_name.as_deref(), reference.under.as_deref()) {
                    continue;
                }
                if let Fit::One(captures) = fits(&record.name) {
                    found.push(Candidate::of(directory, group, captures));
                }
            }
        }
        let key = |candidate: &Candidate<'a>| (candidate.directory.name.as_str(), candidate.id());
        found.sort_by(|one, other| key(one).cmp(&key(other)));
        found
    }

    fn expand(&self, reference: &GroupReference, candidate: Candidate<'a>) -> LinkedGroup<'a> {
        let (id, record) = (candidate.id().to_owned(), candidate.record());
        let Candidate { directory, first_user, group, captures } = candidate;
        let nested =
            reference.nested.or(self.settings(&directory.name).map(|settings| settings.nested_groups));
        LinkedGroup {
            directory: directory.name.clone(),
            id,
            name: record.name.clone(),
            is_role: false,
            created: record.created.as_ref().and_then(|at| at.parse().ok()),
            captures,
            users: of_population(directory.groups.users(group, nested.unwrap_or(true)), first_user),
        }
    }

    fn check_minimum(&mut self, reference: &GroupReference, linked: &[LinkedGroup<'_>]) {
        let Some(minimum) = reference.min_members.filter(|_| self.counts_members) else { return };
        for group in linked.iter().filter(|group| (group.users.len() as u32) < minimum) {
            let (name, count) = (&group.name, group.users.len());
            let message =
                format!("the group `{name}` has {count} members; the policy wants at least {minimum}");
            self.errors.push(DataProblem::new("data/too-few-members", &reference.origin, message));
        }
    }

    fn missing(&mut self, reference: &GroupReference, message: String) {
        self.absent("data/missing-group", reference, message);
    }

    fn absent(&mut self, code: &'static str, reference: &GroupReference, message: String) {
        let (list, message) = if reference.optional {
            (&mut self.findings, format!("{message}; the rule is optional and gives nothing"))
        } else {
            (&mut self.errors, message)
        };
        list.push(DataProblem::new(code, &reference.origin, message));
    }

    /// The group that may have been meant; asked of few names only, for each is compared with every group.
    fn hint(&mut self, reference: &GroupReference, name: &str) -> String {
        self.hints += 1;
        if self.hints > MOST_HINTS {
            return String::new();
        }
        hinted(nearest(name, &self.names(reference)))
    }

    fn names(&self, reference: &GroupReference) -> Vec<&'a str> {
        self.searched(reference)
            .flat_map(|directory| {
                let groups = &directory.snapshot.groups;
                (0..groups.len() as u32).map(|group| groups.record(group).name.as_str())
            })
            .collect()
    }

    fn searched(&self, reference: &GroupReference) -> impl Iterator<Item = &ReadDirectory<'a>> {
        let wanted = reference.directory.as_ref();
        let is_wanted = move |name| wanted.is_none_or(|wanted| wanted == name);
        self.directories.iter().filter(move |directory| is_wanted(&directory.snapshot.name))
    }

    fn settings(&self, directory: &str) -> Option<&'a DirectoryPolicy> {
        self.directories.iter().find(|read| read.snapshot.name == directory)?.settings
    }
}

/// A directory's users as users of the population; those of the first directory have their rows already.
fn of_population(mut users: Cow<'_, [u32]>, first: u32) -> Cow<'_, [u32]> {
    if first > 0 {
        users.to_mut().iter_mut().for_each(|user| *user += first);
    }
    users
}

fn hinted(near: Option<&str>) -> String {
    near.map_or(String::new(), |near| format!("; did you mean `{near}`?"))
}

/// How a role of an enterprise application is named where a group's id stands.
pub fn role_id(application: &str, role: &str) -> String {
    format!("{application}/{role}")
}

/// Whether a directory's policies read a group: prefix and place.
pub fn is_read(settings: &DirectoryPolicy, record: &GroupRecord) -> bool {
    begins_with(&record.name, &settings.group_prefix)
        && is_under(record.distinguished_name.as_deref(), settings.groups_under.as_deref())
}

/// Whether a distinguished name is that of a place, or of something below it, however both are spelt (RFC 4514).
fn is_under(name: Option<&str>, place: Option<&str>) -> bool {
    let Some(place) = place else { return true };
    let parsed = |text| DistinguishedName::parse(text).ok();
    name.and_then(parsed).zip(parsed(place)).is_some_and(|(name, place)| name.is_under(&place))
}
