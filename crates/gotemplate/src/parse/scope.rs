//! The parser's state for each template: variables in scope, open ranges, the current action.

use rustc_hash::FxHashSet;

/// The state of one template's body; every `define` and `block` has a new one.
#[derive(Default)]
pub(super) struct Scope<'a> {
    /// The variables that may be used, apart from `$`.
    visible: FxHashSet<&'a [u8]>,
    /// The same ones in the order they came into scope.
    declared: Vec<&'a [u8]>,
    /// The number of ranges that are open, `break` and `continue` needing one.
    pub(super) range_depth: u32,
    /// The line the current action started on, as far as error texts want to know.
    pub(super) action_line: Option<u32>,
}

impl<'a> Scope<'a> {
    /// Brings a variable into scope. In Go, an assignment does so, too.
    pub(super) fn declare(&mut self, name: &'a [u8]) {
        if self.visible.insert(name) {
            self.declared.push(name);
        }
    }

    /// Returns true if a variable may be used.
    pub(super) fn knows(&self, name: &[u8]) -> bool {
        name == b"$" || self.visible.contains(name)
    }

    /// The number of variables, for [`Scope::forget`].
    pub(super) fn mark(&self) -> usize {
        self.declared.len()
    }

    /// Removes the variables that came after `mark`.
    pub(super) fn forget(&mut self, mark: usize) {
        for name in self.declared.drain(mark..) {
            self.visible.remove(name);
        }
    }
}
