//! Rendering one template with Sprig's functions on a host whose clock stands still.

use gostd::host::{Host, Instant};
use gostd::time::{LocalZoneSource, ZoneDatabase};
use gostd::{Map, Value};
use gotemplate::{FunctionTable, Output, Run, TemplateSet, execute, parse};
use std::cell::Cell;
use std::rc::Rc;
use std::sync::Arc;

/// 2024-02-29 12:34:56.789 UTC, and the same bytes as random ones in each test.
pub(crate) struct Still(Cell<u64>);

impl Still {
    pub(crate) fn new() -> Self {
        Still(Cell::new(1))
    }
}

impl Host for Still {
    fn now(&self) -> Instant {
        Instant {
            seconds: 1_709_210_096,
            nanoseconds: 789_000_000,
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut state = self.0.get();
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            self.0.set(state);
            *byte = (state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 56) as u8;
        }
    }

    fn lookup_host(&self, name: &str) -> Result<Vec<String>, gostd::host::Missing> {
        Ok(match name {
            "localhost" => vec!["127.0.0.1".into()],
            _ => Vec::new(),
        })
    }

    fn environment(&self, name: &str) -> Option<String> {
        (name == "HOME").then(|| "/home/demo".into())
    }

    fn zones(&self) -> Option<Rc<dyn ZoneDatabase>> {
        Some(Rc::new(LocalIsUtc))
    }
}

/// A machine whose `/etc/localtime` is UTC's file, as the one was that the vectors were recorded on.
struct LocalIsUtc;

impl ZoneDatabase for LocalIsUtc {
    fn local(&self) -> LocalZoneSource {
        // Counts of a file: one offset of zero, no transition, `UTC` with its NUL.
        let mut data = b"TZif".to_vec();
        data.extend_from_slice(&[0; 16]);
        for count in [0_u32, 0, 0, 0, 1, 4] {
            data.extend_from_slice(&count.to_be_bytes());
        }
        data.extend_from_slice(&[0; 6]);
        data.extend_from_slice(b"UTC\0");
        LocalZoneSource::File {
            name: "Local".into(),
            data,
        }
    }

    fn file(&self, _name: &str) -> Option<Vec<u8>> {
        None
    }
}

/// Renders a template: its output, or Go's error text.
pub(crate) fn render(name: &str, template: &[u8]) -> Result<Vec<u8>, Vec<u8>> {
    let mut table = FunctionTable::new();
    sprig::register(&mut table);
    let trees = parse(name, Arc::from(template), &|name| table.resolve(name))
        .map_err(|e| e.to_string().into_bytes())?;
    let mut set = TemplateSet::new(name);
    for tree in trees {
        set.add(Arc::new(tree), 1);
    }
    let (host, mut state) = (Still::new(), ());
    let mut run = Run::new(&table, &host, &mut state, 1 << 20);
    let mut out = Output::new(false);
    match execute(
        &mut run,
        &set,
        name.as_bytes(),
        Value::Map(Map::new()),
        &mut out,
    ) {
        // Helm's engine takes out what text/template prints for a missing key.
        Ok(()) => Ok(String::from_utf8_lossy(out.as_bytes())
            .replace("<no value>", "")
            .into_bytes()),
        Err(error) => Err(error.to_string().into_bytes()),
    }
}
