//! `base`, `dir`, `clean`, `ext`, `isAbs` (Go's package `path`) and their `os…` forms (`path/filepath`,
//! which does the same on Unix).

use gostd::{Text, path};
use gotemplate::{ArgumentUse, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    for name in ["base", "osBase"] {
        table.add(name, |text: Text| path::base(text.as_bytes()).to_vec());
    }
    for name in ["dir", "osDir"] {
        table.add(name, |text: Text| path::dir(text.as_bytes()));
    }
    for name in ["clean", "osClean"] {
        table.add(name, |text: Text| path::clean(text.as_bytes()));
    }
    for name in ["ext", "osExt"] {
        table.add(name, |text: Text| path::ext(text.as_bytes()).to_vec());
    }
    for name in ["isAbs", "osIsAbs"] {
        table.add(name, |text: Text| path::is_abs(text.as_bytes()));
    }
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["base", "dir", "ext", "clean"])];
