//! Queries for specific users.

use super::{is_filterable, query};
use crate::model::{SearchValue, UserSearch};

/// The queries that return the users of `now` that are not in `before`: single users by id, and lists by value. `read`
/// are the attributes that are read, under the names that policies use; no user has a value of any other.
///
/// # Errors
/// When Graph may miss a user with a value: it cannot filter by some attributes directly, and its documentation does
/// not say whether it ignores the case of non-ASCII letters.
pub fn user_queries(
    now: &UserSearch,
    before: &UserSearch,
    read: &[&str],
    select: &str,
    page: u32,
) -> Result<Vec<String>, String> {
    let ids = now.ids.difference(&before.ids).filter(|id| query::is_object_id(id));
    let single = ids.map(|id| query::user(id, select));
    let values = now.values.difference(&before.values);
    let values = values.filter(|value| !value.text.is_empty() && read.contains(&value.attribute.as_str()));
    let mut clauses = Vec::new();
    for value in values {
        if !is_filterable(&value.attribute) {
            return Err(format!("Microsoft Graph cannot search by `{}`", value.attribute));
        }
        if !value.text.is_ascii() {
            let attribute = &value.attribute;
            return Err(format!(
                "a `{attribute}` has letters beyond ASCII, of which Microsoft Graph may tell upper from lower case"
            ));
        }
        clauses.extend(value_clauses(value));
    }
    Ok(single.chain(query::users_matching(&clauses, select, page)).collect())
}

fn value_clauses(value: &SearchValue) -> Vec<String> {
    let mut clauses = vec![query::is(&value.attribute, &value.text)];
    if value.any_domain {
        clauses.push(query::begins(&value.attribute, &format!("{}@", value.text)));
    }
    clauses
}
