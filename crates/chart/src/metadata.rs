//! Chart.yaml and Chart.lock as data, and Helm's checks of them (`chart.Metadata.Validate`).

use super::error::Error;
use gostd::strconv::quote;
use goyaml::Node;
use std::collections::{BTreeMap, HashSet};

/// The content of Chart.yaml. None is Go's nil slice or map: templates can tell it from an empty one.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Metadata {
    pub name: String,
    pub home: String,
    pub sources: Option<Vec<String>>,
    pub version: String,
    pub description: String,
    pub keywords: Option<Vec<String>>,
    pub maintainers: Option<Vec<Option<Maintainer>>>,
    pub icon: String,
    pub api_version: String,
    pub condition: String,
    pub tags: String,
    pub app_version: String,
    pub deprecated: bool,
    pub annotations: Option<BTreeMap<String, String>>,
    pub kube_version: String,
    pub dependencies: Option<Vec<Option<Dependency>>>,
    pub chart_type: String,
}

/// A maintainer of a chart.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Maintainer {
    pub name: String,
    pub email: String,
    pub url: String,
}

/// A chart that another chart depends on.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Dependency {
    pub name: String,
    /// A range of versions; in Chart.lock one version.
    pub version: String,
    pub repository: String,
    /// Paths of values, separated by commas, the first boolean of which switches the chart.
    pub condition: String,
    pub tags: Option<Vec<String>>,
    /// Set while dependencies are processed, or by Chart.yaml without effect.
    pub enabled: bool,
    pub import_values: ImportValues,
    pub alias: String,
}

/// The `import-values` of a dependency.
#[derive(Clone, Debug, PartialEq)]
pub enum ImportValues {
    /// As Chart.yaml has them; None is Go's nil slice.
    Written(Option<Vec<Node>>),
    /// As processing leaves them for templates to see: maps from string to string with the keys
    /// `child` and `parent`, in this order here. None is Go's nil slice.
    Resolved(Option<Vec<(String, String)>>),
}

impl Default for ImportValues {
    fn default() -> Self {
        ImportValues::Written(None)
    }
}

/// The content of Chart.lock.
#[derive(Clone, Debug, Default, PartialEq)]
#[allow(missing_docs)]
pub struct Lock {
    pub generated: String,
    pub digest: String,
    pub dependencies: Option<Vec<Option<Dependency>>>,
    /// What is said besides of each dependency, in their order.
    pub pins: Vec<Pin>,
}

/// What a dependency in a lock file is, to the byte. It is rhelm's own: Helm reads past it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pin {
    /// The digest of its archive, `sha256:…`; empty without.
    pub digest: String,
    /// The git commit that it is from; empty without.
    pub commit: String,
}

impl Metadata {
    /// Returns true if the chart only lends its named templates to others.
    pub fn is_library(&self) -> bool {
        gostd::unicode::equal_fold(self.chart_type.as_bytes(), b"library")
    }

    /// The declared dependencies, of which Helm lets none be null.
    pub fn declared(&self) -> impl Iterator<Item = &Dependency> {
        self.dependencies.iter().flatten().flatten()
    }

    /// Cleans the strings and checks them, in Helm's order.
    pub fn validate(&mut self) -> Result<(), Error> {
        self.sanitize();
        let name = &self.name;
        if self.api_version.is_empty() {
            return invalid("chart.metadata.apiVersion is required");
        }
        if name.is_empty() {
            return invalid("chart.metadata.name is required");
        }
        if name == "." || name == ".." {
            return invalid(format!(
                "chart.metadata.name {} is not allowed",
                quote(name.as_bytes())
            ));
        }
        if name.contains('/') {
            return invalid(format!(
                "chart.metadata.name {} is invalid",
                quote(name.as_bytes())
            ));
        }
        if self.version.is_empty() {
            return invalid("chart.metadata.version is required");
        }
        if gosemver::Version::parse(&self.version).is_err() {
            return invalid(format!(
                "chart.metadata.version {} is invalid",
                quote(self.version.as_bytes())
            ));
        }
        if !matches!(&*self.chart_type, "" | "application" | "library") {
            return invalid("chart.metadata.type must be application or library");
        }
        for maintainer in self.maintainers.iter_mut().flatten() {
            let Some(maintainer) = maintainer else {
                return invalid("maintainers must not contain empty or null nodes");
            };
            sanitize(&mut maintainer.name);
            sanitize(&mut maintainer.email);
            sanitize(&mut maintainer.url);
        }
        let mut names = HashSet::new();
        for dependency in self.dependencies.iter_mut().flatten() {
            let Some(dependency) = dependency else {
                return invalid("dependencies must not contain empty or null nodes");
            };
            dependency.validate()?;
            let key = match &*dependency.alias {
                "" => &dependency.name,
                _ => &dependency.alias,
            };
            if !names.insert(key.clone()) {
                return invalid(format!(
                    "more than one dependency with name or alias {}",
                    quote(key.as_bytes())
                ));
            }
        }
        Ok(())
    }

    fn sanitize(&mut self) {
        for text in [
            &mut self.name,
            &mut self.description,
            &mut self.home,
            &mut self.icon,
            &mut self.condition,
            &mut self.tags,
            &mut self.app_version,
            &mut self.kube_version,
        ] {
            sanitize(text);
        }
        for texts in [&mut self.sources, &mut self.keywords] {
            texts.iter_mut().flatten().for_each(sanitize);
        }
    }
}

impl Dependency {
    fn validate(&mut self) -> Result<(), Error> {
        for text in [
            &mut self.name,
            &mut self.version,
            &mut self.repository,
            &mut self.condition,
        ] {
            sanitize(text);
        }
        self.tags.iter_mut().flatten().for_each(sanitize);
        let legal = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        if !self.alias.bytes().all(legal) {
            return invalid(format!(
                "dependency {} has disallowed characters in the alias",
                quote(self.name.as_bytes())
            ));
        }
        Ok(())
    }
}

fn invalid(text: impl Into<String>) -> Result<(), Error> {
    Err(Error::Validation(text.into()))
}

/// Helm's `sanitizeString`: any space becomes a blank, what does not print goes.
fn sanitize(text: &mut String) {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return;
    }
    let clean = |c| match c {
        c if gostd::unicode::is_space(c) => Some(' '),
        c if gostd::unicode::is_print(c) => Some(c),
        _ => None,
    };
    *text = text.chars().filter_map(clean).collect();
}
