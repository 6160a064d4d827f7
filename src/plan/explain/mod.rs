//! Why one user has, or does not have, an account and rights; what becomes of an account that no user stands behind.

mod barriers;
mod difference;
mod document;
mod explanation;
mod rights;
mod steps;
mod supposed;
mod unmet;
mod wanted_group;
mod ways;

pub use difference::{Difference, differences};
pub use document::{EXPLANATION_FORMAT, ExplanationDocument, Told};
pub use explanation::{
    Explanation, Fate, Giver, InGroup, Missing, Need, Question, RightExplanation, Standing, Step, Way,
};

use super::named::named;
use super::who::Who;
use super::{Evaluation, Plan, Subject};
use crate::model::{Operation, Right};
use steps::{Explainer, PLANNED, of_account, planned};

impl Evaluation<'_> {
    /// Those whom a text names, as for [`explain`](Self::explain).
    pub fn subjects(&self, text: &str, plan: &Plan) -> Vec<Subject> {
        let builder = self.builder();
        named(&self.context, plan, text).into_iter().map(|who| builder.subject(who)).collect()
    }

    /// Explains those whom a text names, in any ASCII case: users by id, user principal name, mail or display name, by
    /// the name that the plan shows, and by their account's id, link, user name, display name or mail; accounts without user by the same. Attributes count where
    /// policies read them. `plan` is the evaluation's own.
    pub fn explain(&self, question: &Question<'_>, plan: &Plan) -> Vec<Explanation> {
        let found = named(&self.context, plan, question.user).into_iter();
        let explained = found.map(|who| {
            let subject = self.builder().subject(who);
            let context = &self.context;
            let (groups, rights, mut steps) = match who {
                Who::User { user, .. } => {
                    let explainer = Explainer { context, row: user };
                    let rights = rights::Rights { evaluation: self, plan, subject: &subject, user };
                    (rights.groups(), rights.all(question.right), explainer.steps())
                }
                Who::Account(account) => (Vec::new(), Vec::new(), of_account(context, account)),
            };
            steps.extend(planned(plan, &subject));
            if let Some(asked) = question.right.and(rights.first()) {
                steps.retain(|step| is_about(step, &asked.right));
            }
            Explanation { subject, groups, rights, steps }
        });
        explained.collect()
    }
}

/// Whether a step says anything of one right: attributes and what is planned of other rights do not.
fn is_about(step: &Step, right: &Right) -> bool {
    let other_right = step.title == PLANNED
        && Operation::ALL.into_iter().any(|operation| {
            step.answer.strip_prefix(operation.word()).is_some_and(|rest| rest.starts_with(" `"))
        })
        && !step.answer.ends_with(&format!(" `{right}`"));
    !step.title.starts_with("attribute ") && !other_right
}
