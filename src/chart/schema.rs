//! A chart's values.schema.json, compiled once for all renders.

use super::{Chart, Error, OsError};
use jsonschema::{CompileError, Schema};
use std::cell::RefCell;
use std::path::Path;

/// Where Helm says that every schema lies.
const URL: &str = "file:///values.schema.json";

/// A compiled schema.
#[derive(Debug)]
pub struct CompiledSchema {
    /// The schema, or why it is none.
    pub schema: Result<Schema, CompileError>,
    /// The `urn:` references in it, which allow anything.
    pub unresolved: Vec<String>,
}

impl Chart {
    /// The chart's schema, if it has one. Fails where the file cannot be read.
    pub fn compiled_schema(&self) -> Result<Option<&CompiledSchema>, Error> {
        let Some(file) = &self.schema else {
            return Ok(None);
        };
        let text = file.bytes()?;
        let compile = || CompiledSchema::compile(text);
        Ok(Some(self.compiled_schema.get_or_init(compile)))
    }
}

impl CompiledSchema {
    /// Compiles the text of a values.schema.json.
    pub fn compile(text: &[u8]) -> CompiledSchema {
        let unresolved = RefCell::new(Vec::new());
        let load = |url: &str| match url.split_once(':') {
            Some(("urn", _)) => {
                unresolved.borrow_mut().push(url.to_owned());
                Ok(b"true".to_vec())
            }
            Some(("file", rest)) => {
                let path = rest.strip_prefix("//").unwrap_or(rest);
                let path = gostd::url::path_unescape(path.as_bytes())?;
                let path = String::from_utf8_lossy(&path).into_owned();
                let path = Path::new(&path);
                std::fs::read(path).map_err(|e| OsError::new("open", path, &e).to_string())
            }
            Some(("http" | "https", _)) => Err("rhelm loads no schemas from the network".into()),
            _ => Err(format!(
                "no URLLoader registered for {}",
                gostd::strconv::quote(url.as_bytes())
            )),
        };
        let schema = Schema::compile(URL, text, &load);
        CompiledSchema {
            schema,
            unresolved: unresolved.into_inner(),
        }
    }
}
