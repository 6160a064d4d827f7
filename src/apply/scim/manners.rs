//! What is known of an application, and what was met on the way.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

/// How an application behaves. The default is what is assumed of one that nobody described: nothing is trusted.
#[derive(Debug)]
pub struct Manners {
    /// Users are changed by PUT: the application takes no PATCH.
    pub(super) puts_users: AtomicBool,
    /// Groups are changed by PUT.
    pub(super) puts_groups: AtomicBool,
    /// The answer to a POST shows the whole new account.
    pub created_whole: bool,
    /// The answer to a PATCH or PUT shows the whole account.
    pub updated_whole: bool,
    /// Whether changes are confirmed at all; otherwise the next plan is what shows them.
    pub reads_back: bool,
    /// A DELETE that succeeds removes the account, and need not be confirmed.
    pub delete_removes: bool,
    /// Whether the members of groups can be read; none: it is not known.
    pub members_shown: Option<bool>,
    /// The most members in one request.
    pub members_per_request: usize,
    /// Attributes that the application accepted and did not keep.
    not_kept: Mutex<BTreeSet<String>>,
    /// What should be written into the application's profile.
    remarks: Mutex<BTreeSet<String>>,
}

impl Default for Manners {
    fn default() -> Self {
        Self {
            puts_users: AtomicBool::new(false),
            puts_groups: AtomicBool::new(false),
            created_whole: false,
            updated_whole: false,
            reads_back: true,
            delete_removes: false,
            members_shown: None,
            members_per_request: crate::wire::scim::MEMBERS_PER_REQUEST,
            not_kept: Mutex::default(),
            remarks: Mutex::default(),
        }
    }
}

impl Manners {
    /// The same, with users and groups changed by PUT or not.
    #[must_use]
    pub fn putting(self, users: bool, groups: bool) -> Self {
        Self { puts_users: AtomicBool::new(users), puts_groups: AtomicBool::new(groups), ..self }
    }

    pub(super) fn puts(&self, kind: super::Kind) -> bool {
        self.put_flag(kind).load(Ordering::Relaxed)
    }

    /// The application refused a PATCH as such: from now on this kind of object is replaced.
    pub(super) fn met_no_patch(&self, kind: super::Kind) {
        self.put_flag(kind).store(true, Ordering::Relaxed);
        self.remark(match kind {
            super::Kind::User => "it takes no PATCH of users: write `update: put` into its profile",
            super::Kind::Group => {
                "it takes no PATCH of groups: write `groups: { update: put }` into its profile"
            }
        });
    }

    /// Whether the profile says that members are shown, so that none shown means none there.
    pub(super) fn shows_members(&self) -> bool {
        self.members_shown == Some(true)
    }

    /// Whether the profile says that members cannot be read.
    pub(super) fn hides_members(&self) -> bool {
        self.members_shown == Some(false)
    }

    /// A group that has members was read without any.
    pub(super) fn met_hidden_members(&self) {
        self.remark(
            "it does not show the members of groups, so that memberships count as written once it accepts them: write `groups: \
             { members: hidden }` into its profile",
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

    fn put_flag(&self, kind: super::Kind) -> &AtomicBool {
        match kind {
            super::Kind::User => &self.puts_users,
            super::Kind::Group => &self.puts_groups,
        }
    }
}
