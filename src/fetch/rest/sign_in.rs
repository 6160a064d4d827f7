//! How an API lets us in, as its connector says: by a token or key in a header, or by a token that a call gives for a name
//! and a password.

use crate::fetch::access::Access;
use crate::fetch::secret::secret;
use crate::fetch::sign_in::sign_in;
use crate::http::{
    Authorization, Call, LimitedToken, Limits, Method, NewToken, Service, SignIn, TokenHeader, TokenSource,
};
use crate::model::{
    BasicSignIn, RestConnection, Secret, SentToken, ServiceConnection, ServiceSignIn, SignInCall,
};
use crate::wire::rest::{MEDIA_TYPE, Names, given_token, parsed, sign_in_body, target};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How an API lets us in.
///
/// # Errors
/// When a secret or a file with certificates is missing, or cannot be used; the reason without secrets.
pub fn rest_sign_in(connection: &RestConnection, access: &Access) -> Result<SignIn, String> {
    let RestConnection { service, settings, connector } = connection;
    // A name and a password for a call are sent in no header.
    let called = ServiceConnection { sign_in: None, ..service.clone() };
    let usual = sign_in(if connector.sign_in.is_some() { &called } else { service }, access)?;
    let SentToken { header, prefix } = &connector.authentication;
    let way = SignIn {
        token: TokenHeader { name: header.clone(), prefix: prefix.clone() },
        headers: connector.headers.clone().into_iter().collect(),
        ..usual
    };
    let (Some(call), Some(ServiceSignIn::Basic(basic))) = (&connector.sign_in, &service.sign_in) else {
        return Ok(way);
    };
    let asks = SignIn { authorization: Authorization::None, ..way.clone() };
    let source = Asking::new(&service.url, call, basic, settings, &asks, access)?;
    Ok(SignIn { authorization: Authorization::Tokens(Arc::new(source)), ..way })
}

/// Asks for tokens by a call with a name and a password.
#[derive(Debug)]
struct Asking {
    service: Service,
    call: SignInCall,
    user: String,
    password: Secret,
    settings: BTreeMap<String, String>,
}

impl Asking {
    fn new(
        url: &str,
        call: &SignInCall,
        basic: &BasicSignIn,
        settings: &BTreeMap<String, String>,
        way: &SignIn,
        access: &Access,
    ) -> Result<Self, String> {
        let limits = Limits {
            attempt: Duration::from_secs(30),
            budget: Duration::from_secs(60),
            attempts: 3,
            body: 1 << 20,
            ..Limits::default()
        };
        let service = Service::signed_in(url, way, MEDIA_TYPE, limits, &access.addresses);
        let service = service.map_err(|error| error.to_string())?;
        let password = secret(&basic.password)?;
        service.hide(&password);
        let (call, user, settings) = (call.clone(), basic.user.clone(), settings.clone());
        Ok(Self { service, call, user, password, settings })
    }

    async fn ask(&self) -> Result<LimitedToken, String> {
        const ROUTE: &str = "authentication.signIn";
        let names = Names::of_settings(&self.settings)
            .with("user", Some(self.user.as_str().into()))
            .with("password", Some(self.password.expose().into()));
        let body = sign_in_body(&self.call, &names).map_err(|error| error.to_string())?;
        let target = target(&self.call.call, &names).map_err(|error| error.to_string())?;
        let call = Call::new(Method::Post, ROUTE, target).form_query(body);
        let call = if self.call.form { call } else { Call { content_type: None, ..call } };
        let answer = self.service.send(&call).await.map_err(|error| error.to_string())?;
        let told = parsed(&answer.body).map_err(|_| format!("`{ROUTE}`: its answer is not JSON"))?;
        let given = given_token(&self.call, &told.unwrap_or_default());
        let given = given.map_err(|problem| format!("`{ROUTE}`: {problem}"))?;
        Ok(LimitedToken { secret: given.secret, lifetime: Duration::from_secs(given.lifetime) })
    }
}

impl TokenSource for Asking {
    fn token(&self) -> NewToken<'_> {
        Box::pin(self.ask())
    }
}
