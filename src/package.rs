//! A chart as an archive (Helm's `chartutil.Save`).

use crate::chart::{self, Chart, metadata_value};
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io;
use tar::{Builder, Header};

const FILE_MODE: u32 = 0o644;

/// The reason why a chart could not be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// A file of the chart could not be read.
    #[error(transparent)]
    Chart(#[from] chart::Error),
    /// A name does not fit an archive.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// The name of a chart's archive: `name-1.2.3.tgz`.
pub fn package_name(chart: &Chart) -> String {
    format!("{}-{}.tgz", chart.name(), chart.metadata.version)
}

/// The bytes of a chart's archive, its dependencies in it. Chart.yaml is written anew from what Helm
/// understands of it; all other files go in as they are.
pub fn package(chart: &Chart) -> Result<Vec<u8>, PackageError> {
    let mut archive = Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    add_chart(&mut archive, chart, "")?;
    Ok(archive.into_inner()?.finish()?)
}

type Archive = Builder<GzEncoder<Vec<u8>>>;

fn add_chart(archive: &mut Archive, chart: &Chart, above: &str) -> Result<(), PackageError> {
    let base = format!("{above}{}", chart.name());
    let metadata = goyaml::to_yaml(&metadata_value(&chart.metadata)).unwrap_or_default();
    add(archive, &format!("{base}/Chart.yaml"), &metadata)?;
    let named = [
        ("values.yaml", &chart.values_yaml),
        ("values.schema.json", &chart.schema),
    ];
    for (name, file) in named {
        if let Some(file) = file {
            add(archive, &format!("{base}/{name}"), file.bytes()?)?;
        }
    }
    for file in chart.templates.iter().chain(&chart.files) {
        add(archive, &format!("{base}/{}", file.name()), file.bytes()?)?;
    }
    for dependency in &chart.dependencies {
        add_chart(archive, dependency, &format!("{base}/charts/"))?;
    }
    Ok(())
}

fn add(archive: &mut Archive, path: &str, contents: &[u8]) -> io::Result<()> {
    let mut header = Header::new_gnu();
    header.set_mode(FILE_MODE);
    header.set_size(contents.len() as u64);
    archive.append_data(&mut header, path, contents)
}
