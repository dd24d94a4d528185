//! The package for Debian and its kin, made as `dpkg-deb` makes one: an `ar` archive of two tar archives.

use std::fs;

use anyhow::Result;

use super::RHELM;
use super::archive::{Content, File, gzip, tar_gz};

/// Where man pages, completions and papers of the package lie.
const MAN: &str = "usr/share/man/man1";
const DOC: &str = "usr/share/doc/rhelm";
const COMPLETIONS: [(&str, &str); 3] = [
    ("rhelm.bash", "usr/share/bash-completion/completions/rhelm"),
    (
        "rhelm.fish",
        "usr/share/fish/vendor_completions.d/rhelm.fish",
    ),
    ("_rhelm", "usr/share/zsh/vendor-completions/_rhelm"),
];

/// What Debian calls a target's processor; nothing for targets that it does not run.
pub(super) fn architecture(target: &str) -> Option<&'static str> {
    match target {
        "x86_64-unknown-linux-musl" => Some("amd64"),
        "aarch64-unknown-linux-musl" => Some("arm64"),
        _ => None,
    }
}

/// The package. It depends on nothing: the program is static, and git and CA roots are suggestions.
///
/// # Errors
/// When a file of the repository cannot be read.
pub(super) fn package(content: &Content, version: &str, architecture: &str) -> Result<Vec<u8>> {
    let files = files(content)?;
    let size: usize = files.iter().map(|file| file.contents.len()).sum();
    let size = size.div_ceil(1024);
    let repository = env!("CARGO_PKG_REPOSITORY");
    let control = format!(
        "Package: {RHELM}\n\
         Version: {version}\n\
         Architecture: {architecture}\n\
         Maintainer: rhelm authors <rhelm@rhelm.example>\n\
         Installed-Size: {size}\n\
         Recommends: ca-certificates\n\
         Suggests: git\n\
         Section: admin\n\
         Priority: optional\n\
         Homepage: {repository}\n\
         Description: renders Helm charts exactly as Helm does\n \
         Helm's chart rendering, byte for byte, with checks of values and manifests\n \
         and comparisons of what an upgrade changes.\n"
    );
    let control = File::new("control", control.into_bytes());
    let members = [
        ("debian-binary", b"2.0\n".to_vec()),
        ("control.tar.gz", tar_gz(&[control], content.time)?),
        ("data.tar.gz", tar_gz(&files, content.time)?),
    ];
    let mut package = b"!<arch>\n".to_vec();
    for (name, contents) in members {
        let head = format!(
            "{name:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n",
            content.time,
            0,
            0,
            100_644,
            contents.len()
        );
        package.extend(head.into_bytes());
        package.extend(&contents);
        if contents.len() % 2 == 1 {
            package.push(b'\n');
        }
    }
    Ok(package)
}

fn files(content: &Content) -> Result<Vec<File>> {
    let mut program = content.program.clone();
    program.path.insert_str(0, "usr/bin/");
    let mut files = vec![program];
    for completion in &content.completions {
        let place = COMPLETIONS
            .iter()
            .find(|(name, _)| *name == completion.path);
        if let Some((_, path)) = place {
            files.push(File::new(*path, completion.contents.clone()));
        }
    }
    for page in &content.man {
        files.push(File::new(
            format!("{MAN}/{}.gz", page.path),
            gzip(&page.contents)?,
        ));
    }
    let read = |name: &str| fs::read(project::root().join(name));
    files.push(File::new(
        format!("{DOC}/changelog.gz"),
        gzip(&read("CHANGELOG.md")?)?,
    ));
    let mut copyright =
        b"rhelm is under the MIT licence or the Apache licence 2.0, as you like.\n\n".to_vec();
    for part in [
        read("LICENSE-MIT")?,
        read("LICENSE-APACHE")?,
        content.notice.contents.clone(),
    ] {
        copyright.extend(part);
        copyright.push(b'\n');
    }
    files.push(File::new(format!("{DOC}/copyright"), copyright));
    Ok(files)
}
