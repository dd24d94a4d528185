//! Templates outside of charts: `--name-template` (`action.TemplateName`) and `version --template`.

use background::template_stack;
use gostd::Value;
use gostd::host::Host;
use gotemplate::{FunctionTable, Output, Run, TemplateSet};
use std::sync::Arc;

/// The reason why a template outside of charts makes no text, in Go's words.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TextTemplateError {
    /// It does not parse.
    #[error(transparent)]
    Parse(#[from] gotemplate::ParseError),
    /// It fails.
    #[error("{0}")]
    Execute(String),
}

/// The name that a template makes, with Sprig's functions only, environment included.
pub fn name_from_template(template: &str, host: &dyn Host) -> Result<String, TextTemplateError> {
    let mut functions = FunctionTable::new();
    sprig::register(&mut functions);
    text_from_template("name-template", template, Value::Nil, &functions, host)
}

/// Renders a template text called `name` with `data`.
pub fn text_from_template(
    name: &str,
    template: &str,
    data: Value,
    functions: &FunctionTable,
    host: &dyn Host,
) -> Result<String, TextTemplateError> {
    let resolve = |name: &str| functions.resolve(name);
    let trees = gotemplate::parse(name, Arc::from(template.as_bytes()), &resolve);
    let mut set = TemplateSet::new(name);
    for tree in trees? {
        set.add(Arc::new(tree), 0);
    }
    let mut state = ();
    let mut run = Run::new(functions, host, &mut state, template_stack());
    let mut out = Output::new(false);
    gotemplate::execute(&mut run, &set, name.as_bytes(), data, &mut out)
        .map_err(|error| TextTemplateError::Execute(error.to_string()))?;
    Ok(String::from_utf8_lossy(out.as_bytes()).into_owned())
}
