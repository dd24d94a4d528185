//! Diagnostics as GitHub Actions' workflow commands: notes beside the lines of a pull request.

use super::base::{Base, Name};
use crate::{Diagnostic, Place};

/// One command a diagnostic; GitHub wants paths from the repository's top on.
pub fn github(diagnostics: &[Diagnostic], base: &Base) -> String {
    let mut text = String::new();
    for diagnostic in diagnostics {
        let mut properties = Vec::new();
        if let Place::File { name, mark } = &diagnostic.place {
            let (Name::Below(name) | Name::Other(name)) = base.name(name);
            properties.push(format!("file={}", property(&name)));
            if mark.line > 0 {
                properties.push(format!("line={},col={}", mark.line, mark.column.max(1)));
            }
        }
        properties.push(format!("title={}", property(diagnostic.rule.id)));
        let command = diagnostic.rule.severity.name();
        let message = message(&diagnostic.plain());
        text.push_str(&format!(
            "::{command} {}::{message}\n",
            properties.join(",")
        ));
    }
    text
}

/// Escapes the characters that a command's text may not hold.
fn message(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

/// The same of a property's value.
fn property(text: &str) -> String {
    message(text).replace(':', "%3A").replace(',', "%2C")
}
