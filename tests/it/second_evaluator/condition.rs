//! Section 2: conditions. A test about a user or an account that does not exist is neither true nor false.

use super::grant::selected;
use super::groups::Groups;
use super::policies::{Policies, list};
use super::world::{Account, Right, User, World, text_of};
use serde_json::Value;
use std::collections::BTreeSet;

/// The user, account and grants for which a condition is evaluated.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) policies: &'a Policies,
    pub(crate) world: &'a World,
    pub(crate) groups: &'a Groups,
    pub(crate) user: Option<&'a User>,
    pub(crate) grants: Option<&'a BTreeSet<Right>>,
    pub(crate) account: Option<&'a Account>,
}

impl Context<'_> {
    pub(crate) fn holds(&self, condition: &Value) -> bool {
        self.truth(condition) == Some(true)
    }

    /// Whether an optional condition holds; an omitted one holds.
    pub(crate) fn holds_if_given(&self, condition: Option<&Value>) -> bool {
        condition.is_none_or(|condition| self.holds(condition))
    }

    fn truth(&self, condition: &Value) -> Option<bool> {
        let key = |name: &str| condition.get(name);
        if let Some(all) = key("all") {
            return self.every(list(all), false);
        }
        if let Some(any) = key("any") {
            return self.every(list(any), true);
        }
        if let Some(not) = key("not") {
            return self.truth(not).map(|truth| !truth);
        }
        if key("always").is_some() {
            return Some(true);
        }
        if let Some(until) = key("until").and_then(Value::as_str) {
            return Some(until >= super::TODAY);
        }
        if let Some(path) = key("user").and_then(Value::as_str) {
            let user = self.user?;
            let id = Value::String(user.id.clone());
            let values = if path == "id" { vec![&id] } else { user.values(path) };
            return Some(operator(condition, &values));
        }
        if let Some(name) = key("account").and_then(Value::as_str) {
            let account = self.account?;
            let value = match name {
                "id" => Some(account.id.clone()),
                "active" => Some(account.active.to_string()),
                name => account.attributes.get(name).cloned(),
            };
            let value = value.map(Value::String);
            return Some(operator(condition, &value.iter().collect::<Vec<_>>()));
        }
        if let Some(group) = key("group") {
            return Some(self.groups.has_member(group, self.user?));
        }
        if let Some(group) = key("accountGroup").and_then(Value::as_str) {
            let named = self.world.account_groups.iter().find(|(name, _)| name.eq_ignore_ascii_case(group));
            return Some(named.is_some_and(|(_, members)| {
                self.account.is_some_and(|account| members.contains(&account.id))
            }))
            .filter(|_| self.account.is_some());
        }
        let grants = self.grants?;
        if key("anyGrant").is_some() {
            return Some(!grants.is_empty());
        }
        Some(
            key("grant")
                .is_some_and(|selector| grants.iter().any(|grant| selected(self.policies, selector, grant))),
        )
    }

    /// Evaluates a list: if one value is `stop`, that is the result; otherwise true, false or unknown for all.
    fn every(&self, conditions: &[Value], stop: bool) -> Option<bool> {
        let truths: Vec<Option<bool>> = conditions.iter().map(|condition| self.truth(condition)).collect();
        if truths.contains(&Some(stop)) {
            return Some(stop);
        }
        if truths.contains(&None) { None } else { Some(!stop) }
    }
}

/// Whether the values of one attribute satisfy the operator of a test.
fn operator(test: &Value, values: &[&Value]) -> bool {
    if let Some(present) = test.get("present") {
        return present == &Value::Bool(!values.is_empty());
    }
    values.iter().any(|value| one(test, &text_of(value)))
}

fn one(test: &Value, value: &str) -> bool {
    let fold = |text: String| if test["ignoreCase"] == true { text.to_ascii_lowercase() } else { text };
    let folded = fold(value.to_owned());
    let operand = |name: &str| test.get(name).map(text_of);
    if let Some(wanted) = operand("equals") {
        return folded == fold(wanted);
    }
    if let Some(wanted) = test.get("in") {
        return list(wanted).iter().any(|wanted| folded == fold(text_of(wanted)));
    }
    if let Some(part) = operand("includes") {
        return folded.contains(&fold(part));
    }
    if let Some(pattern) = operand("matches") {
        return whole(&pattern, value, test["ignoreCase"] == true);
    }
    let compare = |name: &str| operand(name).and_then(|operand| order(value, &operand));
    compare("greaterThan").is_some_and(|order| order.is_gt())
        || compare("atLeast").is_some_and(|order| order.is_ge())
        || compare("lessThan").is_some_and(|order| order.is_lt())
        || compare("atMost").is_some_and(|order| order.is_le())
}

/// Compares numbers by size, dates by day; other values cannot be compared.
fn order(value: &str, operand: &str) -> Option<std::cmp::Ordering> {
    if let Ok(operand) = operand.parse::<i64>() {
        return value.parse::<i64>().ok().map(|value| value.cmp(&operand));
    }
    let is_date = |text: &str| text.len() == 10 && text.as_bytes()[4] == b'-' && text.as_bytes()[7] == b'-';
    (is_date(value) && is_date(operand)).then(|| value.cmp(operand))
}

/// Whether a regular expression matches a whole text.
pub(crate) fn whole(pattern: &str, text: &str, ignore_case: bool) -> bool {
    let expression =
        regex::RegexBuilder::new(&format!("^(?:{pattern})$")).case_insensitive(ignore_case).build();
    expression.is_ok_and(|expression| expression.is_match(text))
}
