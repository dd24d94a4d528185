//! Pairs of runs: Helm and rhelm in turns, on one chart.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use recorded::process::{Invocation, Outcome};
use recorded::verdict;
use walkdir::WalkDir;

use super::table::Row;
use crate::measure::{Cost, cost};

/// A program that is measured, with its arguments and variables.
pub(super) struct Contender<'c> {
    pub(super) program: &'c Path,
    pub(super) args: &'c [&'c str],
    pub(super) env: &'c [(&'c str, &'c str)],
}

impl Contender<'_> {
    fn render(&self, dir: &Path) -> std::io::Result<Outcome> {
        let mut invocation = Invocation::new(self.program, dir).args(self.args.iter().copied());
        for (name, value) in self.env {
            invocation = invocation.env(*name, *value);
        }
        invocation.run()
    }

    pub(super) fn cost(&self, dir: &Path) -> Result<Cost> {
        cost(self.program, self.args, dir, self.env)
    }
}

/// Helm or a plugin of it, and rhelm, in a directory, in turns, and `cat` on the files there.
pub(super) fn measure_in(
    dir: &Path,
    [helm, rhelm]: &[Contender<'_>; 2],
    runs: usize,
) -> Result<Row> {
    let helms_own = [helm.render(dir)?, helm.render(dir)?];
    let note = match verdict::agreement(&helms_own, &rhelm.render(dir)?) {
        Some(true) => "",
        Some(false) => "identical but for what Helm varies",
        None => "OUTPUT DIFFERS",
    };
    let files = files_of(dir)?;
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let (mut helms, mut rhelms, mut cats, mut ratios) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    // One more than asked: the first pair warms the caches and does not count.
    for run in 0..=runs {
        // Neither always comes second.
        let (first, second) = if run % 2 == 0 {
            let first = helm.cost(dir)?;
            (first, rhelm.cost(dir)?)
        } else {
            let second = rhelm.cost(dir)?;
            (helm.cost(dir)?, second)
        };
        let cat = cost(Path::new("/bin/cat"), &files, dir, &[])?;
        if run > 0 {
            ratios.push(first.wall.as_secs_f64() / second.wall.as_secs_f64());
            helms.push(first);
            rhelms.push(second);
            cats.push(cat);
        }
    }
    ratios.sort_by(f64::total_cmp);
    Ok(Row {
        chart: String::new(),
        helm: median(&helms),
        rhelm: median(&rhelms),
        cat: median(&cats).wall,
        ratio: ratios.get(ratios.len() / 2).copied().unwrap_or(f64::NAN),
        note: note.to_owned(),
    })
}

/// A chart's files, relative to it.
fn files_of(chart: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    for entry in WalkDir::new(chart).follow_links(true).sort_by_file_name() {
        let entry = entry?;
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(chart)?;
            files.push(path.to_string_lossy().into_owned());
        }
    }
    Ok(files)
}

pub(super) fn median(costs: &[Cost]) -> Cost {
    let mut walls: Vec<Duration> = costs.iter().map(|cost| cost.wall).collect();
    let mut memories: Vec<u64> = costs.iter().map(|cost| cost.memory).collect();
    walls.sort();
    memories.sort();
    Cost {
        wall: walls.get(walls.len() / 2).copied().unwrap_or_default(),
        memory: memories
            .get(memories.len() / 2)
            .copied()
            .unwrap_or_default(),
    }
}
