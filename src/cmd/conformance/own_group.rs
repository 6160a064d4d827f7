//! A group of the trial's own, where rights are groups: rights are tried without one that means something to people.

use crate::apply::scim::probe::{ProbeRequest, remove_group};
use crate::fetch::{Access, read_application, sign_in};
use crate::http::Limits;
use crate::model::{ApplicationConnection, EntitlementWire, Members, Right, ScimConnection};
use crate::policy::ApplicationPolicy;

/// A right that is membership in a group which only the trial knows, and which is made when the right is given; none where
/// no right without an area is a group, or groups show no members.
pub(super) fn own_right(policy: &mut ApplicationPolicy, mark: &str) -> Option<Right> {
    let ApplicationConnection::Scim(scim) = &policy.connection else { return None };
    if scim.profile.members == Some(Members::Hidden) {
        return None;
    }
    let is_group = |wire: &EntitlementWire| matches!(wire, EntitlementWire::Group { .. });
    let mut kinds = policy.entitlements.iter_mut();
    let kind = kinds.find(|kind| kind.scope.is_none() && is_group(&kind.wire))?;
    kind.create_missing = true;
    Some(Right { entitlement: kind.name.clone(), value: format!("{mark}-group"), scope: None })
}

/// The groups of a trial.
pub(super) struct OwnGroups<'g> {
    pub(super) policy: &'g ApplicationPolicy,
    pub(super) access: &'g Access,
    /// What their names have in common.
    pub(super) mark: &'g str,
}

impl OwnGroups<'_> {
    /// Deletes them; gives those that are still there.
    pub(super) fn remove(&self) -> Vec<String> {
        let ApplicationConnection::Scim(scim) = &self.policy.connection else { return Vec::new() };
        let shown = match read_application(self.policy, self.access) {
            Ok(shown) => shown,
            Err(problem) => return vec![format!("groups named `...{}...` ({problem})", self.mark)],
        };
        let ours = |group: &u32| shown.groups.names[*group as usize].contains(self.mark);
        let ours = (0..shown.groups.len() as u32).filter(ours);
        let left = ours.filter_map(|group| {
            let (id, name) = (shown.groups.ids.id(group), &shown.groups.names[group as usize]);
            let problem = self.remove_one(scim, id).err()?;
            Some(format!("the group `{id}` ({name}): {problem}"))
        });
        left.collect()
    }

    fn remove_one(&self, scim: &ScimConnection, id: &str) -> Result<(), String> {
        let request = ProbeRequest {
            url: &scim.service.url,
            sign_in: &sign_in(&scim.service, self.access)?,
            addresses: &self.access.addresses,
            limits: Limits::default(),
            mark: self.mark,
            link: &self.policy.link,
            attributes: &[],
            account_type: None,
        };
        remove_group(&request, id)
    }
}
