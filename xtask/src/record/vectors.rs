//! Recording `tests/vectors`: each snippet with each major's judge, twice to see that it is steady.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result};
use cases::Major;
use cases::vector::{Vector, print, read};

use super::{Options, Tally};
use crate::judge::Judge;

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
    let mut judges = Vec::new();
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
            if judges.is_empty() {
                for major in Major::ALL {
                    judges.push((major, Judge::new(major)?));
                }
            }
            ask(&name, vector, &mut judges, tally)?;
        }
        tally.write(options, &path, Some(&print(&file)))?;
    }
    Ok(())
}

fn ask(
    name: &str,
    vector: &mut Vector,
    judges: &mut [(Major, Judge)],
    tally: &mut Tally,
) -> Result<()> {
    for (major, judge) in judges {
        let answer = judge.ask(vector)?;
        tally.asked += 1;
        if answer != judge.ask(vector)? {
            tally.refused.push(format!(
                "{name}: Helm {major} answers something else each time"
            ));
        }
        vector.expected.insert(*major, answer);
    }
    Ok(())
}
