//! Where schemas outside the document come from.

/// Loads the documents that a schema refers to by address. The metaschemas of the drafts need no
/// loader.
pub trait Loader {
    /// The JSON text at an absolute address without fragment, or why there is none.
    fn load(&self, url: &str) -> Result<Vec<u8>, String>;
}

/// Loads nothing, as a compiler without any loader.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoLoader;

impl Loader for NoLoader {
    fn load(&self, _url: &str) -> Result<Vec<u8>, String> {
        Err("no URLLoader set".to_owned())
    }
}

impl<F: Fn(&str) -> Result<Vec<u8>, String>> Loader for F {
    fn load(&self, url: &str) -> Result<Vec<u8>, String> {
        self(url)
    }
}
