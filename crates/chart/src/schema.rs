//! A chart's values.schema.json, compiled once for all renders.

use super::{Chart, Error};
use gojsonschema::{CompileError, LoadError, Schema};
use std::cell::RefCell;
#[cfg(feature = "fs")]
use {
    super::OsError,
    files::input::{self, NamedBy},
    gojsonschema::Document,
    gostd::limits::LIMITS,
    std::path::Path,
};

/// The address that Helm gives every schema.
const URL: &str = "file:///values.schema.json";

/// A compiled schema.
#[derive(Debug)]
pub struct CompiledSchema {
    /// The schema, or why it is none.
    pub schema: Result<Schema, CompileError>,
    /// The `urn:` references in it, which allow anything.
    pub unresolved: Vec<String>,
    /// The references to the network that were ignored, which allow anything, too.
    pub ignored: Vec<String>,
}

/// Fetches what is at an address of `http:` or `https:`.
pub type Fetch = fn(&str) -> Result<Vec<u8>, LoadError>;

/// The treatment of a schema's references to the network.
#[derive(Clone, Copy, Default)]
#[non_exhaustive]
pub enum Remote<'f> {
    /// They are fetched by the function passed to [`Chart::fetch_schemas_with`]; without that the schema cannot
    /// be used.
    #[default]
    AsInHelm,
    /// They allow anything.
    Ignored,
    /// This fetches what is at an address.
    Fetched(&'f dyn Fn(&str) -> Result<Vec<u8>, LoadError>),
}

impl Chart {
    /// The chart's schema, if it has one. Fails where the file cannot be read.
    pub fn compiled_schema(&self) -> Result<Option<&CompiledSchema>, Error> {
        self.compile_schema(Remote::AsInHelm)
    }

    /// Has `fetch` fetch what the schemas of this chart and of those in it refer to on the network, when they
    /// are compiled. Helm always does; a chart that nobody gave a way to do so loads nothing.
    pub fn fetch_schemas_with(&mut self, fetch: Fetch) {
        self.fetch = Some(fetch);
        for dependency in &mut self.dependencies {
            dependency.fetch_schemas_with(fetch);
        }
    }

    /// Compiles the schemas of the chart and of those in it for all later renders: what they refer to on
    /// the network is up to `remote`. Files that cannot be read are left for later.
    pub fn compile_schemas(&self, remote: Remote<'_>) {
        let mut waiting = vec![self];
        while let Some(chart) = waiting.pop() {
            let _ = chart.compile_schema(remote);
            waiting.extend(&chart.dependencies);
        }
    }

    fn compile_schema(&self, remote: Remote<'_>) -> Result<Option<&CompiledSchema>, Error> {
        let Some(file) = &self.schema else {
            return Ok(None);
        };
        let text = file.bytes()?;
        let remote = match (remote, &self.fetch) {
            (Remote::AsInHelm, Some(fetch)) => Remote::Fetched(fetch),
            (remote, _) => remote,
        };
        let compile = || CompiledSchema::compile(text, remote);
        Ok(Some(self.compiled_schema.get_or_init(compile)))
    }
}

impl CompiledSchema {
    /// Compiles the text of a values.schema.json.
    pub fn compile(text: &[u8], remote: Remote<'_>) -> CompiledSchema {
        let unresolved = RefCell::new(Vec::new());
        let ignored = RefCell::new(Vec::new());
        let load = |url: &str| match url.split_once(':') {
            Some(("urn", _)) => {
                unresolved.borrow_mut().push(url.to_owned());
                Ok(b"true".to_vec())
            }
            Some(("file", _)) => read_file(url),
            Some(("http" | "https", _)) => match remote {
                Remote::AsInHelm => Err("network access is disabled".into()),
                Remote::Ignored => {
                    ignored.borrow_mut().push(url.to_owned());
                    Ok(b"true".to_vec())
                }
                Remote::Fetched(fetch) => fetch(url),
            },
            _ => {
                let url = gostd::strconv::quote(url.as_bytes());
                Err(format!("no URLLoader registered for {url}").into())
            }
        };
        let schema = Schema::compile(URL, text, &load);
        CompiledSchema {
            schema,
            unresolved: unresolved.into_inner(),
            ignored: ignored.into_inner(),
        }
    }
}

#[cfg(not(feature = "fs"))]
fn read_file(_url: &str) -> Result<Vec<u8>, LoadError> {
    Err("this build of rhelm reads no files (its feature \"fs\" is off)".into())
}

/// The JSON text of a `file:` address (the library's `FileLoader`). Of a file without end the start is enough
/// if that is no JSON: so Helm's reader, which reads no further, tells of it.
#[cfg(feature = "fs")]
fn read_file(url: &str) -> Result<Vec<u8>, LoadError> {
    let path = gojsonschema::file_path(url)?;
    let path = String::from_utf8_lossy(&path).into_owned();
    let path = Path::new(&path);
    let start = input::read_start(path, NamedBy::Chart, LIMITS.chart_file_bytes)
        .map_err(|e| OsError::new("open", path, &e).to_string())?;
    if let Err(too_large) = start.check_whole() {
        let text = &start.bytes;
        let is_wrong = Document::parse(text).is_err_and(|error| error.offset() < text.len());
        if !is_wrong {
            return Err(OsError::new("read", path, &too_large).to_string().into());
        }
    }
    Ok(start.bytes)
}
