//! Sends mail about a run to its recipients. A failure to send has no effect on the run.

use super::carried::Carried;
use super::exit::{Exit, Stop};
use super::out;
use super::settled::SettledPolicies;
use super::workspace::Side;
use crate::execution::ChangeOutcome;
use crate::fetch::secret;
use crate::gate::{Approved, Known, Refusal, Refused, RunRecord, is_mail_unseen};
use crate::model::{AddressRule, MailConnection, Operation};
use crate::notify::{Attachment, Letter, Limits, send};
use crate::plan::{Change, OneUser, Plan};
use crate::policy::{Destination, Notification, Review, Workspace};
use crate::render::escape::visible;
use crate::render::report::{ChangeResult, RunReport};
use crate::render::workbook;
use std::collections::BTreeMap;

/// The largest workbook that is attached, in bytes; many servers accept no more.
const LARGEST: usize = 15 << 20;
/// The media type of a workbook.
const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The word for a run that wrote nothing because of a change window.
const SHUT: &str = "waits for a change window";

/// The recipients, from the policies of the protected branch: no other branch can decide to whom names are sent.
#[derive(Debug, Default)]
pub(super) struct Recipients {
    mail: Option<MailConnection>,
    notify: Vec<Notification>,
    /// Whether the server gets nothing: it is not that of the settled policies, and no pull request showed it.
    unseen: bool,
    addresses: AddressRule,
}

impl Recipients {
    /// From the policies.
    pub(super) fn of(side: Side<'_>) -> Self {
        let settings = &side.workspace.policies.workspace;
        Self {
            mail: settings.mail.clone(),
            notify: side.policy.notify.clone(),
            // Nothing is known of the settled policies yet.
            unseen: settings.review != Review::None,
            addresses: side.workspace.access.addresses.clone(),
        }
    }

    /// Compares the server and its credential with those of the settled policies, which may be reviewed although these
    /// say that they are not. `before` is the review where nothing is settled.
    pub(super) fn compare(&mut self, tip: &Workspace, settled: Option<&SettledPolicies>, before: Review) {
        let settled = settled.map(|settled| &settled.policies().workspace);
        self.unseen = is_mail_unseen(tip, settled, before);
    }

    /// What people were shown of the commits since then.
    pub(super) fn shown(&mut self, known: &Known) {
        self.unseen = self.unseen && !(known.needs_evidence() && known.covered());
    }

    /// Each address once, and whether it gets the workbook.
    fn meant(&self, failed: bool, news: bool) -> BTreeMap<&str, bool> {
        let mut meant = BTreeMap::new();
        for notification in self.notify.iter().filter(|recipients| recipients.send.wants(failed, news)) {
            for address in &notification.to {
                *meant.entry(address.as_str()).or_insert(false) |= notification.workbook;
            }
        }
        meant
    }
}

/// What is known about a run while it proceeds.
#[derive(Debug, Default)]
pub(super) struct RunProgress {
    recipients: Recipients,
    /// The run.
    pub(super) record: Option<RunRecord>,
    /// The run as history lists it: this one, or the last one if this one only repeats it.
    pub(super) listed: Option<RunRecord>,
    /// The pull requests that it carries out.
    pub(super) carried: Option<Carried>,
    /// What it was going to write.
    pub(super) plan: Option<Plan>,
    /// Whether it wrote nothing but has news: changes wait for a person.
    pub(super) news: bool,
    /// The closed change window, in words.
    pub(super) window: Option<String>,
    pub(super) results: Vec<ChangeResult>,
    pub(super) refusals: Vec<Refusal>,
    /// Whether the run was asked for a user of whom the application and its directories know nothing.
    pub(super) nobody: bool,
}

impl RunProgress {
    /// A run that begins.
    pub(super) fn new(recipients: Recipients) -> Self {
        Self { recipients, ..Self::default() }
    }

    /// To whom it is told.
    pub(super) fn recipients(&mut self) -> &mut Recipients {
        &mut self.recipients
    }

    /// A guard refused the plan.
    pub(super) fn refused(&mut self, refused: Refused) {
        self.results = vec![ChangeResult::NotWritten; refused.plan.changes.len()];
        (self.plan, self.refusals) = (Some(refused.plan), refused.refusals);
    }

    /// The plan was approved; none of its changes are made yet.
    pub(super) fn approved(&mut self, approved: &Approved) {
        self.results = vec![ChangeResult::NotWritten; approved.plan().changes.len()];
        for place in approved.held_places() {
            self.results[*place] = ChangeResult::Waits;
        }
    }

    /// The run was asked for one user: nothing is shown of others.
    pub(super) fn keep(&mut self, one: &OneUser) {
        let Some(plan) = &mut self.plan else { return };
        let results = std::mem::take(&mut self.results);
        let meant = plan.changes.iter().zip(results).filter(|(change, _)| one.is(&change.subject));
        self.results = meant.map(|(_, result)| result).collect();
        one.keep(plan);
    }

    /// The outcome of one change, by its index.
    pub(super) fn set_outcome(
        &mut self,
        place: Option<&usize>,
        outcome: &ChangeOutcome,
        problem: Option<String>,
    ) {
        let Some(told) = place.and_then(|place| self.results.get_mut(*place)) else { return };
        *told = match (outcome, problem) {
            (ChangeOutcome::Stopped(_), _) => ChangeResult::NotWritten,
            (_, Some(problem)) => ChangeResult::Failed(problem),
            (_, None) => ChangeResult::Made,
        };
    }

    /// The changes of the plan, each with what came of it.
    pub(super) fn changes(&self) -> impl Iterator<Item = (Operation, &ChangeResult)> {
        let changes = self.plan.iter().flat_map(|plan| &plan.changes);
        changes.map(Change::operation).zip(&self.results)
    }

    fn wrote(&self) -> bool {
        self.results.contains(&ChangeResult::Made)
    }
}

/// Sends the mail after a run. A failure is only reported on stderr.
pub(super) fn send_to_recipients(application: &str, progress: &RunProgress, ended: &Result<Exit, Stop>) {
    let (exit, problem) = match ended {
        Ok(exit) => (*exit, None),
        Err(stop) => (stop.exit, Some(stop.message.as_str())),
    };
    let failed = !matches!(exit, Exit::Done | Exit::Waits);
    let meant = progress.recipients.meant(failed, progress.wrote() || progress.news);
    let Some(mail) = progress.recipients.mail.as_ref().filter(|_| !meant.is_empty()) else { return };
    let warn = |problem: &str| out::talk(&format!("{application}: warning: {}", visible(problem)));
    if progress.recipients.unseen {
        return warn(&format!(
            "no mail is sent: the previously applied policies do not send mail to `{}`, and no pull request showed this",
            Destination::of_mail(mail)
        ));
    }
    let report = RunReport {
        application,
        run: progress.record.as_ref(),
        ended: if exit == Exit::Done && progress.window.is_some() { SHUT } else { exit.word() },
        plan: progress.plan.as_ref(),
        results: &progress.results,
        refusals: &progress.refusals,
        window: progress.window.as_deref(),
        problem,
    };
    let password = match mail.credential.as_ref().map(secret).transpose() {
        Ok(password) => password,
        Err(problem) => return warn(&format!("no mail is sent: {problem}")),
    };
    let addresses = &progress.recipients.addresses;
    let results = send(mail, password.as_ref(), &letters(&report, &meant), Limits::default(), addresses);
    for error in results.iter().filter_map(|result| result.as_ref().err()) {
        warn(&error.to_string());
    }
    let sent = results.iter().filter(|result| result.is_ok()).count();
    if sent > 0 {
        out::talk(&format!("{application}: the report was mailed to {sent} of {} addresses", results.len()));
    }
}

/// One mail for each address, so that recipients do not see each other.
fn letters(report: &RunReport<'_>, meant: &BTreeMap<&str, bool>) -> Vec<Letter> {
    let mut text = report.text();
    let wanted = meant.values().any(|workbook| *workbook);
    let book = match wanted.then(|| workbook(std::slice::from_ref(report))).transpose() {
        Ok(book) => book,
        Err(error) => {
            text.push_str(&format!("\n{error}\n"));
            None
        }
    };
    let size = book.as_ref().map_or(0, Vec::len);
    if size > LARGEST {
        text.push_str(&format!("\nThe workbook is not attached: it has {} MB.\n", size >> 20));
    }
    let book = book.filter(|book| book.len() <= LARGEST).map(|bytes| Attachment {
        name: format!("{}.xlsx", file_name(report)),
        media_type: XLSX,
        bytes,
    });
    meant
        .iter()
        .map(|(to, workbook)| Letter {
            to: (*to).to_owned(),
            subject: report.subject(),
            text: text.clone(),
            attachment: book.clone().filter(|_| *workbook),
        })
        .collect()
}

/// `dstny-r-12`, in characters that every file system and mail program accepts.
fn file_name(report: &RunReport<'_>) -> String {
    let run = report.run.map_or("", |run| run.run.as_str());
    let name = format!("{}-{run}", report.application);
    let plain = name
        .chars()
        .map(|character| if character.is_ascii_alphanumeric() { character } else { '-' })
        .collect::<String>();
    plain.trim_matches('-').to_owned()
}
