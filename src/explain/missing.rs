//! `--strict`: where templates print a value that is not there.

use super::line_map::{Frame, LineMap};
use crate::reads::{Path, ReadSet, shown_path};
use std::collections::BTreeSet;
use std::fmt;

/// A place where a value that is not there, or is null, reaches the output.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    /// The template (`chart/templates/x.yaml`) and the line there, counted from 1; nothing where the text
    /// is no file's.
    pub place: Option<(String, u32)>,
    /// What stands there, as Go prints it (`.Values.image.tag`).
    pub shown: String,
    /// The function that makes a text of it; none where it is printed as it is.
    pub function: Option<String>,
    /// The value, where it is one of the chart's.
    pub path: Option<Path>,
    /// The calls that led there, the last one first.
    pub stack: Vec<String>,
}

/// The places in a render where templates print a value that is not there, each once.
pub fn missing(reads: &ReadSet, map: &LineMap<'_>) -> BTreeSet<Missing> {
    let nothings = reads.nothings().iter();
    nothings
        .map(|nothing| Missing {
            place: map
                .place(nothing.site.at)
                .map(|(path, line)| (path.to_owned(), line)),
            shown: nothing.shown.clone(),
            function: nothing.function.clone(),
            path: nothing.path.clone(),
            stack: map
                .stack(nothing.site.at)
                .iter()
                .map(Frame::to_string)
                .collect(),
        })
        .collect()
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.place {
            Some((path, line)) => write!(f, "{path}:{line}: ")?,
            None => f.write_str("a text that is no file: ")?,
        }
        match &self.function {
            Some(function) => write!(f, "{}: {function} is given nothing", self.shown)?,
            None => write!(f, "{} prints nothing", self.shown)?,
        }
        if let Some(path) = &self.path {
            write!(f, ": {} is not set", shown_path(path))?;
        }
        if !self.stack.is_empty() {
            write!(f, " ({})", self.stack.join(", "))?;
        }
        Ok(())
    }
}
