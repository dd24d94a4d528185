//! A record as it is stored: JSON, packed by gzip, in base64; with labels.

use super::error::Error;
use super::record::{Record, Summary};
use data_encoding::BASE64;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::de::DeserializeOwned;
use std::collections::BTreeMap;
use std::io::{Read, Write};

/// The first bytes of what gzip packed. Old records are not packed.
const GZIP: &[u8] = &[0x1f, 0x8b, 0x08];

/// The size that a record's JSON may have, in bytes. What etcd takes of packed ones is a mebibyte.
const MAX_JSON: u64 = 256 << 20;

/// A record that was not looked into yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The key, `sh.helm.release.v1.NAME.vREVISION`.
    pub key: String,
    /// The labels of the object that stores it.
    pub labels: BTreeMap<String, String>,
    /// The record: JSON in gzip in base64, or without gzip.
    pub text: String,
}

impl Stored {
    /// Packs a record's JSON.
    pub fn pack(json: &[u8]) -> String {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        // Memory takes all that is written.
        let _ = packed.write_all(json);
        BASE64.encode(&packed.finish().unwrap_or_default())
    }

    /// The record's JSON.
    ///
    /// # Errors
    /// [`Error::Broken`] where it is no base64, no gzip, or longer than 256 MiB.
    pub fn json(&self) -> Result<Vec<u8>, Error> {
        let broken = |cause: &dyn std::fmt::Display| Error::Broken(cause.to_string());
        // As in Go, line breaks count for nothing.
        let text: Vec<u8> = match self.text.contains(['\n', '\r']) {
            true => self.text.bytes().filter(|b| !b"\r\n".contains(b)).collect(),
            false => self.text.as_bytes().to_vec(),
        };
        let bytes = BASE64.decode(&text).map_err(|error| {
            let at = error.position;
            broken(&format!("illegal base64 data at input byte {at}"))
        })?;
        if bytes.len() <= GZIP.len() || !bytes.starts_with(GZIP) {
            return Ok(bytes);
        }
        let mut json = Vec::new();
        let mut unpacked = GzDecoder::new(&*bytes).take(MAX_JSON + 1);
        let read = unpacked.read_to_end(&mut json);
        read.map_err(|error| broken(&error))?;
        match u64::try_from(json.len()) {
            Ok(length) if length <= MAX_JSON => Ok(json),
            _ => Err(broken(&"the record is longer than 256 MiB")),
        }
    }

    /// All of the record, with the labels.
    ///
    /// # Errors
    /// [`Error::Broken`] where it is not what Helm writes.
    pub fn record(&self) -> Result<Record, Error> {
        let mut record: Record = parse(&self.json()?)?;
        record.labels.clone_from(&self.labels);
        Ok(record)
    }

    /// What lists show of the record.
    ///
    /// # Errors
    /// As [`Stored::record`].
    pub fn summary(&self) -> Result<Summary, Error> {
        let mut summary: Summary = parse(&self.json()?)?;
        summary.labels.clone_from(&self.labels);
        Ok(summary)
    }
}

/// Reads JSON. What is none, Go's words tell.
fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, Error> {
    serde_json::from_slice(json).map_err(|error| {
        let broken = gostd::json::decode(json).err();
        Error::Broken(broken.map_or_else(|| error.to_string(), |error| error.to_string()))
    })
}
