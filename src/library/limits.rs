//! The limits of a render.

use gostd::limits::{Allowance, Cancel};

/// The resources that one render may use before it is an error ([`Error::Limit`](super::Error::Limit)). The
/// default is far beyond what real charts need; a service that renders what strangers send wants less. Time has
/// no limit of its own: steps take about as long on every machine, and a [`Cancel`] ends a render at any
/// moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Limits {
    steps: u64,
    bytes: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        let allowance = Allowance::default();
        Limits {
            steps: allowance.steps,
            bytes: allowance.bytes,
        }
    }
}

impl Limits {
    /// So many steps of templates: calls, items of `range` and what takes as long, about 100 ns.
    pub fn steps(mut self, steps: u64) -> Limits {
        self.steps = steps;
        self
    }

    /// So many bytes for the values of the render and what templates write.
    pub fn bytes(mut self, bytes: usize) -> Limits {
        self.bytes = bytes;
        self
    }

    /// As the engine takes them.
    pub(super) fn allowance(self, cancel: Option<&Cancel>) -> Allowance {
        Allowance {
            steps: self.steps,
            bytes: self.bytes,
            cancel: cancel.cloned(),
        }
    }
}
