//! How directories, applications and the mail server are reached (the policy language, 5 and 11).

use super::rate_limit::rate_limit;
use super::{connector, profile};
use crate::language::document::{
    self, ConnectionForm, Credential, DirectoryDocument, DirectoryForm, EntraCredentialForm, LdapObject,
    MailObject, PostgresObject, ProofForm, SecretPlace, ServiceKeys, SignInForm,
};
use crate::language::documents::Documents;
use crate::model::{
    ApplicationConnection, BasicSignIn, ClientProof, Cloud, CredentialRef, DirectoryConnection,
    EntraConnection, EntraCredential, LdapConnection, MailConnection, MailSecurity, OAuthSignIn,
    PostgresConnection, RestConnection, ScimConnection, SentAs, ServiceConnection, ServiceSignIn, Span,
};
use crate::yaml::Spanned;

/// How an application is reached; none if its connector has an error, which a check reports.
pub(super) fn application(form: ConnectionForm<'_>, documents: &Documents) -> Option<ApplicationConnection> {
    Some(match form {
        ConnectionForm::Scim(scim) => {
            let named = scim.profile.as_ref().and_then(|name| profile::named(documents, &name.value));
            ApplicationConnection::Scim(Box::new(ScimConnection {
                service: service(scim.service()),
                profile: named.map(|named| profile::profile(named)).unwrap_or_default(),
            }))
        }
        ConnectionForm::Sqlite(sqlite) => ApplicationConnection::Sqlite {
            path: sqlite.file.value.clone(),
            start_from: Spanned::value_of(&sqlite.start_from),
        },
        ConnectionForm::Rest(rest) => {
            let named = connector::named(documents, &rest.connector.value)?;
            let settings = rest.settings();
            ApplicationConnection::Rest(Box::new(RestConnection {
                service: service(rest.service()),
                settings: settings.map(|(name, text)| (name.value.clone(), text.value.clone())).collect(),
                connector: connector::connector(named)?,
            }))
        }
        ConnectionForm::Postgres(written) => ApplicationConnection::Postgres(Box::new(postgres(written))),
        ConnectionForm::File(file) => ApplicationConnection::File {
            accounts: file.accounts.value.clone(),
            groups: Spanned::value_of(&file.groups),
        },
    })
}

/// An account store in PostgreSQL, with defaults for omitted keys.
fn postgres(written: &PostgresObject) -> PostgresConnection {
    PostgresConnection {
        host: written.host.value.clone(),
        port: written.port.unwrap_or(PostgresConnection::PORT),
        database: written.database.clone(),
        schema: written.schema.clone().unwrap_or_else(|| PostgresConnection::SCHEMA.to_owned()),
        user: written.user.clone(),
        credential: written.credential.as_ref().and_then(|one| credential(&one.value)),
        certificate: written.certificate.as_ref().map(|one| place(one.value.clone())),
        ca: Spanned::value_of(&written.ca),
        tls: written.is_encrypted(),
        start_from: Spanned::value_of(&written.start_from),
        concurrency: written.concurrency,
    }
}

fn service(keys: ServiceKeys<'_>) -> ServiceConnection {
    ServiceConnection {
        url: keys.url.value.clone(),
        sign_in: keys.sign_in(Span::default()).ok().flatten().and_then(sign_in),
        certificate: keys.certificate.map(|written| place(written.value.clone())),
        ca: keys.ca.map(|path| path.value.clone()),
        concurrency: keys.concurrency,
        rate_limits: keys.rate_limits.iter().map(rate_limit).collect(),
    }
}

/// How a service lets us in; none if the document has an error there, which a check reports.
fn sign_in(form: SignInForm<'_>) -> Option<ServiceSignIn> {
    Some(match form {
        SignInForm::Bearer(written) => ServiceSignIn::Bearer(credential(&written.value)?),
        SignInForm::Basic(basic) => ServiceSignIn::Basic(BasicSignIn {
            user: basic.user.value.clone(),
            password: credential(&basic.credential.value)?,
        }),
        SignInForm::OAuth(oauth, proof) => ServiceSignIn::OAuth(Box::new(OAuthSignIn {
            token_url: oauth.token_url.value.clone(),
            client_id: oauth.client_id.value.clone(),
            proof: match proof {
                ProofForm::Secret(written) => {
                    let sent = Spanned::value_of(&oauth.sent_as).unwrap_or(SentAs::Basic);
                    ClientProof::Secret(credential(&written.value)?, sent)
                }
                ProofForm::PrivateKey(written) => {
                    ClientProof::PrivateKey(place(written.clone()), Spanned::value_of(&oauth.key_id))
                }
            },
            scope: Spanned::value_of(&oauth.scope),
            audience: Spanned::value_of(&oauth.audience),
            ca: Spanned::value_of(&oauth.ca),
        })),
    })
}

/// How a directory is reached; none if its credential has an error, which a check reports.
pub(super) fn directory(
    form: DirectoryForm<'_>,
    document: &DirectoryDocument,
) -> Option<DirectoryConnection> {
    Some(match form {
        DirectoryForm::Entra(entra) => DirectoryConnection::Entra(Box::new(tenant(entra)?)),
        DirectoryForm::Ldap(object) => DirectoryConnection::Ldap(Box::new(ldap(object, document)?)),
        DirectoryForm::People(path) => DirectoryConnection::People { path: path.value.clone() },
        DirectoryForm::Ndjson(users, groups, members) => DirectoryConnection::Ndjson {
            users: users.value.clone(),
            groups: groups.value.clone(),
            members: members.value.clone(),
        },
    })
}

/// A tenant; none if its credential has an error, which a check reports.
fn tenant(entra: &document::EntraConnection) -> Option<EntraConnection> {
    Some(EntraConnection {
        tenant: entra.tenant_id.value.clone(),
        client: entra.client_id.value.clone(),
        credential: entra_credential(&entra.credential)?,
        cloud: entra.cloud.unwrap_or(Cloud::Global),
        endpoint: Spanned::value_of(&entra.endpoint),
    })
}

/// A directory that speaks LDAP; none if its credential has an error, which a check reports.
fn ldap(ldap: &LdapObject, directory: &DirectoryDocument) -> Option<LdapConnection> {
    let plain = ldap.url.value.starts_with("ldap://");
    Some(LdapConnection {
        url: ldap.url.value.clone(),
        start_tls: Spanned::value_of(&ldap.start_tls).unwrap_or(plain),
        ca: Spanned::value_of(&ldap.ca),
        base_dn: ldap.base_dn.value.clone(),
        bind_dn: ldap.bind_dn.value.clone(),
        credential: credential(&ldap.credential.value)?,
        users_under: directory.users_under().map(|under| under.value.clone()),
    })
}

/// The mail server, with defaults for omitted keys.
pub(super) fn mail(mail: &MailObject) -> MailConnection {
    let (server, port) = mail.host_and_port().unwrap_or((&mail.server.value, None));
    let by_port =
        if port == Some(MailSecurity::Tls.port()) { MailSecurity::Tls } else { MailSecurity::StartTls };
    let security = Spanned::value_of(&mail.security).unwrap_or(by_port);
    MailConnection {
        server: server.to_owned(),
        port: port.unwrap_or_else(|| security.port()),
        from: mail.from.value.clone(),
        user: mail.user.as_ref().unwrap_or(&mail.from).value.clone(),
        credential: mail.credential.as_ref().and_then(|written| credential(&written.value)),
        security,
    }
}

/// Where a secret comes from; none if the document has an error there, which a check reports.
fn credential(credential: &Credential) -> Option<CredentialRef> {
    let source = credential.source(Default::default()).ok()?;
    Some(at_least(place(source), credential.min_length))
}

/// How an app registration signs in; none if the document has an error there, which a check reports.
fn entra_credential(credential: &Spanned<document::EntraCredential>) -> Option<EntraCredential> {
    Some(match credential.value.form(credential.span).ok()? {
        EntraCredentialForm::Secret(source) => {
            let length = Spanned::value_of(&credential.value.min_length);
            EntraCredential::Secret(at_least(place(source), length))
        }
        EntraCredentialForm::Certificate(source) => EntraCredential::Certificate(place(source)),
        EntraCredentialForm::Federated => EntraCredential::Federated,
    })
}

fn place(source: SecretPlace) -> CredentialRef {
    match source {
        SecretPlace::Env(name) => CredentialRef::Env(name.value),
        SecretPlace::File(path) => CredentialRef::File(path.value),
    }
}

fn at_least(credential: CredentialRef, length: Option<u32>) -> CredentialRef {
    match length {
        Some(length) => CredentialRef::AtLeast(length, Box::new(credential)),
        None => credential,
    }
}
