//! Which network addresses connections may lead to.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

/// The variable in which an operator lists private addresses that may be called.
const VARIABLE: &str = "ROLEWRIGHT_PRIVATE_ADDRESSES";

/// Where connections may lead. Whoever may propose policies would otherwise have the operator's machine call services that
/// only it can reach: its own, those of its network, the cloud's metadata (threat H12).
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum AddressRule {
    /// Anywhere.
    #[default]
    Any,
    /// To public addresses, and to these.
    PublicAnd(Vec<Block>),
}

/// A range of addresses: `10.0.0.0/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    first: IpAddr,
    length: u8,
}

/// A host that may not be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{host}` has the address `{address}`, which is not public and so is not called here; if that is meant, the operator lists \
     it for this job in `{VARIABLE}`, for instance `{address}` or `10.0.0.0/8`; otherwise correct the connection"
)]
pub struct ForbiddenAddress {
    /// The host, as the connection names it.
    pub host: String,
    /// Its address.
    pub address: IpAddr,
}

impl AddressRule {
    /// Public addresses, and those of a list such as `10.0.0.0/8, 127.0.0.1`.
    ///
    /// # Errors
    /// When an element is neither an address nor a range; the text says which.
    pub fn public_and(list: &str) -> Result<Self, String> {
        let elements = list.split(',').map(str::trim).filter(|element| !element.is_empty());
        elements.map(Block::parse).collect::<Result<_, _>>().map(Self::PublicAnd)
    }

    /// Those of a host's addresses that may be called.
    ///
    /// # Errors
    /// When there are addresses, and none may be.
    pub fn permitted(
        &self,
        host: &str,
        addresses: impl IntoIterator<Item = SocketAddr>,
    ) -> Result<Vec<SocketAddr>, ForbiddenAddress> {
        let (permitted, refused): (Vec<_>, Vec<_>) =
            addresses.into_iter().partition(|address| self.permits(address.ip()));
        match (permitted.is_empty(), refused.first()) {
            (true, Some(refused)) => Err(ForbiddenAddress { host: host.to_owned(), address: refused.ip() }),
            (_, _) => Ok(permitted),
        }
    }

    /// Whether an address may be called.
    pub fn permits(&self, address: IpAddr) -> bool {
        match self {
            Self::Any => true,
            Self::PublicAnd(blocks) => {
                let meant = meant(address);
                is_public(meant) || blocks.iter().any(|block| block.holds(meant) || block.holds(address))
            }
        }
    }
}

impl Block {
    fn parse(text: &str) -> Result<Self, String> {
        let problem = || {
            format!(
                "`{VARIABLE}`: `{text}` is neither an address nor a range such as `10.0.0.0/8` or `fd00::/8`"
            )
        };
        let (address, length) = match text.split_once('/') {
            Some((address, length)) => (address, Some(length.parse::<u8>().map_err(|_| problem())?)),
            None => (text, None),
        };
        let first: IpAddr = address.trim_matches(['[', ']']).parse().map_err(|_| problem())?;
        let most = if first.is_ipv4() { 32 } else { 128 };
        let length = length.unwrap_or(most);
        if length > most { Err(problem()) } else { Ok(Self { first, length }) }
    }

    fn holds(self, address: IpAddr) -> bool {
        let same = |first: u128, other: u128, bits: u8| {
            let shift = bits - self.length;
            u32::from(shift) >= 128 || first >> shift == other >> shift
        };
        match (self.first, address) {
            (IpAddr::V4(first), IpAddr::V4(other)) => {
                same(first.to_bits().into(), other.to_bits().into(), 32)
            }
            (IpAddr::V6(first), IpAddr::V6(other)) => same(first.to_bits(), other.to_bits(), 128),
            (_, _) => false,
        }
    }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.first, self.length)
    }
}

/// The IPv4 address that an IPv6 address stands for: mapped, compatible, NAT64 (RFC 6052), 6to4 (RFC 3056); else itself.
fn meant(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address else { return address };
    let bits = v6.to_bits();
    let v4 = |bits: u128| IpAddr::V4(Ipv4Addr::from_bits(bits as u32));
    match v6.segments() {
        [0, 0, 0, 0, 0, 0 | 0xffff, ..] if bits > 1 => v4(bits),
        [0x64, 0xff9b, 0, 0, 0, 0, ..] => v4(bits),
        [0x2002, ..] => v4(bits >> 80),
        _ => address,
    }
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

/// Not those that the IANA registry of special addresses calls not globally reachable (RFC 6890), nor Azure's wire server.
fn is_public_v4(address: Ipv4Addr) -> bool {
    !matches!(
        address.octets(),
        [0 | 10 | 127 | 224..=255, ..]
            | [100, 64..=127, ..]
            | [169, 254, ..]
            | [172, 16..=31, ..]
            | [192, 168, ..]
            | [192, 0, 0 | 2, _]
            | [198, 18 | 19, ..]
            | [198, 51, 100, _]
            | [203, 0, 113, _]
            | [168, 63, 129, 16]
    )
}

/// Of IPv6, only 2000::/3 is given to anybody; in it, Teredo (which hides an IPv4 address) and the documentation's.
fn is_public_v6(address: Ipv6Addr) -> bool {
    match address.segments() {
        [0x2001, 0, ..] | [0x2001, 0xdb8, ..] => false,
        [first, ..] => first & 0xe000 == 0x2000,
    }
}

#[cfg(test)]
mod tests {
    use super::AddressRule;

    fn permitted(rule: &AddressRule, addresses: &[&str]) -> Vec<bool> {
        addresses.iter().map(|address| rule.permits(address.parse().unwrap())).collect()
    }

    #[test]
    fn h12_only_public_addresses_are_called_unless_the_operator_lists_others() {
        let private = [
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "127.0.0.1",
            "127.9.9.9",
            "169.254.169.254",
            "100.64.0.1",
            "100.127.255.255",
            "0.0.0.0",
            "0.1.2.3",
            "255.255.255.255",
            "224.0.0.1",
            "198.18.0.1",
            "168.63.129.16",
            "::1",
            "::",
            "fc00::1",
            "fd00:ec2::254",
            "fe80::1",
            "ff02::1",
            "2001:db8::1",
            "2001::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::10.0.0.1",
            "64:ff9b::169.254.169.254",
            "64:ff9b:1::1",
            "2002:a00:1::1",
        ];
        let public = [
            "8.8.8.8",
            "172.15.0.1",
            "172.32.0.1",
            "100.63.0.1",
            "100.128.0.1",
            "192.169.0.1",
            "2606:4700::1111",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2002:808:808::1",
        ];
        let rule = AddressRule::public_and("").unwrap();
        assert_eq!(permitted(&rule, &private), vec![false; private.len()], "{private:?}");
        assert_eq!(permitted(&rule, &public), vec![true; public.len()], "{public:?}");
        assert_eq!(permitted(&AddressRule::Any, &private), vec![true; private.len()]);
        let rule = AddressRule::public_and(" 10.0.0.0/8 ,127.0.0.1, [fd00::]/8").unwrap();
        let listed =
            ["10.255.0.1", "127.0.0.1", "fd00:ec2::254", "::ffff:10.0.0.1", "64:ff9b::a00:1", "8.8.8.8"];
        assert_eq!(permitted(&rule, &listed), vec![true; listed.len()], "{listed:?}");
        assert_eq!(
            permitted(&rule, &["11.0.0.1", "127.0.0.2", "fe80::1", "::1"])[1..],
            [false, false, false]
        );
        assert!(AddressRule::public_and("0.0.0.0/0").unwrap().permits("169.254.169.254".parse().unwrap()));
    }

    #[test]
    fn h12_of_several_addresses_only_those_that_may_be_called_are_left() {
        let rule = AddressRule::public_and("").unwrap();
        let addresses =
            |list: &[&str]| list.iter().map(|address| address.parse().unwrap()).collect::<Vec<_>>();
        let mixed = rule.permitted("rebind.example", addresses(&["127.0.0.1:443", "8.8.8.8:443"])).unwrap();
        assert_eq!(mixed, addresses(&["8.8.8.8:443"]));
        assert_eq!(rule.permitted("nowhere.example", []).unwrap(), []);
        let refused =
            rule.permitted("meta.example", addresses(&["169.254.169.254:80"])).unwrap_err().to_string();
        assert!(refused.contains("`meta.example` has the address `169.254.169.254`"), "{refused}");
        assert!(refused.contains("`ROLEWRIGHT_PRIVATE_ADDRESSES`"), "{refused}");
    }

    #[test]
    fn h12_a_list_that_cannot_be_read_is_an_error() {
        for wrong in ["10.0.0.0/33", "10.0.0/8", "intranet.example", "fd00::/129", "10.0.0.1/x"] {
            assert!(AddressRule::public_and(wrong).unwrap_err().contains(wrong), "{wrong}");
        }
    }
}
