//! The project's own commands: record, parity, bench, dist.

fn main() {}
