//! `--show-only`: picking documents out of the finished text by their `# Source:` comment.

use super::split::split;
use compat::profile::Profile;

/// A `--show-only` path that no document comes from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("could not find template {0} in chart")]
pub struct ShowOnlyError(pub String);

/// The documents of a finished output that come from the given templates, each preceded by `---`:
/// in the order of the patterns, then of the text. Patterns are Go's `filepath.Match` patterns on
/// the path below the chart's name.
pub fn show_only(
    output: &[u8],
    patterns: &[String],
    profile: &Profile,
) -> Result<Vec<u8>, ShowOnlyError> {
    let documents = split(output, profile);
    let mut selection = Vec::new();
    for pattern in patterns {
        let mut missing = true;
        for document in &documents {
            let Some(path) = source_path(document) else {
                continue;
            };
            let matched = gostd::path::filepath_matches(pattern.as_bytes(), path);
            if matched.unwrap_or(false) {
                selection.extend_from_slice(b"---\n");
                selection.extend_from_slice(document);
                selection.push(b'\n');
                missing = false;
            }
        }
        if missing {
            return Err(ShowOnlyError(pattern.clone()));
        }
    }
    Ok(selection)
}

/// The rest of the first line that reads `# Source: chart/rest` (Helm's `# Source: [^/]+/(.+)`).
fn source_path(document: &[u8]) -> Option<&[u8]> {
    const MARK: &[u8] = b"# Source: ";
    memchr::memmem::find_iter(document, MARK).find_map(|at| {
        let rest = document.get(at + MARK.len()..)?;
        // The chart's name may, in Helm's pattern, run over the end of the line.
        let slash = memchr::memchr(b'/', rest).filter(|slash| *slash > 0)?;
        let path = rest.get(slash + 1..)?;
        let end = memchr::memchr(b'\n', path).unwrap_or(path.len());
        path.get(..end).filter(|path| !path.is_empty())
    })
}
