//! Rendering the two sides of a comparison, each on a thread of its own.

use crate::action::{self, HookFilter, Manifests, Request};
use crate::chart::Chart;
use crate::cli::chart_argument::{self, locate};
use crate::cli::release::capabilities;
use crate::cli::terminal::{self, Failure};
use crate::diff::{Side, git};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::{KubeVersion, Release, function_table};
use crate::stack::with_large_stack;
use crate::values::{Layers, LocalFiles, ReadFile, Supplied};
use crate::world::Staged;
use std::io::Read;
use std::path::Path;

/// What one side is rendered with.
pub(super) struct Rendering {
    /// The argument, for messages.
    pub(super) argument: String,
    /// What it stands for.
    pub(super) side: Side,
    /// Values of both sides, and above them those of this one.
    pub(super) values: [Layers; 2],
    /// The release's name.
    pub(super) release: String,
    /// The namespace; none where the user gave none.
    pub(super) namespace: Option<String>,
    /// `--kube-version`.
    pub(super) kube_version: Option<String>,
    /// `--api-versions`.
    pub(super) api_versions: Vec<String>,
    /// What is outside.
    pub(super) world: Staged,
    /// Which Helm to be.
    pub(super) profile: Profile,
    /// Whether templates see an upgrade.
    pub(super) is_upgrade: bool,
    /// Whether values are checked against schemas.
    pub(super) skip_schema_validation: bool,
    /// Whether CRDs are part of it.
    pub(super) include_crds: bool,
    /// For which hooks the text is wanted that `helm template` prints, if it is, its errors included.
    pub(super) as_text: Option<HookFilter>,
}

/// What a side came to.
pub(super) enum Content {
    /// A chart's manifests.
    Rendered(Manifests),
    /// A manifest's text, or a chart's as text.
    Text(Vec<u8>),
}

/// A rendered side.
pub(super) struct Rendered {
    /// The resources.
    pub(super) content: Content,
    /// The Kubernetes that it was rendered for.
    pub(super) kube_version: KubeVersion,
}

/// A side's end, and what Helm said meanwhile.
pub(super) struct Ending {
    pub(super) result: Result<Rendered, Failure>,
    pub(super) notices: Vec<Notice>,
}

/// Renders both sides at once.
pub(super) fn render(sides: &[Rendering; 2], stdin: &[u8]) -> [Ending; 2] {
    let [old, new] = sides;
    std::thread::scope(|scope| {
        let new = scope.spawn(|| new.ending(stdin));
        let old = old.ending(stdin);
        match new.join() {
            Ok(new) => [old, new],
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Reads standard input if a side or a values file is `-`.
pub(super) fn read_stdin(sides: &[Rendering; 2]) -> Result<Vec<u8>, Failure> {
    let manifests = sides.iter().filter(|side| side.side == Side::Stdin).count();
    let files = sides.iter().flat_map(|side| &side.values);
    let values = files.flat_map(|layers| &layers.files).any(|f| is_stdin(f));
    if manifests > 1 || manifests == 1 && values {
        let text = "standard input can be read once: only one of OLD, NEW and --values may be -";
        return Err(Failure::new(text));
    }
    let mut text = Vec::new();
    if manifests == 1 || values {
        let read = std::io::stdin().lock().read_to_end(&mut text);
        read.map_err(|error| Failure::new(format!("cannot read standard input: {error}")))?;
    }
    Ok(text)
}

fn is_stdin(name: &str) -> bool {
    name.trim() == "-"
}

/// Files on disk; standard input is read already.
struct Files<'s> {
    stdin: &'s [u8],
}

impl ReadFile for Files<'_> {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, String> {
        match is_stdin(name) {
            true => Ok(self.stdin.to_vec()),
            false => LocalFiles.read(name),
        }
    }
}

impl Rendering {
    fn ending(&self, stdin: &[u8]) -> Ending {
        let mut notices = Vec::new();
        let result = with_large_stack(|| self.render(stdin, &mut notices));
        let result = result
            .unwrap_or_else(|error| Err(Failure::new(format!("no thread to render on: {error}"))));
        Ending { result, notices }
    }

    fn render(&self, stdin: &[u8], notices: &mut Vec<Notice>) -> Result<Rendered, Failure> {
        let profile = &self.profile;
        let capabilities = capabilities(self.kube_version.as_deref(), &self.api_versions, profile)?;
        let kube_version = capabilities.kube_version.clone();
        let text = |text: Vec<u8>| {
            Ok(Rendered {
                content: Content::Text(text),
                kube_version: kube_version.clone(),
            })
        };
        let chart = match &self.side {
            Side::Stdin => return text(stdin.to_vec()),
            Side::Manifest(path) => return text(read_manifest(path)?),
            Side::Chart(argument) => {
                let located = locate(argument)?;
                // Helm reads values before it loads the chart: so are errors told.
                let supplied = self.supplied(stdin)?;
                let chart = located.load_installable(argument, profile, notices)?;
                (chart, supplied)
            }
            Side::Git { revision, path } => {
                let loaded = match git::read(revision, path).map_err(Failure::new)? {
                    git::Object::Directory(files) => {
                        crate::chart::from_directory_files(files, profile)
                    }
                    git::Object::File(bytes) if crate::diff::is_gzip(&bytes) => {
                        crate::chart::from_archive(&self.argument, &bytes, profile)
                    }
                    git::Object::File(bytes) => return text(bytes),
                };
                let supplied = self.supplied(stdin)?;
                let loaded = loaded.map_err(Failure::new)?;
                let argument = &self.argument;
                let chart = chart_argument::installable(loaded, argument, profile, notices)?;
                (chart, supplied)
            }
        };
        let (chart, supplied) = chart;
        let functions = function_table(profile);
        let namespace = self.namespace.as_deref().filter(|n| !n.is_empty());
        let request = Request {
            profile: *profile,
            functions: &functions,
            world: &self.world,
            release: Release {
                is_upgrade: self.is_upgrade,
                is_install: !self.is_upgrade,
                ..Release::new(self.release.clone(), namespace.unwrap_or("default"))
            },
            capabilities,
            skip_schema_validation: self.skip_schema_validation,
            include_crds: self.include_crds,
            enable_dns: false,
            track_lines: false,
        };
        let content = self.manifests(&chart, &supplied, &request, notices)?;
        Ok(Rendered {
            content: Content::Rendered(content),
            kube_version,
        })
    }

    fn supplied(&self, stdin: &[u8]) -> Result<Supplied, Failure> {
        let mut supplied = Supplied::default();
        for layers in &self.values {
            let read = layers.read_onto(&mut supplied, &mut Files { stdin }, &self.profile);
            read.map_err(Failure::new)?;
        }
        Ok(supplied)
    }

    fn manifests(
        &self,
        chart: &Chart,
        supplied: &Supplied,
        request: &Request<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<Manifests, Failure> {
        let manifests = action::template(chart, supplied, request, notices);
        manifests.map_err(
            |error| match self.as_text.is_some() && error.while_rendering() {
                true => Failure::new(format!("{error}\n\n{INVALID_YAML_HINT}")),
                false => Failure::new(error),
            },
        )
    }
}

/// Helm's hint after an error of rendering.
const INVALID_YAML_HINT: &str = "Use --debug flag to render out invalid YAML";

fn read_manifest(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| Failure::new(crate::chart::reason(&error)))
}

/// What Helm would have written on stderr in the end.
pub(super) fn said(notices: &[Notice], failure: &Failure, profile: &Profile) -> String {
    let mut text = terminal::said(notices, profile);
    text.push_str(&failure.said());
    text
}
