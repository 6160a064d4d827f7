//! What probes of a connection met, judged.

use super::line::{Line, Outcome, Step};
use crate::model::Finding;

/// Seconds by which clocks may differ: assertions and tokens are dated, with five minutes of grace.
const GRACE: i64 = 120;

/// What a probe met, step by step, until one failed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Met {
    /// Each step, and what was seen, in words without any secret.
    pub steps: Vec<(Step, Result<String, String>)>,
    /// The server's clock less this machine's, in seconds; none where the server tells no time.
    pub skew: Option<i64>,
}

impl Met {
    /// Notes what came of a step; says whether it was passed.
    pub fn note(&mut self, step: Step, came: Result<String, String>) -> bool {
        let passed = came.is_ok();
        self.steps.push((step, came));
        passed
    }
}

/// The lines of a connection. One that only reports leave by warns: no run fails for want of it.
pub fn connection(subject: &str, met: &Met, needed: bool) -> Vec<Line> {
    let worst = if needed { Outcome::Failed } else { Outcome::Warned };
    let reached = met.steps.iter().any(|(step, came)| *step > Step::Name && came.is_ok());
    let steps = met.steps.iter().map(|(step, came)| match came {
        Ok(said) => Line::new(subject, *step, Outcome::Passed, said),
        // A proxy finds hosts that this machine does not.
        Err(said) if *step == Step::Name && reached => Line::new(subject, *step, Outcome::Warned, said),
        Err(said) => Line::new(subject, *step, worst, said),
    });
    steps.chain(met.skew.map(|skew| clock(subject, skew))).collect()
}

fn clock(subject: &str, skew: i64) -> Line {
    let (outcome, said) = match skew {
        -2..=2 => (Outcome::Passed, "the same time as the server's".to_owned()),
        skew if skew.unsigned_abs() <= GRACE.unsigned_abs() => {
            (Outcome::Passed, format!("{} s from the server's", skew.unsigned_abs()))
        }
        skew => {
            let way = if skew > 0 { "behind" } else { "ahead of" };
            (Outcome::Warned, format!("this machine is {} s {way} the server", skew.unsigned_abs()))
        }
    };
    Line::new(subject, Step::Clock, outcome, said)
}

/// The lines of secrets that end soon or have ended, by what the check of the policies says of them.
pub fn expiry(subject: &str, findings: &[Finding]) -> Vec<Line> {
    let ending = findings.iter().filter(|finding| finding.code == "check/expires");
    ending.map(|finding| Line::new(subject, Step::Expiry, Outcome::Warned, &finding.message)).collect()
}
