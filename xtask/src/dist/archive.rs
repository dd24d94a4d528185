//! The files that users fetch: an archive (a ZIP for Windows), for Debian a package, a bill of materials, and the checksums of them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use flate2::{Compression, GzBuilder};
use project::say;
use sha2::{Digest, Sha256};

use super::{RHELM, debian, licences, packages, sbom, zip};

/// A file of an archive.
#[derive(Clone)]
pub(super) struct File {
    /// Below the archive's root.
    pub(super) path: String,
    pub(super) mode: u32,
    pub(super) contents: Vec<u8>,
}

impl File {
    pub(super) fn new(path: impl Into<String>, contents: Vec<u8>) -> File {
        let (path, mode) = (path.into(), 0o644);
        File {
            path,
            mode,
            contents,
        }
    }
}

/// What shells call their completion scripts, by the word that `rhelm completion` takes.
const COMPLETIONS: [(&str, &str); 4] = [
    ("bash", "rhelm.bash"),
    ("fish", "rhelm.fish"),
    ("powershell", "_rhelm.ps1"),
    ("zsh", "_rhelm"),
];

/// Everything that comes with a program for a target.
pub(super) struct Content {
    pub(super) program: File,
    pub(super) completions: Vec<File>,
    pub(super) man: Vec<File>,
    pub(super) notice: File,
    /// When the program was changed last, in seconds since 1970: the time of all files.
    pub(super) time: u64,
}

/// Writes all files of a release for a target into `target/dist`, and tells their sizes.
///
/// # Errors
/// When a licence is missing, or a file cannot be read or written.
pub(super) fn write(program: &Path, target: &str) -> Result<()> {
    let packages = packages::of(RHELM, target)?;
    let content = Content::read(program, target, &licences::notice(&packages)?)?;
    let version = env!("CARGO_PKG_VERSION");
    let name = format!("{RHELM}-{version}-{target}");
    let mut files = vec![(
        format!("{name}.cdx.json"),
        sbom::text(RHELM, &packages)?.into_bytes(),
    )];
    let plain = content.plain(&name)?;
    files.push(match target.contains("windows") {
        // Windows opens these by itself.
        true => (format!("{name}.zip"), zip::archive(&plain)?),
        false => (format!("{name}.tar.gz"), tar_gz(&plain, content.time)?),
    });
    if let Some(architecture) = debian::architecture(target) {
        let package = debian::package(&content, version, architecture)?;
        files.push((format!("{RHELM}_{version}_{architecture}.deb"), package));
    }
    let dist = project::target().join("dist");
    for (name, contents) in files {
        fs::write(dist.join(&name), &contents)?;
        say!(
            "{name} is {:.1} MiB",
            contents.len() as f64 / f64::from(1 << 20)
        );
    }
    write_checksums(&dist, version)
}

/// `SHA256SUMS`, as `sha256sum --check` reads it, over all files of this version, whatever their target.
fn write_checksums(dist: &Path, version: &str) -> Result<()> {
    let mut lines = Vec::new();
    for entry in fs::read_dir(dist)? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if !['-', '_']
            .iter()
            .any(|by| name.starts_with(&format!("{RHELM}{by}{version}")))
        {
            continue;
        }
        let digest = Sha256::digest(fs::read(&path)?);
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        lines.push(format!("{hex}  {name}\n"));
    }
    lines.sort_by(|a, b| a.get(64..).cmp(&b.get(64..)));
    fs::write(dist.join("SHA256SUMS"), lines.concat())?;
    Ok(())
}

impl Content {
    /// Completions and man pages are what this machine's build of the same sources writes: a program for another
    /// system need not run here.
    fn read(program: &Path, target: &str, notice: &str) -> Result<Content> {
        let own = project::program(RHELM)?;
        let mut completions = Vec::new();
        for (shell, name) in COMPLETIONS {
            completions.push(File::new(name, output(&own, &["completion", shell])?));
        }
        let dir = project::target().join("dist/man");
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        let path = dir.to_str().context("a path is not UTF-8")?;
        output(&own, &["man", path])?;
        let mut man = Vec::new();
        for entry in fs::read_dir(&dir)? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            man.push(File::new(name, fs::read(entry.path())?));
        }
        man.sort_by(|a, b| a.path.cmp(&b.path));
        let contents =
            fs::read(program).with_context(|| format!("cannot read {}", program.display()))?;
        let suffix = if target.contains("windows") {
            ".exe"
        } else {
            ""
        };
        Ok(Content {
            program: File {
                path: format!("{RHELM}{suffix}"),
                mode: 0o755,
                contents,
            },
            completions,
            man,
            notice: File::new("THIRD-PARTY-LICENSES.txt", notice.as_bytes().to_vec()),
            time: time()?,
        })
    }

    /// The files of the archive, all below one directory.
    fn plain(&self, directory: &str) -> Result<Vec<File>> {
        let mut files = vec![self.program.clone(), self.notice.clone()];
        for name in ["CHANGELOG.md", "LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
            files.push(File::new(name, fs::read(project::root().join(name))?));
        }
        for (below, list) in [("completions", &self.completions), ("man", &self.man)] {
            for file in list {
                let path = format!("{below}/{}", file.path);
                files.push(File {
                    path,
                    ..file.clone()
                });
            }
        }
        for file in &mut files {
            file.path.insert_str(0, &format!("{directory}/"));
        }
        Ok(files)
    }
}

/// A packed archive of files with the directories above them, owned by root.
///
/// # Errors
/// When a path does not fit.
pub(super) fn tar_gz(files: &[File], time: u64) -> Result<Vec<u8>> {
    let packer = GzBuilder::new().write(Vec::new(), Compression::best());
    let mut archive = tar::Builder::new(packer);
    let mut directories = std::collections::BTreeSet::new();
    for file in files {
        let path = PathBuf::from(&file.path);
        let above = path
            .ancestors()
            .skip(1)
            .filter(|dir| dir.file_name().is_some());
        directories.extend(above.map(Path::to_owned));
    }
    let head = |mode, kind, size| {
        let mut head = tar::Header::new_gnu();
        head.set_mode(mode);
        head.set_entry_type(kind);
        head.set_size(size);
        head.set_mtime(time);
        head
    };
    for directory in directories {
        let mut head = head(0o755, tar::EntryType::Directory, 0);
        archive.append_data(&mut head, format!("./{}/", directory.display()), &[][..])?;
    }
    for file in files {
        let size = file.contents.len() as u64;
        let mut head = head(file.mode, tar::EntryType::Regular, size);
        archive.append_data(&mut head, format!("./{}", file.path), &file.contents[..])?;
    }
    Ok(archive.into_inner()?.finish()?)
}

/// A packed file, as man pages of packages are.
pub(super) fn gzip(contents: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzBuilder::new().write(Vec::new(), Compression::best());
    packer.write_all(contents)?;
    Ok(packer.finish()?)
}

/// `SOURCE_DATE_EPOCH`, or else the time of the last commit: the same sources make the same bytes.
fn time() -> Result<u64> {
    if let Ok(seconds) = std::env::var("SOURCE_DATE_EPOCH") {
        return seconds.parse().context("SOURCE_DATE_EPOCH is no number");
    }
    let arguments = ["log", "-1", "--format=%ct"];
    let commit = output(Path::new("git"), &arguments)?;
    Ok(String::from_utf8(commit)?.trim().parse()?)
}

fn output(program: &Path, arguments: &[&str]) -> Result<Vec<u8>> {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(project::root())
        .output()
        .with_context(|| format!("cannot run {}", program.display()))?;
    if !output.status.success() {
        let error = String::from_utf8_lossy(&output.stderr);
        bail!("{} {}: {error}", program.display(), arguments.join(" "));
    }
    Ok(output.stdout)
}
