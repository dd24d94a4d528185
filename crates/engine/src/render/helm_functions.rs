//! `include`, `tpl`, `required`, `fail`, `lookup`: Helm's functions that need the engine
//! (`pkg/engine/engine.go`).

use super::state::{RenderState, SuppressedFailure};
use gostd::limits::LIMITS;
use gostd::strconv::quote;
use gostd::{Map, Text, Value};
use gotemplate::{Call, Error, Template, TemplateSet};
use std::rc::Rc;
use std::sync::Arc;

/// Helm's `recursionMaxNums`: how many times a template may include itself, by name.
const INCLUDE_MAX: u32 = 1000;

/// The depth to which `tpl` may nest. Helm has no limit, its process dies.
const TPL_MAX: u32 = LIMITS.tpl_nesting as u32;

/// The number of bytes of `tpl` texts that are kept parsed.
const TPL_CACHE: usize = 4 << 20;

/// The name that `tpl` texts are parsed and executed under.
pub(super) const ROOT: &str = "gotpl";

/// Go's sign of a missing value, which Helm takes out of finished texts.
const NO_VALUE: &[u8] = b"<no value>";

/// Helm marks what a chart's author says through `required` and `fail`, to find it in the error.
pub(super) const WARN_START: &str = "HELM_ERR_START";
/// The other end of [`WARN_START`].
pub(super) const WARN_END: &str = "HELM_ERR_END";

pub(super) fn include(call: &mut Call<'_, '_>, name: Text, data: Value) -> Result<Text, Error> {
    if let Some(state) = call.state::<RenderState>() {
        let nested = state.includes.entry(name.clone()).or_insert(0);
        if *nested > INCLUDE_MAX {
            return Err(Error::new(format!(
                "rendering template has a nested reference name: {name}: unable to execute template"
            )));
        }
        *nested += 1;
    }
    let text = call.execute(name.as_bytes(), data);
    if let Some(state) = call.state::<RenderState>()
        && let Some(nested) = state.includes.get_mut(&name)
    {
        *nested -= 1;
    }
    text
}

pub(super) fn tpl(call: &mut Call<'_, '_>, text: Text, data: Value) -> Result<Text, Error> {
    if memchr::memmem::find(text.as_bytes(), b"{{").is_none() {
        return Ok(without_no_value(text));
    }
    let templates = parsed(call, &text)?;
    let Some(main) = templates.first() else {
        return Ok(Text::default());
    };
    if let Some(state) = call.state::<RenderState>() {
        if state.tpl_depth == TPL_MAX {
            return Err(Error::new(format!(
                "tpl is nested more than {TPL_MAX} times"
            )));
        }
        state.tpl_depth += 1;
    }
    let outer = call.set();
    let mut set = TemplateSet::layered(outer);
    for template in templates.iter() {
        set.add(Arc::clone(&template.tree), template.file);
    }
    let result = call.execute_in(&set, main, data, &text);
    if let Some(state) = call.state::<RenderState>() {
        state.tpl_depth -= 1;
    }
    match result {
        Ok(text) => Ok(without_no_value(text)),
        Err(cause) => {
            let excerpt = quote(text.as_bytes());
            Err(Error::wrap(
                format!("error during tpl function execution for {excerpt}: "),
                cause,
            ))
        }
    }
}

/// The templates of a `tpl` text, the text itself first: parsed once, however often it is used.
fn parsed(call: &mut Call<'_, '_>, text: &Text) -> Result<Rc<[Template]>, Error> {
    if let Some(state) = call.state::<RenderState>()
        && let Some(tree) = state.tpl_texts.get(text)
    {
        return Ok(Rc::clone(tree));
    }
    call.budget().parsed_bytes(text.len())?;
    call.budget().parse_room(text.len())?;
    let functions = call.functions();
    let resolve = |name: &str| functions.resolve(name);
    let trees = gotemplate::parse(ROOT, Arc::from(text.as_bytes()), &resolve).map_err(|e| {
        let excerpt = quote(text.as_bytes());
        Error::new(format!("cannot parse template {excerpt}: {e}"))
    })?;
    let templates: Rc<[Template]> = trees
        .into_iter()
        .map(|tree| Template {
            tree: Arc::new(tree),
            file: 0,
        })
        .collect();
    if let Some(state) = call.state::<RenderState>() {
        state.tpl_bytes += text.len();
        if state.tpl_bytes > TPL_CACHE {
            state.tpl_bytes = text.len();
            state.tpl_texts.clear();
        }
        state.tpl_texts.insert(text.clone(), Rc::clone(&templates));
    }
    Ok(templates)
}

/// The text without Go's `<no value>`. No newline goes, so line origins stay as they are.
pub(super) fn without_no_value(text: Text) -> Text {
    let bytes = text.as_bytes();
    let Some(first) = memchr::memmem::find(bytes, NO_VALUE) else {
        return text;
    };
    let mut clean = Vec::with_capacity(bytes.len());
    clean.extend_from_slice(bytes.get(..first).unwrap_or_default());
    let mut from = first;
    for at in memchr::memmem::find_iter(bytes, NO_VALUE) {
        clean.extend_from_slice(bytes.get(from..at).unwrap_or_default());
        from = at + NO_VALUE.len();
    }
    clean.extend_from_slice(bytes.get(from..).unwrap_or_default());
    match text.lines() {
        Some(lines) => Text::with_lines(clean, lines.into()),
        None => Text::new(clean),
    }
}

pub(super) fn required(
    call: &mut Call<'_, '_>,
    message: Text,
    value: Value,
) -> Result<Value, Error> {
    let missing = match &value {
        Value::Nil => true,
        Value::Str(text) => text.is_empty(),
        _ => false,
    };
    if !missing {
        return Ok(value);
    }
    let text = message.to_string();
    let passed = match value {
        Value::Nil => SuppressedFailure::Missing(text),
        _ => SuppressedFailure::Empty(text),
    };
    if passes(call, passed) {
        return Ok(Value::from(""));
    }
    Err(author_error(&message))
}

pub(super) fn fail(call: &mut Call<'_, '_>, message: Text) -> Result<Text, Error> {
    if passes(call, SuppressedFailure::Fail(message.to_string())) {
        return Ok(Text::default());
    }
    Err(author_error(&message))
}

/// Returns true if lint mode lets this pass, which is then noted.
fn passes(call: &mut Call<'_, '_>, what: SuppressedFailure) -> bool {
    let Some(state) = call.state::<RenderState>().filter(|state| state.lint) else {
        return false;
    };
    state.passed.push(what);
    true
}

fn author_error(message: &Text) -> Error {
    Error::new(format!("{WARN_START}{message}{WARN_END}"))
}

/// `lookup`: objects of the host's cluster; an empty map where there is none, as in Helm.
pub(super) fn lookup(
    call: &mut Call<'_, '_>,
    version: Text,
    kind: Text,
    namespace: Text,
    name: Text,
) -> Result<Map, Error> {
    let found = call.host().lookup_object(
        &version.to_str_lossy(),
        &kind.to_str_lossy(),
        &namespace.to_str_lossy(),
        &name.to_str_lossy(),
    );
    found.map_err(|error| Error::new(error.to_string()))
}

/// Sprig's function, or, unless names may be looked up, one that answers nothing.
pub(super) fn get_host_by_name(call: &mut Call<'_, '_>, name: Text) -> Result<Text, Error> {
    let state = call.state::<RenderState>();
    match state.is_some_and(|state| state.enable_dns) {
        true => sprig::get_host_by_name(call, name),
        false => Ok(Text::default()),
    }
}

/// The lines that have Go's `<no value>`, counted from 1.
pub(super) fn lines_without_value(text: &Text) -> Vec<u32> {
    let bytes = text.as_bytes();
    let (mut line, mut counted) = (1, 0);
    let mut lines = Vec::new();
    for at in memchr::memmem::find_iter(bytes, NO_VALUE) {
        let between = bytes.get(counted..at).unwrap_or_default();
        line += memchr::memchr_iter(b'\n', between).count();
        counted = at;
        lines.push(u32::try_from(line).unwrap_or(u32::MAX));
    }
    lines.dedup();
    lines
}
