//! What is known of an application, and what was met on the way.

use super::Kind;
use crate::model::{CreateAnswer, DeleteEffect, Members, Paging, Profile, UpdateAnswer, UpdateMethod};
use crate::wire::scim::MEMBERS_PER_REQUEST;
use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// How an application behaves: what its profile says, and what was met in this run. Where neither says anything, nothing
/// is trusted.
#[derive(Debug, Default)]
pub struct Manners {
    profile: Profile,
    /// Whether an inactive account of a user who gets one is reactivated, as policies say.
    reactivates: bool,
    /// Users are changed by PUT: the application takes no PATCH.
    puts_users: AtomicBool,
    /// Groups are changed by PUT.
    puts_groups: AtomicBool,
    /// Attributes that the application accepted and did not keep.
    not_kept: Mutex<BTreeSet<String>>,
    /// What should be written into the application's profile.
    remarks: Mutex<BTreeSet<String>>,
}

impl Manners {
    /// As a profile says.
    pub fn of(profile: &Profile) -> Self {
        Self {
            profile: profile.clone(),
            puts_users: AtomicBool::new(profile.update == Some(UpdateMethod::Put)),
            puts_groups: AtomicBool::new(profile.group_update == Some(UpdateMethod::Put)),
            ..Self::default()
        }
    }

    /// The same where policies say whether accounts of users who return are reactivated.
    #[must_use]
    pub fn returning(self, reactivates: bool) -> Self {
        Self { reactivates, ..self }
    }

    /// Whether an inactive account of a user who gets one is reactivated.
    pub(super) fn reactivates(&self) -> bool {
        self.reactivates
    }

    /// Whether a filter by this attribute gives the right answers.
    pub(super) fn trusts_filter(&self, attribute: &str) -> bool {
        self.profile.trusts_filter(attribute)
    }

    /// How lists are paged; none: unknown.
    pub(super) fn paging(&self) -> Option<Paging> {
        self.profile.paging
    }

    /// Whether the answer to a POST shows the whole new account.
    pub(super) fn created_whole(&self) -> bool {
        self.profile.create_answer == Some(CreateAnswer::Whole)
    }

    /// Whether the answer to a PATCH or PUT shows the whole account.
    pub(super) fn updated_whole(&self) -> bool {
        self.profile.update_answer == Some(UpdateAnswer::Whole)
    }

    /// Whether changes are confirmed at all; otherwise the next plan is what shows them.
    pub(super) fn reads_back(&self) -> bool {
        self.profile.read_back != Some(false)
    }

    /// Whether a DELETE that succeeds removes the account, and need not be confirmed.
    pub(super) fn delete_removes(&self) -> bool {
        self.profile.delete == Some(DeleteEffect::Removes)
    }

    /// The most members in one request.
    pub(super) fn members_per_request(&self) -> usize {
        self.profile.members_per_request.map_or(MEMBERS_PER_REQUEST, |most| most.max(1) as usize)
    }

    /// Whether the profile says that members are shown, so that none shown means none there.
    pub(super) fn shows_members(&self) -> bool {
        self.profile.members == Some(Members::Shown)
    }

    /// Whether the profile says that members cannot be read.
    pub(super) fn hides_members(&self) -> bool {
        self.profile.members == Some(Members::Hidden)
    }

    /// Whether groups name their members by user name.
    pub(super) fn names_members(&self) -> bool {
        self.profile.names_members()
    }

    pub(super) fn puts(&self, kind: Kind) -> bool {
        self.put_flag(kind).load(Ordering::Relaxed)
    }

    /// The application refused a PATCH as such: from now on this kind of object is replaced.
    pub(super) fn met_no_patch(&self, kind: Kind) {
        self.put_flag(kind).store(true, Ordering::Relaxed);
        self.remark(match kind {
            Kind::User => "it does not accept PATCH for users: write `update: put` into its profile",
            Kind::Group => {
                "it does not accept PATCH for groups: write `groups: { update: put }` into its profile"
            }
        });
    }

    /// A group that has members was read without any.
    pub(super) fn met_hidden_members(&self) {
        self.remark(
            "it does not show the members of groups, so a membership counts as written once it is accepted: write \
            `groups: { members: hidden }` into its profile",
        );
    }

    /// The application accepted these attributes and did not keep them.
    pub(super) fn met_not_kept(&self, names: &[String]) {
        self.not_kept.lock().unwrap_or_else(PoisonError::into_inner).extend(names.iter().cloned());
    }

    /// Whether none of these attributes was kept before: waiting does not help.
    pub(super) fn never_kept(&self, names: &[String]) -> bool {
        let known = self.not_kept.lock().unwrap_or_else(PoisonError::into_inner);
        names.iter().all(|name| known.contains(name))
    }

    /// Keeps a remark, once.
    pub(super) fn remark(&self, remark: impl Into<String>) {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).insert(remark.into());
    }

    /// What was met and should be written into the application's profile, each once.
    pub fn remarks(&self) -> Vec<String> {
        self.remarks.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }

    fn put_flag(&self, kind: Kind) -> &AtomicBool {
        match kind {
            Kind::User => &self.puts_users,
            Kind::Group => &self.puts_groups,
        }
    }
}
