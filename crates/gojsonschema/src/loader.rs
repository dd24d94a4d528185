//! The source of schemas outside the document.

use gostd::strconv;
use gostd::url::Url;

/// The reason why there is no document at an address.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LoadError(String);

impl<T: Into<String>> From<T> for LoadError {
    fn from(reason: T) -> LoadError {
        LoadError(reason.into())
    }
}

/// Loads the documents that a schema refers to by address. The metaschemas of the drafts need no
/// loader.
pub trait Loader {
    /// The JSON text at an absolute address without fragment.
    fn load(&self, url: &str) -> Result<Vec<u8>, LoadError>;
}

/// Loads nothing, as a compiler without any loader.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLoader;

impl Loader for NoLoader {
    fn load(&self, _url: &str) -> Result<Vec<u8>, LoadError> {
        Err("no URLLoader set".into())
    }
}

impl<F: Fn(&str) -> Result<Vec<u8>, LoadError>> Loader for F {
    fn load(&self, url: &str) -> Result<Vec<u8>, LoadError> {
        self(url)
    }
}

/// Leaves each address to the loader of its scheme (the library's `SchemeURLLoader`).
pub struct SchemeLoader<'l>(pub &'l [(&'l str, &'l dyn Loader)]);

impl Loader for SchemeLoader<'_> {
    fn load(&self, url: &str) -> Result<Vec<u8>, LoadError> {
        let parsed = Url::parse(url.as_bytes()).map_err(|e| e.to_string())?;
        match self
            .0
            .iter()
            .find(|(scheme, _)| scheme.as_bytes() == parsed.scheme)
        {
            Some((_, loader)) => loader.load(url),
            None => {
                let url_text = strconv::quote(parsed.to_string().as_bytes());
                Err(format!("no URLLoader registered for {url_text}").into())
            }
        }
    }
}

/// The path of a `file:` address, unescaped; the host is ignored, as the library's `FileLoader`
/// does.
pub fn file_path(url: &str) -> Result<Vec<u8>, LoadError> {
    let parsed = Url::parse(url.as_bytes()).map_err(|e| e.to_string())?;
    if parsed.scheme != b"file" {
        return Err(format!("invalid file url: {parsed}").into());
    }
    Ok(parsed.path)
}
