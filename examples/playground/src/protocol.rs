//! The JSON that goes in and out.

use rhelm::validate::{Diagnostic, Place, Severity};
use rhelm::{Error, Helm, Release, ReleaseOptions, Values};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A request.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Question {
    /// The version of Helm: `3`, `4`.
    helm: String,
    name: String,
    namespace: String,
    /// Values, what comes later counts more.
    values: Vec<Layer>,
    kube_version: Option<String>,
    api_versions: Vec<String>,
    is_upgrade: bool,
    include_crds: bool,
    skip_schema_validation: bool,
}

/// A file or a flag with values.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
enum Layer {
    /// A file, by its name and its text.
    File(String, String),
    SetJson(String),
    Set(String),
    SetString(String),
    /// A key, and what its file holds.
    SetFile(String, String),
    SetLiteral(String),
}

impl Default for Question {
    fn default() -> Self {
        Question {
            helm: "4".into(),
            name: "release-name".into(),
            namespace: "default".into(),
            values: Vec::new(),
            kube_version: None,
            api_versions: Vec::new(),
            is_upgrade: false,
            include_crds: false,
            skip_schema_validation: false,
        }
    }
}

impl Question {
    pub(crate) fn helm(&self) -> Result<Helm, Error> {
        Helm::version(&self.helm)
    }

    pub(crate) fn values(&self) -> Result<Values, Error> {
        let mut layers = self.values.iter();
        layers.try_fold(Values::new(), |values, layer| match layer {
            Layer::File(name, text) => values.yaml(name, text.as_bytes()),
            Layer::SetJson(argument) => values.set_json(argument),
            Layer::Set(argument) => values.set(argument),
            Layer::SetString(argument) => values.set_string(argument),
            Layer::SetFile(key, contents) => values.set_file(key, contents.as_bytes()),
            Layer::SetLiteral(argument) => values.set_literal(argument),
        })
    }

    pub(crate) fn options(&self) -> ReleaseOptions {
        let mut options = ReleaseOptions::named(&self.name).namespace(&self.namespace);
        if let Some(version) = &self.kube_version {
            options = options.kube_version(version);
        }
        for version in &self.api_versions {
            options = options.api_version(version);
        }
        if self.is_upgrade {
            options = options.upgrade();
        }
        if self.include_crds {
            options = options.include_crds();
        }
        if self.skip_schema_validation {
            options = options.skip_schema_validation();
        }
        options
    }
}

/// A place in a template, a line counted from 1.
#[derive(Serialize)]
struct Source {
    template: String,
    line: usize,
}

/// The reason why there is no answer.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Failure {
    text: String,
    source: Option<Source>,
    /// True if it is the values that cannot be read.
    is_of_values: bool,
}

impl Failure {
    pub(crate) fn of(error: &Error) -> Failure {
        let source = match error {
            Error::Template { place, .. } | Error::Limit { place, .. } => {
                place.as_ref().map(|place| Source {
                    template: place.template.clone(),
                    line: place.line,
                })
            }
            Error::Manifest { template, .. } => Some(Source {
                template: template.clone(),
                line: 1,
            }),
            _ => None,
        };
        Failure {
            text: error.to_string(),
            source,
            is_of_values: matches!(error, Error::Values(_)),
        }
    }

    pub(crate) fn of_question(error: serde_json::Error) -> Failure {
        Failure {
            text: format!("the question: {error}"),
            source: None,
            is_of_values: false,
        }
    }
}

/// The result of a render.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Answer {
    manifests: String,
    failure: Option<Failure>,
    /// The templates' paths.
    templates: Vec<String>,
    /// Of each line of the manifests its template, counted from 1, and the line there; zeros where Helm wrote it.
    lines: Vec<(usize, usize)>,
    notes: Vec<String>,
    warnings: Vec<String>,
    count: usize,
}

impl Answer {
    pub(crate) fn failed(failure: Failure) -> Answer {
        Answer {
            failure: Some(failure),
            ..Answer::default()
        }
    }

    pub(crate) fn of(release: &Release) -> Answer {
        let manifests = String::from_utf8_lossy(release.manifests()).into_owned();
        let mut templates: Vec<String> = Vec::new();
        let mut numbers: HashMap<&str, usize> = HashMap::new();
        let lines = release.line_sources().take(manifests.lines().count());
        let lines = lines.map(|source| {
            let Some((template, line)) = source else {
                return (0, 0);
            };
            let number = *numbers.entry(template).or_insert_with(|| {
                templates.push(template.to_owned());
                templates.len()
            });
            (number, line)
        });
        let lines = lines.collect();
        Answer {
            manifests,
            failure: None,
            templates,
            lines,
            notes: release
                .notes()
                .iter()
                .map(|(_, text)| text.clone())
                .collect(),
            warnings: release.warnings().to_vec(),
            count: release.resources().len(),
        }
    }
}

/// Something that is wrong.
#[derive(Serialize)]
pub(crate) struct Finding {
    rule: String,
    severity: &'static str,
    message: String,
    suggestion: Option<String>,
    /// A file, and line and column in it.
    file: Option<String>,
    line: u32,
    column: u32,
}

impl Finding {
    pub(crate) fn of(diagnostic: &Diagnostic) -> Finding {
        let (file, line, column) = match &diagnostic.place {
            Place::File { name, mark } => (Some(name.clone()), mark.line, mark.column),
            _ => (None, 0, 0),
        };
        Finding {
            rule: diagnostic.rule.id.to_owned(),
            severity: match diagnostic.rule.severity {
                Severity::Error => "error",
                _ => "warning",
            },
            message: diagnostic.message.clone(),
            suggestion: diagnostic.suggestion.clone(),
            file,
            line,
            column,
        }
    }

    pub(crate) fn of_failure(failure: &Failure) -> Finding {
        Finding {
            rule: "not-checked".into(),
            severity: "error",
            message: failure.text.clone(),
            suggestion: None,
            file: None,
            line: 0,
            column: 0,
        }
    }
}
