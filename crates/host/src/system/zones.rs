//! The machine's time zones, found as Go finds them: `TZ`, `/etc/localtime`, the directories of the tz
//! database.

use files::input::{self, NamedBy};
use gostd::time::{LocalZoneSource, ZoneDatabase};
use std::path::Path;

/// The places where Go looks for the tz database.
const DIRECTORIES: [&str; 4] = [
    "/usr/share/zoneinfo/",
    "/usr/share/lib/zoneinfo/",
    "/usr/lib/locale/TZ/",
    "/etc/zoneinfo/",
];

/// The file of the local zone.
const LOCALTIME: &str = "/etc/localtime";

/// A tz database file has a few kilobytes; what is larger is none.
const MAX_FILE: u64 = 1 << 20;

/// The zones of this machine.
pub(super) struct SystemZones;

impl ZoneDatabase for SystemZones {
    fn local(&self) -> LocalZoneSource {
        match std::env::var_os("TZ") {
            None => file("Local", LOCALTIME),
            Some(tz) => tz.to_str().map_or(LocalZoneSource::Utc, from_variable),
        }
    }

    fn file(&self, name: &str) -> Option<Vec<u8>> {
        let mut directories = DIRECTORIES.iter();
        directories.find_map(|directory| read(&Path::new(directory).join(name)))
    }
}

/// The meaning of a value of `TZ`: a path, or a name of the tz database, maybe after a colon.
fn from_variable(tz: &str) -> LocalZoneSource {
    let tz = tz.strip_prefix(':').unwrap_or(tz);
    match tz {
        "" | "UTC" => LocalZoneSource::Utc,
        LOCALTIME => file("Local", tz),
        _ if tz.starts_with('/') => file(tz, tz),
        _ => LocalZoneSource::Named(tz.to_owned()),
    }
}

fn file(name: &str, path: &str) -> LocalZoneSource {
    let name = name.to_owned();
    read(Path::new(path)).map_or(LocalZoneSource::Utc, |data| LocalZoneSource::File {
        name,
        data,
    })
}

/// The content of a file: a template may name it, and it must be a regular one.
fn read(path: &Path) -> Option<Vec<u8>> {
    input::read(path, NamedBy::Chart, MAX_FILE).ok()
}
