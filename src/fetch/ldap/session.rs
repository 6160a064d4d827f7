//! A session: sign-in, server detection, paged searches that must end properly.

use super::connection::Connection;
use super::error::LdapError;
use super::request::ReadRequest;
use super::tls;
use crate::model::{LdapAddress, ReadBudget, Secret, struck, unix_of_rfc3339};
use crate::wire::ldap::{
    Elsewhere, Entry, Filter, Flavour, PAGED, Page, Refusal, Request, Response, Scope, Search, elsewhere,
    rfc3339,
};
use std::time::Instant;

/// The capability of an Active Directory ([MS-ADTS], 3.1.1.3.4.3).
const ACTIVE_DIRECTORY: &[u8] = b"1.2.840.113556.1.4.800";
/// The capability of its lightweight variant, whose users have other attributes.
const LIGHTWEIGHT: &[u8] = b"1.2.840.113556.1.4.1851";
/// Pages in a row that may hold no entry: a server may give up on a page and say that there are more.
const MAX_EMPTY_PAGES: u32 = 100;
/// Entries in a sample.
const SAMPLE: u32 = 20;

/// A signed-in connection.
pub(super) struct Session {
    connection: Connection,
    page_size: u32,
    paged: bool,
    budget: ReadBudget,
    /// Entries that came in all searches.
    entries: u64,
    /// The kind of server.
    pub(super) flavour: Flavour,
    /// References to other domains that were not followed.
    pub(super) other_domains: u64,
    /// The server's clock, in seconds since 1970, if it sends it.
    pub(super) clock: Option<i64>,
}

/// The end of a page.
enum PageEnd {
    /// Another page follows; its cookie.
    More(Vec<u8>),
    Last,
    /// The server refused this page size before it sent an entry.
    TooLarge,
}

impl Session {
    /// Connects, switches to TLS, signs in, and detects the kind of server. The time of a read counts from `began`.
    pub(super) fn open(
        request: &ReadRequest<'_>,
        password: &Secret,
        began: Instant,
    ) -> Result<Self, LdapError> {
        let connection = request.connection;
        let address = LdapAddress::parse(&connection.url)
            .map_err(|problem| LdapError::Connection(format!("`{}`: {problem}", connection.url)))?;
        if !address.tls && !connection.start_tls && !address.is_loopback() {
            let problem =
                "only a server on this machine may be reached without encryption; remove `startTls: false`";
            return Err(LdapError::Connection(problem.to_owned()));
        }
        let config = tls::config(request.ca).map_err(LdapError::Connection)?;
        let mut opened = Connection::open(&address, request, began)?;
        if address.tls {
            opened.secure(config)?;
        } else if connection.start_tls {
            start_tls(&mut opened)?;
            opened.secure(config)?;
        }
        let mut session = Self {
            connection: opened,
            page_size: request.limits.page.max(1),
            paged: false,
            budget: request.limits.budget,
            entries: 0,
            flavour: Flavour::Standard,
            other_domains: 0,
            clock: None,
        };
        session.sign_in(&connection.bind_dn, password)?;
        session.discover()?;
        Ok(session)
    }

    /// Ends the session.
    pub(super) fn close(self) {
        self.connection.close();
    }

    /// Passes every matching entry below a base to `take`.
    ///
    /// # Errors
    /// When the search does not end properly, for any reason (threat E4), or the server says that it did not search a part:
    /// the entries so far are not all.
    pub(super) fn search(
        &mut self,
        base: &str,
        filter: Filter,
        attributes: Vec<String>,
        mut take: impl FnMut(&Entry<'_>) -> Result<(), LdapError>,
    ) -> Result<(), LdapError> {
        let scope = Scope::Subtree;
        let mut search =
            Search { base: base.to_owned(), scope, filter, attributes, page: None, size_limit: 0 };
        let (mut cookie, mut count, mut empty_pages) = (Vec::new(), 0, 0);
        loop {
            search.page = self.paged.then(|| Page { size: self.page_size, cookie: cookie.clone() });
            let before = count;
            match self.page(&search, &mut count, &mut take)? {
                PageEnd::Last => return Ok(()),
                PageEnd::More(next) => {
                    empty_pages = if count == before { empty_pages + 1 } else { 0 };
                    if empty_pages > 0 && next == cookie || empty_pages > MAX_EMPTY_PAGES {
                        return Err(standstill(base));
                    }
                    cookie = next;
                }
                PageEnd::TooLarge => self.page_size = (self.page_size / 4).max(1),
            }
        }
    }

    /// Reads one entry; `false` if it is gone or does not match.
    pub(super) fn entry(
        &mut self,
        dn: &str,
        filter: Filter,
        attributes: Vec<String>,
        mut take: impl FnMut(&Entry<'_>) -> Result<(), LdapError>,
    ) -> Result<bool, LdapError> {
        let base = dn.to_owned();
        let search = Search { base, scope: Scope::Base, filter, attributes, page: None, size_limit: 0 };
        let mut count = 0;
        match self.page(&search, &mut count, &mut take) {
            Ok(_) => Ok(count > 0),
            Err(LdapError::Contradiction(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Whether there is a matching entry below a base.
    pub(super) fn has_entry(&mut self, base: &str, filter: Filter) -> Result<bool, LdapError> {
        let (base, attributes) = (base.to_owned(), vec!["1.1".to_owned()]);
        let search = Search { base, scope: Scope::Subtree, filter, attributes, page: None, size_limit: 1 };
        let mut count = 0;
        let ended = self.page(&search, &mut count, &mut |_: &Entry<'_>| Ok(()));
        if count > 0 { Ok(true) } else { ended.map(|_| false) }
    }

    /// Passes some matching entries below a base, as the server chooses, to `take`; returns their number.
    pub(super) fn sample(
        &mut self,
        base: &str,
        filter: Filter,
        attributes: Vec<String>,
        mut take: impl FnMut(&Entry<'_>) -> Result<(), LdapError>,
    ) -> Result<u64, LdapError> {
        let (base, scope) = (base.to_owned(), Scope::Subtree);
        let search = Search { base, scope, filter, attributes, page: None, size_limit: SAMPLE };
        let mut count = 0;
        let ended = self.page(&search, &mut count, &mut take);
        // It is not an error that there are more.
        if count > 0 { Ok(count) } else { ended.map(|_| 0) }
    }

    fn page(
        &mut self,
        search: &Search,
        count: &mut u64,
        take: &mut impl FnMut(&Entry<'_>) -> Result<(), LdapError>,
    ) -> Result<PageEnd, LdapError> {
        let id = self.connection.send(&Request::Search(search))?;
        let (entries, budget, flavour) = (&mut self.entries, self.budget, self.flavour);
        let other_domains = &mut self.other_domains;
        loop {
            let end = self.connection.receive(id, |message| match message.response {
                Response::Entry(entry) => {
                    *count += 1;
                    *entries += 1;
                    budget.allows_records(*entries)?;
                    take(&entry).map(|()| None)
                }
                Response::Reference(addresses) => match (flavour, elsewhere(&addresses)) {
                    (Flavour::ActiveDirectory, Elsewhere::NobodysPartition) => Ok(None),
                    (Flavour::ActiveDirectory, Elsewhere::Domain) => {
                        *other_domains += 1;
                        Ok(None)
                    }
                    (_, _) => Err(unsearched(&search.base)),
                },
                Response::Done(outcome, next) => {
                    let refusal = Refusal::new(outcome.code, outcome.words);
                    page_end(search, *count, &refusal, next).map(Some)
                }
                _ => Err(unexpected()),
            })?;
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    fn sign_in(&mut self, name: &str, password: &Secret) -> Result<(), LdapError> {
        let refused = |problem: String| LdapError::SignIn { name: name.to_owned(), problem };
        if password.expose().is_empty() || name.is_empty() {
            return Err(refused(
                "the name or the password is empty; such a bind would be anonymous".to_owned(),
            ));
        }
        let id = self.connection.send(&Request::Bind { name, password })?;
        self.connection.receive(id, |message| match message.response {
            Response::Bound(outcome) if outcome.code == 0 => Ok(()),
            Response::Bound(outcome) => {
                let words = struck(outcome.words, std::slice::from_ref(password));
                Err(refused(Refusal::new(outcome.code, &words).sign_in_help()))
            }
            _ => Err(unexpected()),
        })
    }

    /// Detects the kind of server and its capabilities (RFC 4512, 5.1).
    fn discover(&mut self) -> Result<(), LdapError> {
        let attributes =
            ["supportedCapabilities", "supportedControl", "currentTime"].map(str::to_owned).to_vec();
        let (mut flavour, mut paged, mut clock) = (Flavour::Standard, false, None);
        self.entry("", Filter::Present("objectClass"), attributes, |entry| {
            let capabilities = entry.values("supportedCapabilities");
            if capabilities.contains(&ACTIVE_DIRECTORY) {
                flavour = Flavour::ActiveDirectory;
            } else if capabilities.contains(&LIGHTWEIGHT) {
                let problem =
                    "it is Active Directory Lightweight Directory Services, which Rolewright cannot read yet";
                return Err(LdapError::Unusable(problem.to_owned()));
            }
            let time = entry.values("currentTime").first().and_then(|time| rfc3339(time));
            clock = time.and_then(|time| unix_of_rfc3339(&time));
            paged = entry.values("supportedControl").contains(&PAGED.as_bytes());
            Ok(())
        })?;
        (self.flavour, self.paged, self.clock) = (flavour, paged, clock);
        Ok(())
    }
}

/// Requests TLS; there is no fallback to an unencrypted connection.
fn start_tls(connection: &mut Connection) -> Result<(), LdapError> {
    let server = connection.server().to_owned();
    let id = connection.send(&Request::StartTls)?;
    connection.receive(id, |message| match message.response {
        Response::Extended(outcome) if outcome.code == 0 => Ok(()),
        Response::Extended(outcome) => {
            let refusal = Refusal::new(outcome.code, outcome.words);
            let problem =
                format!("it refuses StartTLS ({refusal}); use `ldaps://`, or install a certificate on it");
            Err(LdapError::Tls { server, problem })
        }
        _ => Err(unexpected()),
    })
}

fn page_end(
    search: &Search,
    count: u64,
    refusal: &Refusal,
    next: Option<&[u8]>,
) -> Result<PageEnd, LdapError> {
    let base = &search.base;
    match (refusal.code, &search.page, next) {
        (0, None, _) => Ok(PageEnd::Last),
        (0, Some(_), Some([])) => Ok(PageEnd::Last),
        (0, Some(_), Some(cookie)) => Ok(PageEnd::More(cookie.to_vec())),
        (0, Some(_), None) => {
            let problem = format!("`{base}`: the server does not say whether another page follows");
            Err(LdapError::Search { problem, is_temporary: true })
        }
        (4 | 11, Some(page), _) if count == 0 && page.size > 1 => Ok(PageEnd::TooLarge),
        (32, None, _) if search.scope == Scope::Base => {
            Err(LdapError::Contradiction(format!("`{base}` was removed while it was being read")))
        }
        _ => Err(LdapError::Search {
            problem: refusal.search_help(base),
            is_temporary: refusal.is_temporary(),
        }),
    }
}

/// A server that says that there are more entries, and sends none.
fn standstill(base: &str) -> LdapError {
    LdapError::Search {
        problem: format!(
            "`{base}`: the server says that there are more entries and sends none; check its log, and run again"
        ),
        is_temporary: false,
    }
}

/// A part of the tree that only another server holds. The address is not shown: the server could write anything into it.
fn unsearched(base: &str) -> LdapError {
    LdapError::Search {
        problem: format!(
            "`{base}`: a part of it is on another server (referrals are not followed), so the users there would be \
            missing; put a server that has all of it into `url`, or narrow `users.under` and `groups.under`"
        ),
        is_temporary: false,
    }
}

fn unexpected() -> LdapError {
    LdapError::Search {
        problem: "the server answered another request than the one that was sent".to_owned(),
        is_temporary: false,
    }
}
