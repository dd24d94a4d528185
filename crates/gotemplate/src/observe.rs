//! Watching an execution: which map entries its templates read, which templates they call, where they
//! print nothing.

use gostd::text::LineOrigin;
use gostd::{Map, Origin, Value};

/// The place in the templates where something happens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Site {
    /// The line of the operand or function.
    pub at: LineOrigin,
    /// The line on which the action that it stands in begins: what the action prints comes from there.
    pub action: u32,
    /// The byte of the template at which that action is: it tells actions of one line apart.
    pub statement: u32,
}

impl Site {
    /// The line that what is printed here comes from.
    pub fn printed(self) -> LineOrigin {
        LineOrigin {
            line: self.action,
            ..self.at
        }
    }
}

/// Told of what templates do while they execute. An execution without one does no work for it.
///
/// Maps are told apart by [`Map::identity`]; the owner of the values knows their paths.
pub trait Observer {
    /// Returns true if it wants to know the template lines: finding out takes time. Without them, `at` is that of
    /// no template.
    fn wants_lines(&self) -> bool {
        true
    }

    /// `key` was read from `map`; `origin` is the entry's origin, or none where the key is missing.
    fn read(&mut self, map: &Map, key: &[u8], origin: Option<Origin>, at: Site);

    /// The whole of a map or list was used: printed, ranged over, or handed to a function that
    /// may look at all of it.
    fn read_whole(&mut self, value: &Value, at: Site);

    /// The template `name` is about to be executed. Gives the number that line origins have in there
    /// until it is done; 0 where calls are not followed.
    fn called(&mut self, _name: &[u8], _at: Site) -> u32 {
        0
    }

    /// Returns true if it wants to know what variables and what templates are given are used for.
    fn wants_uses(&self) -> bool {
        false
    }

    /// The observer's progress: given back to [`Observer::used`], so that it can
    /// tell whether fields led through what it follows.
    fn progress(&self) -> u64 {
        0
    }

    /// A variable was given a value; `variable` tells it from others of the executions under way, which
    /// have other call numbers.
    fn assigned(&mut self, _variable: usize, _at: Site) {}

    /// A variable, or what the template was given, was used, with fields of it or as it is; `before` is the
    /// [`Observer::progress`] before its fields were read.
    fn used(&mut self, _what: Used<'_>, _before: u64, _at: Site) {}

    /// A field of one of the host's objects was read, or a method of it called with these arguments.
    fn member(&mut self, _object: &Value, _name: &str, _arguments: &[Value], _at: Site) {}

    /// An action prints no value, or hands none to a function; the last argument gives the action's or argument's
    /// text.
    fn missing_value(&mut self, _to: Receiver<'_>, _at: Site, _text: &dyn Fn() -> String) {}
}

/// The holder of a value that a template uses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Used<'a> {
    /// A variable, by the number that [`Observer::assigned`] was given, and its name (`$tag`).
    Variable(usize, &'a str),
    /// The argument of the template: `$`, and the dot where no `with` or `range` changed it.
    Argument,
    /// The dot that a `with` or `range` made.
    Dot,
}

/// The receiver of a missing value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver<'a> {
    /// The output: Go writes `<no value>`.
    Printed,
    /// A function of this name that makes a text of it, in an action that prints.
    Given(&'a str),
}
