//! Ids that survive renaming and moving: `objectGUID`, `entryUUID`; and the last number of a security id.

use super::message::Entry;

/// Active Directory's id attribute.
pub const OBJECT_GUID: &str = "objectGUID";
/// The id attribute of other servers (RFC 4530).
pub const ENTRY_UUID: &str = "entryUUID";
/// The security id attribute.
pub const OBJECT_SID: &str = "objectSid";

/// A GUID's text from its sixteen bytes; Windows stores the first three fields little-endian ([MS-DTYP], 2.3.4.2).
pub fn guid_text(bytes: &[u8]) -> Option<String> {
    let [a0, a1, a2, a3, b0, b1, c0, c1, rest @ ..] = bytes else { return None };
    let [d0, d1, e0, e1, e2, e3, e4, e5] = rest else { return None };
    let hex = |bytes: &[&u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    Some(format!(
        "{}-{}-{}-{}-{}",
        hex(&[a3, a2, a1, a0]),
        hex(&[b1, b0]),
        hex(&[c1, c0]),
        hex(&[d0, d1]),
        hex(&[e0, e1, e2, e3, e4, e5])
    ))
}

/// A GUID's sixteen bytes from its text, as Windows stores them; `None` if the text is not a GUID.
pub(super) fn guid_bytes(text: &str) -> Option<[u8; 16]> {
    let hex = uuid_text(text.as_bytes())?.replace('-', "");
    let mut bytes = [0; 16];
    for (byte, digits) in bytes.iter_mut().zip(hex.as_bytes().chunks(2)) {
        *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
    }
    bytes[..4].reverse();
    bytes[4..6].reverse();
    bytes[6..8].reverse();
    Some(bytes)
}

/// A UUID's text in lower case; `None` if it is not a UUID.
pub(super) fn uuid_text(text: &[u8]) -> Option<String> {
    let dashes = [8, 13, 18, 23];
    let is_uuid = text.len() == 36
        && text.iter().enumerate().all(|(at, byte)| match dashes.contains(&at) {
            true => *byte == b'-',
            false => byte.is_ascii_hexdigit(),
        });
    is_uuid.then(|| String::from_utf8_lossy(text).to_ascii_lowercase())
}

/// The id of an entry.
pub fn id_of(entry: &Entry<'_>) -> Option<String> {
    let guid = entry.values(OBJECT_GUID).first().and_then(|bytes| guid_text(bytes));
    guid.or_else(|| entry.values(ENTRY_UUID).first().and_then(|text| uuid_text(text)))
}

/// A security id's text: `S-1-5-21-...` ([MS-DTYP], 2.4.2).
pub(super) fn sid_text(bytes: &[u8]) -> Option<String> {
    let (authority, parts) = sid_parts(bytes)?;
    let parts: String = parts.iter().map(|part| format!("-{part}")).collect();
    Some(format!("S-1-{authority}{parts}"))
}

/// The last number of a domain security id; a user's primary group is given by it. `None` for built-in groups, whose
/// ids do not belong to the domain.
pub fn relative_id(bytes: &[u8]) -> Option<u32> {
    match sid_parts(bytes)?.1.as_slice() {
        [21, _, _, _, relative] => Some(*relative),
        _ => None,
    }
}

/// The security id of a user's primary group: the user's own with another last number ([MS-ADA3], 2.120).
pub fn primary_group_id(user: &[u8], primary: u32) -> Option<Vec<u8>> {
    relative_id(user)?;
    let (domain, _) = user.split_last_chunk::<4>()?;
    Some([domain, &primary.to_le_bytes()].concat())
}

fn sid_parts(bytes: &[u8]) -> Option<(u64, Vec<u32>)> {
    let (head, parts) = bytes.split_at_checked(8)?;
    let (parts, left) = parts.as_chunks::<4>();
    let whole = head[0] == 1 && usize::from(head[1]) == parts.len() && left.is_empty();
    let authority = head[2..].iter().fold(0, |value: u64, byte| value << 8 | u64::from(*byte));
    whole.then(|| (authority, parts.iter().map(|part| u32::from_le_bytes(*part)).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l_04_the_first_three_guid_fields_are_little_endian() {
        let bytes = [0x52, 0xcb, 0x78, 0x47, 0x05, 0xe9, 0x84, 0x4a, 0x8f, 0xee, 1, 2, 3, 4, 5, 6];
        assert_eq!(guid_text(&bytes).as_deref(), Some("4778cb52-e905-4a84-8fee-010203040506"));
        assert_eq!(guid_bytes("4778CB52-e905-4a84-8fee-010203040506"), Some(bytes));
        assert_eq!(guid_bytes("4778cb52"), None);
        assert_eq!(guid_text(&bytes[..15]), None);
        assert_eq!(guid_text(&[0; 17]), None);
    }

    #[test]
    fn relative_id_only_of_domain_sids() {
        let sid = |parts: &[u32]| {
            let mut bytes = vec![1, parts.len() as u8, 0, 0, 0, 0, 0, 5];
            parts.iter().for_each(|part| bytes.extend_from_slice(&part.to_le_bytes()));
            bytes
        };
        assert_eq!(relative_id(&sid(&[21, 1, 2, 3, 513])), Some(513));
        assert_eq!(relative_id(&sid(&[32, 545])), None);
        assert_eq!(relative_id(&sid(&[21, 1, 2, 3, 513])[..27]), None);
        assert_eq!(sid_text(&sid(&[32, 545])).as_deref(), Some("S-1-5-32-545"));
    }

    #[test]
    fn uuid_text_accepts_only_uuids() {
        let text = b"0C5B2F3A-77D1-4d0c-9a56-3f1b0e7a9d33";
        assert_eq!(uuid_text(text).as_deref(), Some("0c5b2f3a-77d1-4d0c-9a56-3f1b0e7a9d33"));
        assert_eq!(uuid_text(&text[1..]), None);
        assert_eq!(uuid_text(b"0C5B2F3A-77D1-4d0c-9a56+3f1b0e7a9d33"), None);
    }
}
