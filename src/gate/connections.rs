//! Which connections may be used: where a credential goes is decided by policies that people approved and by the operator,
//! never by the change that brings it (the gate, 5.6 and 5.7).

use crate::model::{ApplicationConnection, DirectoryConnection};
use crate::policy::{ApplicationPolicy, Destination, PolicySet, Review, Workspace};
use std::collections::BTreeSet;

/// Why a change that is not merged is not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unread {
    /// A new credential whose name begins with no prefix of the protected branch.
    Prefix(Destination),
    /// Pairs of a credential and a host that neither the protected branch nor the operator names.
    Pairs(Vec<Destination>),
}

/// Whether the job of a change may read with the connections of one of its applications. `base` are the policies of the
/// protected branch, `listed` is the operator's list, `review` the stricter one of both.
///
/// # Errors
/// A connection is new, and the operator does not list it.
pub fn may_read(
    change: &PolicySet,
    application: &ApplicationPolicy,
    base: Option<&PolicySet>,
    listed: &BTreeSet<Destination>,
    review: Review,
) -> Result<(), Unread> {
    let known = base.map(PolicySet::destinations).unwrap_or_default();
    let wanted = change.destinations_of(application);
    let new: Vec<Destination> = wanted.difference(&known).cloned().collect();
    let prefixes = base.map(|base| &base.workspace.secret_prefixes);
    let of_prefix = |to: &&Destination| prefixes.is_none_or(|prefixes| to.has_prefix(prefixes));
    if let Some(to) = new.iter().find(|to| !of_prefix(to)) {
        return Err(Unread::Prefix(to.clone()));
    }
    let is_called = |to: &Destination| known.iter().any(|known| known.host() == to.host());
    let may = |to: &Destination| {
        listed.contains(to) || (!to.sends_credential() && (is_called(to) || review == Review::None))
    };
    let refused: Vec<Destination> = new.into_iter().filter(|to| !may(to)).collect();
    if refused.is_empty() { Ok(()) } else { Err(Unread::Pairs(refused)) }
}

/// What a run does not call while the commits since the settled policies are not covered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unshown {
    /// Pairs that no connection of the settled policies has; none: the connections differ otherwise.
    pub new: Vec<Destination>,
}

/// Whether a run may call what an application's policies name, although nobody was shown them: only where it is what the
/// settled policies call, with the same connections. `before` is the application in these.
///
/// # Errors
/// Something else is called, or in another way.
pub fn may_call(
    tip: &PolicySet,
    application: &ApplicationPolicy,
    settled: Option<&PolicySet>,
    before: Option<&ApplicationPolicy>,
) -> Result<(), Unshown> {
    let known = settled.map(PolicySet::destinations).unwrap_or_default();
    let new: Vec<Destination> = tip.destinations_of(application).difference(&known).cloned().collect();
    let same = match (settled, before) {
        (Some(settled), Some(before)) => same_connections(tip, application, settled, before),
        (_, _) => true,
    };
    if new.is_empty() && same { Ok(()) } else { Err(Unshown { new }) }
}

/// Whether an application and its directories have the same connections in two versions.
pub fn same_connections(
    set: &PolicySet,
    application: &ApplicationPolicy,
    other: &PolicySet,
    in_other: &ApplicationPolicy,
) -> bool {
    connections(set, application) == connections(other, in_other)
}

/// An application's connection, and those of its directories with their names.
type Connections<'p> = (&'p ApplicationConnection, Vec<(&'p str, &'p DirectoryConnection)>);

fn connections<'p>(set: &'p PolicySet, application: &'p ApplicationPolicy) -> Connections<'p> {
    let named = application.directories.iter();
    let directories = named.filter_map(|name| set.directories.iter().find(|known| known.name == *name));
    let directories = directories.map(|directory| (directory.name.as_str(), &directory.connection));
    (&application.connection, directories.collect())
}

/// Whether the mail server, or its credential, is another than that of the settled policies, and changes are reviewed. `before`
/// is the review where nothing is settled.
pub fn is_mail_unseen(tip: &Workspace, settled: Option<&Workspace>, before: Review) -> bool {
    let reviewed = |review: Review| review != Review::None;
    match settled {
        None => reviewed(tip.review.max(before)),
        Some(settled) => {
            settled.mail_destination() != tip.mail_destination() && reviewed(tip.review.max(settled.review))
        }
    }
}
