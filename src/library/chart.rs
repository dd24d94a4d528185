//! A chart, wherever it comes from.

use super::{Error, with_stack};
use chart::File;
use compat::Profile;
#[cfg(feature = "fs")]
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// A chart. It never changes, and can be rendered many times, from several threads; a copy costs nothing.
#[derive(Clone, Debug)]
pub struct Chart(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    source: Source,
    /// The chart as each version of Helm loads it, which differ in what they refuse.
    loaded: Mutex<Vec<(Profile, Arc<chart::Chart>)>>,
}

#[derive(Debug)]
enum Source {
    #[cfg(feature = "fs")]
    Path(PathBuf),
    Archive(Vec<u8>),
    Files(Vec<(String, Vec<u8>)>),
    Bundled(String),
}

impl Chart {
    /// The chart in a directory or an archive (`.tgz`). Templates and other files are read when they are first
    /// needed.
    ///
    /// # Errors
    /// Returns an error if the chart cannot be loaded, in the words of Helm 4.
    #[cfg(feature = "fs")]
    pub fn open(path: impl Into<PathBuf>) -> Result<Chart, Error> {
        Chart::new(Source::Path(path.into()))
    }

    /// The chart in an archive whose bytes are in memory.
    ///
    /// # Errors
    /// Returns an error if the chart cannot be loaded, in the words of Helm 4.
    pub fn from_archive(packed: impl Into<Vec<u8>>) -> Result<Chart, Error> {
        Chart::new(Source::Archive(packed.into()))
    }

    /// A chart of files in memory: names are relative to the chart, with `/` (`templates/service.yaml`).
    ///
    /// # Errors
    /// Returns an error if the chart cannot be loaded, in the words of Helm 4.
    pub fn from_files<N: Into<String>, B: Into<Vec<u8>>>(
        files: impl IntoIterator<Item = (N, B)>,
    ) -> Result<Chart, Error> {
        let files = files.into_iter();
        let files = files.map(|(name, bytes)| (name.into(), bytes.into()));
        Chart::new(Source::Files(files.collect()))
    }

    /// A chart that is part of this library: `istio-remote`, or another of [`bundled::names`](crate::bundled::names).
    ///
    /// # Errors
    /// There is none of that name.
    pub fn bundled(name: impl Into<String>) -> Result<Chart, Error> {
        Chart::new(Source::Bundled(name.into()))
    }

    /// The name in Chart.yaml.
    pub fn name(&self) -> String {
        self.first(|chart| chart.metadata.name.clone())
    }

    /// The version in Chart.yaml.
    pub fn version(&self) -> String {
        self.first(|chart| chart.metadata.version.clone())
    }

    /// The contents of a file by its path, as [`Place`](super::Place) and [`Resource`](super::Resource) give it: from the
    /// chart's name on, `web/templates/service.yaml`, `web/charts/db/templates/pod.yaml`.
    pub fn file(&self, path: &str) -> Option<Vec<u8>> {
        let chart = self.as_loaded_by(&Profile::helm4()).ok()?;
        let (_, path) = path.split_once('/')?;
        file_of(&chart, path)
    }

    fn first(&self, read: impl Fn(&chart::Chart) -> String) -> String {
        let loaded = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        loaded
            .first()
            .map(|(_, chart)| read(chart))
            .unwrap_or_default()
    }

    fn new(source: Source) -> Result<Chart, Error> {
        let loaded = Mutex::new(Vec::new());
        let chart = Chart(Arc::new(Inner { source, loaded }));
        chart.as_loaded_by(&Profile::helm4())?;
        Ok(chart)
    }

    /// The chart as a version of Helm loads it.
    pub(super) fn as_loaded_by(&self, profile: &Profile) -> Result<Arc<chart::Chart>, Error> {
        let mut loaded = self.0.loaded.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, chart)) = loaded.iter().find(|(other, _)| other == profile) {
            return Ok(Arc::clone(chart));
        }
        let chart = with_stack(|| Ok(self.0.source.load(profile)?.chart))?;
        let chart = Arc::new(chart);
        loaded.push((*profile, Arc::clone(&chart)));
        Ok(chart)
    }
}

/// The contents of a file of a chart or of one that it depends on, which paths name by its alias where it has one.
fn file_of(chart: &chart::Chart, path: &str) -> Option<Vec<u8>> {
    if let Some((name, path)) = path.strip_prefix("charts/").and_then(|p| p.split_once('/')) {
        let declared = chart.metadata.dependencies.iter().flatten().flatten();
        let mut aliases = declared.filter(|dependency| dependency.alias == name);
        let name = aliases.next().map_or(name, |alias| &alias.name);
        let mut dependencies = chart.dependencies.iter();
        return file_of(dependencies.find(|inner| inner.name() == name)?, path);
    }
    let files = [&chart.values_yaml, &chart.schema].into_iter().flatten();
    let files = files.chain([&chart.chart_yaml]);
    let others = chart
        .templates
        .iter()
        .chain(&chart.files)
        .map(|file| &**file);
    let mut all = others.chain(files);
    let file = all.find(|file| file.name() == path)?;
    Some(file.bytes().ok()?.to_owned())
}

impl Source {
    fn load(&self, profile: &Profile) -> Result<chart::Loaded, chart::Error> {
        match self {
            #[cfg(feature = "fs")]
            Source::Path(path) => chart::load(absolute(path).as_ref(), profile),
            Source::Archive(packed) => chart::from_archive("chart.tgz", packed, profile),
            Source::Files(files) => {
                let files = files.iter();
                let files =
                    files.map(|(name, bytes)| File::in_memory(name.as_str(), bytes.as_slice()));
                chart::from_directory_files(files.collect(), profile)
            }
            Source::Bundled(name) => crate::bundled::load(name, profile),
        }
    }
}

/// As the command gives it, which error texts show.
#[cfg(feature = "fs")]
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
