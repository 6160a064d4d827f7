//! What people do by hand while a run is under way.

use super::fault::Fault;
use super::random::Random;
use super::state::{Author, Holdings};
use serde_json::json;

/// Somebody does something, if there is anything to do it to.
pub(crate) fn act(holdings: &mut Holdings, fault: Fault, random: &mut Random) {
    let users: Vec<String> =
        holdings.users.iter().filter(|(_, kept)| kept.now.is_some()).map(|(id, _)| id.clone()).collect();
    let groups: Vec<String> =
        holdings.groups.iter().filter(|(_, kept)| kept.now.is_some()).map(|(id, _)| id.clone()).collect();
    if users.is_empty() || groups.is_empty() {
        return;
    }
    let user = users[random.below(users.len() as u64) as usize].clone();
    let group = groups[random.below(groups.len() as u64) as usize].clone();
    let Some(mut body) = holdings.users[&user].now.clone() else { return };
    match fault {
        Fault::HandEdit => {
            let value = format!("by hand {}", random.below(1000));
            match random.below(3) {
                0 => drop(body.insert("addresses".to_owned(), json!([{ "locality": value }]))),
                1 => drop(body.insert("emails".to_owned(), json!([{ "type": "work", "value": value }]))),
                _ => drop(body.insert("displayName".to_owned(), value.into())),
            }
            holdings.set_user(Author::Hand, &user, Some(body));
            holdings.unreliable.insert(user);
        }
        Fault::HandDelete => {
            holdings.set_user(Author::Hand, &user, None);
            holdings.unreliable.insert(user);
        }
        Fault::HandCreate => {
            let id = holdings.new_id('x');
            let (name, link) = (format!("n{}", random.below(10)), format!("u{}", random.below(10)));
            let same = |key: &str, value: &str| {
                holdings
                    .all()
                    .values()
                    .any(|flat| flat.get(key).is_some_and(|held| held.to_lowercase() == value))
            };
            if same("userName", &name) || same("externalId", &link) {
                return;
            }
            let made = json!({ "userName": name, "active": true, "externalId": link });
            holdings.set_user(Author::Hand, &id, made.as_object().cloned());
            holdings.unreliable.insert(id);
        }
        Fault::HandMembership => {
            let Some(mut held) = holdings.groups[&group].now.clone() else { return };
            if !held.members.remove(&user) {
                held.members.insert(user.clone());
            }
            holdings.set_group(Author::Hand, &group, Some(held));
            holdings.unreliable.insert(user);
        }
        Fault::GroupDeleted => {
            let members = holdings.groups[&group].now.iter().flat_map(|held| held.members.clone());
            let members: Vec<String> = members.collect();
            holdings.unreliable.extend(members);
            holdings.set_group(Author::Hand, &group, None);
        }
        _ => return,
    }
    fault.fires();
}
