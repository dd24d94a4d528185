//! Resolving references: against a base address, then to a place in a document.

use std::rc::Rc;
use std::sync::Arc;

use gostd::url::{Url, path_unescape};

use super::{Compiler, Resource, Root};
use crate::error::CompileError;
use crate::json::{Document, Kind, NodeId};
use crate::pointer;
use crate::schema::SchemaId;

/// A reference's text without fragment, and the fragment decoded.
pub(super) fn split_fragment(reference: &str) -> Result<(&str, String), CompileError> {
    let (url, fragment) = reference.split_once('#').unwrap_or((reference, ""));
    if !fragment.contains('%') {
        return Ok((url, fragment.to_owned()));
    }
    match path_unescape(fragment.as_bytes()) {
        Ok(decoded) => Ok((url, String::from_utf8_lossy(&decoded).into_owned())),
        Err(why) => Err(CompileError::ParseUrl {
            url: reference.to_owned(),
            why: why.to_string(),
        }),
    }
}

/// Returns true if a fragment is the name of an anchor and no JSON pointer.
pub(super) fn is_anchor(fragment: &str) -> bool {
    !fragment.is_empty() && !fragment.starts_with('/')
}

/// The absolute address that `reference` means relative to `base`, and its fragment, decoded.
pub(super) fn join(base: &str, reference: &str) -> Result<(String, String), CompileError> {
    let parse = |url: &str| {
        let error = |e: gostd::url::Error| CompileError::ParseUrl {
            url: url.to_owned(),
            why: e.to_string(),
        };
        Url::parse(url.as_bytes()).map_err(error)
    };
    let base = parse(base)?;
    let (reference, fragment) = split_fragment(reference)?;
    let reference = parse(reference)?;
    let mut resolved = base.resolve(&reference);
    if !reference.is_absolute() && !base.opaque.is_empty() {
        resolved.opaque.clone_from(&base.opaque);
    }
    Ok((resolved.to_string(), fragment))
}

impl Compiler<'_> {
    /// The schema that `reference` leads to, seen from the document `from` at address `base`.
    pub(super) fn enqueue_reference(
        &mut self,
        from: usize,
        base: &Rc<str>,
        reference: &str,
    ) -> Result<SchemaId, CompileError> {
        let (url, fragment) = self.join_cached(base, reference)?;
        let local = self
            .roots
            .get(from)
            .filter(|root| *root.url == *url || root.resource_called(&url).is_some());
        let target = match local {
            Some(_) => from,
            None => self.root(&url)?,
        };
        let Some(root) = self.roots.get(target) else {
            return Err(CompileError::PointerNotFound(url.to_string()));
        };
        let resource = match local_resource(root, &url, target == from) {
            Some(resource) => resource,
            None => return Err(CompileError::PointerNotFound(url.to_string())),
        };
        match resolve(root, resource, &fragment)? {
            Place::At(node) => Ok(self.enqueue(target, node)),
            Place::Nowhere(error) => Ok(self.enqueue_broken(target, error)),
        }
    }

    /// Most references are mere fragments: the address they lead to is worked out once a base.
    fn join_cached(
        &mut self,
        base: &Rc<str>,
        reference: &str,
    ) -> Result<(Rc<str>, String), CompileError> {
        if !reference.starts_with('#') {
            let (url, fragment) = join(base, reference)?;
            return Ok((url.into(), fragment));
        }
        let own = self
            .own_address
            .as_ref()
            .filter(|(own_base, _)| own_base == base);
        let url = match own {
            Some((_, url)) => Rc::clone(url),
            None => {
                let url: Rc<str> = join(base, "")?.0.into();
                self.own_address = Some((Rc::clone(base), Rc::clone(&url)));
                url
            }
        };
        Ok((url, split_fragment(reference)?.1))
    }
}

/// Inside a document its own address means its root and any other a resource; from outside, a
/// document is always entered at its root.
fn local_resource<'r>(root: &'r Root, url: &str, inside: bool) -> Option<&'r Resource> {
    if inside && *root.url != *url {
        return root.resource_called(url);
    }
    root.resources.first()
}

enum Place {
    At(NodeId),
    /// Reported only once the reference is followed.
    Nowhere(CompileError),
}

fn resolve(root: &Root, resource: &Resource, fragment: &str) -> Result<Place, CompileError> {
    if is_anchor(fragment) {
        return match resource.anchors.get(fragment) {
            Some(node) => Ok(Place::At(*node)),
            None => Err(CompileError::AnchorNotFound {
                url: root.url.to_string(),
                reference: format!("{}#{}", resource.id, pointer::encode(fragment)),
            }),
        };
    }
    let document: &Arc<Document> = &root.document;
    let location = || {
        let whole = format!("{}{fragment}", document.pointer(resource.node));
        format!("{}#{}", root.url, pointer::encode(&whole))
    };
    let mut at = resource.node;
    for token in fragment.split('/').skip(1) {
        let Some(token) = pointer::unescape(token) else {
            return Ok(Place::Nowhere(CompileError::InvalidPointer(location())));
        };
        let next = match document.kind(at) {
            Kind::Object(_) => document.get(at, &token),
            Kind::Array(_) => {
                let index = gostd::strconv::atoi(token.as_bytes()).ok();
                let index = index.and_then(|i| usize::try_from(i).ok());
                index.and_then(|i| document.item(at, i))
            }
            _ => None,
        };
        match next {
            Some(next) => at = next,
            None => return Ok(Place::Nowhere(CompileError::PointerNotFound(location()))),
        }
    }
    Ok(Place::At(at))
}
