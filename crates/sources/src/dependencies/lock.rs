//! The lock file, and Helm's digests of what is in it.

use super::{Dependencies, Fetched};
use crate::Error;
use chart::{Chart, Dependency, Lock, Metadata, Pin, dependencies_value, lock_value};
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

/// A lock file as Helm writes it, with what is said of each dependency besides.
fn pinned(lock: &Lock) -> Value {
    let map = |fields: Vec<(&str, Value)>| {
        let fields = fields.into_iter();
        let fields = fields.map(|(name, value)| (Text::from(name), value));
        Value::Map(fields.collect::<Map>())
    };
    let dependencies = lock.dependencies.iter().flatten().flatten();
    let pins = lock.pins.iter().cloned();
    let pins = pins.chain(std::iter::repeat(Pin::default()));
    let items = dependencies.zip(pins).map(|(dependency, pin)| {
        let mut fields = vec![
            ("name", Value::from(&*dependency.name)),
            ("repository", Value::from(&*dependency.repository)),
        ];
        for (name, text) in [
            ("version", &dependency.version),
            ("commit", &pin.commit),
            ("digest", &pin.digest),
        ] {
            if !text.is_empty() {
                fields.push((name, Value::from(&**text)));
            }
        }
        map(fields)
    });
    map(vec![
        ("dependencies", List::new(items.collect()).into()),
        ("digest", Value::from(&*lock.digest)),
        ("generated", Value::from(&*lock.generated)),
    ])
}

impl Dependencies<'_> {
    /// The lock file and its text; nothing where it says the same already.
    pub(super) fn lock_file(
        &self,
        chart: &Chart,
        dependencies: &[Dependency],
        fetched: &Fetched,
    ) -> Result<Option<(PathBuf, Vec<u8>)>, Error> {
        let digest = digest(dependencies, &fetched.locked);
        let old = chart.lock.as_ref().filter(|lock| lock.digest == digest);
        let has_pins = fetched.pins.iter().any(|pin| *pin != Pin::default());
        if old.is_some_and(|lock| !has_pins || lock.pins == fetched.pins) {
            return Ok(None);
        }
        let (_, now) = (self.now)();
        let lock = Lock {
            // It says the same, and more.
            generated: old.map_or(now, |lock| lock.generated.clone()),
            digest,
            dependencies: Some(fetched.locked.iter().cloned().map(Some).collect()),
            pins: fetched.pins.clone(),
        };
        self.pinned_lock(chart, lock).map(Some)
    }

    /// The lock file and its text.
    pub(super) fn pinned_lock(
        &self,
        chart: &Chart,
        lock: Lock,
    ) -> Result<(PathBuf, Vec<u8>), Error> {
        let file = match &*chart.metadata.api_version {
            "v1" => "requirements.lock",
            _ => "Chart.lock",
        };
        let path = self.chart.join(file);
        if let Ok(target) = fs::read_link(&path) {
            let target = target.to_string_lossy().into_owned();
            return Err(Error::LinkedLock { file, target });
        }
        let value = match lock.pins.iter().any(|pin| *pin != Pin::default()) {
            true => pinned(&lock),
            false => lock_value(&lock),
        };
        Ok((path, goyaml::to_yaml(&value).unwrap_or_default()))
    }
}
