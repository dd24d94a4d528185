//! A release that an interrupted operation left pending: who did it, and the way out.

use super::super::cluster::{ClusterError, Resource, Verb};
use super::super::record::Record;
use super::super::record::status::FAILED;
use super::super::storage::key;
use super::{ActionError, Actions};
use engine::action::check_release_name;
use gostd::strconv::quote;
use serde_json::Value;

/// A release that is pending.
#[derive(Clone, Debug)]
pub struct Lock {
    /// Its last record.
    pub record: Record,
    /// The program that wrote the record last, as the server calls it; empty where that is not known.
    pub program: String,
    /// The seconds since the record was written last, if they are known.
    pub age: Option<i64>,
}

impl Actions<'_> {
    /// What holds a release; nothing where it is free.
    ///
    /// # Errors
    /// A release that is not there, and Helm's text on a storage that cannot be read.
    pub fn lock(&self, name: &str) -> Result<Option<Lock>, ActionError> {
        self.cluster.reach()?;
        if check_release_name(name).is_err() {
            return Err(ActionError::new(format!("release name is invalid: {name}")));
        }
        let record = self.last(name)?;
        if !record.info.status.is_pending() {
            return Ok(None);
        }
        let writer = self.writer(&record).unwrap_or_default();
        let written = ["modifiedAt", "createdAt"].iter();
        let mut written =
            written.filter_map(|label| record.labels.get(*label)?.parse::<i64>().ok());
        let written = written.next();
        let started = record
            .info
            .last_deployed
            .time()
            .map(gostd::time::Time::unix);
        let now = (self.clock)().unix();
        Ok(Some(Lock {
            program: writer,
            age: written
                .into_iter()
                .chain(started)
                .max()
                .map(|since| now - since),
            record,
        }))
    }

    /// The program that wrote a record last.
    fn writer(&self, record: &Record) -> Result<String, ClusterError> {
        let Some(plural) = self.storage.resource() else {
            return Ok(String::new());
        };
        let object = Resource {
            version: "v1".into(),
            plural: plural.into(),
            is_namespaced: true,
            namespace: record.namespace.clone(),
            name: key(&record.name, record.version),
            ..Resource::default()
        };
        let answer = self.cluster.send(&[(&object, Verb::Get)]).pop();
        let object = answer.unwrap_or(Ok(Value::Null))?;
        let writes = object
            .pointer("/metadata/managedFields")
            .and_then(Value::as_array);
        let last = writes.into_iter().flatten().max_by_key(|write| {
            let time = write.get("time").and_then(Value::as_str);
            time.unwrap_or_default().to_owned()
        });
        let manager = last.and_then(|write| write.get("manager")?.as_str());
        Ok(manager.unwrap_or_default().to_owned())
    }

    /// Records a pending revision as failed, so that the next operation can begin.
    ///
    /// # Errors
    /// Helm's text on a record that cannot be written.
    pub fn unlock(&self, lock: Lock) -> Result<Record, ActionError> {
        let mut record = lock.record;
        let name = quote(record.name.as_bytes());
        let what = match record.info.status.as_str() {
            "pending-install" => format!("Release {name} failed"),
            "pending-rollback" => format!("Rollback {name} failed"),
            _ => format!("Upgrade {name} failed"),
        };
        record.set_status(FAILED, &format!("{what}: it was interrupted"));
        self.update(&record)?;
        Ok(record)
    }
}
