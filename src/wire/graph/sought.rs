//! Users who are asked for, as questions.

use super::{found_by_graph, query};
use crate::model::{SoughtValue, UserSearch};

/// The questions whose answers hold whoever is asked for now and was not asked for before: single users by id, and lists
/// by value. The attributes are those that are read, by the name that policies use; of others nobody has a value.
///
/// # Errors
/// Why Graph may not find everybody who has a value: by some attributes it finds nobody at once, and that letters beyond
/// ASCII fit in any case, its documentation does not say.
pub fn sought(
    now: &UserSearch,
    before: &UserSearch,
    read: &[&str],
    select: &str,
    page: u32,
) -> Result<Vec<String>, String> {
    let ids = now.ids.difference(&before.ids).filter(|id| query::is_object_id(id));
    let single = ids.map(|id| query::user(id, select));
    let values = now.values.difference(&before.values);
    let values = values.filter(|it| !it.text.is_empty() && read.contains(&it.attribute.as_str()));
    let mut clauses = Vec::new();
    for value in values {
        if !found_by_graph(&value.attribute) {
            return Err(format!("Microsoft Graph finds nobody by `{}` at once", value.attribute));
        }
        if !value.text.is_ascii() {
            let attribute = &value.attribute;
            return Err(format!(
                "a `{attribute}` has letters beyond ASCII, of which Microsoft Graph may tell upper from lower case"
            ));
        }
        clauses.extend(has(value));
    }
    Ok(single.chain(query::users_sought(&clauses, select, page)).collect())
}

fn has(value: &SoughtValue) -> Vec<String> {
    let mut clauses = vec![query::is(&value.attribute, &value.text)];
    if value.any_domain {
        clauses.push(query::begins(&value.attribute, &format!("{}@", value.text)));
    }
    clauses
}
