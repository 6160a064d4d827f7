//! Whether a user may sign in.

use super::attribute_names::Flavour;
use super::message::Entry;

/// `ACCOUNTDISABLE` in `userAccountControl` ([MS-ADTS], 2.2.16).
const DISABLED: i64 = 2;
/// 1970-01-01 in seconds since 1601-01-01, the Windows epoch.
const UNIX_EPOCH: i64 = 11_644_473_600;
/// Units of `accountExpires` in a second.
const TICKS: i64 = 10_000_000;
/// `pwdAccountLockedTime` of an account that an administrator locked permanently (draft-behera-ldap-password-policy,
/// 5.3.3).
const LOCKED_FOR_GOOD: &[u8] = b"000001010000Z";

/// The attributes that decide it.
pub fn enabled_names(flavour: Flavour) -> &'static [&'static str] {
    match flavour {
        Flavour::ActiveDirectory => &["userAccountControl", "accountExpires"],
        Flavour::Standard => &["nsAccountLock", "pwdAccountLockedTime"],
    }
}

/// Whether a user may sign in at `now`, in seconds since 1970; the outer `None` if the attributes cannot be read, the
/// inner `None` if the server has no such attribute.
///
/// A lockout after wrong passwords ends by itself and does not count as disabled.
pub fn enabled(entry: &Entry<'_>, flavour: Flavour, now: i64) -> Option<Option<bool>> {
    match flavour {
        Flavour::ActiveDirectory => {
            let disabled = number(entry, "userAccountControl")? & DISABLED != 0;
            let expires =
                if entry.values("accountExpires").is_empty() { 0 } else { number(entry, "accountExpires")? };
            Some(Some(!disabled && !has_passed(expires, now)))
        }
        Flavour::Standard => {
            let locked =
                entry.values("nsAccountLock").first().map(|value| value.eq_ignore_ascii_case(b"true"));
            let for_good =
                entry.values("pwdAccountLockedTime").first().map(|value| *value == LOCKED_FOR_GOOD);
            let locked = locked.into_iter().chain(for_good).reduce(|one, other| one || other);
            Some(locked.map(|locked| !locked))
        }
    }
}

/// Whether `accountExpires` has passed; 0 and the largest number mean never ([MS-ADA1], 2.3).
fn has_passed(expires: i64, now: i64) -> bool {
    let never = expires == 0 || expires == i64::MAX;
    !never && expires / TICKS <= now.saturating_add(UNIX_EPOCH)
}

fn number(entry: &Entry<'_>, attribute: &str) -> Option<i64> {
    std::str::from_utf8(entry.values(attribute).first()?).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_08_an_account_expires_exactly_at_its_time() {
        let at = 132_223_104_000_000_000; // 2020-01-01T00:00:00Z
        let moment = 1_577_836_800;
        assert!(has_passed(at, moment));
        assert!(!has_passed(at, moment - 1));
        assert!(!has_passed(0, moment));
        assert!(!has_passed(i64::MAX, moment));
    }
}
