//! The uses of a place in the values, as bits.

/// A set of uses.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Flags(u16);

impl Flags {
    /// Templates name its key there.
    pub(super) const READ: Flags = Flags(1);
    /// All of it is used: written as YAML, or given to a function that may look at all of it.
    pub(super) const WHOLE: Flags = Flags(1 << 1);
    /// It is written as a text, or given to a function that takes texts and numbers.
    pub(super) const TEXT: Flags = Flags(1 << 2);
    /// Any key of it is read: templates loop over it.
    pub(super) const KEYS: Flags = Flags(1 << 3);
    /// Templates ask whether it is a text.
    pub(super) const IS_TEXT: Flags = Flags(1 << 4);
    /// Templates ask whether it is a map.
    pub(super) const IS_MAP: Flags = Flags(1 << 5);
    /// Templates ask whether it is a list.
    pub(super) const IS_LIST: Flags = Flags(1 << 6);
    /// Templates ask whether it is something else.
    pub(super) const IS_OTHER: Flags = Flags(1 << 7);
    /// Templates ask for its kind or type in any way.
    pub(super) const KINDS: Flags = Flags(15 << 4);

    /// It is compared with a text or a number.
    pub(super) const COMPARED: Flags = Flags(1 << 8);

    /// Returns true if any of these uses is among them.
    pub(super) fn has(self, flags: Flags) -> bool {
        self.0 & flags.0 != 0
    }
}

impl std::ops::BitOr for Flags {
    type Output = Flags;

    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}
