//! Charts that are part of the program: everything under `charts/` in the source tree.

use super::{Error, File, Loaded, from_directory};
use crate::profile::Profile;

/// A chart's directory name and its files.
struct Embedded {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

// static CHARTS: &[Embedded], written by build.rs.
include!(concat!(env!("OUT_DIR"), "/charts.rs"));

/// The names of the charts that are part of the program, sorted.
pub fn embedded_names() -> impl Iterator<Item = &'static str> {
    CHARTS.iter().map(|chart| chart.name)
}

/// All files of a chart that is part of the program, with their names relative to the chart.
pub fn embedded_files(
    name: &str,
) -> Result<impl Iterator<Item = (&'static str, &'static [u8])>, Error> {
    Ok(find(name)?.files.iter().copied())
}

fn find(name: &str) -> Result<&'static Embedded, Error> {
    let found = CHARTS.iter().find(|chart| chart.name == name);
    found.ok_or_else(|| Error::NotEmbedded(name.into()))
}

/// Loads a chart that is part of the program, as its directory would be loaded.
pub fn embedded(name: &str, profile: &Profile) -> Result<Loaded, Error> {
    let chart = find(name)?;
    let files = chart.files.iter();
    let files = files.map(|(name, contents)| File::embedded(*name, contents));
    from_directory(files.collect(), profile)
}
