//! Who hears of runs, and the mail server.

use super::credential::credential;
use crate::language::document::{MailObject, NotificationObject};
use crate::model::{MailConnection, MailSecurity};
use crate::policy::Notification;
use crate::yaml::Spanned;

/// The mail server, what was left out filled in.
pub(super) fn mail(mail: &MailObject) -> MailConnection {
    let text = |text: &Spanned<String>| text.value.clone();
    let (server, port) = mail.host_and_port().unwrap_or((&mail.server.value, None));
    let security = match mail.security.as_ref().map(|word| word.value) {
        Some(security) => security,
        None if port == Some(MailSecurity::Tls.port()) => MailSecurity::Tls,
        None => MailSecurity::StartTls,
    };
    MailConnection {
        server: server.to_owned(),
        port: port.unwrap_or_else(|| security.port()),
        from: text(&mail.from),
        user: text(mail.user.as_ref().unwrap_or(&mail.from)),
        credential: mail.credential.as_ref().and_then(|it| credential(&it.value)),
        security,
    }
}

/// Who hears of runs, in the order written.
pub(super) fn notifications(written: &[Spanned<NotificationObject>]) -> Vec<Notification> {
    let one = |notification: &Spanned<NotificationObject>| Notification {
        send: notification.value.send,
        to: notification.value.to.iter().map(|address| address.value.clone()).collect(),
        workbook: notification.value.attach.is_some(),
    };
    written.iter().map(one).collect()
}
