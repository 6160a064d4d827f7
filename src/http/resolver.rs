//! Finds the addresses of a service's host, and gives only those that may be called. The client connects to what it is given
//! here, so an answer of DNS that changes afterwards changes nothing (threat H12).

use crate::model::{AddressRule, ForbiddenAddress};
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use std::error::Error;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// The resolver of one service.
#[derive(Debug)]
pub(super) struct Resolver {
    host: String,
    rule: Arc<AddressRule>,
}

impl Resolver {
    /// For this host. Any other name that the client asks for is that of the operator's proxy.
    pub(super) fn new(host: &str, rule: &AddressRule) -> Self {
        Self { host: host.to_owned(), rule: Arc::new(rule.clone()) }
    }
}

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (is_service, rule) = (name.as_str().eq_ignore_ascii_case(&self.host), Arc::clone(&self.rule));
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let rule = if is_service { &*rule } else { &AddressRule::Any };
            let permitted = rule.permitted(name.as_str(), found)?;
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Checks a host that is an address: nobody resolves it.
pub(super) fn check_literal(host: &str, rule: &AddressRule) -> Result<(), ForbiddenAddress> {
    let Ok(address) = host.parse::<IpAddr>() else { return Ok(()) };
    rule.permitted(host, [SocketAddr::new(address, 0)]).map(drop)
}

/// The refusal that is the cause of an error, if it is one.
pub(super) fn forbidden(error: &(dyn Error + 'static)) -> Option<ForbiddenAddress> {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(found) = error.downcast_ref::<ForbiddenAddress>() {
            return Some(found.clone());
        }
        cause = error.source();
    }
    None
}
