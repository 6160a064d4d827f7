//! The policies as tests see them: group sizes do not count, and what a test does not define is not an error (the
//! policy language, 11).

use crate::policy::ApplicationPolicy;

/// The same policies without `minMembers`, with every group optional and every right accepted by the application.
pub(super) fn relaxed(policy: &ApplicationPolicy) -> ApplicationPolicy {
    let mut policy = ApplicationPolicy { tests: Vec::new(), ..policy.clone() };
    policy.entitlements.iter_mut().for_each(|kind| kind.create_missing = true);
    policy.change_group_references(|reference| {
        reference.optional = true;
        reference.min_members = None;
    });
    policy
}
