//! The lock file, and Helm's digests of what is in it.

use super::Dependencies;
use crate::Error;
use chart::{Chart, Dependency, Lock, Metadata, dependencies_value, lock_value};
use gostd::{List, Map, Text, Value};
use sha2::{Digest, Sha256};
use std::fs;
use std::path::PathBuf;

/// Helm's digest of what is asked for and what is locked (`resolver.HashReq`).
pub(super) fn digest(dependencies: &[Dependency], locked: &[Dependency]) -> String {
    let both = [dependencies, locked].map(|list| {
        dependencies_value(&Metadata {
            dependencies: Some(list.iter().cloned().map(Some).collect()),
            ..Metadata::default()
        })
    });
    of_json(&List::new(both.to_vec()).into())
}

/// Helm 2's digest of what is asked for (`resolver.HashV2Req`).
pub(super) fn helm_2_digest(metadata: &Metadata) -> String {
    let entry = (Text::from("dependencies"), dependencies_value(metadata));
    of_json(&Value::Map([entry].into_iter().collect::<Map>()))
}

fn of_json(value: &Value) -> String {
    let json = gostd::json::encode(value, gostd::json::Options::COMPACT);
    format!("sha256:{}", hex_digest(&json.unwrap_or_default()))
}

/// The SHA-256 of some bytes, in hexadecimal digits.
pub(super) fn hex_digest(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(bytes))
}

impl Dependencies<'_> {
    /// The lock file and its text; nothing where it says the same already.
    pub(super) fn lock_file(
        &self,
        chart: &Chart,
        dependencies: &[Dependency],
        locked: Vec<Dependency>,
    ) -> Result<Option<(PathBuf, Vec<u8>)>, Error> {
        let digest = digest(dependencies, &locked);
        let old = chart.lock.as_ref();
        if old.is_some_and(|lock| lock.digest == digest) {
            return Ok(None);
        }
        let file = match &*chart.metadata.api_version {
            "v1" => "requirements.lock",
            _ => "Chart.lock",
        };
        let path = self.chart.join(file);
        if let Ok(target) = fs::read_link(&path) {
            let target = target.to_string_lossy().into_owned();
            return Err(Error::LinkedLock { file, target });
        }
        let (_, generated) = (self.now)();
        let lock = Lock {
            generated,
            digest,
            dependencies: Some(locked.into_iter().map(Some).collect()),
        };
        let text = goyaml::to_yaml(&lock_value(&lock)).unwrap_or_default();
        Ok(Some((path, text)))
    }
}
