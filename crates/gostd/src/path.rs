//! Packages `path` and, for Unix, `path/filepath`: paths as plain text with slashes.

mod matching;

pub use matching::{BadPattern, filepath_matches, matches};

fn last_slash(path: &[u8]) -> Option<usize> {
    memchr::memrchr(b'/', path)
}

/// `path.Clean`: the shortest path with the same meaning; `.` for the empty one.
pub fn clean(path: &[u8]) -> Vec<u8> {
    let rooted = is_abs(path);
    let mut out = Vec::with_capacity(path.len().max(1));
    if rooted {
        out.push(b'/');
    }
    // What a ".." must not take away: the root, or the ".." before it.
    let mut floor = out.len();
    for part in path.split(|b| *b == b'/') {
        match part {
            b"" | b"." => {}
            b".." if out.len() > floor => {
                let end =
                    last_slash(out.get(floor..).unwrap_or_default()).map_or(floor, |at| floor + at);
                out.truncate(end);
            }
            b".." if rooted => {}
            _ => {
                if out.len() > usize::from(rooted) {
                    out.push(b'/');
                }
                out.extend_from_slice(part);
                if part == b".." {
                    floor = out.len();
                }
            }
        }
    }
    if out.is_empty() {
        out.push(b'.');
    }
    out
}

/// `path.Split`: everything up to the last slash, and the rest.
pub fn split(path: &[u8]) -> (&[u8], &[u8]) {
    path.split_at(last_slash(path).map_or(0, |at| at + 1))
}

/// `path.Base`: the last element; `.` for the empty path, `/` for slashes alone.
pub fn base(path: &[u8]) -> &[u8] {
    if path.is_empty() {
        return b".";
    }
    let end = path.iter().rposition(|b| *b != b'/').map_or(0, |at| at + 1);
    match path.get(..end) {
        None | Some([]) => b"/",
        Some(trimmed) => split(trimmed).1,
    }
}

/// `path.Dir`: all but the last element, cleaned.
pub fn dir(path: &[u8]) -> Vec<u8> {
    clean(split(path).0)
}

/// `path.Ext`: what follows the last dot of the last element, with the dot; else nothing.
pub fn ext(path: &[u8]) -> &[u8] {
    let name = split(path).1;
    memchr::memrchr(b'.', name)
        .and_then(|at| name.get(at..))
        .unwrap_or_default()
}

/// `path.IsAbs`.
pub fn is_abs(path: &[u8]) -> bool {
    path.first() == Some(&b'/')
}

/// `path.Join`: the elements that are not empty with slashes between, cleaned; nothing for none.
pub fn join<T: AsRef<[u8]>>(elements: impl IntoIterator<Item = T>) -> Vec<u8> {
    let mut joined = Vec::new();
    for element in elements {
        if !joined.is_empty() {
            joined.push(b'/');
        }
        joined.extend_from_slice(element.as_ref());
    }
    if joined.is_empty() {
        joined
    } else {
        clean(&joined)
    }
}

#[cfg(test)]
mod tests;
