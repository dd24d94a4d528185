//! Charts that are part of the program: everything under `charts/` in the source tree.

use chart::{Error, File, Loaded, from_directory_files};
use compat::Profile;

/// A chart's directory name and its files.
struct Bundled {
    name: &'static str,
    files: &'static [(&'static str, &'static [u8])],
}

// static CHARTS: &[Bundled], written by build.rs.
include!(concat!(env!("OUT_DIR"), "/charts.rs"));

/// The names of the charts that are part of the program, sorted.
pub fn names() -> impl Iterator<Item = &'static str> {
    CHARTS.iter().map(|chart| chart.name)
}

/// All files of a chart that is part of the program, with their names relative to the chart.
pub fn files(name: &str) -> Result<impl Iterator<Item = (&'static str, &'static [u8])>, Error> {
    Ok(find(name)?.files.iter().copied())
}

fn find(name: &str) -> Result<&'static Bundled, Error> {
    let bundled = CHARTS.iter().find(|chart| chart.name == name);
    bundled.ok_or_else(|| Error::NotBundled(name.into()))
}

/// Loads a chart that is part of the program, as its directory would be loaded.
pub fn load(name: &str, profile: &Profile) -> Result<Loaded, Error> {
    let files = find(name)?.files.iter();
    let files = files.map(|(name, contents)| File::from_static(*name, contents));
    from_directory_files(files.collect(), profile)
}
