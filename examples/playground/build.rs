//! Sets the stack, which WebAssembly has from the day it is linked.

/// Bytes for what of the stack is in WebAssembly's memory. The browser has another one, of about a megabyte, whose size
/// nobody can set: `rhelm`'s limits keep clear of it.
const STACK: usize = 4 << 20;

fn main() {
    println!("cargo::rustc-link-arg-cdylib=-zstack-size={STACK}");
}
