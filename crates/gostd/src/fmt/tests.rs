//! The printer against results recorded from Go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]
