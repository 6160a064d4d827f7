//! People, policies and accounts, drawn from a seed.

use super::random::Random;
use super::server::Manner;
use super::state::{Body, DEPARTMENT, Group, Holdings};
use crate::support::world::{Person, World, policies};
use rolewright::model::Digest;
use rolewright::policy::{ApplicationPolicy, PolicySet};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;
use std::sync::OnceLock;

pub(crate) const GROUPS: [&str; 6] = ["Members", "Readers", "Writers", "Owners", "Gold", "By hand"];
const REMOVALS: [&str; 6] = ["keep", "revoke", "deactivate", "revokeAndDeactivate", "archive", "delete"];
/// How many sets of policies there are.
const SETS: usize = 24;

/// Compiled policies.
pub(crate) struct Policies {
    pub(crate) set: PolicySet,
    pub(crate) digest: Digest,
}

impl Policies {
    pub(crate) fn application(&self) -> &ApplicationPolicy {
        &self.set.applications[0]
    }
}

/// One of the sets of policies; each is compiled once.
pub(crate) fn policy(random: &mut Random) -> &'static Policies {
    static ALL: [OnceLock<Policies>; SETS] = [const { OnceLock::new() }; SETS];
    let number = random.below(SETS as u64);
    ALL[number as usize].get_or_init(|| {
        let set = policies(&text(&mut Random::new(number)));
        let digest = set.applications[0].digest(&set).expect("policies have a digest");
        Policies { set, digest }
    })
}

fn text(random: &mut Random) -> String {
    let [deleted, out, unmanaged] = [(); 3].map(|()| random.pick(&REMOVALS));
    let disabled = random.pick(&["provision", "deactivate", "revokeAndDeactivate", "archive", "delete"]);
    let returning = random.pick(&["reactivate", "reactivate", "keep", "block"]);
    format!(
        "{{ apiVersion: rolewright/v1, kind: Workspace, name: contoso, protectedBranch: main }}
---
{{ apiVersion: rolewright/v1, kind: Directory, name: contoso, file: {{ people: people.yaml }} }}
---
apiVersion: rolewright/v1
kind: Application
name: app
scim: {{ url: 'https://app.example/scim', credential: {{ env: ROLEWRIGHT_APP }} }}
directories: [{{ name: contoso }}]
attributes: {{ note: {{ path: nickName }} }}
entitlements:
  role: {{ values: [reader, writer, owner], privileged: [owner], missing: create, wire: {{ group: 'Role_{{role}}' }} }}
  badge: {{ values: [gold, silver], wire: {{ values: roles, text: '{{badge}}' }} }}
---
apiVersion: rolewright/v1
kind: LinkingRules
application: app
rules:
  - {{ id: readers, group: Readers, grant: {{ role: reader }} }}
  - {{ id: writers, group: Writers, grant: {{ role: writer }} }}
  - {{ id: owners, group: Owners, grant: {{ role: owner }} }}
  - {{ id: gold, group: Gold, grant: {{ badge: gold }} }}
  - {{ id: silver, group: Readers, grant: {{ badge: silver }} }}
---
apiVersion: rolewright/v1
kind: Constraints
application: app
constraints:
  - {{ id: robots, require: {{ not: {{ user: department, equals: Robots }} }}, otherwise: skip }}
  - {{ id: department, require: {{ user: department, present: true }}, otherwise: block }}
---
apiVersion: rolewright/v1
kind: Exclusions
application: app
exclude:
  - {{ id: by-hand, when: {{ group: By hand }}, reason: By hand }}
  - {{ id: noted, when: {{ account: note, equals: hands off }}, reason: Noted }}
---
apiVersion: rolewright/v1
kind: AttributeMapping
application: app
match: [email, userName]
attributes:
  userName: {{ from: mailNickname, whenEmpty: block }}
  email: mail
  city: {{ from: city, whenEmpty: keep }}
  department: department
---
apiVersion: rolewright/v1
kind: Lifecycle
application: app
scope: {{ group: Members }}
deleted: {deleted}
outOfScope: {out}
disabled: {disabled}
unmanaged: {unmanaged}
returning: {returning}
adoption: allow
archive: {{ set: {{ userName: '{{userName}}_Archived' }} }}
protect:
  - {{ id: kept, from: [adopt, update, revoke, deactivate, archive, delete], when: {{ account: note, equals: keep }} }}
limits: [{{ change: removal, percent: 100, floor: 100 }}, {{ change: revoke, percent: 100, floor: 100 }}]
"
    )
}

fn person(random: &mut Random, number: u64) -> Person {
    let mut person = Person { enabled: random.chance(85), ..Person::default() };
    let near = if random.chance(15) { random.below(10) } else { number };
    let mut put = |name, likely, value: String| {
        if random.chance(likely) {
            person.values.insert(name, value);
        }
    };
    put("mailNickname", 95, format!("n{near}"));
    put("mail", 90, format!("m{near}"));
    put("city", 60, "Oslo".to_owned());
    put("department", 92, "Sales".to_owned());
    if random.chance(6) {
        person.values.insert("department", "Robots".to_owned());
    }
    person
}

/// People and their groups.
pub(crate) fn world(random: &mut Random) -> World {
    let mut world = World { groups: GROUPS.map(ToOwned::to_owned).to_vec(), ..World::default() };
    let count = 3 + random.below(6);
    for number in 0..count {
        let id = format!("u{number}");
        world.people.insert(id.clone(), person(random, number));
        joins(&mut world, random, &id);
    }
    world
}

fn joins(world: &mut World, random: &mut Random, id: &str) {
    for (group, likely) in GROUPS.iter().zip([85, 50, 40, 10, 30, 6]) {
        let member = ((*group).to_owned(), id.to_owned());
        match random.chance(likely) {
            true => drop(world.members.insert(member)),
            false => drop(world.members.remove(&member)),
        }
    }
}

/// People come, go and change.
pub(crate) fn change_people(world: &mut World, random: &mut Random) {
    for _ in 0..=random.below(3) {
        let number = random.below(10);
        let id = format!("u{number}");
        match random.below(4) {
            0 => {
                world.people.remove(&id);
                world.members.retain(|(_, member)| *member != id);
            }
            1 if world.people.contains_key(&id) => joins(world, random, &id),
            2 => {
                // Names move from one person to another.
                let mine =
                    world.people.get(&id).and_then(|person| person.values.get("mailNickname")).cloned();
                let other = format!("u{}", random.below(10));
                let theirs =
                    world.people.get(&other).and_then(|person| person.values.get("mailNickname")).cloned();
                if let (Some(mine), Some(theirs)) = (mine, theirs) {
                    let mut give = |id: &String, name| {
                        world.people.get_mut(id).into_iter().for_each(|person| {
                            person.values.insert("mailNickname", String::clone(name));
                        });
                    };
                    give(&id, &theirs);
                    give(&other, &mine);
                }
            }
            _ => {
                let drawn = person(random, number);
                world.people.insert(id.clone(), drawn);
                joins(world, random, &id);
            }
        }
    }
}

/// The service before the first run.
pub(crate) fn holdings(random: &mut Random, manner: Manner) -> Holdings {
    let mut holdings = Holdings::new(manner);
    let (mut names, mut ids) = (BTreeSet::new(), Vec::new());
    for number in 0..random.below(7) {
        let name = random.pick(&["n0", "n1", "n2", "N3", "n4", "n5", "n6", "x1", "x2"]);
        if !names.insert(name.to_lowercase()) {
            continue;
        }
        let id = format!("a{number}");
        holdings.start_user(&id, account(random, name));
        ids.push(id);
    }
    for role in ["reader", "writer", "owner"] {
        if random.chance(80) {
            let members = ids.iter().filter(|_| random.chance(25)).cloned().collect();
            holdings.start_group(&format!("g{role}"), Group { name: format!("Role_{role}"), members });
        }
    }
    let members = ids.iter().filter(|_| random.chance(50)).cloned().collect();
    holdings.start_group("gother", Group { name: "Canteen".to_owned(), members });
    holdings
}

fn account(random: &mut Random, name: &str) -> Body {
    let mut body = Body::new();
    let mut put = |name: &str, value: Json| drop(body.insert(name.to_owned(), value));
    put("userName", name.into());
    put("active", random.chance(80).into());
    put("displayName", format!("Person {}", random.below(100)).into());
    if random.chance(55) {
        put("externalId", format!("u{}", random.below(10)).into());
    }
    let mut emails = vec![json!({ "type": "home", "value": "h@home.example" })];
    if random.chance(70) {
        emails.push(json!({ "type": "work", "value": random.pick(&["m0", "m1", "m2", "M3", "m4", "y"]) }));
    }
    put("emails", emails.into());
    if random.chance(50) {
        put("addresses", json!([{ "locality": random.pick(&["Oslo", "Rome"]), "country": "NO" }]));
    }
    if random.chance(40) {
        put(DEPARTMENT, json!({ "department": "Sales", "costCenter": "7" }));
    }
    if random.chance(30) {
        put("nickName", random.pick(&["keep", "hands off"]).into());
    }
    let badges = ["gold", "silver"].into_iter().filter(|_| random.chance(25));
    let badges: Vec<Json> = badges.map(|badge| json!({ "value": badge })).collect();
    if !badges.is_empty() {
        put("roles", badges.into());
    }
    body
}
