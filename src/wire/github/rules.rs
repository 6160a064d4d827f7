//! The rules of a branch: from rulesets, and from the older branch protection.

use super::decode::{DecodeError, read};
use crate::model::BranchRules;
use serde::Deserialize;
use serde_json::Value;

#[derive(Default, Deserialize)]
struct RawRule {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    parameters: Value,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawReviews {
    required_approving_review_count: u32,
    #[serde(alias = "dismiss_stale_reviews_on_push")]
    dismiss_stale_reviews: bool,
    #[serde(alias = "require_code_owner_review")]
    require_code_owner_reviews: bool,
    require_last_push_approval: bool,
}

impl From<RawReviews> for BranchRules {
    fn from(raw: RawReviews) -> Self {
        Self {
            pull_request: true,
            approvals: raw.required_approving_review_count,
            stale_dismissed: raw.dismiss_stale_reviews,
            code_owners: raw.require_code_owner_reviews,
            last_push: raw.require_last_push_approval,
            ..Self::default()
        }
    }
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct RawChecks {
    required_status_checks: Vec<RawCheck>,
    checks: Vec<RawCheck>,
    contexts: Vec<String>,
}

#[derive(Deserialize)]
struct RawCheck {
    context: String,
}

impl From<RawChecks> for BranchRules {
    fn from(raw: RawChecks) -> Self {
        let named = raw.required_status_checks.into_iter().chain(raw.checks).map(|check| check.context);
        Self { checks: named.chain(raw.contexts).collect(), ..Self::default() }
    }
}

/// Reads a page of `GET /repos/{owner}/{repo}/rules/branches/{branch}`; GitHub lists active rules only. Kinds of rule
/// that do not control what is merged are left out.
///
/// # Errors
/// When the bytes are not a list of rules.
pub fn decode_rules(json: &[u8]) -> Result<BranchRules, DecodeError> {
    let rules = read::<Vec<RawRule>>(json)?.into_iter();
    rules.map(rule).try_fold(BranchRules::default(), |all, rule| Ok(all.and(rule?)))
}

fn rule(raw: RawRule) -> Result<BranchRules, DecodeError> {
    Ok(match raw.kind.as_str() {
        "pull_request" => serde_json::from_value::<RawReviews>(raw.parameters)?.into(),
        "required_status_checks" => serde_json::from_value::<RawChecks>(raw.parameters)?.into(),
        "non_fast_forward" => BranchRules { no_force: true, ..BranchRules::default() },
        _ => BranchRules::default(),
    })
}

/// Reads `GET /repos/{owner}/{repo}/branches/{branch}/protection`.
///
/// # Errors
/// When the bytes are not a branch protection.
pub fn decode_protection(json: &[u8]) -> Result<BranchRules, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        #[serde(default)]
        required_pull_request_reviews: Option<RawReviews>,
        #[serde(default)]
        required_status_checks: Option<RawChecks>,
        #[serde(default)]
        allow_force_pushes: Option<Switch>,
    }
    #[derive(Deserialize)]
    struct Switch {
        enabled: bool,
    }
    let raw: Raw = read(json)?;
    let reviews = raw.required_pull_request_reviews.map(BranchRules::from).unwrap_or_default();
    let checks = raw.required_status_checks.map(BranchRules::from).unwrap_or_default();
    let no_force = raw.allow_force_pushes.is_none_or(|switch| !switch.enabled);
    Ok(BranchRules { no_force, ..reviews.and(checks) })
}

/// What everyone who can read a branch can see of its protection.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Protected {
    /// Whether a protection or a ruleset applies.
    pub protected: bool,
    /// The required checks of the protection.
    pub rules: BranchRules,
}

/// Reads `GET /repos/{owner}/{repo}/branches/{branch}`.
///
/// # Errors
/// When the bytes are not a branch.
pub fn decode_branch(json: &[u8]) -> Result<Protected, DecodeError> {
    #[derive(Deserialize)]
    struct Raw {
        #[serde(default)]
        protected: bool,
        #[serde(default)]
        protection: Option<Protection>,
    }
    #[derive(Deserialize)]
    struct Protection {
        #[serde(default)]
        required_status_checks: Option<RawChecks>,
    }
    let raw: Raw = read(json)?;
    let checks = raw.protection.and_then(|protection| protection.required_status_checks);
    Ok(Protected { protected: raw.protected, rules: checks.map(BranchRules::from).unwrap_or_default() })
}
