//! Concludes from what was tried what a SCIM service can do. What does not follow stays unknown, and is told.

use crate::model::{
    AttributeKeeping, AttributePath, AttributeProfile, AttributeTrial, DescribedAttribute, FilterTrial,
    IdPage, IfMatchTrial, MemberValue, Paging, PagingTrial, Profile, ScimReads, ScimRemoval, ScimWrites,
    Tried, core_path,
};

/// What a service can do, and what is to be known beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FoundProfile {
    /// What follows from what was tried.
    pub profile: Profile,
    /// What does not, and why.
    pub remarks: Vec<String>,
}

/// What was tried of a service.
#[derive(Clone, Copy, Debug)]
pub struct TriedService<'t> {
    /// By reading.
    pub reads: &'t ScimReads,
    /// With a throw-away user and group; none: nothing was written.
    pub writes: Option<&'t ScimWrites>,
    /// How these ended.
    pub removal: Option<&'t ScimRemoval>,
    /// The attributes that policies use.
    pub used: &'t [AttributePath],
}

/// Concludes what a service can do.
pub fn found_profile(tried: TriedService<'_>) -> FoundProfile {
    let mut found = FoundProfile::default();
    let reads = tried.reads;
    if reads.claims.is_none() {
        found.remark("`/ServiceProviderConfig` is not there");
    }
    if reads.described.is_none() {
        found.remark("`/Schemas` is not there: which attributes are read only or immutable is not said");
    }
    for filter in &reads.filters {
        match trusted(filter) {
            Ok(()) => found.profile.filters.push(filter.attribute.to_owned()),
            Err(why) => found.remark(format!("filter by `{}`: {why}", filter.attribute)),
        }
    }
    found.profile.filters.sort();
    if let Some(trial) = &reads.paging {
        found.profile.paging = found.known("paging", pages(trial));
        if found.profile.paging == Some(Paging::None) {
            let count = trial.first.ids.len();
            found
                .remark(format!("`paging: none` was seen with {count} users: of more the answer may be cut"));
        }
    }
    found.claims(reads, tried.writes.is_some());
    match tried.writes {
        None => {
            found.remark("without --allow-writes nothing was written: updates, answers, ETags, deletion and groups are unknown");
            found.profile.attributes = described(reads, tried.used);
        }
        Some(writes) => found.written(reads, writes),
    }
    if let Some(removal) = tried.removal {
        found.profile.delete = found.known("delete", removal.delete.clone());
    }
    found.profile.attributes.sort();
    found.profile.attributes.dedup_by(|one, other| one.path.eq_ignore_ascii_case(&other.path));
    found
}

impl FoundProfile {
    fn remark(&mut self, remark: impl Into<String>) {
        self.remarks.push(remark.into());
    }

    /// What was found out; else a remark.
    fn known<T>(&mut self, key: &str, tried: Tried<T>) -> Option<T> {
        tried.map_err(|why| self.remark(format!("`{key}` is unknown: {why}"))).ok()
    }

    /// What a service says that it can't do is believed; what it says that it can is tried.
    fn claims(&mut self, reads: &ScimReads, written: bool) {
        let Some(claims) = reads.claims else { return };
        if claims.etag == Some(false) {
            self.profile.etags = Some(false);
        }
        for (what, claim) in [("PATCH", claims.patch), ("ETags", claims.etag)] {
            if claim == Some(true) && !written {
                self.remark(format!("the service says that it supports {what}: not tried"));
            }
        }
    }

    fn written(&mut self, reads: &ScimReads, writes: &ScimWrites) {
        self.profile.create_answer = self.known("answers.create", writes.create_answer.clone());
        self.profile.update = self.known("update", writes.update.clone());
        self.profile.update_answer = self.known("answers.update", writes.update_answer.clone());
        if let Some(trial) = self.known("etags", writes.if_match.clone()) {
            self.profile.etags = Some(self.honours(trial));
        }
        self.profile.group_update = self.known("groups.update", writes.group_update.clone());
        self.profile.members = self.known("groups.members", writes.members.clone());
        // By id is what everybody expects who reads no profile.
        self.profile.member_value = writes.member_value.filter(|value| *value != MemberValue::Id);
        match &writes.deactivates {
            Ok(true) => {}
            Ok(false) => {
                self.remark("a user that is made inactive does not show it: nobody can be deactivated")
            }
            Err(why) => self.remark(format!("whether users can be deactivated is unknown: {why}")),
        }
        let described = reads.described.as_deref().unwrap_or_default();
        for trial in &writes.attributes {
            match keeping(trial, said(described, &trial.path)) {
                Kept::Written => {}
                Kept::Not(keeps) => self
                    .profile
                    .attributes
                    .push(AttributeProfile { path: core_path(&trial.path).to_owned(), keeps }),
                // Where nothing can be updated, that is told once.
                Kept::Unclear(_) if writes.update.is_err() => {}
                Kept::Unclear(why) => self.remark(format!("`{}`: {why}", trial.path)),
            }
        }
    }

    fn honours(&mut self, trial: IfMatchTrial) -> bool {
        if trial.has_etag && !trial.refuses_other {
            self.remark("users have ETags, and a write with a wrong `If-Match` is not refused");
        }
        if trial.has_etag && !trial.accepts_own {
            self.remark("users have ETags, and a write with the right `If-Match` is refused");
        }
        trial.has_etag && trial.refuses_other && trial.accepts_own
    }
}

/// Whether a filter gives the right answers.
fn trusted(filter: &FilterTrial) -> Result<(), String> {
    let nobody = filter.nobody.as_ref().map_err(|problem| format!("not trusted: {problem}"))?;
    if nobody.count > 0 {
        return Err(format!("not trusted: it finds {} for a value that nobody has", nobody.count));
    }
    match &filter.known {
        None => Err("not tried: nobody with a value was seen".to_owned()),
        Some(Err(problem)) => Err(format!("not trusted: {problem}")),
        Some(Ok(hits)) if !hits.it => Err("not trusted: it does not find a value that is there".to_owned()),
        Some(Ok(_)) => Ok(()),
    }
}

/// How a service pages.
fn pages(trial: &PagingTrial) -> Tried<Paging> {
    let first = &trial.first;
    if let Ok(second) = &trial.second {
        let shifted = !second.ids.is_empty() && first.ids.first() != second.ids.first();
        if shifted && (disjoint(first, second) || second.ids == first.ids[1..]) {
            return Ok(Paging::Index);
        }
    }
    if let Some(Ok((one, other))) = &trial.cursor
        && !one.ids.is_empty()
        && !other.ids.is_empty()
        && disjoint(one, other)
    {
        return Ok(Paging::Cursor);
    }
    if first.ids.len() <= 1 && first.total.is_none_or(|total| total <= 1) {
        return Err("there are fewer than two users".to_owned());
    }
    let whole = first.ids.len() > 1 && first.total.is_none_or(|total| total == first.ids.len() as u64);
    match &trial.second {
        Ok(second) if whole && second.ids == first.ids => Ok(Paging::None),
        Ok(_) => Err("the second page is not what follows the first".to_owned()),
        Err(problem) => Err(problem.clone()),
    }
}

fn disjoint(one: &IdPage, other: &IdPage) -> bool {
    one.ids.iter().all(|id| !other.ids.contains(id))
}

/// What became of what was written to an attribute.
enum Kept {
    Written,
    Not(AttributeKeeping),
    Unclear(String),
}

/// What a service does with an attribute, by trying; by what it says only where trying does not tell.
fn keeping(trial: &AttributeTrial, said: Option<AttributeKeeping>) -> Kept {
    let is = |shown: &Option<String>, value: &str| {
        shown.as_ref().is_some_and(|shown| shown.eq_ignore_ascii_case(value))
    };
    match (&trial.created, &trial.updated) {
        (_, Ok(shown)) if is(shown, &trial.second) => Kept::Written,
        (Ok(created), Ok(updated)) if is(created, &trial.first) => match updated {
            Some(_) if created == updated => Kept::Not(AttributeKeeping::Immutable),
            Some(_) => {
                Kept::Unclear("what is shown after an update is neither the old nor the new value".to_owned())
            }
            None => Kept::Unclear("it is empty after an update".to_owned()),
        },
        (Ok(created), Err(_)) if is(created, &trial.first) => match said {
            Some(AttributeKeeping::Immutable | AttributeKeeping::ReadOnly) => {
                Kept::Not(AttributeKeeping::Immutable)
            }
            Some(AttributeKeeping::Dropped | AttributeKeeping::WriteOnly) | None => {
                Kept::Unclear("it is kept when a user is created, and an update was refused".to_owned())
            }
        },
        (Ok(None), Ok(None)) => match said {
            Some(said @ (AttributeKeeping::ReadOnly | AttributeKeeping::WriteOnly)) => Kept::Not(said),
            Some(AttributeKeeping::Immutable | AttributeKeeping::Dropped) | None => {
                Kept::Not(AttributeKeeping::Dropped)
            }
        },
        (Ok(Some(created)), Ok(Some(updated))) if created == updated => Kept::Not(AttributeKeeping::ReadOnly),
        (Ok(Some(_)), Ok(Some(_))) => {
            Kept::Unclear("what is shown is in another form than what was written".to_owned())
        }
        (Ok(Some(_)), Ok(None)) | (Ok(None), Ok(Some(_))) => {
            Kept::Unclear("what is shown is not what was written".to_owned())
        }
        (Err(_), Ok(Some(_))) => Kept::Unclear("what is shown is not what was written".to_owned()),
        (Ok(None), Err(problem)) => match said {
            Some(said) => Kept::Not(said),
            None => Kept::Unclear(format!("not kept when a user is created, and {problem}")),
        },
        (Err(problem), Ok(None)) | (_, Err(problem)) => match said {
            Some(said) => Kept::Not(said),
            None => Kept::Unclear(problem.clone()),
        },
    }
}

/// What `/Schemas` says of the attributes that policies use.
fn described(reads: &ScimReads, used: &[AttributePath]) -> Vec<AttributeProfile> {
    let described = reads.described.as_deref().unwrap_or_default();
    let told = used.iter().filter_map(|attribute| {
        let keeps = said(described, &attribute.path)?;
        Some(AttributeProfile { path: core_path(&attribute.path).to_owned(), keeps })
    });
    told.collect()
}

/// What `/Schemas` says of an attribute, or of the one that it is a part of.
fn said(described: &[DescribedAttribute], path: &str) -> Option<AttributeKeeping> {
    let plain = without_choice(core_path(path));
    let whole = plain.rfind(':').map_or(0, |colon| colon + 1);
    let parent = plain[whole..].find('.').map(|dot| &plain[..whole + dot]);
    let mut candidates = [Some(plain.as_str()), parent].into_iter().flatten();
    candidates.find_map(|path| {
        let one = described.iter().find(|one| one.path.eq_ignore_ascii_case(path))?;
        match (one.mutability.as_str(), one.returned.as_str()) {
            ("readOnly", _) => Some(AttributeKeeping::ReadOnly),
            ("immutable", _) => Some(AttributeKeeping::Immutable),
            ("writeOnly", _) | (_, "never") => Some(AttributeKeeping::WriteOnly),
            _ => None,
        }
    })
}

/// A path without what stands in brackets.
fn without_choice(path: &str) -> String {
    match (path.find('['), path.rfind(']')) {
        (Some(open), Some(close)) if open < close => format!("{}{}", &path[..open], &path[close + 1..]),
        _ => path.to_owned(),
    }
}
