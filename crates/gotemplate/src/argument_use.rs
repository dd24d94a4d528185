//! The use that functions make of their arguments, declared beside the functions: analyses of templates ask for it.

use crate::FunctionTable;
use rustc_hash::FxHashMap;

/// The use that a function makes of its arguments.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ArgumentUse {
    /// It looks at what kind of value there is.
    Kind,
    /// It looks at whether there is a value, or compares it.
    Test,
    /// It gives one of them back.
    Pass,
    /// `required text value`
    Required,
    /// `ternary a b test`
    Ternary,
    /// The keys that follow the first argument are read of it, and of each other.
    Index,
    /// As [`ArgumentUse::Index`] with a single key; nothing comes of it.
    HasKey,
    /// `dig "a" "b" default map`
    Dig,
    /// `pluck "a" map…`
    Pluck,
    /// `pick map "a" "b"`
    Pick,
    /// `set map "a" value`
    Set,
    /// `merge map map…`: the first is changed.
    Merge,
    /// A map or list of its own with the same entries.
    Copy,
    /// `dict "a" value …`
    Dict,
    /// `list value …`
    List,
    /// `append list value`
    Append,
    /// A list of the items of several.
    Concat,
    /// One of the items of a list.
    Item,
    /// A list with some of the items of one.
    Items,
    /// The keys of maps.
    Keys,
    /// A list of what a map holds.
    Values,
    /// `include "name" dot`
    Include,
    /// `tpl text dot`
    Template,
    /// It writes YAML or JSON.
    Encode,
    /// It reads them.
    Decode,
    /// `printf format …`
    Format,
    /// `print …`
    Join,
    /// `splitList separator text`, `split separator text`
    Split,
    /// It takes texts and numbers, and gives such.
    Text,
    /// Anything else: it may look at all of them.
    #[default]
    Whole,
}

/// Uses with the functions that make them.
pub type Uses = &'static [(ArgumentUse, &'static [&'static str])];

/// The declared uses of a table's functions.
#[derive(Debug)]
pub struct FunctionUses(FxHashMap<&'static str, ArgumentUse>);

impl FunctionUses {
    /// Those of a table.
    pub fn new(functions: &FunctionTable) -> FunctionUses {
        FunctionUses(functions.uses().collect())
    }

    /// The use that a function makes of its arguments. `mustMerge` does what `merge` does; `must` alone is none.
    pub fn of(&self, function: &str) -> ArgumentUse {
        let plain = function.strip_prefix("must");
        let plain = plain.filter(|name| name.starts_with(char::is_uppercase));
        let declared = match plain {
            Some(name) => {
                let mut name = name.to_owned();
                if let Some(first) = name.get_mut(..1) {
                    first.make_ascii_lowercase();
                }
                self.0.get(name.as_str())
            }
            None => self.0.get(function),
        };
        declared.copied().unwrap_or_default()
    }
}
