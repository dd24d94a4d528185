//! Ranges of addresses that clusters give to pods and services. Those of clusters on one network must not overlap.

use super::source::Field;
use super::{Error, Source};
use std::fmt;
use std::net::IpAddr;

/// A range of addresses: `10.1.0.0/16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    address: IpAddr,
    /// The number of bits that all its addresses share.
    prefix: u32,
}

impl Range {
    /// The range of a text; none where it is no range.
    pub fn parse(text: &str) -> Option<Range> {
        let (address, prefix) = text.split_once('/')?;
        let (address, prefix) = (address.parse().ok()?, prefix.parse().ok()?);
        let range = Range { address, prefix };
        (prefix <= range.width()).then_some(range)
    }

    /// Returns true if an address may be in both.
    pub fn overlaps(self, other: Range) -> bool {
        let shared = self.prefix.min(other.prefix);
        self.width() == other.width() && self.start(shared) == other.start(shared)
    }

    fn width(self) -> u32 {
        match self.address {
            IpAddr::V4(_) => 32,
            IpAddr::V6(_) => 128,
        }
    }

    /// The first bits of the address.
    fn start(self, bits: u32) -> u128 {
        let address = match self.address {
            IpAddr::V4(address) => address.to_bits().into(),
            IpAddr::V6(address) => address.to_bits(),
        };
        address.checked_shr(self.width() - bits).unwrap_or(0)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

/// The pods' ranges of a list of nodes; `name` is what to call it in errors.
///
/// # Errors
/// When it is something else, or a range is none.
pub fn pod_ranges(name: &str, nodes: &[u8]) -> Result<Vec<Range>, Error> {
    ranges(name, nodes, &["podCIDRs"], "podCIDR")
}

/// The services' ranges of a list of ServiceCIDRs; `name` is what to call it in errors.
///
/// # Errors
/// When it is something else, or a range is none.
pub fn service_ranges(name: &str, cidrs: &[u8]) -> Result<Vec<Range>, Error> {
    ranges(name, cidrs, &["cidrs"], "cidr")
}

fn ranges(name: &str, list: &[u8], keys: &[&str], single: &str) -> Result<Vec<Range>, Error> {
    let source = Source::read(name, list)?;
    let mut ranges = Vec::new();
    for item in source.root().items("items")? {
        let Some(spec) = item.get("spec") else {
            continue;
        };
        let mut texts = Vec::new();
        for key in keys {
            texts.extend(spec.items(key)?);
        }
        if texts.is_empty() {
            texts.extend(spec.get(single));
        }
        for text in texts {
            let range = range(&text)?;
            if !ranges.contains(&range) {
                ranges.push(range);
            }
        }
    }
    Ok(ranges)
}

fn range(field: &Field<'_>) -> Result<Range, Error> {
    let text = field.text()?;
    Range::parse(text)
        .ok_or_else(|| field.error(format_args!("is not a range of addresses: {text:?}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlaps() {
        for (a, b, expected) in [
            ("10.1.0.0/16", "10.1.2.0/24", true),
            ("10.1.2.0/24", "10.1.0.0/16", true),
            ("10.1.0.0/16", "10.2.0.0/16", false),
            ("10.0.0.0/8", "0.0.0.0/0", true),
            ("fd00::/8", "fd00:1::/64", true),
            ("fd00:1::/64", "fd00:2::/64", false),
            ("::/0", "10.0.0.0/8", false),
            ("10.1.0.7/32", "10.1.0.7/32", true),
        ] {
            let overlaps = Range::parse(a)
                .zip(Range::parse(b))
                .map(|(a, b)| a.overlaps(b));
            assert_eq!(overlaps, Some(expected), "{a} {b}");
        }
        for text in [
            "10.1.0.0",
            "10.1.0.0/33",
            "a/8",
            "/8",
            "::/129",
            "10.1.0.0/-1",
        ] {
            assert_eq!(Range::parse(text), None, "{text}");
        }
    }

    #[test]
    fn ranges_of_nodes() {
        let nodes = r#"{"items": [{"spec": {"podCIDR": "10.1.0.0/24", "podCIDRs": ["10.1.0.0/24", "fd00::/64"]}},
            {"spec": {"podCIDR": "10.1.1.0/24"}}, {"spec": {}}, {}]}"#;
        let ranges = pod_ranges("nodes", nodes.as_bytes()).unwrap_or_default();
        let ranges: Vec<String> = ranges.iter().map(Range::to_string).collect();
        assert_eq!(ranges, ["10.1.0.0/24", "fd00::/64", "10.1.1.0/24"]);
        assert!(pod_ranges("nodes", br#"{"items": [{"spec": {"podCIDR": "x"}}]}"#).is_err());
    }
}
