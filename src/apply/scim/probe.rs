//! Tries what a SCIM service does with a throw-away user and group, and deletes them: for `doctor --profile`, and only where
//! the operator allows it. The one place that writes without a plan; it touches nothing but what it made itself.

mod attributes;
mod change;
mod connection;
mod groups;
mod removal;
mod request;
mod update;

pub use removal::remove_group;
pub use request::ProbeRequest;

use crate::http::{Answer, HttpError};
use crate::model::{CreateAnswer, IfMatchTrial, ScimRemoval, ScimWrites, Tried, UpdateMethod};
use attributes::{Tested, tested};
use change::Change;
use connection::{Connection, Shown};

/// A throw-away user, until it is deleted by [`end`](Self::end).
#[derive(Debug)]
pub struct Probe {
    runtime: tokio::runtime::Runtime,
    connection: Connection,
    /// Its id.
    user: String,
    /// Its user name, for messages.
    name: String,
    /// The name of the group that may be made.
    group_name: String,
    group: Option<String>,
    tested: Vec<Tested>,
    /// Why it could not be created with all attributes.
    without: Option<String>,
    created: Shown,
    create_answer: Tried<CreateAnswer>,
}

/// Why nothing was tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProbeError {
    /// The reason.
    pub problem: String,
    /// The user name that may exist nevertheless, because the answer was lost.
    pub remains: Option<String>,
}

impl Probe {
    /// Creates the user.
    ///
    /// # Errors
    /// When it cannot be created, or not be found again.
    pub fn begin(request: &ProbeRequest<'_>) -> Result<Self, ProbeError> {
        let failed = |problem: String| ProbeError { problem, remains: None };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| failed(error.to_string()))?;
        let connection = Connection::new(request).map_err(|error| failed(error.to_string()))?;
        let made = runtime.block_on(async {
            let kinds = connection.described().await;
            let tested = tested(request, &kinds).map_err(failed)?;
            let made = create(&connection, &tested).await?;
            Ok::<_, ProbeError>((tested, made))
        });
        let (tested, Made { user, shown, without, answer }) = made?;
        let name = tested.first().map_or(String::new(), |user_name| user_name.first.to_string());
        Ok(Self {
            runtime,
            connection,
            user,
            name,
            group_name: format!("rolewright-doctor-{}", request.mark),
            group: None,
            tested,
            without,
            created: shown,
            create_answer: answer,
        })
    }

    /// Tries updates, ETags, groups and deactivation.
    pub fn observe(&mut self) -> ScimWrites {
        let Self { runtime, connection, user, tested, group, group_name, .. } = self;
        let (updated, if_match, deactivates, groups) = runtime.block_on(async {
            let updated = connection.update_all(user, tested).await;
            let groups = connection.try_groups(user, group_name, group).await;
            let (if_match, deactivates) = match &updated.method {
                Ok(method) => {
                    let writer = Writer { connection, user, tested, method: *method };
                    (writer.if_match().await, writer.deactivates().await)
                }
                Err(problem) => {
                    let untried = || format!("no update takes effect ({problem})");
                    (Err(untried()), Err(untried()))
                }
            };
            (updated, if_match, deactivates, groups)
        });
        let attributes = self.tested.iter().enumerate();
        let attributes = attributes.map(|(place, tested)| {
            let created = match (&self.without, tested.essential) {
                (Some(problem), false) => Err(problem.clone()),
                (Some(_), true) | (None, _) => Ok(self.created.value(place)),
            };
            tested.trial(created, updated.refused.get(&place), updated.shown.value(place))
        });
        ScimWrites {
            create_answer: self.create_answer.clone(),
            attributes: attributes.collect(),
            update: updated.method,
            update_answer: updated.answer,
            if_match,
            deactivates,
            group_update: groups.method,
            members: groups.members,
            member_value: groups.member_value,
        }
    }

    /// Deletes the group and the user, and looks whether they are gone.
    pub fn end(self) -> ScimRemoval {
        let Self { runtime, connection, user, name, group, group_name, .. } = self;
        runtime.block_on(async { connection.remove(&user, &name, group.as_deref(), &group_name).await })
    }
}

/// A user that was created.
struct Made {
    user: String,
    shown: Shown,
    without: Option<String>,
    answer: Tried<CreateAnswer>,
}

async fn create(connection: &Connection, tested: &[Tested]) -> Result<Made, ProbeError> {
    let name = tested.first().map_or(String::new(), |user_name| user_name.first.to_string());
    let lost = |problem: String| ProbeError { problem, remains: Some(name.clone()) };
    let (answer, without) = match connection.create(tested, false).await {
        Err(error @ HttpError::Status { status: 400..=499, .. }) if error.status() != Some(409) => {
            (connection.create(tested, true).await, Some(error.to_string()))
        }
        answer => (answer, None),
    };
    let body = match answer {
        Ok(Answer { body, .. }) => body,
        // Nothing was made.
        Err(error @ HttpError::Status { status: 400..=499, .. }) => {
            return Err(ProbeError { problem: error.to_string(), remains: None });
        }
        Err(error) => match connection.find(&name).await {
            Some(_) => Vec::new(),
            None => return Err(lost(error.to_string())),
        },
    };
    let id = match connection.id(&body) {
        Some(id) => id,
        None => connection.find(&name).await.ok_or_else(|| {
            lost("the answer to creating a user has no `id`, and no filter finds the user".to_owned())
        })?,
    };
    let read = connection.user(&id).await;
    let read = read.map_err(|error| lost(format!("the new user cannot be read: {error}")))?;
    let (shown, answered) = (connection.shown(&read.body, tested), connection.shown(&body, tested));
    let answer = match (connection.id(&body), answered == shown) {
        (Some(_), true) => Ok(CreateAnswer::Whole),
        (Some(_), false) => Ok(CreateAnswer::Id),
        (None, _) => Err("the answer to creating a user has no `id`".to_owned()),
    };
    Ok(Made { user: id, shown, without, answer })
}

/// Writes to the user by the method that takes effect.
struct Writer<'w> {
    connection: &'w Connection,
    user: &'w str,
    tested: &'w [Tested],
    method: UpdateMethod,
}

impl Writer<'_> {
    /// Changes one attribute to its first or second value.
    async fn write(&self, which: Change, etag: Option<String>) -> Result<Answer, HttpError> {
        self.connection.update(self.method, self.user, self.tested, which, etag).await
    }

    /// Whether a write with another ETag is refused, and one with its own is not.
    async fn if_match(&self) -> Tried<IfMatchTrial> {
        let told = |error: HttpError| error.to_string();
        let etag = self.connection.etag(self.user).await.map_err(told)?;
        if etag.is_none() {
            return Ok(IfMatchTrial { has_etag: false, refuses_other: false, accepts_own: false });
        }
        let other = Some("W/\"rolewright-doctor\"".to_owned());
        let refuses_other = match self.write(Change::Back, other).await {
            Ok(_) => false,
            Err(HttpError::Status { status: 409 | 412, .. }) => true,
            Err(error) => return Err(error.to_string()),
        };
        let own = self.connection.etag(self.user).await.map_err(told)?;
        let accepts_own = self.write(Change::Forth, own).await.is_ok();
        Ok(IfMatchTrial { has_etag: true, refuses_other, accepts_own })
    }

    /// Whether the user is inactive once it was made so. It is made active again.
    async fn deactivates(&self) -> Tried<bool> {
        let told = |error: HttpError| error.to_string();
        self.write(Change::Active(false), None).await.map_err(told)?;
        let inactive = self.connection.active(self.user).await.map_err(told)? == Some(false);
        self.write(Change::Active(true), None).await.map_err(told)?;
        Ok(inactive)
    }
}
