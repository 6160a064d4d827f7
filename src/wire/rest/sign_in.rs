//! Tokens by a call with a name and a password.

use super::names::{Names, RenderError, body};
use super::value::scalar;
use crate::model::{Secret, SignInCall};
use crate::wire::oauth::{GivenToken, form_encoded};
use serde_json::Value as Json;

/// The body of the call: JSON, or the fields of a form.
///
/// # Errors
/// When a name stands for nothing.
pub fn sign_in_body(call: &SignInCall, names: &Names) -> Result<String, RenderError> {
    let Some(template) = &call.call.body else { return Ok(String::new()) };
    let body = body(template, names)?.unwrap_or_default();
    if !call.form {
        return Ok(body.to_string());
    }
    let fields = body.as_object().into_iter().flatten();
    let fields = fields.map(|(name, value)| {
        let text = match value {
            Json::Bool(value) => value.to_string(),
            other => scalar(other).unwrap_or_default().into_owned(),
        };
        format!("{}={}", form_encoded(name), form_encoded(&text))
    });
    Ok(fields.collect::<Vec<_>>().join("&"))
}

/// Reads the answer.
///
/// # Errors
/// When it holds no token. The message does not quote the answer.
pub fn given_token(call: &SignInCall, answer: &Json) -> Result<GivenToken, String> {
    let text = |at: &str| answer.pointer(at).and_then(scalar);
    let token = text(&call.token).ok_or_else(|| format!("its answer has no token at `{}`", call.token))?;
    let told = call.expires_in.as_deref().map(|at| {
        let seconds = text(at).and_then(|text| text.parse().ok());
        seconds.ok_or_else(|| format!("its answer has no number of seconds at `{at}`"))
    });
    let lifetime = told.transpose()?.unwrap_or_else(|| call.lifetime.into());
    Ok(GivenToken { secret: Secret::new(token.into_owned()), lifetime })
}
