//! A chart as an archive (Helm's `chartutil.Save`).

use crate::chart::{self, Chart, metadata_value};
use crate::profile::Profile;
use goarchive::Packer;

/// The comment in the gzip header of Helm's archives.
const COMMENT: &str = "Helm";
/// When the files were changed, which a loaded chart does not know: the beginning of 1970.
const MODIFIED: i64 = 0;

/// The name of a chart's archive: `name-1.2.3.tgz`.
pub fn package_name(chart: &Chart) -> String {
    format!("{}-{}.tgz", chart.name(), chart.metadata.version)
}

/// The bytes of a chart's archive, its dependencies in it. Chart.yaml is written anew from what Helm
/// understands of it; all other files go in as they are.
///
/// # Errors
/// A file of the chart that cannot be read.
pub fn package(chart: &Chart, profile: &Profile) -> Result<Vec<u8>, chart::Error> {
    let mut packer = Packer::new(profile.archive_extra, COMMENT);
    add_chart(&mut packer, chart, "")?;
    Ok(packer.finish())
}

fn add_chart(packer: &mut Packer, chart: &Chart, above: &str) -> Result<(), chart::Error> {
    let base = format!("{above}{}", chart.name());
    let mut add = |name: &[u8], contents: &[u8]| {
        let path = [base.as_bytes(), b"/", name].concat();
        packer.add(&path, MODIFIED, contents);
    };
    let metadata = goyaml::to_yaml(&metadata_value(&chart.metadata)).unwrap_or_default();
    add(b"Chart.yaml", &metadata);
    if let Some(values) = &chart.values_yaml {
        add(b"values.yaml", values.bytes()?);
    }
    if let Some(schema) = &chart.schema {
        add(b"values.schema.json", schema.bytes()?);
    }
    for file in chart.templates.iter().chain(&chart.files) {
        add(file.name_bytes(), file.bytes()?);
    }
    for dependency in &chart.dependencies {
        add_chart(packer, dependency, &format!("{base}/charts/"))?;
    }
    Ok(())
}
