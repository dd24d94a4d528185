//! `.Files`: the files of a chart that are no templates (`pkg/engine/files.go`).

use chart::File;
use compat::profile::Profile;
use gostd::glob::{Glob, GlobError};
use gostd::map::{Entries, Entry};
use gostd::types::{Method, MethodError, NamedType};
use gostd::value::Named;
use gostd::{GoType, List, Map, Origin, Text, Value};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// The files behind a `.Files`, by name: contents are read when a template asks for them.
type FileMap = BTreeMap<Text, Arc<File>>;

struct Files {
    files: FileMap,
    empty_lines_panic: bool,
}

static FILES: NamedType = NamedType {
    name: "engine.files",
    methods: &[
        Method::new("Get", &[GoType::String], GoType::String, get),
        Method::new("GetBytes", &[GoType::String], GoType::BYTES, get_bytes),
        Method::new(
            "Glob",
            &[GoType::String],
            GoType::Named("engine.files"),
            glob,
        ),
        Method::new("AsConfig", &[], GoType::String, as_config),
        Method::new("AsSecrets", &[], GoType::String, as_secrets),
        Method::new("Lines", &[GoType::String], GoType::STRINGS, lines),
    ],
};

/// The `.Files` of a chart.
pub(super) fn files(files: impl Iterator<Item = Arc<File>>, profile: &Profile) -> Value {
    let files = files
        .map(|file| (Text::from(file.name_bytes()), file))
        .collect();
    value(files, profile.empty_file_lines_panic)
}

fn value(files: FileMap, empty_lines_panic: bool) -> Value {
    let contents = files.clone();
    let map = Map::lazy(GoType::BYTES, move || {
        let entries = contents.into_iter().map(|(name, file)| {
            let value = Value::Bytes(bytes(&file));
            let origin = Origin::COMPUTED;
            (name, Entry { value, origin })
        });
        Entries::from_iter(entries)
    });
    Value::Named(Rc::new(Named {
        named_type: &FILES,
        value: Value::Map(map),
        native: Some(Box::new(Files {
            files,
            empty_lines_panic,
        })),
    }))
}

/// A file that cannot be read any more counts as empty: it was there when the chart was loaded.
fn bytes(file: &File) -> Text {
    file.bytes().unwrap_or_default().into()
}

fn native(receiver: &Value) -> Result<&Files, MethodError> {
    match receiver {
        Value::Named(named) => named.native.as_ref().and_then(|n| n.downcast_ref()),
        _ => None,
    }
    .ok_or_else(|| "internal: not a chart's files".into())
}

/// The file that an argument names.
fn file_argument<'f>(files: &'f Files, args: &[Value]) -> Option<&'f Arc<File>> {
    let name = args.first()?.as_text()?;
    files.files.get(name)
}

fn get(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let file = file_argument(native(receiver)?, args);
    Ok(Value::Str(file.map(|f| bytes(f)).unwrap_or_default()))
}

fn get_bytes(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let file = file_argument(native(receiver)?, args);
    Ok(Value::Bytes(file.map(|f| bytes(f)).unwrap_or_default()))
}

fn glob(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let files = native(receiver)?;
    let pattern = args.first().and_then(Value::as_text).cloned();
    let pattern = pattern.unwrap_or_default();
    let glob = match Glob::compile(pattern.as_bytes()) {
        // A pattern that does not compile stands for all files.
        Err(GlobError::Invalid(_)) => Glob::everything(),
        glob => glob.map_err(|e| e.to_string())?,
    };
    let mut matches = FileMap::new();
    for (name, file) in &files.files {
        let is_match = glob.is_match(name.as_bytes());
        if is_match.map_err(|e| e.to_string())? {
            matches.insert(name.clone(), Arc::clone(file));
        }
    }
    Ok(value(matches, files.empty_lines_panic))
}

fn as_config(receiver: &Value, _: &[Value]) -> Result<Value, MethodError> {
    by_base_name(receiver, bytes)
}

fn as_secrets(receiver: &Value, _: &[Value]) -> Result<Value, MethodError> {
    by_base_name(receiver, |file| {
        gostd::base64::encode(bytes(file).as_bytes()).into()
    })
}

fn by_base_name(receiver: &Value, content: impl Fn(&File) -> Text) -> Result<Value, MethodError> {
    let files = native(receiver)?;
    let entries = files.files.iter().map(|(name, file)| {
        let base = gostd::path::base(name.as_bytes());
        (Text::from(base), Value::Str(content(file)))
    });
    let map: Map = entries.collect();
    Ok(Value::Str(super::functions::to_yaml(&Value::Map(map))?))
}

fn lines(receiver: &Value, args: &[Value]) -> Result<Value, MethodError> {
    let files = native(receiver)?;
    let Some(file) = file_argument(files, args) else {
        return Ok(List::of(GoType::String, Vec::new()).into());
    };
    let content = bytes(file);
    if content.is_empty() {
        return match files.empty_lines_panic {
            true => Err("runtime error: index out of range [-1]".into()),
            false => Ok(List::of(GoType::String, Vec::new()).into()),
        };
    }
    let content = content.as_bytes();
    let content = content.strip_suffix(b"\n").unwrap_or(content);
    let lines = content.split(|b| *b == b'\n');
    let lines = lines.map(|line| Value::Str(line.into())).collect();
    Ok(List::of(GoType::String, lines).into())
}
