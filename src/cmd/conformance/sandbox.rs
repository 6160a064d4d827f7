//! The application that is tried, by the engine's own reader and writer, and the throw-away accounts in it.

use super::attributes::{Attribute, PREFIX, USER_NAME, attributes};
use super::own_group::{OwnGroups, own_right};
use crate::apply::{self, Control};
use crate::cmd::clock::unix_seconds;
use crate::cmd::code::Code;
use crate::cmd::exit::Stop;
use crate::cmd::workspace::Side;
use crate::cmd::writer;
use crate::execution::{ChangeOutcome, Halt, WriteError};
use crate::fetch::{observe_service, read_application};
use crate::gate::{ItemKey, Listed, Past, Review, State, approve};
use crate::model::{ApplicationConnection, AttributePath, DeleteEffect, EntitlementWire, Right, Value};
use crate::plan::{Action, AttributeWrite, Base, Change, InitialValue, Plan, Seen, Subject, WithoutAccount};
use crate::policy::{ApplicationPolicy, Origin};
use crate::snapshot::{ApplicationSnapshot, Complete};
use std::collections::{BTreeMap, BTreeSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// The directory that throw-away accounts are said to come from.
const DIRECTORY: &str = "conformance";

/// The application under trial.
pub(super) struct Sandbox<'w> {
    side: Side<'w>,
    /// The policies without limits and other brakes, which are about the accounts of people.
    policy: ApplicationPolicy,
    /// What the names of its accounts begin with.
    mark: String,
    kinds: BTreeMap<String, String>,
    /// The right that is granted and revoked: one that the operator named, or one of the trial's own.
    pub(super) right: Option<Right>,
    made: u32,
    /// The links of all accounts that were asked for, and the ids of those that were found.
    links: BTreeSet<String>,
    ids: BTreeSet<String>,
}

/// A throw-away account, as it was asked for.
#[derive(Clone, Debug)]
pub(super) struct Account {
    pub(super) id: String,
    pub(super) link: String,
    pub(super) attributes: Vec<Attribute>,
}

/// An attribute with the value that it has and the one that it shall have; none: empty.
pub(super) type Write<'a> = (&'a AttributePath, Option<Value>, Option<Value>);

impl<'w> Sandbox<'w> {
    /// Of an application; `right` is `TYPE=VALUE` or `TYPE=VALUE@SCOPE`.
    pub(super) fn new(side: Side<'w>, right: Option<&str>) -> Result<Self, Stop> {
        let named = right.map(|text| named_right(side.policy, text)).transpose()?;
        let mut policy = side.policy.clone();
        policy.lifecycle.limits.clear();
        policy.lifecycle.protect.clear();
        policy.overrides.clear();
        for kind in &mut policy.entitlements {
            kind.privileged.clear();
            kind.keep_at_least = None;
        }
        let kinds = match &side.policy.connection {
            ApplicationConnection::Scim(scim) => {
                let seen = observe_service(scim, &side.workspace.access)
                    .map_err(|problem| Stop::new(Code::Probe, problem))?;
                let described = seen.described.into_iter().flatten();
                described.map(|one| (one.path.to_ascii_lowercase(), one.kind)).collect()
            }
            ApplicationConnection::Sqlite { .. }
            | ApplicationConnection::Postgres(_)
            | ApplicationConnection::Rest(_)
            | ApplicationConnection::File { .. } => BTreeMap::new(),
        };
        let random = RandomState::new().hash_one(unix_seconds());
        let mark = format!("{PREFIX}{:x}-{:06x}", unix_seconds(), random & 0xff_ffff);
        let right = named.or_else(|| own_right(&mut policy, &mark));
        let (links, ids) = (BTreeSet::new(), BTreeSet::new());
        Ok(Self { side, policy, mark, kinds, right, made: 0, links, ids })
    }

    /// Whether a word of the lifecycle archives accounts.
    pub(super) fn archives(&self) -> bool {
        use crate::policy::Word::Archive;
        let lifecycle = &self.policy.lifecycle;
        [&lifecycle.deleted, &lifecycle.out_of_scope, &lifecycle.disabled, &lifecycle.unmanaged]
            .iter()
            .any(|setting| setting.value == Archive)
    }

    /// Whether the application keeps what is deleted, inactive, as its profile says.
    pub(super) fn keeps_deleted(&self) -> bool {
        match &self.policy.connection {
            ApplicationConnection::Scim(scim) => scim.profile.delete == Some(DeleteEffect::Deactivates),
            ApplicationConnection::Sqlite { .. }
            | ApplicationConnection::Postgres(_)
            | ApplicationConnection::Rest(_)
            | ApplicationConnection::File { .. } => false,
        }
    }

    /// Reads the application as a run does.
    pub(super) fn read(&self) -> Result<Complete<ApplicationSnapshot>, String> {
        read_application(&self.policy, &self.side.workspace.access).map_err(|error| error.to_string())
    }

    /// An account that is asked for in a moment: its link and attributes, without an id.
    pub(super) fn next(&mut self) -> Account {
        self.made += 1;
        let name = format!("{}-{}", self.mark, self.made);
        let attributes = attributes(&self.policy, &self.kinds, &name);
        Account { id: String::new(), link: name, attributes }
    }

    /// A new account, which is shown.
    pub(super) fn fresh(&mut self) -> Result<Account, String> {
        let mut account = self.next();
        self.create(&account)?.map_err(|problem| format!("no account could be made: {problem}"))?;
        let found = self.find(&account)?;
        let [id] = found.as_slice() else {
            return Err(format!("{} accounts are shown where one was made", found.len()));
        };
        account.id.clone_from(id);
        Ok(account)
    }

    /// Creates an account, and gives why it could not be.
    pub(super) fn create(&mut self, account: &Account) -> Result<Result<(), String>, String> {
        self.links.insert(account.link.clone());
        let link = Box::new(InitialValue {
            path: Arc::new(self.policy.link.clone()),
            value: Value::Text(account.link.clone()),
            rule: 0,
        });
        let attributes = account.attributes.iter().map(|attribute| InitialValue {
            path: Arc::new(attribute.path.clone()),
            value: attribute.first.clone(),
            rule: 0,
        });
        let new = Account { id: String::new(), ..account.clone() };
        self.change(&new, Action::Create { link, attributes: attributes.collect() })
    }

    /// Writes values.
    pub(super) fn update(
        &mut self,
        account: &Account,
        writes: &[Write<'_>],
    ) -> Result<Result<(), String>, String> {
        self.change(account, Action::Update { link: None, attributes: attribute_writes(writes) })
    }

    /// Renames, deactivates and unlinks an account.
    pub(super) fn archive(
        &mut self,
        account: &Account,
        writes: &[Write<'_>],
    ) -> Result<Result<(), String>, String> {
        let link = AttributeWrite {
            path: Arc::new(self.policy.link.clone()),
            before: Some(Value::Text(account.link.clone())),
            after: None,
            rule: 0,
        };
        let attributes = attribute_writes(writes);
        let (link, deactivates) = (Some(Box::new(link)), Some(0));
        self.change(account, Action::Archive { link, attributes, deactivates, hold: None })
    }

    /// Makes one change of an account by a plan of its own. The outer error: it could not be tried.
    pub(super) fn change(&mut self, account: &Account, action: Action) -> Result<Result<(), String>, String> {
        let outcomes = self.apply(vec![Change {
            subject: Arc::new(Subject {
                directory: Some(DIRECTORY.to_owned()),
                user: Some(account.link.clone()),
                account: Some(account.id.clone()).filter(|id| !id.is_empty()),
                name: account.link.clone(),
                department: None,
            }),
            action,
            reasons: Arc::new([]),
        }])?;
        Ok(match outcomes.first() {
            // What it accepted and did not keep is read and told by value.
            None | Some(ChangeOutcome::Made { .. } | ChangeOutcome::Failed(WriteError::NotKept(_))) => Ok(()),
            Some(outcome) => Err(outcome.problem().unwrap_or_default()),
        })
    }

    /// Carries out a made-up plan, as `apply` does.
    fn apply(&mut self, changes: Vec<Change>) -> Result<Vec<ChangeOutcome>, String> {
        let number = changes.len();
        let plan = Plan {
            application: self.policy.name.clone(),
            environment: self.side.workspace.policies.workspace.environment.clone(),
            commit: None,
            policy: self.side.digest().map_err(|stop| stop.message)?,
            as_of: self.side.workspace.today,
            seen: Seen::default(),
            base: Base::default(),
            privileged_holders: Vec::new(),
            rules: vec![Origin::NOWHERE],
            changes,
            reports: Vec::new(),
            without_account: WithoutAccount::default(),
            findings: Vec::new(),
        };
        let (key, released, state) = (ItemKey::new(None), Listed::default(), State::default());
        let review = Review::None { key: &key, released: &released };
        let approved =
            approve(plan, &self.policy, &review, &Past::of(&state, unix_seconds())).map_err(|refused| {
                match refused.refusals.first() {
                    Some(refusal) => format!("a guard refuses it: {}", refusal.message),
                    None => "a guard refuses it".to_owned(),
                }
            })?;
        // Only these have versions.
        let versions = match &self.policy.connection {
            ApplicationConnection::Scim(_) => writer::versions(&approved, &*self.read()?),
            ApplicationConnection::Sqlite { .. }
            | ApplicationConnection::Postgres(_)
            | ApplicationConnection::Rest(_)
            | ApplicationConnection::File { .. } => BTreeMap::new(),
        };
        let side = Side { workspace: self.side.workspace, policy: &self.policy };
        let writer = writer::writer(side, versions).map_err(|stop| stop.message)?;
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| error.to_string())?;
        let mut heard = Heard(vec![ChangeOutcome::Skipped; number]);
        let whole = std::future::pending();
        runtime.block_on(apply::run(&approved, &self.policy, writer.as_ref(), &mut heard, whole));
        Ok(heard.0)
    }

    /// The ids of the accounts that have the link, or else the name, of an account.
    pub(super) fn find(&mut self, account: &Account) -> Result<Vec<String>, String> {
        let snapshot = self.read()?;
        let accounts = &snapshot.accounts;
        let rows = 0..accounts.len() as u32;
        let linked = rows.clone().filter(|row| accounts.links.get(*row) == Some(&account.link));
        let mut found: Vec<String> = linked.map(|row| accounts.ids.id(row).to_owned()).collect();
        if let (true, Some(names)) = (found.is_empty(), accounts.column(USER_NAME)) {
            let name = account.user_name();
            let named =
                rows.filter(|row| names.get(*row).is_some_and(|held| held.eq_ignore_ascii_case(&name)));
            found = named.map(|row| accounts.ids.id(row).to_owned()).collect();
        }
        self.ids.extend(found.iter().cloned());
        Ok(found)
    }

    /// Whether an account holds the right of the trial.
    pub(super) fn holds(&self, account: &Account, right: &Right) -> Result<bool, String> {
        let snapshot = self.read()?;
        let row = snapshot.accounts.ids.row(&account.id).ok_or("the account is not shown any more")?;
        if snapshot.grants.iter().any(|grant| grant.account == row && grant.right == *right) {
            return Ok(true);
        }
        let wires = writer::wires(&self.policy);
        let Some(wire) = wires.get(&right.entitlement) else { return Ok(false) };
        let text = wire.text(right);
        Ok(match &wire.wire {
            EntitlementWire::Row => false,
            EntitlementWire::Group { .. } => (0..snapshot.groups.len() as u32).any(|group| {
                let is_named = snapshot.groups.names[group as usize].eq_ignore_ascii_case(&text);
                is_named && snapshot.groups.members(group).contains(&row)
            }),
            EntitlementWire::Values { attribute, .. } | EntitlementWire::Attribute { attribute, .. } => {
                let held = snapshot.accounts.column(attribute).and_then(|column| column.get(row));
                held.is_some_and(|held| held.split('\u{1f}').any(|one| one == text))
            }
        })
    }

    /// Deletes every account and group of the trial; gives those that are still there.
    pub(super) fn clean_up(&mut self) -> Vec<String> {
        let mut left = self.remove_accounts();
        let (policy, access) = (&self.policy, &self.side.workspace.access);
        left.extend(OwnGroups { policy, access, mark: &self.mark }.remove());
        left
    }

    fn remove_accounts(&mut self) -> Vec<String> {
        let left = match self.left() {
            Ok(left) => left,
            Err(problem) => return vec![format!("accounts named `{}...` ({problem})", self.mark)],
        };
        for (id, _) in &left {
            let account = Account { id: id.clone(), link: id.clone(), attributes: Vec::new() };
            // Whether it worked is read below.
            drop(self.change(&account, Action::Delete));
        }
        match self.left() {
            Ok(left) => left.into_iter().map(|(id, name)| format!("the account `{id}` ({name})")).collect(),
            Err(problem) => vec![format!("accounts named `{}...` ({problem})", self.mark)],
        }
    }

    /// The accounts of the trial, by id and name: only what was made here, whatever it is called now.
    fn left(&self) -> Result<Vec<(String, String)>, String> {
        let snapshot = self.read()?;
        let accounts = &snapshot.accounts;
        let names = accounts.column(USER_NAME);
        let mut left = Vec::new();
        for row in 0..accounts.len() as u32 {
            let (id, link) = (accounts.ids.id(row), accounts.links.get(row));
            let name = names.and_then(|names| names.get(row)).unwrap_or_default();
            let is_ours = self.ids.contains(id)
                || link.is_some_and(|link| self.links.contains(link))
                || name.starts_with(&self.mark);
            let is_gone = self.keeps_deleted() && !accounts.active[row as usize];
            if is_ours && !is_gone {
                left.push((id.to_owned(), name.to_owned()));
            }
        }
        Ok(left)
    }
}

impl Account {
    /// The user name that it was created with.
    pub(super) fn user_name(&self) -> String {
        let name = self.attributes.iter().find(|attribute| attribute.path.name == USER_NAME);
        name.map(|attribute| attribute.first.to_string()).unwrap_or_default()
    }

    /// What differs between the account as it is shown and the values that it should have; none: empty.
    pub(super) fn differences<'a>(
        &self,
        sandbox: &Sandbox<'_>,
        wanted: impl IntoIterator<Item = (&'a AttributePath, Option<String>)>,
    ) -> Result<Vec<String>, String> {
        let snapshot = sandbox.read()?;
        let row = snapshot.accounts.ids.row(&self.id).ok_or("the account is not shown any more")?;
        let mut differences = Vec::new();
        for (path, wanted) in wanted {
            let shown = snapshot.accounts.column(&path.name).and_then(|column| column.get(row));
            let same = match (&wanted, shown) {
                (Some(wanted), Some(shown)) if path.case_exact => wanted == shown,
                (Some(wanted), Some(shown)) => wanted.to_lowercase() == shown.to_lowercase(),
                (None, None) => true,
                (Some(_), None) | (None, Some(_)) => false,
            };
            if !same {
                let told =
                    |text: Option<&str>| text.map_or("nothing".to_owned(), |text| format!("`{}`", cut(text)));
                differences.push(format!(
                    "`{}` shows {}, {} was written",
                    path.name,
                    told(shown),
                    told(wanted.as_deref())
                ));
            }
        }
        Ok(differences)
    }

    /// Whether the account may sign in, as it is shown.
    pub(super) fn is_active(&self, sandbox: &Sandbox<'_>) -> Result<bool, String> {
        let snapshot = sandbox.read()?;
        let row = snapshot.accounts.ids.row(&self.id).ok_or("the account is not shown any more")?;
        Ok(snapshot.accounts.active[row as usize])
    }
}

fn attribute_writes(writes: &[Write<'_>]) -> Vec<AttributeWrite> {
    let write = |(path, before, after): &Write<'_>| AttributeWrite {
        path: Arc::new((*path).clone()),
        before: before.clone(),
        after: after.clone(),
        rule: 0,
    };
    writes.iter().map(write).collect()
}

/// A text that is not too long to read.
fn cut(text: &str) -> String {
    let short: String = text.chars().take(60).collect();
    if short.len() < text.len() { format!("{short}...") } else { short }
}

/// A right that the application's policies know.
fn named_right(policy: &ApplicationPolicy, text: &str) -> Result<Right, Stop> {
    let form = || {
        Stop::new(
            Code::Argument,
            format!("`{text}` is not a right: write `TYPE=VALUE`, or `TYPE=VALUE@AREA`"),
        )
    };
    let (entitlement, value) = text.split_once('=').ok_or_else(form)?;
    let kind = policy.entitlements.iter().find(|kind| kind.name == entitlement);
    let Some(kind) = kind else {
        let known: Vec<String> = policy.entitlements.iter().map(|kind| format!("`{}`", kind.name)).collect();
        let message =
            format!("`{}` has no entitlement `{entitlement}`; there are: {}", policy.name, known.join(", "));
        return Err(Stop::new(Code::Argument, message));
    };
    let (value, scope) = match (kind.scope, value.rsplit_once('@')) {
        (Some(_), Some((value, scope))) => (value, Some(scope.to_owned())),
        (Some(_), None) => return Err(form()),
        (None, _) => (value, None),
    };
    Ok(Right { entitlement: entitlement.to_owned(), value: value.to_owned(), scope })
}

/// Keeps the outcome of each change.
struct Heard(Vec<ChangeOutcome>);

impl Control for Heard {
    fn halt(&mut self) -> Option<Halt> {
        None
    }

    fn report(&mut self, position: usize, _: &Change, outcome: &ChangeOutcome) {
        if let Some(place) = self.0.get_mut(position) {
            place.clone_from(outcome);
        }
    }
}
