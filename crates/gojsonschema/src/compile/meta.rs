//! Checking schemas against their metaschemas.

use std::collections::HashMap;

use super::{Compiler, Root};
use crate::draft::{Dialect, Draft};
use crate::error::CompileError;
use crate::json::NodeId;
use crate::loader::NoLoader;
use crate::metaschema;
use crate::schema::{COMPOSITE, Schema, SchemaId};
use crate::validate::{Switches, Validator};

impl Compiler<'_> {
    /// Checks the schema at `node` and all schemas below it, each by the dialect of its resource.
    pub(super) fn check_against_metaschema(
        &mut self,
        root: &Root,
        node: NodeId,
    ) -> Result<(), CompileError> {
        let Some(resource) = root.resource_of(node) else {
            return Ok(());
        };
        let dialect = &resource.dialect;
        let uniform = root.resources.iter().all(|r| r.dialect == *dialect);
        if uniform
            && dialect.vocabularies.is_none()
            && metaschema::conforms(&root.document, node, dialect.draft, &mut self.patterns)
        {
            return Ok(());
        }
        check_in_full(root, node, dialect)
    }
}

/// The check by the metaschema itself, which has the error to report.
fn check_in_full(root: &Root, node: NodeId, dialect: &Dialect) -> Result<(), CompileError> {
    let mut compiler = Compiler::new(&NoLoader);
    compiler.assert_format = true;
    let start = metaschema_of(&mut compiler, dialect)?;
    let mut at = HashMap::new();
    for resource in &root.resources {
        let schema = metaschema_of(&mut compiler, &resource.dialect)?;
        at.insert(resource.node, schema);
    }
    let set = compiler.finish();
    let switches = Switches {
        current: start,
        document: &root.document,
        at: &at,
    };
    let value = root.document.value(node);
    let result = Validator::new(&set)
        .with_switches(switches)
        .validate(start, &value)?;
    result.map_err(|error| CompileError::Invalid {
        url: root.location(node),
        error: Box::new(error.into_public(&set)),
    })
}

/// The schema that validates schemas of a dialect.
fn metaschema_of(compiler: &mut Compiler<'_>, dialect: &Dialect) -> Result<SchemaId, CompileError> {
    let url = dialect.draft.url();
    let Some(vocabularies) = &dialect.vocabularies else {
        return compiler.compile(url);
    };
    let base = url.strip_suffix("schema").unwrap_or(url);
    let mut all_of = Vec::new();
    for name in vocabularies.iter() {
        all_of.push(compiler.compile(&format!("{base}meta/{name}"))?);
    }
    let id = SchemaId(compiler.schemas.len() as u32);
    let mut schema = Schema::new(COMPOSITE, NodeId::ROOT, id);
    schema.draft = dialect.draft;
    schema.all_of = all_of;
    if dialect.draft >= Draft::Draft2020 {
        schema.dynamic_anchor = "meta".into();
        schema.dynamic_anchors = vec![("meta".into(), id)];
    }
    compiler.schemas.push(schema);
    Ok(id)
}
