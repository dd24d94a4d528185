//! Records in memory, which end with the process: Helm's driver `memory`.

use super::error::Error;
use super::record::Summary;
use super::storage::{self, Storage};
use super::stored::Stored;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// The namespace of records that name none.
const DEFAULT: &str = "default";

/// Records by namespace.
#[derive(Debug, Default)]
pub struct Memory {
    namespaces: RefCell<BTreeMap<String, Vec<Item>>>,
    /// The namespace that is looked into; empty for all.
    namespace: String,
}

#[derive(Clone, Debug)]
struct Item {
    name: String,
    status: String,
    version: i64,
    stored: Stored,
}

impl Memory {
    /// Adds a record, given as JSON.
    ///
    /// # Errors
    /// [`Error::Exists`] where there is one of its name and revision, [`Error::Broken`] where it is no record.
    pub fn add(&mut self, json: String) -> Result<(), Error> {
        let summary = serde_json::from_str(&json);
        let summary: Summary = summary.map_err(|error| Error::Broken(error.to_string()))?;
        self.insert(&summary, Stored::pack(json.as_bytes()))
    }

    fn insert(&self, summary: &Summary, text: String) -> Result<(), Error> {
        let key = storage::key(&summary.name, summary.version);
        let namespace = match summary.namespace.is_empty() {
            true => DEFAULT.to_owned(),
            false => summary.namespace.clone(),
        };
        let mut namespaces = self.namespaces.borrow_mut();
        let items = namespaces.entry(namespace).or_default();
        if items.iter().any(|item| item.stored.key == key) {
            return Err(Error::Exists);
        }
        items.push(Item {
            name: summary.name.clone(),
            status: summary.info.status.0.clone(),
            version: summary.version,
            stored: Stored {
                key,
                labels: BTreeMap::new(),
                text,
            },
        });
        items.sort_by(|a, b| (&a.name, a.version).cmp(&(&b.name, b.version)));
        Ok(())
    }

    /// The same records, of which one namespace is looked into; empty for all.
    pub fn of_namespace(mut self, namespace: &str) -> Memory {
        namespace.clone_into(&mut self.namespace);
        self
    }

    fn items(&self) -> Vec<Item> {
        let namespaces = self.namespaces.borrow();
        let namespaces = namespaces
            .iter()
            .filter(|(name, _)| self.namespace.is_empty() || **name == self.namespace);
        namespaces
            .flat_map(|(_, items)| items.iter().cloned())
            .collect()
    }

    /// Takes the record with a key away, in the namespace that is looked into.
    fn remove(&self, key: &str) -> Result<(), Error> {
        let mut namespaces = self.namespaces.borrow_mut();
        let namespaces = namespaces
            .iter_mut()
            .filter(|(name, _)| self.namespace.is_empty() || **name == self.namespace);
        for (_, items) in namespaces {
            if let Some(at) = items.iter().position(|item| item.stored.key == key) {
                items.remove(at);
                return Ok(());
            }
        }
        Err(Error::NotFound)
    }
}

impl Item {
    fn label(&self, name: &str) -> Option<String> {
        match name {
            "name" => Some(self.name.clone()),
            "owner" => Some("helm".to_owned()),
            "status" => Some(self.status.clone()),
            "version" => Some(self.version.to_string()),
            _ => None,
        }
    }
}

impl Storage for Memory {
    fn get(&self, key: &str) -> Result<Stored, Error> {
        let plain = key.strip_prefix("sh.helm.release.v1.").unwrap_or(key);
        let mut parts = plain.split(".v");
        let (Some(_), Some(version), None) = (parts.next(), parts.next(), parts.next()) else {
            return Err(Error::InvalidKey);
        };
        if version.parse::<i64>().is_err() {
            return Err(Error::InvalidKey);
        }
        let found = self.items().into_iter().find(|item| item.stored.key == key);
        found.map(|item| item.stored).ok_or(Error::NotFound)
    }

    fn query(&self, labels: &[(&str, &str)]) -> Result<Vec<Stored>, Error> {
        let matches = |item: &Item| {
            let mut labels = labels.iter();
            labels.all(|(name, value)| item.label(name).as_deref() == Some(value))
        };
        let records: Vec<Stored> = self
            .items()
            .into_iter()
            .filter(matches)
            .map(|item| item.stored)
            .collect();
        match records.is_empty() {
            true => Err(Error::NotFound),
            false => Ok(records),
        }
    }

    fn list(&self) -> Result<Vec<Stored>, Error> {
        Ok(self.items().into_iter().map(|item| item.stored).collect())
    }

    fn create(&self, stored: &Stored) -> Result<(), Error> {
        self.insert(&stored.summary()?, stored.text.clone())
    }

    fn update(&self, stored: &Stored) -> Result<(), Error> {
        self.remove(&stored.key)?;
        self.create(stored)
    }

    fn delete(&self, key: &str) -> Result<(), Error> {
        self.remove(key)
    }
}
