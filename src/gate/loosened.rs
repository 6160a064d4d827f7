//! How the gate itself changes with the policies: who must see what, what may be sent where, and which guards are weaker
//! than before. People who review see this first (threat H11).

use crate::model::{ApplicationConnection, MailConnection};
use crate::policy::{
    ApplicationPolicy, ChangeWindows, DirectoryPolicy, EntitlementType, Limit, Override, Privacy, Workspace,
};
use std::fmt::Display;

/// One version of what guards an application.
#[derive(Clone, Copy, Debug)]
pub struct Guarded<'g> {
    /// The workspace's settings.
    pub workspace: &'g Workspace,
    /// The application.
    pub policy: &'g ApplicationPolicy,
    /// Its directories.
    pub directories: &'g [&'g DirectoryPolicy],
}

/// What changes, in words, from one version to the next: `review github -> none`.
pub fn loosened(before: Guarded<'_>, after: Guarded<'_>) -> Vec<String> {
    let mut said = Said::default();
    said.workspace(before.workspace, after.workspace);
    said.application(before.policy, after.policy);
    for directory in before.directories {
        let now = after.directories.iter().find(|now| now.name == directory.name);
        said.must_see(directory, now.map_or(&[], |now| &now.must_see));
    }
    said.0
}

#[derive(Default)]
struct Said(Vec<String>);

impl Said {
    fn changes<T: Display + PartialEq>(&mut self, what: &str, before: T, after: T) {
        if before != after {
            self.0.push(format!("{what} {before} -> {after}"));
        }
    }

    fn workspace(&mut self, before: &Workspace, after: &Workspace) {
        // Taken apart, so that a new setting is thought of.
        let Workspace {
            name: _,
            protected_branch,
            environment,
            previous_environment: _,
            review,
            privacy,
            secret_prefixes,
            mail,
        } = after;
        self.changes("review", before.review.word(), review.word());
        self.changes("environment", before.environment.as_str(), environment);
        self.changes("protected branch", before.protected_branch.as_str(), protected_branch);
        self.changes("privacy", privacy_word(before.privacy), privacy_word(*privacy));
        for prefix in secret_prefixes.iter().filter(|prefix| !before.secret_prefixes.contains(prefix)) {
            self.0.push(format!("credentials may be named {prefix}..."));
        }
        self.changes("mail server", server(before.mail.as_ref()), server(mail.as_ref()));
    }

    fn application(&mut self, before: &ApplicationPolicy, after: &ApplicationPolicy) {
        self.changes("name", before.name.as_str(), &after.name);
        if !before.enabled && after.enabled {
            self.0.push("enabled: its changes are made from now on".to_owned());
        }
        if before.connection != after.connection {
            let what = match called_in_another_way(&before.connection, &after.connection) {
                true => "connection: the same service is called in another way (its connector)",
                false => "connection: another service, or another credential for it",
            };
            self.0.push(what.to_owned());
        }
        for kind in &before.entitlements {
            self.entitlement(kind, after.entitlements.iter().find(|now| now.name == kind.name));
        }
        for limit in &before.lifecycle.limits {
            self.limit(limit, &after.lifecycle.limits);
        }
        self.windows(&before.change_windows, &after.change_windows);
        for new in after.overrides.iter().filter(|new| !before.overrides.contains(new)) {
            self.allowance(new);
        }
        let mailed = |policy: &ApplicationPolicy| -> Vec<String> {
            policy.notify.iter().flat_map(|recipients| recipients.to.clone()).collect()
        };
        let known = mailed(before);
        for address in mailed(after).iter().filter(|address| !known.contains(address)) {
            self.0.push(format!("reports go to {address}"));
        }
    }

    fn entitlement(&mut self, before: &EntitlementType, after: Option<&EntitlementType>) {
        let Some(after) = after else { return };
        for value in before.privileged.iter().filter(|value| !after.privileged.contains(value)) {
            self.0.push(format!("{}={value} is no longer privileged", before.name));
        }
        let kept = |kind: &EntitlementType| kind.keep_at_least.unwrap_or_default();
        if kept(after) < kept(before) {
            self.0.push(format!("{} keepAtLeast {} -> {}", before.name, kept(before), kept(after)));
        }
    }

    fn limit(&mut self, before: &Limit, now: &[Limit]) {
        let same = |limit: &&Limit| limit.change == before.change && limit.within == before.within;
        let strict = now.iter().filter(same).any(|limit| is_as_strict(limit, before));
        if !strict {
            let now: Vec<String> = now.iter().filter(same).map(in_words).collect();
            let now = if now.is_empty() { "none".to_owned() } else { now.join(", ") };
            let within = before.within.map(|within| format!(" within {within}")).unwrap_or_default();
            self.0.push(format!("limit of {}{within}: {} -> {now}", before.change.word(), in_words(before)));
        }
    }

    fn windows(&mut self, before: &ChangeWindows, after: &ChangeWindows) {
        for window in before.closed.iter().filter(|window| !after.closed.contains(window)) {
            self.0.push(format!("closed window {} is gone, or another", window.id));
        }
        for window in after.open.iter().filter(|_| !before.open.is_empty()) {
            if !before.open.contains(window) {
                self.0.push(format!("open window {} is new, or another", window.id));
            }
        }
        if !before.open.is_empty() && after.open.is_empty() {
            self.0.push("open windows: changes are made at any time".to_owned());
        }
    }

    fn allowance(&mut self, new: &Override) {
        let counts =
            new.allow.iter().map(|allowance| format!("{} of {}", allowance.count, allowance.change.word()));
        let shrink = new.shrink_to.map(|users| format!("a directory of {users} users"));
        let accounts = new.accounts_to.map(|accounts| format!("an application of {accounts} accounts"));
        let allowed: Vec<String> = counts.chain(shrink).chain(accounts).collect();
        self.0.push(format!("override {} lets {} through until {}", new.id, allowed.join(", "), new.until));
    }

    fn must_see(&mut self, before: &DirectoryPolicy, now: &[String]) {
        let gone = before.must_see.iter().filter(|user| !now.contains(user)).count();
        if gone > 0 {
            self.0.push(format!("mustSee of {}: {gone} users fewer must be in each read", before.name));
        }
    }
}

/// Whether two connections differ in their connectors and in nothing else.
fn called_in_another_way(before: &ApplicationConnection, after: &ApplicationConnection) -> bool {
    match (before, after) {
        (ApplicationConnection::Rest(before), ApplicationConnection::Rest(after)) => {
            before.service == after.service && before.settings == after.settings
        }
        (_, _) => false,
    }
}

/// Whether a limit lets through no more than another, whatever is counted.
fn is_as_strict(limit: &Limit, than: &Limit) -> bool {
    let no_more = |one: Option<u32>, other: Option<u32>| match (one, other) {
        (_, None) => true,
        (None, Some(_)) => false,
        (Some(one), Some(other)) => one <= other,
    };
    no_more(limit.count, than.count) && no_more(limit.percent, than.percent) && limit.floor <= than.floor
}

fn in_words(limit: &Limit) -> String {
    let count = limit.count.map(|count| count.to_string());
    let percent = limit.percent.map(|percent| format!("{percent} %"));
    let most: Vec<String> = count.into_iter().chain(percent).collect();
    format!("{} but always {}", most.join(" and "), limit.floor)
}

fn privacy_word(privacy: Option<Privacy>) -> &'static str {
    privacy.map_or("by the repository", Privacy::word)
}

fn server(mail: Option<&MailConnection>) -> String {
    let login = |mail: &MailConnection| {
        let user = mail.credential.as_ref().map(|_| format!(" as {}", mail.user)).unwrap_or_default();
        format!("{}:{}{user}", mail.server, mail.port)
    };
    mail.map_or_else(|| "none".to_owned(), login)
}
