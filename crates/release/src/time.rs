//! Times of records: RFC 3339 with the zone of whoever wrote them.

use gostd::time::{self, Time};
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// Go's `time.ANSIC`.
const ANSIC: &[u8] = b"Mon Jan _2 15:04:05 2006";
/// Go's `time.RFC3339`.
const RFC_3339: &[u8] = b"2006-01-02T15:04:05Z07:00";

/// A time, or none: Go's zero time, which Helm 3 writes as an empty text and Helm 4 leaves out.
#[derive(Clone, Debug, Default)]
pub struct Timestamp(Option<Time>);

impl Timestamp {
    /// A time.
    pub fn new(time: Time) -> Timestamp {
        Timestamp((!time.is_zero()).then_some(time))
    }

    /// The time, if there is one.
    pub fn time(&self) -> Option<&Time> {
        self.0.as_ref()
    }

    /// The time as Go's `time.ANSIC`, in the zone that it was written in. No time is Go's zero time.
    pub fn ansic(&self) -> String {
        self.format(ANSIC)
    }

    /// The time as Go's `time.RFC3339`.
    pub fn rfc_3339(&self) -> String {
        self.format(RFC_3339)
    }

    /// The time in a layout of Go's.
    pub fn format(&self, layout: &[u8]) -> String {
        let text = match &self.0 {
            Some(time) => time.format(layout),
            None => Time::zero().format(layout),
        };
        String::from_utf8_lossy(&text).into_owned()
    }

    /// The text in JSON, without quotes: RFC 3339 with nanoseconds. Nothing without a time, or for a year that RFC 3339 has
    /// not.
    pub fn json(&self) -> Option<String> {
        self.0.as_ref()?.marshal_text().ok()
    }
}

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Timestamp, D::Error> {
        let Some(text) = Option::<std::borrow::Cow<'_, str>>::deserialize(deserializer)? else {
            return Ok(Timestamp::default());
        };
        if text.is_empty() {
            return Ok(Timestamp::default());
        }
        let time = time::parse(RFC_3339, text.as_bytes()).map_err(D::Error::custom)?;
        Ok(Timestamp::new(time))
    }
}
