//! Recording `tests/vectors`: each snippet with each major's oracle, twice to see that it is steady.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use recorded::Major;
use recorded::vector::{Vector, print, read};

use super::{Options, Tally};
use crate::oracle::Oracle;

/// Records every vector that the filter lets through.
pub(super) fn record(dir: &Path, options: &Options, tally: &mut Tally) -> Result<()> {
    if !dir.exists() {
        return Ok(());
    }
    let mut files: Vec<_> = fs::read_dir(dir)?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    files.sort();
    let mut oracles = Vec::new();
    for path in files {
        let stem = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let mut file = read(&fs::read(&path)?).with_context(|| format!("in {}", path.display()))?;
        for vector in &mut file.vectors {
            let name = format!("vectors/{stem}/{}", vector.name);
            if !name.contains(&options.filter) {
                continue;
            }
            if oracles.is_empty() {
                for major in Major::ALL {
                    oracles.push((major, Oracle::new(major)?));
                }
            }
            ask(&name, vector, &mut oracles, tally)?;
        }
        tally.write(options, &path, Some(&print(&file)))?;
    }
    Ok(())
}

fn ask(
    name: &str,
    vector: &mut Vector,
    oracles: &mut [(Major, Oracle)],
    tally: &mut Tally,
) -> Result<()> {
    for (major, oracle) in oracles {
        let answer = oracle.ask(vector)?;
        tally.asked += 1;
        if answer != oracle.ask(vector)? {
            tally.refused.push(format!(
                "{name}: Helm {major} answers something else each time"
            ));
        }
        vector.expected.insert(*major, answer);
    }
    Ok(())
}
