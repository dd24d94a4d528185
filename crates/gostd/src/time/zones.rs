//! The source of time zones: the local zone and the tz database of the machine, as a render's host tells
//! of them.

use super::location::LocalZone;
use std::cell::{OnceCell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// The zones of a machine. Without one, as on a thread where nobody has called [`use_zones`], the local
/// zone is UTC and the tz database is the built-in copy.
pub trait ZoneDatabase {
    /// The local zone. It is asked for once in each scope of [`use_zones`], when first needed.
    fn local(&self) -> LocalZoneSource;

    /// The content of the tz database's file for a zone such as `Europe/Berlin`; `None` leaves it to the
    /// built-in copy.
    fn file(&self, name: &str) -> Option<Vec<u8>>;
}

/// The zone behind `time.Local`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum LocalZoneSource {
    /// UTC.
    Utc,
    /// A zone of the tz database; UTC if there is none of that name.
    Named(String),
    /// The content of a tz database file, and the name that the zone shall have; UTC if it is malformed.
    File {
        /// The text of `Location.String`.
        name: String,
        /// The file's content.
        data: Vec<u8>,
    },
}

thread_local! {
    static CURRENT: RefCell<Option<Rc<Current>>> = const { RefCell::new(None) };
}

struct Current {
    database: Rc<dyn ZoneDatabase>,
    local: OnceCell<Arc<LocalZone>>,
}

/// Keeps a database in use on this thread; the one before is back in use when this is dropped.
pub struct ZoneScope {
    previous: Option<Rc<Current>>,
}

/// Lets [`Location::local`](super::Location::local) and [`Location::load`](super::Location::load) use a
/// database on this thread, until what this gives is dropped. `None` is UTC and the built-in copy.
pub fn use_zones(database: Option<Rc<dyn ZoneDatabase>>) -> ZoneScope {
    let current = database.map(|database| {
        Rc::new(Current {
            database,
            local: OnceCell::new(),
        })
    });
    ZoneScope {
        previous: CURRENT.replace(current),
    }
}

impl Drop for ZoneScope {
    fn drop(&mut self) {
        CURRENT.set(self.previous.take());
    }
}

fn current() -> Option<Rc<Current>> {
    CURRENT.with_borrow(Option::clone)
}

/// The local zone of this thread's database.
pub(super) fn local() -> Arc<LocalZone> {
    match current() {
        None => Arc::new(LocalZone::utc()),
        Some(current) => {
            let source = || Arc::new(LocalZone::new(current.database.local()));
            Arc::clone(current.local.get_or_init(source))
        }
    }
}

/// The file of a zone in this thread's database.
pub(super) fn file(name: &str) -> Option<Vec<u8>> {
    current()?.database.file(name)
}
