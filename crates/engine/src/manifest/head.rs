//! The part of a document that Helm reads: API version, kind, name and annotations (`SimpleHead`).

use goyaml::{Error, Kind, Node};
use std::collections::BTreeMap;

/// The head of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// `apiVersion`, or empty.
    pub api_version: String,
    /// `kind`, or empty.
    pub kind: String,
    /// `metadata.name`, or empty.
    pub name: String,
    /// `metadata.annotations`.
    pub annotations: BTreeMap<String, String>,
}

const API_VERSION: &str = "apiVersion";
const KIND: &str = "kind";
const METADATA: &str = "metadata";

/// The type of the struct's `metadata`, as Go prints it.
const METADATA_TYPE: &str = "struct field SimpleHead.metadata of type \
    struct { Name string \"json:\\\"name\\\"\"; \
    Annotations map[string]string \"json:\\\"annotations\\\"\" }";

impl Head {
    /// Reads the head as Go's JSON decoder fills Helm's struct: keys match in any case, the last
    /// one wins, scalars become text. The rest of the document is only checked.
    ///
    /// `package` is the Go package of the struct, which error texts name. The error is what follows
    /// `YAML parse error on PATH: `.
    pub fn read(text: &[u8], package: &str) -> Result<Head, Error> {
        let is_head = |key: &str| {
            let names = [API_VERSION, KIND, METADATA];
            names.iter().any(|name| key.eq_ignore_ascii_case(name))
        };
        let node = goyaml::parse_keys(text, is_head)?;
        let mut head = Head::default();
        match &node.kind {
            Kind::Null => {}
            Kind::Map(_) => head.fill(&node)?,
            _ => {
                let target = format!("value of type {package}.SimpleHead");
                return Err(Error::mismatch(&node, &target));
            }
        }
        Ok(head)
    }

    fn fill(&mut self, node: &Node) -> Result<(), Error> {
        for (key, value) in sorted(node) {
            if key.eq_ignore_ascii_case(API_VERSION) {
                set_text(&mut self.api_version, value, "SimpleHead.apiVersion")?;
            } else if key.eq_ignore_ascii_case(KIND) {
                set_text(&mut self.kind, value, "SimpleHead.kind")?;
            } else if key.eq_ignore_ascii_case(METADATA) {
                self.fill_metadata(value)?;
            }
        }
        Ok(())
    }

    fn fill_metadata(&mut self, node: &Node) -> Result<(), Error> {
        match &node.kind {
            Kind::Null => {
                self.name.clear();
                self.annotations.clear();
                return Ok(());
            }
            Kind::Map(_) => {}
            _ => return Err(Error::mismatch(node, METADATA_TYPE)),
        }
        for (key, value) in sorted(node) {
            if key.eq_ignore_ascii_case("name") {
                set_text(&mut self.name, value, ".metadata.name")?;
            } else if key.eq_ignore_ascii_case("annotations") {
                self.fill_annotations(value)?;
            }
        }
        Ok(())
    }

    fn fill_annotations(&mut self, node: &Node) -> Result<(), Error> {
        match &node.kind {
            Kind::Null => {
                self.annotations.clear();
                return Ok(());
            }
            Kind::Map(_) => {}
            _ => {
                let target = "struct field .metadata.annotations of type map[string]string";
                return Err(Error::mismatch(node, target));
            }
        }
        for (key, value) in sorted(node) {
            let mut text = String::new();
            set_text(&mut text, value, ".metadata.annotations")?;
            self.annotations.insert(key.to_owned(), text);
        }
        Ok(())
    }
}

/// JSON's keys come sorted, as sigs.k8s.io/yaml writes them: errors follow that order.
fn sorted(node: &Node) -> Vec<(&str, &Node)> {
    let Kind::Map(entries) = &node.kind else {
        return Vec::new();
    };
    let mut pairs: Vec<(&str, &Node)> = entries.iter().map(|e| (&*e.key, &e.value)).collect();
    pairs.sort_by(|a, b| a.0.cmp(b.0));
    pairs
}

/// Text for a field of type string; null leaves it as it is.
fn set_text(text: &mut String, node: &Node, field: &str) -> Result<(), Error> {
    if let Kind::Null = node.kind {
        return Ok(());
    }
    let target = || format!("struct field {field} of type string");
    let coerced = node.coerced_text();
    *text = coerced
        .ok_or_else(|| Error::mismatch(node, &target()))?
        .into();
    Ok(())
}
