//! How an application's service lets us in: reads the secrets that its connection names, and asks for tokens.

use super::access::Access;
use super::private_key::{Moment, moment, signature};
use super::secret::secret;
use crate::http::{
    Authorization, Call, LimitedToken, Limits, Method, NewToken, Service, SignIn, TokenSource,
};
use crate::model::{ClientProof, OAuthSignIn, Secret, SentAs, ServiceConnection, ServiceSignIn};
use crate::wire::oauth::{
    FormProof, form_encoded, given_token, signed_assertion, token_form, unsigned_assertion,
};
use rustls::SignatureScheme;
use std::sync::Arc;
use std::time::Duration;

/// How a service lets us in.
///
/// # Errors
/// When a secret or a file with certificates is missing, or cannot be used; the reason without secrets.
pub fn sign_in(connection: &ServiceConnection, access: &Access) -> Result<SignIn, String> {
    let authorization = match &connection.sign_in {
        None => Authorization::None,
        Some(ServiceSignIn::Bearer(credential)) => Authorization::Bearer(secret(credential)?),
        Some(ServiceSignIn::Basic(basic)) if basic.user.contains(':') => {
            return Err("a user name with a `:` cannot be sent (RFC 7617, 2)".to_owned());
        }
        Some(ServiceSignIn::Basic(basic)) => {
            Authorization::Basic { user: basic.user.clone(), password: secret(&basic.password)? }
        }
        Some(ServiceSignIn::OAuth(oauth)) => Authorization::Tokens(Arc::new(Client::new(oauth, access)?)),
    };
    let ca = connection.ca.as_ref().map(|path| access.folder.text(path)).transpose()?;
    let certificate = connection.certificate.as_ref().map(secret).transpose()?;
    Ok(SignIn { authorization, ca, certificate, ..SignIn::default() })
}

/// A client of an authorization server.
#[derive(Debug)]
struct Client {
    server: Service,
    sign_in: OAuthSignIn,
    secret: Secret,
}

impl Client {
    fn new(sign_in: &OAuthSignIn, access: &Access) -> Result<Self, String> {
        let ca = sign_in.ca.as_ref().map(|path| access.folder.text(path)).transpose()?;
        let (credential, authorization) = match &sign_in.proof {
            ClientProof::Secret(credential, SentAs::Basic) => {
                let password = Secret::new(form_encoded(secret(credential)?.expose()));
                (credential, Authorization::Basic { user: form_encoded(&sign_in.client_id), password })
            }
            ClientProof::Secret(credential, SentAs::Form) | ClientProof::PrivateKey(credential, _) => {
                (credential, Authorization::None)
            }
        };
        let secret = secret(credential)?;
        let way = SignIn { authorization, ca, ..SignIn::default() };
        let limits = Limits {
            attempt: Duration::from_secs(30),
            budget: Duration::from_secs(60),
            attempts: 3,
            body: 1 << 20,
            ..Limits::default()
        };
        let server =
            Service::signed_in(&sign_in.token_url, &way, "application/json", limits, &access.addresses);
        let server = server.map_err(|error| format!("`tokenUrl`: {error}"))?;
        server.hide(&secret);
        Ok(Self { server, sign_in: sign_in.clone(), secret })
    }

    async fn ask(&self) -> Result<LimitedToken, String> {
        let OAuthSignIn { token_url, client_id, proof, scope, audience, ca: _ } = &self.sign_in;
        let assertion = match proof {
            ClientProof::Secret(..) => None,
            ClientProof::PrivateKey(_, key) => {
                let Moment { now, id } = moment();
                let text = unsigned_assertion(client_id, token_url, key.as_deref(), now, &id);
                let scheme = SignatureScheme::RSA_PKCS1_SHA256;
                let signature = signature(&self.secret, scheme, "an RSA key", &text)?;
                let assertion = Secret::new(signed_assertion(&text, &signature));
                self.server.hide(&assertion);
                Some(assertion)
            }
        };
        let form_proof = match (proof, &assertion) {
            (_, Some(assertion)) => FormProof::Assertion(assertion),
            (ClientProof::Secret(_, SentAs::Form), None) => FormProof::Secret(&self.secret),
            (ClientProof::Secret(_, SentAs::Basic) | ClientProof::PrivateKey(..), None) => FormProof::None,
        };
        let form = token_form(client_id, scope.as_deref(), audience.as_deref(), form_proof);
        // The base of a service ends without a slash.
        let target = if token_url.ends_with('/') { "/" } else { "" };
        let call = Call::new(Method::Post, "tokenUrl", target).form_query(form);
        let answer = self.server.send(&call).await.map_err(|error| error.to_string())?;
        let given = given_token(&answer.body).map_err(|problem| format!("`tokenUrl`: {problem}"))?;
        Ok(LimitedToken { secret: given.secret, lifetime: Duration::from_secs(given.lifetime) })
    }
}

impl TokenSource for Client {
    fn token(&self) -> NewToken<'_> {
        Box::pin(self.ask())
    }
}
