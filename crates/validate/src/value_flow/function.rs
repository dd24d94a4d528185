//! The use that functions make of their arguments, by name.

use gotemplate::{ArgumentUse, FunctionTable};
use rustc_hash::FxHashMap;

/// The declared uses of a table's functions.
pub(super) struct FunctionUses(FxHashMap<&'static str, ArgumentUse>);

impl FunctionUses {
    pub(super) fn new(functions: &FunctionTable) -> FunctionUses {
        FunctionUses(functions.uses().collect())
    }

    /// The use that a function makes of its arguments. `mustMerge` does what `merge` does; `must` alone is none.
    pub(super) fn of(&self, function: &str) -> ArgumentUse {
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
