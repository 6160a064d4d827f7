//! The faults by name, and how often each of them fired.

use std::sync::atomic::{AtomicU64, Ordering};

macro_rules! faults {
    ($($name:ident: $text:literal,)*) => {
        /// Something that goes wrong.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Fault {
            $(#[doc = $text] $name,)*
        }

        impl Fault {
            /// Every fault, with what happens.
            pub(crate) const ALL: &[(Self, &'static str, &'static str)] = &[$((Self::$name, stringify!($name), $text)),*];
        }
    };
}

faults! {
    ConnectionRefused: "a connection is refused: the call was never sent",
    ResetBefore: "the connection breaks before the service acts",
    ResetAfter: "the connection breaks after the service acted",
    TimeOutBefore: "the service never answers, and does nothing",
    TimeOutAfter: "the service acts and never answers",
    Throttled: "429 with `Retry-After` in seconds",
    ThrottledSilent: "429 without `Retry-After`",
    ThrottledUntil: "429 with `Retry-After` as a date",
    ThrottledLong: "429 with a pause that is longer than a call may take",
    Unavailable: "503 with `Retry-After`",
    UnavailableSilent: "503 without a time; the service may have acted",
    ErrorBefore: "500, and nothing was done",
    ErrorAfter: "500, after the service acted",
    GatewayAfter: "502 or 504 of a proxy, after the service acted",
    Precondition: "412, though nothing changed",
    Conflict: "409, though the name is free",
    Forbidden: "401 or 403 for one call",
    Redirect: "a redirect",
    CutBody: "the service acts, and its answer breaks off",
    GarbageBody: "the service acts, and a proxy answers with a page of its own",
    EmptyBody: "the service acts, and answers without a body",
    Duplicate: "a request arrives twice",
    StaleRead: "a read shows what was there some seconds ago",
    Slow: "a call takes up to a minute and a half",
    Forgotten: "the service forgets a write that it acknowledged",
    MissingPage: "a list ends before the number that it announces",
    HandEdit: "somebody changes an account between plan and write",
    HandMembership: "somebody changes a membership between plan and write",
    HandDelete: "somebody deletes an account between plan and write",
    HandCreate: "somebody makes an account for a user between plan and write",
    GroupDeleted: "somebody deletes a group between plan and write",
    PeopleChange: "people come, go and change between two runs",
    CrashBeforeOpening: "the run dies before it is opened in the ledger",
    CrashAfterOpening: "the run dies before its first write",
    CrashBeforeWrite: "the run dies while a call is on its way, before the service acts",
    CrashAfterWrite: "the run dies while a call is on its way, after the service acted",
    CrashBeforeClosing: "the run dies after its last write",
    CrashAfterClosing: "the run dies after it is closed in the ledger",
    TwoRuns: "a second run begins while the first one writes",
    LeaseLost: "the ledger cannot be reached until another run has taken over",
    PushRefused: "somebody else's push is in the ledger before a run is opened",
    PushUnreachable: "a push does not reach the ledger",
    PushUnknown: "a push reaches the ledger, and nobody hears of it",
    ClockJump: "the clock jumps forward or back between two runs",
    WindowCloses: "a change window closes while a run writes",
    Signal: "the run is asked to end while it writes",
    TimeUsedUp: "the time of the run is used up",
}

static FIRED: [AtomicU64; Fault::ALL.len()] = [const { AtomicU64::new(0) }; Fault::ALL.len()];

impl Fault {
    /// Counts it.
    pub(crate) fn fires(self) {
        FIRED[self as usize].fetch_add(1, Ordering::Relaxed);
    }

    /// How often it fired in this process.
    pub(crate) fn fired(self) -> u64 {
        FIRED[self as usize].load(Ordering::Relaxed)
    }
}
