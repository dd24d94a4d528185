//! How records are written and found: labels, the room for a new one, and which one is deployed (Helm's `storage.Storage`).

use super::super::error::Error;
use super::super::record::Record;
use super::super::record::status::DEPLOYED;
use super::super::storage::key;
use super::super::stored::Stored;
use super::Actions;
use compat::notice::Level;
use std::collections::BTreeMap;

/// The bytes of a record's JSON of which it is certain that they fit into an object, packed and in base64.
const SURELY_FITS: usize = 780_000;

impl Actions<'_> {
    /// Stores a new record. With a limit above 0, the oldest go first, so that there are no more than that.
    pub(super) fn create(&self, record: &Record, max_history: i64) -> Result<(), Error> {
        if max_history > 0 {
            match self.prune(&record.name, max_history - 1) {
                Ok(()) | Err(Error::NotFound) => {}
                Err(error) => return Err(error),
            }
        }
        self.storage.create(&self.stored(record, "createdAt"))
    }

    /// Says before anything is written whether a record has room.
    ///
    /// # Errors
    /// The storage's words, with what takes how much.
    pub(super) fn check_size(&self, record: &Record) -> Result<(), Error> {
        // Packing takes time, and what is small fits however badly it packs.
        if record.json(self.profile).len() <= SURELY_FITS {
            return Ok(());
        }
        match self.storage.check(&self.stored(record, "createdAt")) {
            Err(Error::TooLarge { message, .. }) => Err(Error::TooLarge {
                message,
                parts: record.sizes(),
            }),
            answer => answer,
        }
    }

    /// Stores a record in place of itself.
    pub(super) fn update(&self, record: &Record) -> Result<(), Error> {
        self.storage.update(&self.stored(record, "modifiedAt"))
    }

    /// The same where nothing can be done about a failure: Helm 4 logs it.
    pub(super) fn try_update(&self, record: &Record) {
        if let Err(error) = self.update(record) {
            let attributes = vec![
                ("name", record.name.clone()),
                ("revision", record.version.to_string()),
                ("error", error.to_string()),
            ];
            self.log(Level::Warn, "failed to update release", attributes);
        }
    }

    /// The record as an object is made of it. Its own labels win over the time, Helm's over both.
    fn stored(&self, record: &Record, time: &str) -> Stored {
        let seconds = (self.clock)().unix();
        let mut labels = BTreeMap::from([(time.to_owned(), seconds.to_string())]);
        labels.extend(record.labels.clone());
        for (label, value) in [
            ("name", record.name.clone()),
            ("owner", "helm".to_owned()),
            ("status", record.info.status.0.clone()),
            ("version", record.version.to_string()),
        ] {
            labels.insert(label.to_owned(), value);
        }
        Stored {
            key: key(&record.name, record.version),
            labels,
            text: Stored::pack(&record.json(self.profile)),
        }
    }

    /// Deletes the oldest records of a release until there are so many, but never the one that is deployed.
    fn prune(&self, name: &str, most: i64) -> Result<(), Error> {
        let history = self.history(name)?;
        let most = usize::try_from(most).unwrap_or(0);
        if history.len() <= most {
            return Ok(());
        }
        let deployed = match self.deployed(name) {
            Ok(record) => Some(record.version),
            Err(Error::NoDeployed(_)) => None,
            Err(error) => return Err(error),
        };
        let old = history.iter().filter(|one| Some(one.version) != deployed);
        let mut errors = old
            .take(history.len() - most)
            .filter_map(|one| self.storage.delete(&key(name, one.version)).err());
        let Some(first) = errors.next() else {
            return Ok(());
        };
        Err(match errors.count() {
            0 => first,
            more => Error::Storage(format!(
                "encountered {} deletion errors. First is: {first}",
                more + 1
            )),
        })
    }

    /// All records of a release that can be read, the oldest first, with all labels of their objects.
    pub(super) fn history(&self, name: &str) -> Result<Vec<Record>, Error> {
        self.query(&[("name", name), ("owner", "helm")])
    }

    /// The newest record of a release.
    pub(super) fn last(&self, name: &str) -> Result<Record, Error> {
        let newest = self.history(name)?.pop();
        newest.ok_or_else(|| Error::NoRevision(name.to_owned()))
    }

    /// The records of a release that are deployed, the oldest first; none is an error.
    pub(super) fn all_deployed(&self, name: &str) -> Result<Vec<Record>, Error> {
        let labels = [("name", name), ("owner", "helm"), ("status", DEPLOYED)];
        self.query(&labels)
            .map_err(|error| match error.to_string().contains("not found") {
                true => Error::NoDeployed(name.to_owned()),
                false => error,
            })
    }

    /// The record that is deployed.
    pub(super) fn deployed(&self, name: &str) -> Result<Record, Error> {
        let newest = self.all_deployed(name)?.pop();
        newest.ok_or_else(|| Error::NoDeployed(name.to_owned()))
    }

    fn query(&self, labels: &[(&str, &str)]) -> Result<Vec<Record>, Error> {
        let stored = self.storage.query(labels)?;
        // Helm skips what it cannot read.
        let records = stored.iter().filter_map(|one| one.record().ok());
        let mut records: Vec<Record> = records.collect();
        records.sort_by_key(|record| record.version);
        Ok(records)
    }
}
