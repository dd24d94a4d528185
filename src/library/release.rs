//! The resources of a render, as data.

use super::{Error, Place};
use compat::Profile;
use engine::action::{HookFilter, Manifests, PrintedLine};
use engine::manifest::{self, Document};
use gostd::text::LineOrigin;
use goyaml::Node;

/// The resources of a render.
#[derive(Clone, Debug)]
pub struct Release {
    text: Vec<u8>,
    /// The templates' paths, which line origins count from 1.
    templates: Vec<String>,
    /// The origin of each line of the text.
    lines: Vec<LineOrigin>,
    resources: Vec<Resource>,
    notes: Vec<(String, String)>,
    warnings: Vec<String>,
}

/// One Kubernetes object.
#[derive(Clone, Debug)]
pub struct Resource {
    api_version: String,
    kind: String,
    name: String,
    namespace: Option<String>,
    template: String,
    line: Option<usize>,
    yaml: String,
    object: serde_json::Value,
    hook: Option<Hook>,
    is_crd: bool,
}

/// When an object is run instead of installed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hook {
    /// The events: `pre-install`, `post-upgrade`, `test` …
    pub events: Vec<String>,
    /// Hooks of one event run from the lowest weight on.
    pub weight: i64,
    /// When the object is deleted: `before-hook-creation`, `hook-succeeded`, `hook-failed`.
    pub delete_policies: Vec<String>,
}

impl Release {
    pub(super) fn new(
        manifests: &Manifests,
        templates: Vec<String>,
        warnings: Vec<String>,
        profile: &Profile,
    ) -> Result<Release, Error> {
        let mut resources = Vec::new();
        for (path, text) in &manifests.crds {
            for document in manifest::split(text, profile) {
                // Helm prints them unread, whatever they are.
                let crd = Resource::read(path, document).unwrap_or_default();
                // What `split` gives is a part of the file.
                let offset = (document.as_ptr() as usize).saturating_sub(text.as_ptr() as usize);
                let before = text.get(..offset).unwrap_or_default();
                resources.extend(crd.map(|crd| Resource {
                    is_crd: true,
                    line: Some(1 + memchr::memchr_iter(b'\n', before).count()),
                    ..crd
                }));
            }
        }
        let line = |document: &Document| {
            let origin = manifests.first_origin(document)?;
            usize::try_from(origin.line).ok().filter(|line| *line > 0)
        };
        for document in &manifests.manifests {
            let resource = Resource::read(&document.path, &document.text)?;
            resources.extend(resource.map(|resource| Resource {
                line: line(document),
                ..resource
            }));
        }
        for hook in &manifests.hooks {
            let document = &hook.document;
            let resource = Resource::read(&document.path, &document.text)?;
            resources.extend(resource.map(|resource| Resource {
                line: line(document),
                hook: Some(Hook::of(hook)),
                ..resource
            }));
        }
        let lines = manifests.printed_lines(HookFilter::default()).into_iter();
        let lines = lines.map(|line| match line {
            PrintedLine::Template(origin) => origin,
            PrintedLine::File(..) | PrintedLine::Frame => LineOrigin::default(),
        });
        let notes = manifests.notes.iter();
        let notes =
            notes.map(|(path, text)| (path.clone(), String::from_utf8_lossy(text).into_owned()));
        Ok(Release {
            text: manifests.text(HookFilter::default()),
            templates,
            lines: lines.collect(),
            resources,
            notes: notes.collect(),
            warnings,
        })
    }

    /// All objects in Helm's order: CRDs if they were asked for, what is installed, hooks. What is no YAML in `crds/` is
    /// left out; [`manifests`](Release::manifests) has it.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }

    /// The output of `helm template`, byte for byte.
    pub fn manifests(&self) -> &[u8] {
        &self.text
    }

    /// The template line that made a line of [`manifests`](Release::manifests), counted from 1; nothing of lines that
    /// Helm writes itself, and of those of CRDs.
    pub fn line_source(&self, line: usize) -> Option<Place> {
        let (template, line) = self.line_sources().nth(line.checked_sub(1)?)??;
        let template = template.to_owned();
        Some(Place { template, line })
    }

    /// The same for all lines in their order: the template's path, and the line.
    pub fn line_sources(&self) -> impl ExactSizeIterator<Item = Option<(&str, usize)>> {
        self.lines.iter().map(|origin| {
            let template = usize::try_from(origin.template).ok()?.checked_sub(1)?;
            let line = usize::try_from(origin.line).ok()?;
            Some((self.templates.get(template)?.as_str(), line))
        })
    }

    /// The charts' notes: path and text of each `NOTES.txt`.
    pub fn notes(&self) -> &[(String, String)] {
        &self.notes
    }

    /// Helm's lines on stderr, a line each.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }
}

impl Resource {
    /// The object of a document; nothing of one that only has comments.
    fn read(template: &str, text: &[u8]) -> Result<Option<Resource>, Error> {
        let object = goyaml::parse(text).map_err(|cause| Error::Manifest {
            text: format!("{template}: {cause}"),
            template: template.into(),
        })?;
        if matches!(object.kind, goyaml::Kind::Null) {
            return Ok(None);
        }
        let field = |node: Option<&Node>| {
            node.and_then(Node::coerced_text)
                .map(|text| text.into_owned())
        };
        let metadata = |key: &str| {
            field(
                object
                    .get("metadata")
                    .and_then(|metadata| metadata.get(key)),
            )
        };
        let (api_version, kind) = (field(object.get("apiVersion")), field(object.get("kind")));
        let (name, namespace) = (metadata("name"), metadata("namespace"));
        let json = gostd::json::encode(&object.into_value(), gostd::json::Options::RAW);
        Ok(Some(Resource {
            api_version: api_version.unwrap_or_default(),
            kind: kind.unwrap_or_default(),
            name: name.unwrap_or_default(),
            namespace,
            template: template.into(),
            yaml: String::from_utf8_lossy(text).into_owned(),
            // What was read from YAML can be written as JSON.
            object: serde_json::from_slice(&json.unwrap_or_default())?,
            line: None,
            hook: None,
            is_crd: false,
        }))
    }

    /// `apps/v1`.
    pub fn api_version(&self) -> &str {
        &self.api_version
    }

    /// `Deployment`.
    pub fn kind(&self) -> &str {
        &self.kind
    }

    /// `metadata.name`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// `metadata.namespace`, where the chart writes one.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The path of the template that wrote it, from the chart's name on (`web/templates/service.yaml`).
    pub fn template(&self) -> &str {
        &self.template
    }

    /// The line of the template, counted from 1, that wrote its first line, where that is known: `include` and `tpl` may
    /// have made it elsewhere, see [`Release::line_source`].
    pub fn line(&self) -> Option<usize> {
        self.line
    }

    /// Its text as the template wrote it.
    pub fn yaml(&self) -> &str {
        &self.yaml
    }

    /// All of it.
    pub fn object(&self) -> &serde_json::Value {
        &self.object
    }

    /// When it is run, if it is a hook: hooks are not installed.
    pub fn hook(&self) -> Option<&Hook> {
        self.hook.as_ref()
    }

    /// Returns true if it comes from `crds/`, whose files are no templates.
    pub fn is_crd(&self) -> bool {
        self.is_crd
    }
}

impl Hook {
    fn of(hook: &manifest::Hook) -> Hook {
        Hook {
            events: hook
                .events
                .iter()
                .map(|event| event.name().to_owned())
                .collect(),
            weight: hook.weight,
            delete_policies: hook.delete_policies(),
        }
    }
}
