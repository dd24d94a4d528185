//! The faults of a server, each at one write.

use super::super::server::Answer;
use super::failure;

/// What goes wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The write is refused, with this status.
    Refused(u16),
    /// The server has too much to do, and says when to come again.
    Busy,
    /// The store of the server has a new leader.
    LeaderChanged,
    /// The connection is closed before the write.
    CutBefore,
    /// The connection is closed after the write.
    CutAfter,
}

impl Fault {
    /// The fault with a name: `409`, `busy`, `leader`, `cut-before`, `cut-after`.
    pub(super) fn parse(name: &str) -> Option<Fault> {
        Some(match name {
            "busy" => Fault::Busy,
            "leader" => Fault::LeaderChanged,
            "cut-before" => Fault::CutBefore,
            "cut-after" => Fault::CutAfter,
            status => Fault::Refused(status.parse().ok()?),
        })
    }

    /// The answer in place of the write.
    pub(super) fn answer(self) -> Answer {
        match self {
            Fault::Refused(409) => failure(409, "Conflict", "the object has been modified"),
            Fault::Refused(403) => failure(403, "Forbidden", "alice may not write"),
            Fault::Refused(422) => failure(422, "Invalid", "the object is invalid"),
            Fault::Refused(status) => failure(status, "InternalError", "an error on the server"),
            Fault::Busy => {
                failure(429, "TooManyRequests", "too many requests").with("Retry-After", "1")
            }
            Fault::LeaderChanged => failure(500, "", "etcdserver: leader changed"),
            Fault::CutBefore | Fault::CutAfter => Answer::cut(),
        }
    }
}
