//! Networks from which a machine may ask: addresses and CIDR blocks (RFC 4632, RFC 4291), parted by blanks.

use std::net::IpAddr;

/// Networks in one list, at most.
pub const MOST_NETWORKS: usize = 50;

/// A block of addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    length: u8,
}

impl Network {
    /// Reads `192.0.2.0/24`, `2001:db8::/32` or a single address; `None` for anything else, such as a length that doesn't fit.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, length) = match text.split_once('/') {
            Some((address, length)) if !length.starts_with('+') => (address, Some(length.parse().ok()?)),
            Some(_) => return None,
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = bits(address).1;
        let length = length.unwrap_or(most);
        (length <= most).then_some(Self { address, length })
    }

    /// Whether an address lies in it; an IPv4 address that is written as IPv6 counts as what it is.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        let ((own, width), (other, other_width)) = (bits(self.address.to_canonical()), bits(address.to_canonical()));
        let shift = u32::from(width - self.length.min(width));
        width == other_width && own.checked_shr(shift).unwrap_or(0) == other.checked_shr(shift).unwrap_or(0)
    }
}

/// An address as a number, and how many bits that has.
fn bits(address: IpAddr) -> (u128, u8) {
    match address {
        IpAddr::V4(v4) => (u128::from(v4.to_bits()), 32),
        IpAddr::V6(v6) => (v6.to_bits(), 128),
    }
}

/// Whether a list lets an address in; an empty one lets any in, and what can't be read lets nobody in.
#[must_use]
pub fn allow(list: &str, address: IpAddr) -> bool {
    list.trim().is_empty() || list.split_whitespace().filter_map(Network::parse).any(|network| network.contains(address))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(list: &str, address: &str) -> bool {
        allow(list, address.parse().unwrap())
    }

    #[test]
    fn a_block_holds_its_addresses_and_no_others() {
        assert!(allows("192.0.2.0/24", "192.0.2.255") && !allows("192.0.2.0/24", "192.0.3.0"));
        assert!(allows("2001:db8::/32", "2001:db8:ffff::1") && !allows("2001:db8::/32", "2001:db9::"));
        assert!(allows("198.51.100.7", "198.51.100.7") && !allows("198.51.100.7", "198.51.100.8"));
        assert!(allows("0.0.0.0/0", "203.0.113.9") && !allows("0.0.0.0/0", "2001:db8::1"));
        assert!(allows("::/0", "2001:db8::1"));
        assert!(allows("192.0.2.0/24", "::ffff:192.0.2.9"), "the same address in the other spelling");
        assert!(allows("203.0.113.1 10.0.0.0/8", "10.1.2.3") && allows("", "10.1.2.3"));
        assert!(!allows("nonsense", "10.1.2.3"), "a list that can't be read opens nothing");
    }

    #[test]
    fn what_is_no_block_is_refused() {
        for text in ["", "x", "192.0.2.0/33", "2001:db8::/129", "192.0.2/24", "192.0.2.0/-1", "192.0.2.0/+8", "192.0.2.0/"] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
