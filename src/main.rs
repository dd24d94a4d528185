//! The `rhelm` command.

fn main() {}
