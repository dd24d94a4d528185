//! The parameters of an address, as Go's `url.Values` has them.

use gostd::url::{query_escape, query_unescape};
use std::collections::BTreeMap;

/// Names with their values, in order of name.
pub(super) struct Query(BTreeMap<Vec<u8>, Vec<Vec<u8>>>);

impl Query {
    /// Reads what follows `?`. Pairs that are wrong do not count.
    pub(super) fn parse(raw: &[u8]) -> Query {
        let mut query = Query(BTreeMap::new());
        for pair in raw.split(|byte| *byte == b'&') {
            let mut parts = pair.splitn(2, |byte| *byte == b'=');
            let mut part = || query_unescape(parts.next().unwrap_or_default()).ok();
            if let (false, Some(name), Some(value)) = (pair.is_empty(), part(), part()) {
                query.add(&name, value);
            }
        }
        query
    }

    /// Gives a name one more value.
    pub(super) fn add(&mut self, name: &[u8], value: impl Into<Vec<u8>>) {
        let values = self.0.entry(name.to_vec()).or_default();
        values.push(value.into());
    }

    /// Gives a name this value alone.
    pub(super) fn set(&mut self, name: &[u8], value: impl Into<Vec<u8>>) {
        self.0.insert(name.to_vec(), vec![value.into()]);
    }

    /// The text to put behind `?`.
    pub(super) fn encode(&self) -> Vec<u8> {
        let pairs = self.0.iter().flat_map(|(name, values)| {
            let pair = |value: &Vec<u8>| [query_escape(name), query_escape(value)].join(&b'=');
            values.iter().map(pair)
        });
        pairs.collect::<Vec<_>>().join(&b'&')
    }
}
