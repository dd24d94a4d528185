//! The user's input of a render.

use super::{Error, with_stack};
use compat::Profile;
#[cfg(feature = "fs")]
use engine::values::LocalFiles;
use engine::values::{Layers, ReadError, ReadFile, UserValues};
use serde::Serialize;
use std::collections::BTreeMap;
#[cfg(feature = "fs")]
use std::path::Path;

/// Values for a chart, on top of its defaults. What is given later counts more.
///
/// Helm's command sorts what it is given: files, then `--set-json`, `--set`, `--set-string`, `--set-file` and
/// `--set-literal`. Given in this order here, they have the same effect.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Values(Vec<Layer>);

/// One file or one flag.
#[derive(Clone, Debug)]
struct Layer {
    layers: Layers,
    /// The content of its file, if it has one.
    contents: Vec<u8>,
}

/// Gives the one file of a layer.
struct Contents<'l>(&'l [u8]);

impl ReadFile for Contents<'_> {
    fn read(&mut self, _name: &str) -> Result<Vec<u8>, ReadError> {
        Ok(self.0.to_owned())
    }
}

/// The texts of many layers, by names of which none is given twice.
#[derive(Debug, Default)]
pub(super) struct Texts(BTreeMap<String, Vec<u8>>);

impl Texts {
    fn add(&mut self, name: &str, text: &[u8]) -> String {
        let numbers = (2..).map(|number| format!("{name} ({number})"));
        let mut names = std::iter::once(name.to_owned()).chain(numbers);
        let free = names.find(|name| !self.0.contains_key(name));
        let name = free.unwrap_or_default();
        self.0.insert(name.clone(), text.to_owned());
        name
    }
}

impl ReadFile for Texts {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        let text = self.0.get(name).cloned();
        text.ok_or_else(|| format!("open {name}: no such file or directory").into())
    }
}

impl Values {
    /// No values yet: the chart's own defaults hold.
    pub fn new() -> Values {
        Values::default()
    }

    /// A YAML file: `-f`. It is read now.
    ///
    /// # Errors
    /// Returns an error if the file cannot be read, or is not a map in YAML.
    #[cfg(feature = "fs")]
    pub fn file(self, path: impl AsRef<Path>) -> Result<Values, Error> {
        let name = path.as_ref().to_string_lossy().into_owned();
        let contents = LocalFiles.read(&name);
        let contents = contents.map_err(engine::values::Error::Read)?;
        self.yaml(name, contents)
    }

    /// YAML in memory; `name` stands in errors and says where a value comes from.
    ///
    /// # Errors
    /// Returns an error if the text is wrong.
    pub fn yaml(self, name: impl Into<String>, text: impl Into<Vec<u8>>) -> Result<Values, Error> {
        let layers = Layers {
            files: vec![name.into()],
            ..Layers::default()
        };
        self.and(layers, text.into())
    }

    /// A JSON object: `{"replicas": 3}`.
    ///
    /// # Errors
    /// Returns an error if the text is not a JSON object.
    pub fn json(self, object: &str) -> Result<Values, Error> {
        self.value(&serde_json::from_str::<serde_json::Map<_, _>>(object)?)
    }

    /// Values from anything that serde makes a map of: a struct, a `HashMap`.
    ///
    /// # Errors
    /// Returns serde's error, or one if the value is not a map.
    pub fn value<T: Serialize>(self, value: &T) -> Result<Values, Error> {
        // JSON is YAML, and Helm reads values files so.
        self.yaml("values", serde_json::to_vec(value)?)
    }

    /// `--set`: `image.tag=1.2,replicas=3`.
    ///
    /// # Errors
    /// Returns Helm's error if the argument cannot be read.
    pub fn set(self, argument: impl Into<String>) -> Result<Values, Error> {
        let layers = Layers {
            set: vec![argument.into()],
            ..Layers::default()
        };
        self.and(layers, Vec::new())
    }

    /// `--set-json`: `tls=[{"host": "a"}]`, or a whole object.
    ///
    /// # Errors
    /// Returns Helm's error if the argument cannot be read.
    pub fn set_json(self, argument: impl Into<String>) -> Result<Values, Error> {
        let layers = Layers {
            set_json: vec![argument.into()],
            ..Layers::default()
        };
        self.and(layers, Vec::new())
    }

    /// `--set-string`: as [`set`](Values::set), but values are text.
    ///
    /// # Errors
    /// Returns Helm's error if the argument cannot be read.
    pub fn set_string(self, argument: impl Into<String>) -> Result<Values, Error> {
        let layers = Layers {
            set_string: vec![argument.into()],
            ..Layers::default()
        };
        self.and(layers, Vec::new())
    }

    /// `--set-literal`: one key, and everything after `=` as it is.
    ///
    /// # Errors
    /// Returns Helm's error if the argument cannot be read.
    pub fn set_literal(self, argument: impl Into<String>) -> Result<Values, Error> {
        let layers = Layers {
            set_literal: vec![argument.into()],
            ..Layers::default()
        };
        self.and(layers, Vec::new())
    }

    /// `--set-file`: one key, and what a file would hold.
    ///
    /// # Errors
    /// Returns Helm's error if the key cannot be read.
    pub fn set_file(self, key: &str, contents: impl Into<Vec<u8>>) -> Result<Values, Error> {
        let layers = Layers {
            set_file: vec![format!("{key}=file")],
            ..Layers::default()
        };
        self.and(layers, contents.into())
    }

    /// These values with `others`, which count more.
    pub fn merge(mut self, others: Values) -> Values {
        self.0.extend(others.0);
        self
    }

    fn and(mut self, layers: Layers, contents: Vec<u8>) -> Result<Values, Error> {
        let layer = Layer { layers, contents };
        with_stack(|| {
            let read = |profile: &Profile| {
                let read = layer.layers.read(&mut Contents(&layer.contents), profile);
                read.map(drop)
            };
            // What one version of Helm takes is up to the one that renders.
            match read(&Profile::helm4()) {
                Err(error) if read(&Profile::helm3()).is_err() => Err(error.into()),
                _ => Ok(()),
            }
        })?;
        self.0.push(layer);
        Ok(self)
    }

    /// All of them as Helm's command is given them, sorted as it sorts them: files first, then flags by kind.
    pub(super) fn as_arguments(&self) -> (Layers, Texts) {
        let (mut all, mut texts) = (Layers::default(), Texts::default());
        for layer in &self.0 {
            let mut layers = layer.layers.clone();
            for name in &mut layers.files {
                *name = texts.add(name, &layer.contents);
            }
            for argument in &mut layers.set_file {
                if let Some((key, name)) = argument.rsplit_once('=') {
                    *argument = format!("{key}={}", texts.add(name, &layer.contents));
                }
            }
            all.append(layers);
        }
        (all, texts)
    }

    /// All of them, merged as a version of Helm does.
    pub(super) fn supplied(&self, profile: &Profile) -> Result<UserValues, Error> {
        let mut supplied = UserValues::default();
        for layer in &self.0 {
            let mut contents = Contents(&layer.contents);
            layer
                .layers
                .read_onto(&mut supplied, &mut contents, profile)?;
        }
        Ok(supplied)
    }
}
