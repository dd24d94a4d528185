//! Watching an execution: which map entries its templates read, which templates they call, where they
//! print nothing.

use gostd::text::LineOrigin;
use gostd::{Map, Origin, Value};

/// Where in the templates something happens.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Site {
    /// The line of the operand or function.
    pub at: LineOrigin,
    /// The line on which the action that it stands in begins: what the action prints comes from there.
    pub action: u32,
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
    /// Whether it wants to know the template lines: finding out takes time. Without them, `at` is that of
    /// no template.
    fn wants_lines(&self) -> bool {
        true
    }

    /// `key` was read from `map`; `found` is the entry's origin, or none where the key is missing.
    fn read(&mut self, map: &Map, key: &[u8], found: Option<Origin>, at: Site);

    /// The whole of a map or list was used: printed, ranged over, or handed to a function that
    /// may look at all of it.
    fn read_whole(&mut self, value: &Value, at: Site);

    /// The template `name` is about to be executed. Gives the number that line origins have in there
    /// until it is done; 0 where calls are not followed.
    fn called(&mut self, _name: &[u8], _at: Site) -> u32 {
        0
    }

    /// An action prints no value, or hands none to a function; `shown` gives the action's or argument's
    /// text.
    fn nothing(&mut self, _to: Nothing<'_>, _at: Site, _shown: &dyn Fn() -> String) {}
}

/// What takes a value that is none.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nothing<'a> {
    /// The output: Go writes `<no value>`.
    Printed,
    /// A function of this name, in an action that prints.
    Given(&'a str),
}
