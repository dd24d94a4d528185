//! From a document to a [`SchemaSet`]: finds the resources and anchors of every document that
//! takes part, checks them against their metaschemas, and compiles what can be reached.

mod collect;
mod keywords;
mod meta;
mod reference;

use gostd::limits::LIMITS;
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;

use crate::draft::{Dialect, Draft};
use crate::error::CompileError;
use crate::json::{Document, Kind, NodeId};
use crate::loader::Loader;
use crate::metaschema;
use crate::patterns::Patterns;
use crate::schema::{Schema, SchemaId, SchemaSet, locate};

/// The sum of all addresses: no real schema comes near it.
const MAX_ADDRESS_BYTES: usize = LIMITS.schema_address_bytes;

/// A compilation under way.
pub(crate) struct Compiler<'l> {
    loader: &'l dyn Loader,
    /// Documents by address, also those that only name a dialect.
    documents: HashMap<String, Arc<Document>>,
    roots: Vec<Root>,
    schemas: Vec<Schema>,
    /// References to nowhere: they fail when their turn comes.
    broken: HashMap<u32, CompileError>,
    patterns: Patterns,
    /// Metaschemas check formats whatever their draft.
    assert_format: bool,
    /// Bytes of all addresses that schemas give themselves.
    address_bytes: usize,
    /// A base address and what a reference to a mere fragment resolves to there.
    own_address: Option<(Rc<str>, Rc<str>)>,
}

/// A document whose schemas take part.
struct Root {
    url: Rc<str>,
    document: Arc<Document>,
    /// The document itself first.
    resources: Vec<Resource>,
    resource_at: HashMap<NodeId, usize>,
    resource_called: HashMap<Rc<str>, usize>,
    /// For each node, whether it was searched for resources and anchors.
    processed: Vec<bool>,
    /// For each node, the number of its schema plus one.
    compiled: Vec<u32>,
}

/// A schema with an address of its own.
struct Resource {
    node: NodeId,
    id: Rc<str>,
    dialect: Dialect,
    anchors: HashMap<String, NodeId>,
    /// Sorted, without repetition.
    dynamic_anchors: Vec<(String, NodeId)>,
}

impl Root {
    fn new(url: &str, document: Arc<Document>) -> Self {
        Self {
            url: url.into(),
            resources: Vec::new(),
            resource_at: HashMap::new(),
            resource_called: HashMap::new(),
            processed: vec![false; document.len()],
            compiled: vec![0; document.len()],
            document,
        }
    }

    fn add_resource(&mut self, resource: Resource) {
        let index = self.resources.len();
        self.resource_at.insert(resource.node, index);
        self.resource_called.insert(Rc::clone(&resource.id), index);
        self.resources.push(resource);
    }

    /// The innermost resource that `node` lies in.
    fn resource_of(&self, node: NodeId) -> Option<&Resource> {
        if self.resources.len() > 1 {
            let mut at = Some(node);
            while let Some(node) = at {
                if let Some(&resource) = self.resource_at.get(&node) {
                    return self.resources.get(resource);
                }
                at = self.document.parent(node);
            }
        }
        self.resources.first()
    }

    /// The resource with the address `id`.
    fn resource_called(&self, id: &str) -> Option<&Resource> {
        self.resource_called
            .get(id)
            .and_then(|&index| self.resources.get(index))
    }

    fn location(&self, node: NodeId) -> String {
        locate(&self.url, &self.document, node)
    }
}

impl<'l> Compiler<'l> {
    pub(crate) fn new(loader: &'l dyn Loader) -> Self {
        Self {
            loader,
            documents: HashMap::new(),
            roots: Vec::new(),
            schemas: Vec::new(),
            broken: HashMap::new(),
            patterns: Patterns::default(),
            assert_format: false,
            address_bytes: 0,
            own_address: None,
        }
    }

    /// Makes `document` known under an address.
    pub(crate) fn add_document(&mut self, url: &str, document: Arc<Document>) {
        self.documents.insert(url.to_owned(), document);
    }

    /// Compiles the document at `url` and all that it refers to.
    pub(crate) fn compile(&mut self, url: &str) -> Result<SchemaId, CompileError> {
        let root = self.root(url)?;
        let mut next = self.schemas.len();
        let first = self.enqueue(root, NodeId::ROOT);
        while next < self.schemas.len() {
            if let Some(error) = self.broken.remove(&(next as u32)) {
                return Err(error);
            }
            self.compile_schema(SchemaId(next as u32))?;
            next += 1;
        }
        Ok(first)
    }

    pub(crate) fn finish(self) -> SchemaSet {
        let documents = self
            .roots
            .into_iter()
            .map(|root| (root.url.to_string(), root.document))
            .collect();
        SchemaSet {
            schemas: self.schemas,
            documents,
        }
    }

    /// The schema at a node: known already, or to be compiled.
    fn enqueue(&mut self, root: usize, node: NodeId) -> SchemaId {
        let next = self.schemas.len() as u32;
        let index = self
            .roots
            .get_mut(root)
            .and_then(|r| r.compiled.get_mut(node.index()));
        if let Some(slot) = index {
            if *slot > 0 {
                return SchemaId(*slot - 1);
            }
            *slot = next + 1;
        }
        let id = SchemaId(next);
        self.schemas.push(Schema::new(root as u32, node, id));
        id
    }

    /// A schema that makes the compilation fail when its turn comes.
    fn enqueue_broken(&mut self, root: usize, error: CompileError) -> SchemaId {
        let id = SchemaId(self.schemas.len() as u32);
        self.schemas
            .push(Schema::new(root as u32, NodeId::ROOT, id));
        self.broken.insert(id.0, error);
        id
    }

    fn compile_schema(&mut self, id: SchemaId) -> Result<(), CompileError> {
        let Some(schema) = self.schemas.get(id.0 as usize) else {
            return Ok(());
        };
        let (root, node) = (schema.document as usize, schema.node);
        self.ensure_processed(root, node)?;
        let Some(origin) = self.roots.get(root) else {
            return Ok(());
        };
        let Some(resource) = origin.resource_of(node) else {
            return Ok(());
        };
        let (url, document) = (Rc::clone(&origin.url), Arc::clone(&origin.document));
        let (dialect, base) = (resource.dialect.clone(), Rc::clone(&resource.id));
        let resource_node = resource.node;
        let anchors = match resource_node == node && dialect.draft >= Draft::Draft2020 {
            true => resource.dynamic_anchors.clone(),
            false => Vec::new(),
        };
        let resource_id = self.enqueue(root, resource_node);
        let mut dynamic_anchors = Vec::with_capacity(anchors.len());
        for (name, node) in anchors {
            dynamic_anchors.push((name.into(), self.enqueue(root, node)));
        }
        let mut schema = Schema::new(root as u32, node, id);
        schema.resource = resource_id;
        schema.draft = dialect.draft;
        schema.dynamic_anchors = dynamic_anchors;
        match document.kind(node) {
            Kind::Bool(b) => schema.boolean = Some(b),
            Kind::Object(entries) if entries.is_empty() => schema.boolean = Some(true),
            Kind::Object(entries) => {
                let context = keywords::Context {
                    root,
                    url,
                    node,
                    document: &document,
                    dialect,
                    base,
                    entries,
                };
                self.compile_keywords(&context, &mut schema)?;
            }
            _ => {}
        }
        if let Some(slot) = self.schemas.get_mut(id.0 as usize) {
            *slot = schema;
        }
        Ok(())
    }

    /// The document at `url` as one whose schemas take part, loaded and checked if it is new.
    fn root(&mut self, url: &str) -> Result<usize, CompileError> {
        if let Some(index) = self.roots.iter().position(|root| *root.url == *url) {
            return Ok(index);
        }
        let document = self.document(url)?;
        let mut root = Root::new(url, document);
        let dialect = Dialect {
            draft: Draft::Draft2020,
            vocabularies: None,
        };
        self.collect(&mut root, NodeId::ROOT, url.into(), dialect)?;
        let published = ["http://json-schema.org/", "https://json-schema.org/"];
        if !published.iter().any(|prefix| url.starts_with(prefix)) {
            self.check_against_metaschema(&root, NodeId::ROOT)?;
        }
        self.roots.push(root);
        Ok(self.roots.len() - 1)
    }

    /// References may lead to places where no schema is looked for otherwise: those are searched
    /// and checked when they are reached.
    fn ensure_processed(&mut self, root: usize, node: NodeId) -> Result<(), CompileError> {
        let Some(origin) = self.roots.get_mut(root) else {
            return Ok(());
        };
        if origin
            .processed
            .get(node.index())
            .is_none_or(|&is_processed| is_processed)
        {
            return Ok(());
        }
        let placeholder = Root::new("", Arc::clone(&origin.document));
        let mut own = std::mem::replace(origin, placeholder);
        let result = self.process_subschema(&mut own, node);
        if let Some(slot) = self.roots.get_mut(root) {
            *slot = own;
        }
        result
    }

    fn process_subschema(&mut self, root: &mut Root, node: NodeId) -> Result<(), CompileError> {
        let Some(base) = root.resource_of(node) else {
            return Ok(());
        };
        let (id, dialect) = (Rc::clone(&base.id), base.dialect.clone());
        self.collect(root, node, id, dialect)?;
        self.check_against_metaschema(root, node)
    }

    /// The document at `url`: known, a metaschema, or what the loader gives.
    fn document(&mut self, url: &str) -> Result<Arc<Document>, CompileError> {
        if let Some(document) = self.documents.get(url) {
            return Ok(Arc::clone(document));
        }
        let failing = |why: String| CompileError::Load {
            url: url.to_owned(),
            why,
        };
        let text = match metaschema::document(url) {
            Some(text) => text.into_bytes(),
            None => self
                .loader
                .load(url)
                .map_err(|error| failing(error.to_string()))?,
        };
        let document = Document::parse(&text).map_err(|e| failing(e.to_string()))?;
        let document = Arc::new(document);
        self.documents.insert(url.to_owned(), Arc::clone(&document));
        Ok(document)
    }
}
