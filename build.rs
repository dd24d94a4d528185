//! Lists the charts under `charts/` for `src/bundled.rs`, so that they are in the program.

use std::error::Error;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("charts");
    println!("cargo::rerun-if-changed={}", root.display());
    let mut code = String::from("static CHARTS: &[Bundled] = &[\n");
    for chart in sorted_entries(&root) {
        if !chart.join("Chart.yaml").is_file() {
            continue;
        }
        let mut files = Vec::new();
        collect(&chart, &chart, &mut files)?;
        files.sort();
        let name = chart.file_name().unwrap_or_default().to_string_lossy();
        writeln!(
            code,
            "    Bundled {{\n        name: {name:?},\n        files: &["
        )?;
        for (name, path) in files {
            writeln!(code, "            ({name:?}, include_bytes!({path:?})),")?;
        }
        writeln!(code, "        ],\n    }},")?;
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("charts.rs"), code)?;
    Ok(())
}

/// Adds the files under `directory` with their names relative to `chart`.
fn collect(
    chart: &Path,
    directory: &Path,
    files: &mut Vec<(String, PathBuf)>,
) -> Result<(), Box<dyn Error>> {
    for path in sorted_entries(directory) {
        println!("cargo::rerun-if-changed={}", path.display());
        if path.is_dir() {
            collect(chart, &path, files)?;
        } else {
            let name = path.strip_prefix(chart)?;
            let parts: Vec<_> = name.iter().map(|p| p.to_string_lossy()).collect();
            files.push((parts.join("/"), path));
        }
    }
    Ok(())
}

fn sorted_entries(directory: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let mut paths: Vec<_> = entries.map(|entry| entry.path()).collect();
    paths.sort();
    paths
}
