//! Makes accounts members of a group, and ends memberships: one read before, as few requests as possible, one read after
//! (S46).

use super::update::refuses_patch;
use super::{
    ATTEMPTS, Failure, GroupRef, Kind, READ_BACK_PAUSES, ScimWriter, WriteError, etag, json,
    pause_before_look,
};
use crate::apply::Permit;
use crate::http::{Answer, HttpError, Method};
use crate::wire::scim::{
    add_members, decode_group, remove_members, remove_members_by_value, replaced_members,
};
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::BTreeSet;

/// The memberships to write in one group.
#[derive(Clone, Copy, Debug)]
pub struct Memberships<'m> {
    /// The group.
    pub group: GroupRef<'m>,
    /// The ids of the accounts, each once; where the members are written, what the group names them by.
    pub accounts: &'m [&'m str],
    /// Whether they become members; otherwise their memberships end.
    pub gives: bool,
}

/// What came of the memberships of one group.
#[derive(Debug, Default)]
pub struct MembersWritten {
    /// Accounts whose membership is as it should be: a fresh read shows it, or the service never shows members.
    pub done: BTreeSet<String>,
    /// Why the others are not; none: the service accepted the change and did not make it.
    pub error: Option<WriteError>,
    /// Whether the permit was taken back before the end.
    pub is_cut_short: bool,
}

/// How memberships are written: services understand one form or another (S42).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// PATCH; a member is taken out by a filter in the path.
    Path,
    /// PATCH; a member is taken out by its value.
    Value,
    /// PUT of the whole group.
    Whole,
}

/// The members of a group as they were read.
struct Members {
    answer: Answer,
    ids: BTreeSet<String>,
    /// Whether the service showed them.
    shown: bool,
    /// Whether it showed them in the list of groups only, so that they are not in `answer`.
    listed: bool,
}

/// What was sent.
enum Sent {
    All,
    /// The permit was taken back before the end.
    Part,
    /// The service does not take members out in this form.
    NotInForm,
    /// The service refused PATCH as such.
    NoPatch,
    Refused(HttpError),
}

impl ScimWriter {
    /// Writes memberships, in each form that services understand until a fresh read shows them. A group that does not
    /// exist has no members.
    pub async fn write_members(&self, wanted: Memberships<'_>, permit: &Permit) -> MembersWritten {
        match self.manners.names_members() {
            true => self.write_by_names(wanted, permit).await,
            false => self.write_values(wanted, permit).await,
        }
    }

    /// The same where the members are given as the group names them.
    pub(super) async fn write_values(&self, wanted: Memberships<'_>, permit: &Permit) -> MembersWritten {
        let id = match self.group_id(wanted.group).await {
            Ok(id) => id,
            Err(WriteError::Failed(Failure::NoGroup(_))) if !wanted.gives => return all_done(wanted),
            Err(error) => return failed(error),
        };
        let forms: &[Form] = match (self.manners.puts(Kind::Group), wanted.gives) {
            (true, _) => &[Form::Whole],
            (false, true) => &[Form::Path, Form::Whole],
            (false, false) => &[Form::Path, Form::Value, Form::Whole],
        };
        let (mut written, sent) = (MembersWritten::default(), Cell::new(false));
        for form in forms {
            let tried = self.write_in_form(&id, wanted, *form, permit, &sent).await;
            written =
                tried.unwrap_or_else(|error| failed(if sent.get() { error.after_write() } else { error }));
            let is_done = written.done.len() == wanted.accounts.len();
            if is_done || written.is_cut_short || written.error.is_some() {
                break;
            }
        }
        written
    }

    async fn write_in_form(
        &self,
        group: &str,
        wanted: Memberships<'_>,
        form: Form,
        permit: &Permit,
        sent: &Cell<bool>,
    ) -> Result<MembersWritten, WriteError> {
        let (mut form, mut attempts) = (form, 1);
        loop {
            // Where the whole group is sent, whoever is not known to be in it would be taken out.
            let thorough = !wanted.gives || form == Form::Whole;
            let Some(before) = self.members(group, thorough).await? else {
                let missing = Failure::NoGroup(group.to_owned());
                return if wanted.gives { Err(missing.into()) } else { Ok(all_done(wanted)) };
            };
            let lacking = before.lacking(wanted);
            if lacking.is_empty() {
                return Ok(all_done(wanted));
            }
            if form == Form::Whole && !before.shown && !self.manners.shows_members() {
                return Ok(MembersWritten::default());
            }
            let wanted_now = Memberships { accounts: &lacking, ..wanted };
            match self.send_members(group, &before, wanted_now, form, permit, sent).await? {
                Sent::NotInForm => form = form.next(),
                Sent::NoPatch => {
                    self.manners.met_no_patch(Kind::Group);
                    form = Form::Whole;
                }
                Sent::Refused(error) if error.wants_pause() && attempts < ATTEMPTS && permit.holds() => {
                    attempts += 1;
                }
                Sent::All => return self.confirmed(group, wanted).await,
                Sent::Part => {
                    let done = self.confirm_members(group, wanted, false).await?;
                    return Ok(MembersWritten { done, is_cut_short: true, error: None });
                }
                Sent::Refused(error) => return self.after_refusal(group, wanted, error).await,
            }
        }
    }

    async fn confirmed(&self, group: &str, wanted: Memberships<'_>) -> Result<MembersWritten, WriteError> {
        if !self.manners.reads_back() || self.manners.hides_members() {
            return Ok(all_done(wanted));
        }
        let done = self.confirm_members(group, wanted, true).await?;
        Ok(MembersWritten { done, ..MembersWritten::default() })
    }

    /// Some of the requests may have been made, or the answer was lost.
    async fn after_refusal(
        &self,
        group: &str,
        wanted: Memberships<'_>,
        error: HttpError,
    ) -> Result<MembersWritten, WriteError> {
        let is_unknown = error.outcome_unknown();
        if !is_unknown && error.is_unreachable() {
            return Err(error.into());
        }
        let done = self.confirm_members(group, wanted, is_unknown).await?;
        let error = if is_unknown { WriteError::Unknown(error) } else { error.into() };
        Ok(MembersWritten { done, error: Some(error), is_cut_short: false })
    }

    /// Sends as few requests as the service takes; each time it finds one too large, half as many members.
    async fn send_members(
        &self,
        group: &str,
        before: &Members,
        wanted: Memberships<'_>,
        form: Form,
        permit: &Permit,
        sent: &Cell<bool>,
    ) -> Result<Sent, WriteError> {
        if form == Form::Whole {
            let mut read = json(&before.answer, "a group")?;
            if before.listed {
                read["members"] = before.ids.iter().map(|id| serde_json::json!({ "value": id })).collect();
            }
            let body = replaced_members(&read, wanted.accounts, wanted.gives);
            let call = self.call(Method::Put, Kind::Group, group)?.body(&body);
            let call = call.if_match(etag(&before.answer, &read));
            let answer = self.service.send(&call).await;
            sent.set(sent.get() || may_have_acted(&answer));
            return Ok(answer.map_or_else(Sent::Refused, |_| Sent::All));
        }
        let empty = self.call(Method::Patch, Kind::Group, group)?;
        let (mut rest, mut size) = (wanted.accounts, self.manners.members_per_request());
        while !rest.is_empty() {
            if !permit.holds() {
                return Ok(Sent::Part);
            }
            let (now, later) = rest.split_at(size.min(rest.len()));
            let call = empty.clone().body(&body(now, wanted.gives, form)?);
            let answer = self.service.send(&call).await;
            sent.set(sent.get() || may_have_acted(&answer));
            match answer {
                Ok(_) => rest = later,
                Err(error) if error.status() == Some(413) && now.len() > 1 => size = now.len() / 2,
                Err(error) if !wanted.gives && form.is_refused(&error) => {
                    return Ok(Sent::NotInForm);
                }
                Err(error) if refuses_patch(&call, &error) => return Ok(Sent::NoPatch),
                Err(error) => return Ok(Sent::Refused(error)),
            }
        }
        Ok(Sent::All)
    }

    /// The members of a group; none if it does not exist. Some services show them in the list of groups only, where they
    /// are looked for if `thorough`.
    async fn members(&self, group: &str, thorough: bool) -> Result<Option<Members>, WriteError> {
        let Some(answer) = self.get(Kind::Group, group).await? else { return Ok(None) };
        let record = decode_group(&answer.body)?;
        let (mut shown, mut listed) = (record.shows_members, false);
        let mut ids: BTreeSet<String> = record.members.into_iter().map(|id| id.into_owned()).collect();
        if !shown
            && thorough
            && !self.manners.hides_members()
            && let Some(members) = self.listed_members(group).await?
        {
            (ids, shown, listed) = (members, true, true);
        }
        Ok(Some(Members { answer, ids, shown, listed }))
    }

    /// The accounts whose membership a fresh read shows as wanted (S29). A service that shows no members anywhere cannot
    /// be asked: what it accepted counts as done.
    async fn confirm_members(
        &self,
        group: &str,
        wanted: Memberships<'_>,
        waits: bool,
    ) -> Result<BTreeSet<String>, WriteError> {
        let mut done = BTreeSet::new();
        for pause in READ_BACK_PAUSES {
            pause_before_look(pause).await;
            let Some(now) = self.members(group, true).await? else { return Ok(done) };
            if !now.shown {
                self.manners.met_hidden_members();
                return Ok(all_done(wanted).done);
            }
            let lacking: BTreeSet<&str> = now.lacking(wanted).into_iter().collect();
            done = wanted
                .accounts
                .iter()
                .filter(|id| !lacking.contains(*id))
                .map(|id| (*id).to_owned())
                .collect();
            if lacking.is_empty() || !waits {
                break;
            }
        }
        Ok(done)
    }
}

impl Members {
    /// The accounts, each once, whose membership is not as wanted: in some services, a member that is added twice is there
    /// twice (S41). A membership that cannot be seen is written in any case.
    fn lacking<'a>(&self, wanted: Memberships<'a>) -> Vec<&'a str> {
        let lacks = |id: &&str| !self.shown || self.ids.contains(*id) != wanted.gives;
        let lacking: BTreeSet<&str> = wanted.accounts.iter().copied().filter(lacks).collect();
        lacking.into_iter().collect()
    }
}

impl Form {
    /// Whether a service that knows PATCH may refuse to take members out in this form with this answer.
    fn is_refused(self, error: &HttpError) -> bool {
        match self {
            Self::Path => matches!(error.status(), Some(400 | 405 | 500 | 501)),
            Self::Value => error.status() == Some(400),
            Self::Whole => false,
        }
    }

    /// The form to try instead.
    fn next(self) -> Self {
        match self {
            Self::Path => Self::Value,
            Self::Value | Self::Whole => Self::Whole,
        }
    }
}

/// Whether a call may have changed something.
fn may_have_acted(answer: &Result<Answer, HttpError>) -> bool {
    answer.as_ref().err().is_none_or(HttpError::outcome_unknown)
}

fn body(accounts: &[&str], gives: bool, form: Form) -> Result<Json, WriteError> {
    Ok(match (gives, form) {
        (true, _) => add_members(accounts),
        (false, Form::Value) => remove_members_by_value(accounts),
        (false, Form::Path | Form::Whole) => remove_members(accounts)?,
    })
}

fn all_done(wanted: Memberships<'_>) -> MembersWritten {
    let done = wanted.accounts.iter().map(|id| (*id).to_owned()).collect();
    MembersWritten { done, ..MembersWritten::default() }
}

fn failed(error: WriteError) -> MembersWritten {
    MembersWritten { error: Some(error), ..MembersWritten::default() }
}
