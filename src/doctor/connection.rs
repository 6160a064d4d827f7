//! Turns a probe's results into lines.

use super::line::{Line, Outcome, Step};
use crate::model::Finding;

/// Seconds that clocks may differ. Assertions and tokens allow five minutes.
const GRACE: i64 = 120;

/// The steps of a probe, up to the first that failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProbeReport {
    /// Each step with its result as text, without secrets.
    pub steps: Vec<(Step, Result<String, String>)>,
    /// The server's clock minus this machine's, in seconds; `None` if the server sends no time.
    pub skew: Option<i64>,
}

impl ProbeReport {
    /// Records the result of a step; returns whether it passed.
    pub fn note(&mut self, step: Step, result: Result<String, String>) -> bool {
        let passed = result.is_ok();
        self.steps.push((step, result));
        passed
    }
}

/// The lines of a connection. If it is not `needed`, which means only reports use it, failures are warnings, since no
/// run depends on it.
pub fn connection(subject: &str, report: &ProbeReport, needed: bool) -> Vec<Line> {
    let worst = if needed { Outcome::Failed } else { Outcome::Warned };
    let reached = report.steps.iter().any(|(step, result)| *step > Step::Name && result.is_ok());
    let steps = report.steps.iter().map(|(step, result)| match result {
        Ok(message) => Line::new(subject, *step, Outcome::Passed, message),
        // A proxy may resolve hosts that this machine cannot.
        Err(message) if *step == Step::Name && reached => Line::new(subject, *step, Outcome::Warned, message),
        Err(message) => Line::new(subject, *step, worst, message),
    });
    steps.chain(report.skew.map(|skew| clock(subject, skew))).collect()
}

fn clock(subject: &str, skew: i64) -> Line {
    let (outcome, message) = match skew {
        -2..=2 => (Outcome::Passed, "the same time as the server's".to_owned()),
        skew if skew.unsigned_abs() <= GRACE.unsigned_abs() => {
            (Outcome::Passed, format!("{} s from the server's", skew.unsigned_abs()))
        }
        skew => {
            let direction = if skew > 0 { "behind" } else { "ahead of" };
            (Outcome::Warned, format!("this machine is {} s {direction} the server", skew.unsigned_abs()))
        }
    };
    Line::new(subject, Step::Clock, outcome, message)
}

/// The lines of secrets that expire soon or have expired, from the findings of the policy checks.
pub fn expiry(subject: &str, findings: &[Finding]) -> Vec<Line> {
    let ending = findings.iter().filter(|finding| finding.code == "check/expires");
    ending.map(|finding| Line::new(subject, Step::Expiry, Outcome::Warned, &finding.message)).collect()
}
