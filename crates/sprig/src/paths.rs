//! `base`, `dir`, `clean`, `ext`, `isAbs` (Go's package `path`) and their `os…` forms (`path/filepath`,
//! which does the same on Unix).

use gostd::Text;
use gotemplate::FunctionTable;

pub(crate) fn register(table: &mut FunctionTable) {
    for name in ["base", "osBase"] {
        table.add(name, |path: Text| base(path.as_bytes()).to_vec());
    }
    for name in ["dir", "osDir"] {
        table.add(name, |path: Text| {
            let bytes = path.as_bytes();
            let end = memchr::memrchr(b'/', bytes).map_or(0, |at| at + 1);
            clean(bytes.get(..end).unwrap_or_default())
        });
    }
    for name in ["clean", "osClean"] {
        table.add(name, |path: Text| clean(path.as_bytes()));
    }
    for name in ["ext", "osExt"] {
        table.add(name, |path: Text| ext(path.as_bytes()).to_vec());
    }
    for name in ["isAbs", "osIsAbs"] {
        table.add(name, |path: Text| path.as_bytes().starts_with(b"/"));
    }
}

/// The last element; `.` of nothing, `/` of nothing but slashes.
fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let slashes = path.iter().rev().take_while(|b| **b == b'/').count();
    let path = path.get(..path.len() - slashes).unwrap_or_default();
    match path.rsplit(|b| *b == b'/').next() {
        None | Some(b"") => b"/",
        Some(last) => last,
    }
}

/// From the last dot of the last element on.
fn ext(path: &[u8]) -> &[u8] {
    match memchr::memrchr2(b'.', b'/', path) {
        Some(at) if path.get(at) == Some(&b'.') => path.get(at..).unwrap_or_default(),
        _ => b"",
    }
}

/// The shortest path that means the same: without `.`, doubled slashes, and `x/..`.
fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = path.starts_with(b"/");
    let mut kept: Vec<&[u8]> = Vec::new();
    for element in path.split(|b| *b == b'/') {
        match (element, kept.last()) {
            (b"" | b".", _) => {}
            (b"..", Some(last)) if *last != b".." => {
                kept.pop();
            }
            // Nothing is above the root.
            (b"..", None) if rooted => {}
            _ => kept.push(element),
        }
    }
    let joined = kept.join(&b'/');
    match (rooted, joined.is_empty()) {
        (true, _) => [b"/", joined.as_slice()].concat(),
        (false, true) => b".".to_vec(),
        (false, false) => joined,
    }
}
