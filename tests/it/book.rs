//! The generated pages of the book are what the program says of itself.

use std::error::Error;
use std::path::Path;

#[test]
fn generated_pages_are_up_to_date() -> Result<(), Box<dyn Error>> {
    for page in book::pages(Path::new(env!("CARGO_BIN_EXE_rhelm")))? {
        assert!(
            page.is_current(),
            "{} is out of date: run `cargo xtask book --write`",
            page.path
        );
    }
    Ok(())
}
