//! Finding the addresses, dialects and anchors that a document declares.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::{Compiler, MAX_ADDRESS_BYTES, Resource, Root};
use crate::compile::reference;
use crate::draft::{Dialect, Draft};
use crate::error::{CompileError, Stopped};
use crate::json::{Document, NodeId};
use crate::schema::locate;

impl Compiler<'_> {
    /// Searches `start` and the subschemas below it. `base` is the address they are relative to,
    /// `fallback` the dialect of those that declare none. Go walks maps in random order, so which
    /// of several errors it reports varies; here it is the first by pointer.
    pub(super) fn collect(
        &mut self,
        root: &mut Root,
        start: NodeId,
        base: Rc<str>,
        fallback: Dialect,
    ) -> Result<(), CompileError> {
        let document = std::sync::Arc::clone(&root.document);
        let mut waiting = vec![(start, base, fallback)];
        while let Some((node, base, fallback)) = waiting.pop() {
            match root.processed.get_mut(node.index()) {
                Some(flag) if !*flag => *flag = true,
                _ => continue,
            }
            if document.object(node).is_none() {
                if node == NodeId::ROOT {
                    root.add_resource(Resource::new(node, base, fallback));
                }
                continue;
            }
            let (draft, base) = self.collect_resource(root, &document, node, base, &fallback)?;
            let Some(&at) = root.resource_called.get(&base) else {
                continue;
            };
            collect_anchors(root, &document, node, at)?;
            let dialect = root.resources[at].dialect.clone();
            let below = draft.subschemas(&document, node);
            let below = below.into_iter().rev();
            waiting.extend(below.map(|sub| (sub, Rc::clone(&base), dialect.clone())));
        }
        Ok(())
    }

    /// Notes `node` as a resource if it has an address. Gives the draft by which to read the
    /// node, and the address that counts from here on.
    fn collect_resource(
        &mut self,
        root: &mut Root,
        document: &Document,
        node: NodeId,
        base: Rc<str>,
        fallback: &Dialect,
    ) -> Result<(Draft, Rc<str>), CompileError> {
        let mut names_dialect = document.get_string(node, "$schema").is_some();
        let mut draft = match names_dialect {
            true => self.named_draft(
                &root.url,
                document,
                node,
                fallback.draft,
                &mut HashSet::new(),
            )?,
            false => fallback.draft,
        };
        let mut id = draft.id(document, node);
        if id.is_empty() && node != NodeId::ROOT {
            // `$schema` counts only beside an address.
            draft = fallback.draft;
            names_dialect = false;
            id = draft.id(document, node);
        }
        let base: Rc<str> = match id {
            "" if node == NodeId::ROOT => base,
            "" => return Ok((draft, base)),
            id => match reference::join(&base, id) {
                Ok((url, _)) => url.into(),
                Err(_) => return Err(CompileError::ParseId(root.location(node))),
            },
        };
        self.address_bytes += base.len();
        if self.address_bytes > MAX_ADDRESS_BYTES {
            return Err(Stopped::TooLong.into());
        }
        match root.resource_called(&base) {
            Some(other) if other.node != node => {
                return Err(CompileError::DuplicateId {
                    id: base.to_string(),
                    url: root.url.to_string(),
                    first: document.pointer(node),
                    second: document.pointer(other.node),
                });
            }
            Some(_) => {}
            None => {
                let dialect = match names_dialect {
                    true => {
                        let vocabularies = self.named_vocabularies(document, node, draft)?;
                        Dialect {
                            draft,
                            vocabularies,
                        }
                    }
                    false => fallback.clone(),
                };
                root.add_resource(Resource::new(node, Rc::clone(&base), dialect));
            }
        }
        Ok((draft, base))
    }

    /// The draft that a schema's `$schema` leads to, if need be through other metaschemas.
    fn named_draft(
        &mut self,
        url: &str,
        document: &Document,
        node: NodeId,
        default: Draft,
        visited: &mut HashSet<String>,
    ) -> Result<Draft, CompileError> {
        let Some(name) = document.get_string(node, "$schema") else {
            return Ok(default);
        };
        if let Some(draft) = Draft::from_url(name) {
            return Ok(draft);
        }
        let name = without_fragment(name);
        if let Err(error) = gostd::url::Url::parse(name.as_bytes()) {
            let url = locate(url, document, node);
            return Err(CompileError::InvalidMetaschemaUrl {
                url,
                why: error.to_string(),
            });
        }
        if node == NodeId::ROOT && name == url {
            return Err(CompileError::UnsupportedDraft(name.to_owned()));
        }
        if !visited.insert(name.to_owned()) {
            return Err(CompileError::MetaschemaCycle(name.to_owned()));
        }
        let metaschema = self.document(name)?;
        self.named_draft(name, &metaschema, NodeId::ROOT, default, visited)
    }

    /// The vocabularies that a metaschema of one's own requires; none for a published one.
    fn named_vocabularies(
        &mut self,
        document: &Document,
        node: NodeId,
        draft: Draft,
    ) -> Result<Option<Rc<[String]>>, CompileError> {
        let Some(name) = document.get_string(node, "$schema") else {
            return Ok(None);
        };
        if Draft::from_url(name).is_some() || draft < Draft::Draft2019 {
            return Ok(None);
        }
        let url = without_fragment(name);
        let metaschema = self.document(url)?;
        let listed = metaschema.get(NodeId::ROOT, "$vocabulary");
        let Some(entries) = listed.and_then(|v| metaschema.object(v)) else {
            return Ok(None);
        };
        let mut vocabularies = Vec::new();
        for (vocabulary, required) in entries.iter() {
            if !matches!(metaschema.kind(required), crate::json::Kind::Bool(true)) {
                continue;
            }
            let name = vocabulary.strip_prefix(draft.vocabulary_prefix());
            match name.filter(|name| draft.has_vocabulary(name)) {
                Some(name) => vocabularies.push(name.to_owned()),
                None => {
                    let (url, vocabulary) = (url.to_owned(), vocabulary.to_owned());
                    return Err(CompileError::UnsupportedVocabulary { url, vocabulary });
                }
            }
        }
        if !vocabularies.iter().any(|name| name == "core") {
            vocabularies.push("core".to_owned());
        }
        Ok(Some(vocabularies.into()))
    }
}

impl Resource {
    fn new(node: NodeId, id: Rc<str>, dialect: Dialect) -> Self {
        Self {
            node,
            id,
            dialect,
            anchors: HashMap::new(),
            dynamic_anchors: Vec::new(),
        }
    }
}

fn without_fragment(url: &str) -> &str {
    url.split_once('#').map_or(url, |(url, _)| url)
}

/// Notes the anchors that the schema at `node` gives itself with the resource numbered `at`.
fn collect_anchors(
    root: &mut Root,
    document: &Document,
    node: NodeId,
    at: usize,
) -> Result<(), CompileError> {
    let draft = root.resources[at].dialect.draft;
    if draft < Draft::Draft2019 {
        if document.get(node, "$ref").is_some() {
            return Ok(());
        }
        let Some(id) = document.get_string(node, draft.id_keyword()) else {
            return Ok(());
        };
        let Ok((_, fragment)) = reference::split_fragment(id) else {
            return Err(CompileError::ParseAnchor(root.location(node)));
        };
        if reference::is_anchor(&fragment) {
            add_anchor(root, document, node, at, &fragment)?;
        }
        return Ok(());
    }
    if let Some(anchor) = document.get_string(node, "$anchor") {
        add_anchor(root, document, node, at, anchor)?;
    }
    if draft >= Draft::Draft2020
        && let Some(anchor) = document.get_string(node, "$dynamicAnchor")
    {
        add_anchor(root, document, node, at, anchor)?;
        let anchors = &mut root.resources[at].dynamic_anchors;
        if let Err(position) = anchors.binary_search_by(|(name, _)| name.as_str().cmp(anchor)) {
            anchors.insert(position, (anchor.to_owned(), node));
        }
    }
    Ok(())
}

fn add_anchor(
    root: &mut Root,
    document: &Document,
    node: NodeId,
    at: usize,
    anchor: &str,
) -> Result<(), CompileError> {
    let other = root.resources[at].anchors.insert(anchor.to_owned(), node);
    match other.filter(|other| *other != node) {
        None => Ok(()),
        Some(first) => Err(CompileError::DuplicateAnchor {
            anchor: anchor.to_owned(),
            url: root.url.to_string(),
            first: document.pointer(first),
            second: document.pointer(node),
        }),
    }
}
