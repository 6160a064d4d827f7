//! Which method changes the throw-away user, and what becomes of each attribute.

use super::attributes::Tested;
use super::change::Change;
use super::connection::{Connection, Shown};
use crate::http::{Answer, HttpError};
use crate::model::{Tried, UpdateAnswer, UpdateMethod};
use std::collections::BTreeMap;

/// What updates did.
#[derive(Debug)]
pub(super) struct Updated {
    /// The method that took effect.
    pub(super) method: Tried<UpdateMethod>,
    /// What its answer showed.
    pub(super) answer: Tried<UpdateAnswer>,
    /// Attributes whose change was refused, by their places.
    pub(super) refused: BTreeMap<usize, String>,
    /// What the user shows afterwards.
    pub(super) shown: Shown,
}

impl Connection {
    /// Changes every attribute: together by PATCH, else one by one, else by PUT.
    pub(super) async fn update_all(&self, id: &str, tested: &[Tested]) -> Updated {
        let mut refused = BTreeMap::new();
        let mut problems = Vec::new();
        match self.update(UpdateMethod::Patch, id, tested, Change::All, None).await {
            Ok(answer) => match self.effect(id, tested, &answer).await {
                Ok(Some(updated)) => return updated(UpdateMethod::Patch, refused),
                Ok(None) => problems.push("PATCH is accepted and changes nothing".to_owned()),
                Err(error) => problems.push(error.to_string()),
            },
            Err(error) if matches!(error.status(), Some(404 | 405 | 501)) => problems.push(error.to_string()),
            Err(error) => {
                problems.push(error.to_string());
                let mut last = None;
                for place in 0..tested.len() {
                    match self.update(UpdateMethod::Patch, id, tested, Change::One(place), None).await {
                        Ok(answer) => last = Some(answer),
                        Err(error) => drop(refused.insert(place, error.to_string())),
                    }
                }
                if let Some(answer) = last
                    && let Ok(Some(updated)) = self.effect(id, tested, &answer).await
                {
                    return updated(UpdateMethod::Patch, refused);
                }
                refused.clear();
            }
        }
        for change in [Change::All, Change::Essential] {
            match self.update(UpdateMethod::Put, id, tested, change, None).await {
                Ok(answer) => match self.effect(id, tested, &answer).await {
                    Ok(Some(updated)) => {
                        if let Change::Essential = change {
                            let others = tested.iter().enumerate().filter(|(_, one)| !one.essential);
                            let why = "refused together with others".to_owned();
                            refused.extend(others.map(|(place, _)| (place, why.clone())));
                        }
                        return updated(UpdateMethod::Put, refused);
                    }
                    Ok(None) => problems.push("PUT is accepted and changes nothing".to_owned()),
                    Err(error) => problems.push(error.to_string()),
                },
                Err(error) => problems.push(error.to_string()),
            }
        }
        problems.dedup();
        let problem = problems.join("; ");
        let user = self.user(id).await;
        let shown = user.map(|user| self.shown(&user.body, tested)).unwrap_or_default();
        let refused = (0..tested.len()).map(|place| (place, "no update takes effect".to_owned())).collect();
        Updated { method: Err(problem.clone()), answer: Err(problem), refused, shown }
    }

    /// What is known after an update, if it changed anything.
    async fn effect(
        &self,
        id: &str,
        tested: &[Tested],
        answer: &Answer,
    ) -> Result<Option<impl FnOnce(UpdateMethod, BTreeMap<usize, String>) -> Updated>, HttpError> {
        let shown = self.shown(&self.user(id).await?.body, tested);
        let changed = |(place, one): (usize, &Tested)| {
            one.first != one.second
                && shown.value(place).is_some_and(|shown| shown.eq_ignore_ascii_case(&one.second.to_string()))
        };
        if !tested.iter().enumerate().any(changed) {
            return Ok(None);
        }
        let whole = self.id(&answer.body).is_some() && self.shown(&answer.body, tested) == shown;
        let answer = if whole { UpdateAnswer::Whole } else { UpdateAnswer::None };
        Ok(Some(move |method, refused| Updated { method: Ok(method), answer: Ok(answer), refused, shown }))
    }
}
