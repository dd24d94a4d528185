//! The `rhelm` command.

use std::process::ExitCode;

#[cfg(target_os = "linux")]
#[global_allocator]
static HEAP: heap::Heap = heap::Heap;

fn main() -> ExitCode {
    rhelm::cli::run(std::env::args_os())
}
