//! Diagnostics as JUnit's XML, which most CI systems read: each is a failed test, each values file
//! and each chart without any a passed one.

use crate::{Diagnostic, Place};

/// The whole document; `checked` are the names of the values files, and of charts where there are several.
pub fn junit(diagnostics: &[Diagnostic], checked: &[String]) -> String {
    let mut cases = Vec::new();
    for name in checked {
        let is_of = |diagnostic: &Diagnostic| match &diagnostic.place {
            Place::File { name: file, .. } => {
                let rest = file.strip_prefix(&**name);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            _ => false,
        };
        if !diagnostics.iter().any(is_of) {
            let name = escaped(name);
            cases.push(format!(
                "    <testcase classname=\"{name}\" name=\"values\"/>\n"
            ));
        }
    }
    for diagnostic in diagnostics {
        let (class, line) = match &diagnostic.place {
            Place::File { name, mark } if mark.line > 0 => {
                (name.clone(), format!(" line=\"{}\"", mark.line))
            }
            Place::File { name, .. } => (name.clone(), String::new()),
            Place::Flag { name, argument } => (format!("--{name} {argument}"), String::new()),
            Place::Nowhere => ("chart".into(), String::new()),
        };
        let text = match &diagnostic.place {
            Place::File { name, mark } if mark.line > 0 => {
                format!(
                    "{name}:{}:{}: {}",
                    mark.line,
                    mark.column,
                    diagnostic.plain()
                )
            }
            _ => diagnostic.plain(),
        };
        cases.push(format!(
            "    <testcase classname=\"{}\" name=\"{}\" file=\"{0}\"{line}>\n      \
             <failure message=\"{}\" type=\"{}\">{}</failure>\n    </testcase>\n",
            escaped(&class),
            diagnostic.rule.id,
            escaped(&diagnostic.message),
            diagnostic.rule.severity.name(),
            escaped(&text)
        ));
    }
    let (tests, failures) = (cases.len(), diagnostics.len());
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <testsuites tests=\"{tests}\" failures=\"{failures}\">\n  \
         <testsuite name=\"rhelm validate\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">\n\
         {}  </testsuite>\n</testsuites>\n",
        cases.concat()
    )
}

/// Text for XML 1.0, which cannot hold control characters at all.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\n' => out.push_str("&#10;"),
            c if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}
