//! Where records are stored.

use super::error::Error;
use super::record::{Record, Summary};
use super::stored::Stored;

/// The labels that Helm itself gives to the object that stores a record (`driver.GetSystemLabels`).
pub const SYSTEM_LABELS: &[&str] = &[
    "name",
    "owner",
    "status",
    "version",
    "createdAt",
    "modifiedAt",
];

/// The storage of one namespace, or of all.
///
/// Errors are Helm's, with the words of the storage inside.
pub trait Storage {
    /// The record with this key.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the storage's own.
    fn get(&self, key: &str) -> Result<Stored, Error>;

    /// The records whose labels have all of these values, each `(label, value)`, in the storage's order.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or the storage's own.
    fn query(&self, labels: &[(&str, &str)]) -> Result<Vec<Stored>, Error>;

    /// All records of Helm's, in the storage's order.
    ///
    /// # Errors
    /// The storage's own.
    fn list(&self) -> Result<Vec<Stored>, Error>;

    /// Stores a new record.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is one of this key, or the storage's own.
    fn create(&self, stored: &Stored) -> Result<(), Error>;

    /// Stores a record in place of the one with its key.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the storage's own.
    fn update(&self, stored: &Stored) -> Result<(), Error>;

    /// Removes a record.
    ///
    /// # Errors
    /// [`Error::NotFound`], or the storage's own.
    fn delete(&self, key: &str) -> Result<(), Error>;

    /// Says before it is tried whether a record can be stored, as far as that is known.
    ///
    /// # Errors
    /// [`Error::TooLarge`].
    fn check(&self, stored: &Stored) -> Result<(), Error> {
        let _ = stored;
        Ok(())
    }

    /// The kind of objects that records are, as paths name it; none where they are no objects.
    fn resource(&self) -> Option<&'static str> {
        None
    }
}

/// The key of a revision (Helm's `storage.makeKey`).
pub fn key(name: &str, version: i64) -> String {
    format!("sh.helm.release.v1.{name}.v{version}")
}

/// The revisions of one release.
#[derive(Debug)]
pub struct History(Vec<Stored>);

impl History {
    /// All records of a release.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none, or the storage's own.
    pub fn read(storage: &dyn Storage, name: &str) -> Result<History, Error> {
        let mut records = storage.query(&[("name", name), ("owner", "helm")])?;
        records.sort_by_key(|stored| std::cmp::Reverse(version(stored)));
        Ok(History(records))
    }

    /// The newest revision whose record can be read.
    ///
    /// # Errors
    /// [`Error::NoRevision`] where none can.
    pub fn last(&self, name: &str) -> Result<Record, Error> {
        let mut records = self.0.iter();
        // Helm skips what it cannot read.
        let last = records.find_map(|stored| stored.record().ok());
        last.ok_or_else(|| Error::NoRevision(name.to_owned()))
    }

    /// All revisions that can be read, the newest first.
    pub fn summaries(&self) -> Vec<Summary> {
        let records = self.0.iter();
        let mut summaries: Vec<_> = records.filter_map(|one| one.summary().ok()).collect();
        summaries.sort_by_key(|summary| std::cmp::Reverse(summary.version));
        summaries
    }
}

/// The revision that the key tells.
fn version(stored: &Stored) -> i64 {
    let number = stored.key.rsplit_once(".v").map(|(_, number)| number);
    number.and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// The record of a revision; of the last one where `version` is 0 or less (Helm's `releaseContent`).
///
/// # Errors
/// [`Error::NotFound`], [`Error::Broken`] or the storage's own.
pub fn content(storage: &dyn Storage, name: &str, version: i64) -> Result<Record, Error> {
    if version <= 0 {
        return History::read(storage, name)?.last(name);
    }
    let key = key(name, version);
    let stored = storage.get(&key)?;
    let mut record = stored.record().map_err(|cause| {
        let key = gostd::strconv::quote(key.as_bytes());
        Error::Storage(format!("get: failed to decode data {key}: {cause}"))
    })?;
    record
        .labels
        .retain(|label, _| !SYSTEM_LABELS.contains(&label.as_str()));
    Ok(record)
}
