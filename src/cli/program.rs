//! The name that the program was started with: what hints call it, and which Helm it asks for.

use std::ffi::{OsStr, OsString};
use std::path::Path;
use std::sync::OnceLock;

static ARGUMENT: OnceLock<OsString> = OnceLock::new();

/// Remembers the first argument of the command line.
pub(super) fn set(argument: Option<&OsStr>) {
    if let Some(argument) = argument {
        // A second command line in the same process is one of the same program.
        let _ = ARGUMENT.set(argument.to_owned());
    }
}

/// The name without directories, as a hint writes it before a command: `rhelm`, `helm3`.
pub(super) fn name() -> &'static str {
    let argument = ARGUMENT.get();
    let name = argument.and_then(|argument| base_name(Path::new(argument)));
    name.unwrap_or("rhelm")
}

/// The first argument as it is, which Helm calls itself by.
pub(super) fn argument() -> String {
    let argument = ARGUMENT.get().map(|argument| argument.to_string_lossy());
    argument.unwrap_or_default().into_owned()
}

/// The version of Helm that the name asks for, if it asks for one.
pub(super) fn helm_version() -> Option<&'static str> {
    helm_version_of(name())
}

/// The file's name without `.exe`.
fn base_name(path: &Path) -> Option<&str> {
    let name = path.file_name()?.to_str()?;
    let name = name.strip_suffix(".exe").unwrap_or(name);
    (!name.is_empty()).then_some(name)
}

/// `3` of `helm3`, `3.21.4` of `helm-v3.21.4-linux-amd64`: `helm`, a separator and `v` if there are any,
/// and numbers with dots up to the end or another separator.
fn helm_version_of(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("helm")?;
    let rest = rest.strip_prefix(['-', '_', '@']).unwrap_or(rest);
    let rest = rest.strip_prefix('v').unwrap_or(rest);
    let version = rest.split(['-', '_', '@']).next().unwrap_or(rest);
    let mut numbers = version.split('.');
    let all = numbers.all(|n| !n.is_empty() && n.bytes().all(|digit| digit.is_ascii_digit()));
    all.then_some(version)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_ask_for_a_helm() {
        for (name, version) in [
            ("helm3", Some("3")),
            ("helm-3", Some("3")),
            ("helm-4.2", Some("4.2")),
            ("helm_v4", Some("4")),
            ("helmv3.21.4", Some("3.21.4")),
            ("helm-v3.21.4-linux-amd64", Some("3.21.4")),
            ("helm@3", Some("3")),
            ("helm2", Some("2")),
            ("helm", None),
            ("helm-", None),
            ("helm-diff", None),
            ("helm-3x", None),
            ("helm3.", None),
            ("rhelm", None),
            ("rhelm-0.1.0", None),
            ("rhelm3", None),
        ] {
            assert_eq!(helm_version_of(name), version, "{name}");
        }
    }

    #[test]
    fn directories_and_endings_are_no_part_of_the_name() {
        for (path, name) in [
            ("/usr/bin/helm3", Some("helm3")),
            ("./helm-3.21", Some("helm-3.21")),
            ("helm3.exe", Some("helm3")),
            ("", None),
            ("/", None),
        ] {
            assert_eq!(base_name(Path::new(path)), name, "{path}");
        }
    }
}
