//! Addresses of what a repository has (Helm's `repo.ResolveReferenceURL` and `urlutil`).

use super::Error;
use gostd::url::Url;

/// The address that `reference` has in the repository at `base`: below it, with the repository's query, or its own.
///
/// # Errors
/// A text that is no address.
pub fn resolve(base: &str, reference: &str) -> Result<String, Error> {
    let parse = |text: &str| {
        Url::parse(text.as_bytes())
            .map_err(|error| Error::Address(format!("failed to parse {text} as URL: {error}")))
    };
    let target = parse(reference)?;
    if target.is_absolute() {
        return Ok(reference.to_owned());
    }
    let mut url = parse(base)?;
    let with_slash = |path: &[u8]| [path.strip_suffix(b"/").unwrap_or(path), b"/"].concat();
    url.raw_path = with_slash(&url.raw_path);
    url.path = with_slash(&url.path);
    let mut resolved = url.resolve(&target);
    resolved.raw_query = url.raw_query;
    Ok(resolved.to_string())
}

/// Returns true if two addresses are of one place: but for dots in paths, and a slash at the end (`urlutil.Equal`).
pub(crate) fn are_equal(a: &str, b: &str) -> bool {
    let clean = |text: &str| {
        let mut url = Url::parse(text.as_bytes()).ok()?;
        let path = match url.path.is_empty() {
            true => b"/".to_vec(),
            false => gostd::path::clean(&url.path),
        };
        url.path = path;
        Some(url.string())
    };
    match (clean(a), clean(b)) {
        (Some(a), Some(b)) => a == b,
        _ => gostd::path::clean(a.as_bytes()) == gostd::path::clean(b.as_bytes()),
    }
}

/// The last part of an address's path, without its query.
pub(crate) fn base_name(address: &str) -> String {
    let url = Url::parse(address.as_bytes()).unwrap_or_default();
    String::from_utf8_lossy(gostd::path::base(&url.path)).into_owned()
}
