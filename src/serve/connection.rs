//! One connection, one request.

use super::answer::{Answer, Answers, Posted};
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{
    ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderValue, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// How long a caller may take for the head of a request.
const HEAD_TIME: Duration = Duration::from_secs(5);
/// How long a connection may live.
const LIFE: Duration = Duration::from_secs(15);
/// How large a head may be, in bytes.
const HEAD_SIZE: usize = 8 << 10;
/// How many headers a request may have.
const HEADERS: usize = 32;

/// Answers one request. What goes wrong on a connection concerns its caller only.
pub(super) async fn serve(stream: TcpStream, answers: Arc<dyn Answers>) {
    let service = service_fn(move |request: Request<Incoming>| {
        let answers = Arc::clone(&answers);
        async move { Ok::<_, Infallible>(answer(request, &*answers).await) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_TIME)
        .max_buf_size(HEAD_SIZE)
        .max_headers(HEADERS)
        .keep_alive(false)
        .serve_connection(TokioIo::new(stream), service);
    let _ = tokio::time::timeout(LIFE, connection).await;
}

async fn answer(request: Request<Incoming>, answers: &dyn Answers) -> Response<Full<Bytes>> {
    let largest = answers.accepts(request.uri().path()).filter(|_| request.method() == Method::POST);
    if let Some(largest) = largest {
        return response(posted(request, largest, answers).await);
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let mut refused = response(Answer::text(405, "only GET and HEAD are answered\n"));
        refused.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return refused;
    }
    let found = answers.get(request.uri().path());
    response(found.unwrap_or_else(|| Answer::text(404, "there is no such path\n")))
}

/// Reads a body that is not too large, and answers it.
async fn posted(request: Request<Incoming>, largest: usize, answers: &dyn Answers) -> Answer {
    let (head, body) = request.into_parts();
    match Limited::new(body, largest).collect().await {
        Ok(body) => {
            answers.posted(head.uri.path(), Posted { headers: &head.headers, body: &body.to_bytes() })
        }
        Err(error) if error.is::<LengthLimitError>() => Answer::text(413, "the body is too large\n"),
        Err(_) => Answer::text(400, "the body did not arrive\n"),
    }
}

fn response(answer: Answer) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from(answer.body)));
    *response.status_mut() = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(answer.media_type));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    // Without a policy of its own a body may do nothing at all.
    let policy = answer.policy.unwrap_or_else(|| "default-src 'none'; frame-ancestors 'none'".to_owned());
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}
