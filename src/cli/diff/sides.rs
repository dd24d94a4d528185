//! Rendering the two sides of a comparison, one after the other.

use super::installed::{Installed, upgrade_host};
use super::released::Released;
use super::revision;
use super::values::SideValues;
use crate::action::{self, HookFilter, Manifests, Request};
use crate::chart::{Chart, SharedAttachments};
use crate::cli::chart_argument::{self, locate};
use crate::cli::chart_source::ChartSource;
use crate::cli::inputs::Inputs;
use crate::cli::release::capabilities;
use crate::cli::terminal::{self, CliError};
use crate::git::{self, Object};
use crate::notice::Notice;
use crate::profile::Profile;
use crate::render::{KubeVersion, Release, function_table};
use crate::side::Side;
use crate::values::{Layers, ReadError, ReadFile, UserValues};
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use gotemplate::FunctionTable;
use gotemplate::Observer;
use host::HostOverrides;
use std::path::Path;
use trace::usage::UsageRecorder;

/// The settings of one side's render.
pub(super) struct Rendering {
    /// The side's name for messages: `old` or `new`.
    pub(super) name: &'static str,
    /// The argument, for messages.
    pub(super) argument: String,
    /// The kind of side.
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
    /// The host.
    pub(super) host: HostOverrides,
    /// The Helm to emulate.
    pub(super) profile: Profile,
    /// True if templates see an upgrade.
    pub(super) is_upgrade: bool,
    /// What a cluster tells: of this side, if it is a release, or of the release that it is an upgrade of.
    pub(super) released: Released,
    /// True if values are not checked against schemas.
    pub(super) skip_schema_validation: bool,
    /// True if CRDs are part of it.
    pub(super) include_crds: bool,
    /// With which hooks the text is wanted that `helm template` prints, if it is, its errors included.
    pub(super) as_text: Option<HookFilter>,
}

/// The result of a side.
pub(super) enum Content {
    /// A chart's manifests.
    Rendered(Manifests),
    /// A manifest's text.
    Text(Vec<u8>),
}

/// A rendered side.
pub(super) struct Rendered {
    /// The resources.
    pub(super) content: Content,
    /// The Kubernetes that it was rendered for.
    pub(super) kube_version: KubeVersion,
    /// The files of the charts' `crds/`, where they are no part of the manifests.
    pub(super) definitions: Vec<(String, Vec<u8>)>,
    /// What is known of its values, if it is a chart.
    pub(super) values: Option<SideValues>,
}

/// A side's end, and what Helm said meanwhile.
pub(super) struct SideResult {
    pub(super) result: Result<Rendered, CliError>,
    pub(super) notices: Vec<Notice>,
}

/// The common part of both renders.
struct Shared {
    functions: FunctionTable,
    attachments: SharedAttachments,
    inputs: Inputs,
}

impl Shared {
    fn new(profile: &Profile) -> Shared {
        Shared {
            functions: function_table(profile),
            attachments: SharedAttachments::default(),
            inputs: Inputs::new(*profile),
        }
    }
}

/// Renders the old side, then the new one, and gives what `finish` makes of each; of the first one that
/// fails, its error.
///
/// A render keeps two threads busy by itself. Of the old side there is only what `finish` keeps, and templates
/// that the new side has too: these are parsed once. So both sides take little more memory than one, and not
/// twice the time.
///
/// Call it on a thread with a large stack.
pub(super) fn render<T>(
    sides: &[Rendering; 2],
    stdin: &[u8],
    mut finish: impl FnMut(&Rendering, SideResult) -> Result<T, CliError>,
) -> Result<[T; 2], CliError> {
    let [old, new] = sides;
    let mut shared = Shared::new(&old.profile);
    let first = old.side_result(stdin, &mut shared, None);
    // An upgrade finds in the cluster what the old side has put there. helm-diff renders without a cluster.
    let installed = match &first.result {
        Ok(rendered) if new.is_upgrade && new.as_text.is_none() => {
            Some(Installed::of(rendered, old.namespace()))
        }
        _ => None,
    };
    let first = finish(old, first)?;
    if new.profile != old.profile {
        shared = Shared {
            inputs: shared.inputs,
            ..Shared::new(&new.profile)
        };
    }
    let second = new.side_result(stdin, &mut shared, installed.as_ref());
    drop(shared);
    Ok([first, finish(new, second)?])
}

/// Reads standard input if a side or a values file is `-`.
pub(super) fn read_stdin(sides: &[Rendering; 2]) -> Result<Vec<u8>, CliError> {
    let manifests = sides.iter().filter(|side| side.side == Side::Stdin).count();
    let files = sides.iter().flat_map(|side| &side.values);
    let values = files.flat_map(|layers| &layers.files).any(|f| is_stdin(f));
    if manifests > 1 || manifests == 1 && values {
        let text = "standard input can be read once: only one of OLD, NEW and --values may be -";
        return Err(CliError::new(text));
    }
    if manifests == 0 && !values {
        return Ok(Vec::new());
    }
    let read = input::read_stdin(LIMITS.answer_bytes);
    read.map_err(|error| CliError::new(format!("cannot read standard input: {error}")))
}

fn is_stdin(name: &str) -> bool {
    name.trim() == "-"
}

/// Files that a user names; standard input is read already.
struct Files<'s> {
    stdin: &'s [u8],
    inputs: &'s Inputs,
}

impl ReadFile for Files<'_> {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        match is_stdin(name) {
            true => Ok(self.stdin.to_vec()),
            false => self.inputs.file(name),
        }
    }
}

impl Rendering {
    /// The release's namespace.
    pub(super) fn namespace(&self) -> &str {
        let flag = self.namespace.as_deref().filter(|n| !n.is_empty());
        flag.unwrap_or("default")
    }

    /// The prefix of this side's errors.
    pub(super) fn place(&self) -> String {
        format!("{} side ({}): ", self.name, self.argument)
    }

    fn side_result(
        &self,
        stdin: &[u8],
        shared: &mut Shared,
        installed: Option<&Installed>,
    ) -> SideResult {
        let mut notices = Vec::new();
        let result = self.render(stdin, shared, installed, &mut notices);
        SideResult { result, notices }
    }

    fn render(
        &self,
        stdin: &[u8],
        shared: &mut Shared,
        installed: Option<&Installed>,
        notices: &mut Vec<Notice>,
    ) -> Result<Rendered, CliError> {
        let profile = &self.profile;
        let api_versions = self.api_versions.iter();
        let mut capabilities = capabilities(self.kube_version.as_deref(), api_versions, profile)?;
        self.released
            .tell(&mut capabilities, self.kube_version.is_some());
        let kube_version = capabilities.kube_version.clone();
        let text = |text: Vec<u8>| {
            Ok(Rendered {
                content: Content::Text(text),
                kube_version: kube_version.clone(),
                definitions: Vec::new(),
                values: None,
            })
        };
        let inputs = &shared.inputs;
        let chart = match &self.side {
            Side::Stdin => return text(stdin.to_vec()),
            Side::Release(_) => return text(self.released.manifest.clone()),
            Side::Manifest(path) => return text(read_manifest(path)?),
            Side::Pipe(path) => {
                let name = path.to_string_lossy();
                let read = || {
                    let read = input::read(path, NamedBy::User, LIMITS.answer_bytes);
                    read.map_err(|error| crate::chart::reason(&error).into())
                };
                let bytes = inputs.read(&name, read).map_err(CliError::new)?;
                if !crate::side::is_gzip(&bytes) {
                    return text(bytes);
                }
                let supplied = self.supplied(stdin, inputs)?;
                let loaded = crate::chart::from_archive(&name, &bytes, profile);
                let loaded = loaded.map_err(CliError::new)?;
                notices.extend(loaded.notices);
                let hint = |chart: &Chart| chart_argument::unpack_hint("ARCHIVE", chart);
                let chart = chart_argument::installable(loaded.chart, profile, notices, hint)?;
                (chart, supplied)
            }
            Side::Chart(argument) => {
                let located = locate(argument, &ChartSource::default(), profile, notices).map_err(
                    |failure| {
                        super::color_hint(argument)
                            .into_iter()
                            .fold(failure, CliError::hint)
                    },
                )?;
                // Helm reads values before it loads the chart: so are errors told.
                let supplied = self.supplied(stdin, inputs)?;
                let chart = located.load_installable(argument, profile, notices)?;
                (chart, supplied)
            }
            Side::Git(location) => {
                let mut reader = git::Reader::default();
                let object = match reader.read(location).map_err(CliError::new)? {
                    Object::File(bytes) if !crate::side::is_gzip(&bytes) => return text(bytes),
                    object => object,
                };
                let supplied = self.supplied(stdin, inputs)?;
                let chart = revision::load(object, location, reader, profile, notices)?;
                (chart, supplied)
            }
        };
        let (mut chart, supplied) = chart;
        chart.share_attachments(&mut shared.attachments);
        shared.attachments.forget_unshared();
        let host = upgrade_host(&self.host, installed);
        let release = Release {
            is_upgrade: self.is_upgrade,
            is_install: !self.is_upgrade,
            revision: self.released.revision.unwrap_or(1),
            ..Release::new(self.release.clone(), self.namespace())
        };
        let request = Request {
            skip_schema_validation: self.skip_schema_validation,
            // They tell the scopes of kinds, and lookup may ask for them.
            include_crds: self.include_crds || self.as_text.is_none(),
            ..Request::new(*profile, &shared.functions, &host, release, capabilities)
        };
        let (mut manifests, values) = self.manifests(&chart, &supplied, &request, notices)?;
        let mut definitions = Vec::new();
        if !self.include_crds {
            definitions = std::mem::take(&mut manifests.crds);
        }
        Ok(Rendered {
            content: Content::Rendered(manifests),
            kube_version,
            definitions,
            values,
        })
    }

    fn supplied(&self, stdin: &[u8], inputs: &Inputs) -> Result<UserValues, CliError> {
        let mut supplied = UserValues::default();
        for layers in &self.values {
            let read = layers.read_onto(&mut supplied, &mut Files { stdin, inputs }, &self.profile);
            read.map_err(CliError::new)?;
        }
        // As an upgrade without values does.
        if supplied.values.is_empty() {
            supplied.values = self.released.values()?;
        }
        Ok(supplied)
    }

    fn manifests(
        &self,
        chart: &Chart,
        supplied: &UserValues,
        request: &Request<'_>,
        notices: &mut Vec<Notice>,
    ) -> Result<(Manifests, Option<SideValues>), CliError> {
        let rendered = action::with_background_parsing(chart, request.functions, || {
            let prepared = action::prepare(chart, supplied, request, notices)?;
            // Only what is given may be read or not. Values nested too deep are followed no further.
            let mut reads = match self.as_text.is_none() && !supplied.values.is_empty() {
                true => UsageRecorder::new(&prepared).ok(),
                false => None,
            };
            reads = reads.map(UsageRecorder::without_lines);
            let observer = reads.as_mut().map(|reads| reads as &mut dyn Observer);
            let manifests = action::render(chart, &prepared, request, observer, notices)?;
            let values = self
                .as_text
                .is_none()
                .then(|| SideValues::new(&prepared, supplied, reads.as_ref(), request.functions));
            Ok((manifests, values))
        });
        rendered.map_err(|error: action::Error| {
            match self.as_text.is_some() && error.while_rendering() {
                true => CliError::new(format!("{error}\n\n{INVALID_YAML_HINT}")),
                false => CliError::of(error),
            }
        })
    }
}

/// Helm's hint after an error of rendering.
const INVALID_YAML_HINT: &str = "Use --debug flag to render out invalid YAML";

fn read_manifest(path: &Path) -> Result<Vec<u8>, CliError> {
    let read = input::read(path, NamedBy::User, LIMITS.answer_bytes);
    read.map_err(|error| CliError::new(crate::chart::reason(&error)))
}

/// The lines that Helm would have written on stderr in the end.
pub(super) fn failure_text(notices: &[Notice], failure: &CliError, profile: &Profile) -> String {
    let mut text = terminal::notice_text(notices, profile);
    text.push_str(&failure.text().to_string());
    text
}
