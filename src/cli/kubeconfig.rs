//! The kubeconfig files that `--kubeconfig`, `KUBECONFIG` and the home directory lead to, read as client-go reads them
//! (`ClientConfigLoadingRules.Load`).

use files::OsError;
use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use goyaml::Node;
use kubernetes::kubeconfig::{self, ReadError};
use std::io;
use std::path::{Path, PathBuf};

/// The files that no flag names: those of `KUBECONFIG`, each once, or the one at home. They need not exist.
pub(super) fn default_files(variable: &dyn Fn(&str) -> Option<String>) -> Vec<PathBuf> {
    let Some(list) = variable("KUBECONFIG") else {
        let home = variable("HOME").map(PathBuf::from);
        return home.iter().map(|home| home.join(".kube/config")).collect();
    };
    let mut paths: Vec<PathBuf> = Vec::new();
    for path in std::env::split_paths(&list) {
        if !path.as_os_str().is_empty() && !paths.contains(&path) {
            paths.push(path);
        }
    }
    paths
}

/// The documents of the file that a flag names, or of those that no flag names; of these, missing ones do not count.
///
/// # Errors
/// client-go's text on every file that cannot be read.
pub(super) fn load(
    flag: Option<&str>,
    variable: &dyn Fn(&str) -> Option<String>,
) -> Result<Vec<Node>, ReadError> {
    let flag = flag.filter(|flag| !flag.is_empty()).map(PathBuf::from);
    if let Some(path) = &flag
        && let Err(error) = path.metadata()
        && error.kind() == io::ErrorKind::NotFound
    {
        let error = OsError::new("stat", path, &error);
        return Err(ReadError::new(error.to_string()));
    }
    let paths = flag.map_or_else(|| default_files(variable), |flag| vec![flag]);
    let mut documents = Vec::new();
    let mut problems: Vec<String> = Vec::new();
    for path in paths {
        match read(&path) {
            Ok(document) => documents.extend(document),
            Err(problem) => {
                let name = path.display();
                problems.push(format!("error loading config file \"{name}\": {problem}"));
            }
        }
    }
    match &*problems {
        [] => Ok(documents),
        [problem] => Err(ReadError::new(problem.as_str())),
        problems => Err(ReadError::new(format!("[{}]", problems.join(", ")))),
    }
}

/// The document of a file, whose relative paths are made paths to its directory; nothing where there is no such file.
fn read(path: &Path) -> Result<Option<Node>, String> {
    let text = match input::read(path, NamedBy::User, LIMITS.argument_bytes) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => {
            let operation = match error.kind() {
                io::ErrorKind::IsADirectory => "read",
                _ => "open",
            };
            return Err(OsError::new(operation, path, &error).to_string());
        }
    };
    let mut document = kubeconfig::read(&text).map_err(|error| error.to_string())?;
    let directory = path.parent().unwrap_or(Path::new(""));
    let directory = std::env::current_dir().map(|here| here.join(directory));
    let directory = directory.map_err(|error| format!("getwd: {}", files::reason(&error)))?;
    kubeconfig::resolve_paths(&mut document, &directory);
    Ok(Some(document))
}
