//! From files to a chart: Helm's `loader.LoadFiles`.

use super::attachment::SharedAttachments;
use super::decode::Decoder;
use super::{Chart, Error, File, Lock, MAX_NESTING, Metadata, archive, values_file};
use compat::notice::Notice;
use compat::profile::Profile;
use gostd::limits::LIMITS;
use goyaml::{Kind, Mark, Node};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Assembles the chart of a source.
pub(super) fn chart(
    files: Vec<File>,
    profile: &Profile,
    notices: &mut Vec<Notice>,
) -> Result<Chart, Error> {
    let mut assembly = Assembly {
        profile,
        notices,
        attachments: SharedAttachments::default(),
        charts: 0,
        unpacked: 0,
    };
    assembly.chart(files, 0)
}

/// Helm 4's look at apiVersion before it loads anything.
pub(super) fn detect_version(chart_yaml: &[u8]) -> Result<(), Error> {
    let version = Decoder::api_version(chart_yaml).map_err(|cause| Error::Parse {
        file: "Chart.yaml",
        cause,
    })?;
    match &*version {
        "" | "v1" | "v2" => Ok(()),
        // Helm 4 loads these with an experimental loader and refuses them afterwards.
        "v3" => Err(Error::InvalidApiVersion),
        _ => Err(Error::UnsupportedVersion),
    }
}

struct Assembly<'p> {
    profile: &'p Profile,
    notices: &'p mut Vec<Notice>,
    attachments: SharedAttachments,
    /// The number of charts so far.
    charts: usize,
    /// Bytes of files that were in archives within the chart, so far.
    unpacked: usize,
}

/// A chart's files, sorted, before its subcharts are assembled.
#[derive(Default)]
struct Parts {
    metadata: Metadata,
    lock: Option<Lock>,
    values: Option<Node>,
    chart_yaml: Option<File>,
    values_yaml: Option<File>,
    earlier_values: Vec<File>,
    schema: Option<File>,
    templates: Vec<File>,
    files: Vec<File>,
    /// Files under `charts/` by the name there, without that prefix.
    subcharts: BTreeMap<String, Vec<File>>,
    /// True if Chart.yaml or a file that stands in for it was there.
    has_metadata: bool,
}

impl Assembly<'_> {
    fn chart(&mut self, files: Vec<File>, depth: usize) -> Result<Chart, Error> {
        if depth > MAX_NESTING {
            return Err(Error::TooDeep(MAX_NESTING));
        }
        self.charts += 1;
        if self.charts > LIMITS.charts {
            return Err(Error::TooManyCharts(LIMITS.charts));
        }
        let mut parts = Parts::default();
        self.read_chart_yaml(&files, &mut parts)?;
        for file in files {
            self.sort(file, &mut parts)?;
        }
        if !parts.has_metadata {
            return Err(Error::NoChartYaml);
        }
        parts.metadata.validate()?;
        let mut dependencies = Vec::new();
        for (name, files) in std::mem::take(&mut parts.subcharts) {
            if !name.starts_with(['_', '.']) {
                dependencies.push(self.subchart(&name, files, &parts.metadata.name, depth)?);
            }
        }
        Ok(Chart {
            metadata: parts.metadata,
            lock: parts.lock,
            values: parts.values.unwrap_or(Node {
                mark: Mark::default(),
                kind: Kind::Null,
            }),
            chart_yaml: parts
                .chart_yaml
                .unwrap_or_else(|| File::in_memory("Chart.yaml", "")),
            values_yaml: parts.values_yaml,
            earlier_values: parts.earlier_values,
            schema: parts.schema,
            templates: parts.templates.into_iter().map(Arc::new).collect(),
            files: parts.files.into_iter().map(Arc::new).collect(),
            dependencies,
            compiled_schema: OnceLock::new(),
            fetch: None,
        })
    }

    /// Chart.yaml comes before everything else, wherever it stands among the files.
    fn read_chart_yaml(&self, files: &[File], parts: &mut Parts) -> Result<(), Error> {
        for file in files.iter().filter(|file| file.name() == "Chart.yaml") {
            self.decode_metadata("Chart.yaml", file, parts)?;
            if parts.metadata.api_version.is_empty() {
                parts.metadata.api_version = "v1".into();
            }
        }
        Ok(())
    }

    fn decode_metadata(
        &self,
        name: &'static str,
        file: &File,
        parts: &mut Parts,
    ) -> Result<(), Error> {
        parts.has_metadata = true;
        Decoder::new(self.profile.chart_package)
            .metadata(file.bytes()?, &mut parts.metadata)
            .map_err(|cause| Error::Parse { file: name, cause })
    }

    fn read_lock(&self, name: &'static str, file: &File, parts: &mut Parts) -> Result<(), Error> {
        let lock = Decoder::new(self.profile.chart_package).lock(file.bytes()?);
        parts.lock = Some(lock.map_err(|cause| Error::Parse { file: name, cause })?);
        Ok(())
    }

    /// Puts a file where it belongs.
    fn sort(&mut self, mut file: File, parts: &mut Parts) -> Result<(), Error> {
        match file.name() {
            "Chart.yaml" => parts.chart_yaml = Some(file),
            "Chart.lock" => self.read_lock("Chart.lock", &file, parts)?,
            "values.yaml" => {
                let values = match file.take_values() {
                    Some(values) => Ok(values),
                    None => values_file::read(file.bytes()?, self.profile),
                };
                parts.values = Some(values.map_err(|cause| Error::Parse {
                    file: "values.yaml",
                    cause,
                })?);
                let earlier = parts.values_yaml.replace(file);
                parts.earlier_values.extend(earlier);
            }
            "values.schema.json" => parts.schema = Some(file),
            "requirements.yaml" => {
                self.note_requirements(
                    parts,
                    "load.go:120",
                    "Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". We \
                     recommend migrating dependencies to Chart.yaml.",
                );
                self.decode_metadata("requirements.yaml", &file, parts)?;
                if parts.metadata.api_version == "v1" {
                    parts.files.push(file);
                }
            }
            "requirements.lock" => {
                self.read_lock("requirements.lock", &file, parts)?;
                parts.has_metadata = true;
                self.note_requirements(
                    parts,
                    "load.go:138",
                    "Warning: Dependency locking is handled in Chart.lock since apiVersion \"v2\". \
                     We recommend migrating to Chart.lock.",
                );
                if parts.metadata.api_version == "v1" {
                    parts.files.push(file);
                }
            }
            name if name.starts_with("templates/") => {
                self.attachments.add(&mut file);
                parts.templates.push(file);
            }
            name if name.starts_with("charts/") && !name.ends_with(".prov") => {
                let inner = name.strip_prefix("charts/").unwrap_or(name).to_owned();
                let chart = inner.split('/').next().unwrap_or_default().to_owned();
                let group = parts.subcharts.entry(chart).or_default();
                group.push(file.renamed(&inner));
            }
            _ => parts.files.push(file),
        }
        Ok(())
    }

    /// Warns of a `requirements.*` file in a chart that should have none.
    fn note_requirements(&mut self, parts: &Parts, place: &'static str, text: &str) {
        if parts.metadata.api_version != "v1" {
            self.notices.push(Notice::log(place, text.into()));
        }
    }

    /// The files of an archive within the chart. Archives within archives may stand for any number of bytes.
    fn unpacked(&mut self, archive: &File) -> Result<Vec<File>, Error> {
        let files = archive::unpack(archive.bytes()?, self.profile)?;
        for file in &files {
            self.unpacked = self.unpacked.saturating_add(file.bytes()?.len());
        }
        match self.unpacked > LIMITS.unpacked_bytes {
            true => Err(Error::TooMuchUnpacked(LIMITS.unpacked_bytes)),
            false => Ok(files),
        }
    }

    /// The chart called `name` in `charts/`: an archive, or a directory of files.
    fn subchart(
        &mut self,
        name: &str,
        files: Vec<File>,
        parent: &str,
        depth: usize,
    ) -> Result<Chart, Error> {
        let unpacked = if name.ends_with(".tgz") {
            match files.first() {
                Some(file) if file.name() == name => self.unpacked(file),
                other => {
                    return Err(Error::SubchartArchive {
                        parent: parent.into(),
                        expected: name.into(),
                        got: other.map(|f| f.name().to_owned()).unwrap_or_default(),
                    });
                }
            }
        } else {
            // A plain file in charts/ is no part of a chart: what remains then has no Chart.yaml.
            let inner = |file: File| {
                let name = file.name().split_once('/')?.1.to_owned();
                Some(file.renamed(&name))
            };
            Ok(files.into_iter().filter_map(inner).collect())
        };
        let chart = unpacked.and_then(|files| self.chart(files, depth + 1));
        chart.map_err(|cause| Error::Subchart {
            name: name.into(),
            parent: parent.into(),
            cause: Box::new(cause),
        })
    }
}
