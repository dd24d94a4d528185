//! What `helm list` lists: the last revision of each release, by status, name and labels.

use super::error::Error;
use super::record::{Summary, status};
use super::selector::Selector;
use super::storage::Storage;
use gostd::regexp::Regexp;
use gostd::time::Time;
use std::collections::BTreeMap;

/// The statuses that can be asked for.
const STATUSES: &[(&str, States)] = &[
    (status::DEPLOYED, States::DEPLOYED),
    (status::UNINSTALLED, States::UNINSTALLED),
    (status::SUPERSEDED, States::SUPERSEDED),
    (status::FAILED, States::FAILED),
    (status::UNINSTALLING, States::UNINSTALLING),
    (status::PENDING_INSTALL, States::PENDING),
    (status::PENDING_UPGRADE, States::PENDING),
    (status::PENDING_ROLLBACK, States::PENDING),
];

/// A set of statuses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct States(u8);

#[allow(missing_docs)]
impl States {
    pub const DEPLOYED: States = States(1);
    pub const UNINSTALLED: States = States(2);
    pub const UNINSTALLING: States = States(4);
    pub const PENDING: States = States(8);
    pub const SUPERSEDED: States = States(16);
    pub const FAILED: States = States(32);
    /// All of them; other texts that records may have as status are in no set.
    pub const ALL: States = States(63);

    /// These and others.
    #[must_use]
    pub fn and(self, others: States) -> States {
        States(self.0 | others.0)
    }

    fn has(self, status: &str) -> bool {
        let known = STATUSES.iter().find(|(name, _)| *name == status);
        known.is_some_and(|(_, states)| self.0 & states.0 != 0)
    }
}

/// The order of a list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Order {
    /// The oldest first, not by name.
    pub by_date: bool,
    /// The other way round.
    pub is_reverse: bool,
}

/// The releases that are asked for.
#[derive(Debug)]
pub struct Query {
    /// Their names match this expression.
    pub filter: Option<Regexp>,
    /// Their last revision has one of these statuses.
    pub states: States,
    /// Their labels are these.
    pub selector: Selector,
    /// Their order.
    pub order: Order,
    /// So many are left out at the beginning.
    pub offset: usize,
    /// There are at most so many; 0 is no limit.
    pub limit: usize,
}

impl Query {
    /// The releases of a storage. What cannot be read is left out.
    ///
    /// # Errors
    /// The storage's own.
    pub fn run(&self, storage: &dyn Storage) -> Result<Vec<Summary>, Error> {
        let mut all = Vec::new();
        for stored in storage.list()? {
            let Ok(summary) = stored.summary() else {
                continue;
            };
            let matches = |filter: &Regexp| filter.is_match(summary.name.as_bytes());
            if self.filter.as_ref().is_none_or(matches) {
                all.push(summary);
            }
        }
        // The last revision of a release is never superseded.
        if self.states != States::SUPERSEDED {
            all = last_revisions(all);
        }
        all.retain(|one| {
            self.states.has(one.info.status.as_str()) && self.selector.matches(&one.labels)
        });
        self.sort(&mut all);
        let limit = match self.limit {
            0 => usize::MAX,
            limit => limit,
        };
        Ok(all.into_iter().skip(self.offset).take(limit).collect())
    }

    /// By name, or by the second of the last deployment and then by name.
    fn sort(&self, list: &mut [Summary]) {
        let date = |one: &Summary| one.info.last_deployed.time().map_or(i64::MIN, Time::unix);
        list.sort_by(|a, b| (&a.name, &a.namespace).cmp(&(&b.name, &b.namespace)));
        if self.order.by_date {
            list.sort_by_key(date);
        }
        if self.order.is_reverse {
            list.reverse();
        }
    }
}

fn last_revisions(all: Vec<Summary>) -> Vec<Summary> {
    let mut last: BTreeMap<(String, String), Summary> = BTreeMap::new();
    for one in all {
        let key = (one.namespace.clone(), one.name.clone());
        let is_older = |other: &Summary| other.version > one.version;
        if !last.get(&key).is_some_and(is_older) {
            last.insert(key, one);
        }
    }
    last.into_values().collect()
}
