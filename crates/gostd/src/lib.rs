//! The parts of Go's standard library that templates can observe.
