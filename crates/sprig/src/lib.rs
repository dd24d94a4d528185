//! Sprig's template functions.
