//! Credentials of connections: where their secrets are.

use crate::language::document::{self, Credential, CredentialSource, EntraCredentialForm};
use crate::model::{CredentialRef, EntraCredential};
use crate::yaml::Spanned;

/// Where a secret comes from; none where the document does not say, which a check reports.
pub(super) fn credential(credential: &Credential) -> Option<CredentialRef> {
    let source = credential.source(Default::default()).ok()?;
    Some(at_least(place(source), credential.min_length))
}

/// By what an app registration signs in; none where the document does not say, which a check reports.
pub(super) fn entra_credential(credential: &Spanned<document::EntraCredential>) -> Option<EntraCredential> {
    Some(match credential.value.form(credential.span).ok()? {
        EntraCredentialForm::Secret(source) => {
            let length = credential.value.min_length.as_ref().map(|length| length.value);
            EntraCredential::Secret(at_least(place(source), length))
        }
        EntraCredentialForm::Certificate(source) => EntraCredential::Certificate(place(source)),
        EntraCredentialForm::Federated => EntraCredential::Federated,
    })
}

fn place(source: CredentialSource<'_>) -> CredentialRef {
    match source {
        CredentialSource::Env(name) => CredentialRef::Env(name.value.clone()),
        CredentialSource::File(path) => CredentialRef::File(path.value.clone()),
    }
}

fn at_least(credential: CredentialRef, length: Option<u32>) -> CredentialRef {
    match length {
        Some(length) => CredentialRef::AtLeast(length, Box::new(credential)),
        None => credential,
    }
}
