//! `--strict`: where templates print a value that is not there.

use std::collections::BTreeSet;
use std::fmt;
use trace::line_map::{Frame, LineMap};
use trace::usage::{Path, UsageRecorder, display_value_path};

/// A place where a value that is not there, or is null, reaches the output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The template (`chart/templates/x.yaml`) and the line there, counted from 1; nothing where the text
    /// is no file's.
    pub place: Option<(String, u32)>,
    /// The expression, as Go prints it (`.Values.image.tag`).
    pub text: String,
    /// The function that makes a text of it; none where it is printed as it is.
    pub function: Option<String>,
    /// The value, where it is one of the chart's.
    pub path: Option<Path>,
    /// The calls that led there, the last one first.
    pub stack: Vec<String>,
    /// The template whose output it is in, if it is known.
    pub output: Option<String>,
}

/// The places in a render where templates print a value that is not there, each once.
pub fn missing(reads: &UsageRecorder, map: &LineMap<'_>) -> BTreeSet<Missing> {
    let missing_values = reads.missing_values().iter();
    missing_values
        .map(|nothing| {
            let place = map.place(nothing.site.at);
            let place = place.map(|(path, line)| (path.to_owned(), line));
            let stack = map.stack(nothing.site.at);
            let outermost = stack.last().and_then(|frame| frame.template.clone());
            Missing {
                text: nothing.text.clone(),
                function: nothing.function.clone(),
                path: nothing.path.clone(),
                stack: stack.iter().map(Frame::to_string).collect(),
                output: outermost.or_else(|| place.as_ref().map(|(path, _)| path.clone())),
                place,
            }
        })
        .collect()
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((path, line)) => write!(f, "{path}:{line}: ")?,
            None => f.write_str("a text that is not a file: ")?,
        }
        match &self.function {
            Some(function) => write!(f, "{}: {function} is given nothing", self.text)?,
            None => write!(f, "{} prints nothing", self.text)?,
        }
        if let Some(path) = &self.path {
            write!(f, ": {} is not set", display_value_path(path))?;
        }
        if !self.stack.is_empty() {
            write!(f, " ({})", self.stack.join(", "))?;
        }
        Ok(())
    }
}
