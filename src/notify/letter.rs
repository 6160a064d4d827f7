//! One mail and its encoding (RFC 5322, RFC 2045).

use super::MailError;
use lettre::Message;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment as Part, Mailbox, MultiPart, SinglePart};

/// A mail to one address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The address.
    pub to: String,
    /// The subject: one line.
    pub subject: String,
    /// The body: plain text.
    pub text: String,
    /// The attached file.
    pub attachment: Option<Attachment>,
}

/// An attached file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name: letters, digits, `.` and `-`.
    pub name: String,
    /// Its media type.
    pub media_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

impl Letter {
    /// Encodes the mail. `id` must be unique and consist of letters, digits, `.` and `-`. A header tells automatic
    /// responders not to reply (RFC 3834, 5).
    pub(super) fn compose(&self, from: &str, id: &str) -> Result<Message, MailError> {
        let error = |problem: String| MailError::Compose { to: self.to.clone(), problem };
        let mailbox = |address: &str| {
            let address = address.parse().map_err(|_| error(format!("`{address}` is not a mail address")))?;
            Ok(Mailbox::new(None, address))
        };
        let domain = from.rsplit_once('@').map_or("localhost", |(_, domain)| domain);
        let message = Message::builder()
            .from(mailbox(from)?)
            .to(mailbox(&self.to)?)
            .subject(
                self.subject
                    .chars()
                    .map(|character| if character.is_control() { ' ' } else { character })
                    .collect::<String>(),
            )
            .date_now()
            .message_id(Some(format!("<{id}@{domain}>")))
            .raw_header(HeaderValue::new(
                HeaderName::new_from_ascii_str("Auto-Submitted"),
                "auto-generated".to_owned(),
            ));
        let text = SinglePart::plain(self.text.clone());
        let composed = match &self.attachment {
            None => message.singlepart(text),
            Some(file) => {
                let media =
                    ContentType::parse(file.media_type).map_err(|problem| error(problem.to_string()))?;
                let part = Part::new(file.name.clone()).body(file.bytes.clone(), media);
                message.multipart(MultiPart::mixed().singlepart(text).singlepart(part))
            }
        };
        composed.map_err(|problem| error(problem.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::Letter;

    #[test]
    fn no_text_can_add_a_header() {
        let letter = Letter {
            to: "a@contoso.example".to_owned(),
            subject: "Rolewright\r\nBcc: thief@contoso.example\r\n\r\nbody".to_owned(),
            text: "one\r\n.\r\nMAIL FROM:<x@contoso.example>\n".to_owned(),
            attachment: None,
        };
        let message = letter.compose("rolewright@contoso.example", "1").expect("a message").formatted();
        let message = String::from_utf8(message).expect("text");
        let headers = message.split("\r\n\r\n").next().expect("headers");
        assert!(!headers.contains("\r\nBcc"), "{headers}");
        assert_eq!(headers.matches("Subject:").count(), 1);
        assert!(letter.text.len() > 10 && message.contains("auto-generated"), "{message}");
    }

    #[test]
    fn invalid_addresses_are_refused() {
        for to in ["a", "a@b\r\nRCPT TO:<c@d>", "a b@c", "<a@b>", ""] {
            let letter =
                Letter { to: to.to_owned(), subject: String::new(), text: String::new(), attachment: None };
            assert!(letter.compose("rolewright@contoso.example", "1").is_err(), "{to}");
        }
    }
}
