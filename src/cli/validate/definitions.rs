//! `--crds`: definitions of custom resources from files, directories and packed charts.

use crate::chart::Chart;
use crate::cli::terminal::CliError;
use crate::profile::Profile;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use std::path::PathBuf;

/// The texts of definitions in files, directories and packed charts.
pub(super) fn definitions(names: &[String]) -> Result<Vec<Vec<u8>>, CliError> {
    let mut texts = Vec::new();
    for name in names {
        let failed = |reason: String| CliError::new(format!("--crds {name}: {reason}"));
        let mut waiting = vec![PathBuf::from(name)];
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                let entries = std::fs::read_dir(&path).map_err(|e| failed(e.to_string()))?;
                for entry in entries {
                    let path = entry.map_err(|e| failed(e.to_string()))?.path();
                    let extension = path.extension().and_then(|extension| extension.to_str());
                    // A link may lead back to where it is in.
                    let is_inside = path.is_dir() && !path.is_symlink();
                    if is_inside || matches!(extension, Some("yaml" | "yml" | "json")) {
                        waiting.push(path);
                    }
                }
                continue;
            }
            let text = input::read(&path, NamedBy::User, LIMITS.answer_bytes);
            let text = text.map_err(|e| failed(crate::chart::reason(&e).to_string()))?;
            match crate::side::is_gzip(&text) {
                false => texts.push(text),
                true => {
                    let profile = Profile::helm4();
                    let loaded = crate::chart::from_archive(name, &text, &profile);
                    let loaded = loaded.map_err(|e| failed(e.to_string()))?;
                    let files = crds_of(&loaded.chart);
                    texts.extend(
                        files
                            .iter()
                            .filter_map(|file| Some(file.bytes().ok()?.to_vec())),
                    );
                }
            }
        }
    }
    Ok(texts)
}

/// The files of `crds/` of a chart and of all charts in it.
fn crds_of(chart: &Chart) -> Vec<&crate::chart::File> {
    let own = chart.crds().map(|file| &**file);
    let inner = chart.dependencies.iter().flat_map(crds_of);
    own.chain(inner).collect()
}
