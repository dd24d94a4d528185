//! A text that was read, and its keys by path: errors tell file, line and key.

use super::Error;
use goyaml::{Kind, Node};
use std::path::Path;

/// A YAML or JSON text that was read, with the name to call it in errors.
#[derive(Clone, Debug)]
pub struct Source {
    name: String,
    root: Node,
}

impl Source {
    /// Reads a text.
    ///
    /// # Errors
    /// When it is empty, or neither YAML nor JSON.
    pub fn read(name: &str, text: &[u8]) -> Result<Source, Error> {
        let empty = text.iter().all(u8::is_ascii_whitespace);
        if empty {
            return Err(Error::Content {
                file: name.to_owned(),
                line: 1,
                what: "there is nothing in it (did the command before it fail?)".into(),
            });
        }
        let root = goyaml::parse(text).map_err(|cause| Error::Syntax {
            file: name.to_owned(),
            cause,
        })?;
        Ok(Source {
            name: name.to_owned(),
            root,
        })
    }

    /// The contents.
    pub(super) fn document(&self) -> &Node {
        &self.root
    }

    /// The whole text's value.
    pub(super) fn root(&self) -> Field<'_> {
        Field {
            source: self,
            path: String::new(),
            line: self.root.mark.line,
            node: &self.root,
        }
    }
}

/// A value with the path of keys that leads to it.
#[derive(Clone, Debug)]
pub(super) struct Field<'s> {
    source: &'s Source,
    path: String,
    line: u32,
    node: &'s Node,
}

impl<'s> Field<'s> {
    /// An error at this value: its path, then `problem`.
    pub(super) fn error(&self, problem: impl std::fmt::Display) -> Error {
        let path = if self.path.is_empty() {
            "this"
        } else {
            &self.path
        };
        Error::Content {
            file: self.source.name.clone(),
            line: self.line.max(1),
            what: format!("{path} {problem}"),
        }
    }

    /// The name of this value for errors that are put together elsewhere: file, line and path.
    pub(super) fn place(&self) -> String {
        format!("{}:{}: {}", self.source.name, self.line.max(1), self.path)
    }

    /// The directory of the file.
    pub(super) fn directory(&self) -> &'s Path {
        Path::new(&self.source.name)
            .parent()
            .unwrap_or(Path::new(""))
    }

    /// The value of a key; nothing where it is missing or null.
    pub(super) fn get(&self, key: &str) -> Option<Field<'s>> {
        let Kind::Map(entries) = &self.node.kind else {
            return None;
        };
        let entry = entries.iter().find(|entry| &*entry.key == key)?;
        let path = match self.path.as_str() {
            "" => key.to_owned(),
            path => format!("{path}.{key}"),
        };
        let null = matches!(entry.value.kind, Kind::Null);
        (!null).then_some(Field {
            source: self.source,
            path,
            line: entry.mark.line,
            node: &entry.value,
        })
    }

    /// The value of a key that must be there. The error lists the keys that are.
    pub(super) fn need(&self, key: &str) -> Result<Field<'s>, Error> {
        self.get(key).ok_or_else(|| {
            let keys = self.keys();
            if keys.is_empty() {
                self.error(format_args!("has no {key}"))
            } else {
                self.error(format_args!("has no {key}, only {}", keys.join(", ")))
            }
        })
    }

    /// The keys of a map.
    pub(super) fn keys(&self) -> Vec<&'s str> {
        match &self.node.kind {
            Kind::Map(entries) => entries.iter().map(|entry| &*entry.key).collect(),
            _ => Vec::new(),
        }
    }

    /// The items of a list; nothing where there is none.
    pub(super) fn items(&self, key: &str) -> Result<Vec<Field<'s>>, Error> {
        let Some(list) = self.get(key) else {
            return Ok(Vec::new());
        };
        let Kind::Seq(items) = &list.node.kind else {
            return Err(list.error("is not a list"));
        };
        let item = |(index, node): (usize, &'s Node)| Field {
            source: self.source,
            path: format!("{}[{index}]", list.path),
            line: node.mark.line,
            node,
        };
        Ok(items.iter().enumerate().map(item).collect())
    }

    /// The text, which must not be empty.
    pub(super) fn text(&self) -> Result<&'s str, Error> {
        match self.node.as_str() {
            Some("") => Err(self.error("is empty")),
            Some(text) => Ok(text),
            None => Err(self.error("is not a string")),
        }
    }

    /// The text of a key that must be there.
    pub(super) fn need_text(&self, key: &str) -> Result<&'s str, Error> {
        self.need(key)?.text()
    }

    /// The text of a key; nothing where it is missing, empty or something else.
    pub(super) fn get_text(&self, key: &str) -> Option<&'s str> {
        self.get(key)?.node.as_str().filter(|text| !text.is_empty())
    }

    /// Returns true if a key is true.
    pub(super) fn is_true(&self, key: &str) -> bool {
        self.get(key)
            .is_some_and(|field| matches!(field.node.kind, Kind::Bool(true)))
    }
}
