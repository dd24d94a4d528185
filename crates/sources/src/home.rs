//! The directories where Helm keeps its files (Helm's `helmpath` and `cli.EnvSettings`).

use std::ffi::OsString;

use gostd::path;

/// Helm's directories and files, as text that Helm prints.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Home {
    /// Files that can be fetched again.
    pub cache: String,
    /// Files that the user set up.
    pub config: String,
    /// Files that the user added: plugins, starters.
    pub data: String,
    /// Installed plugins.
    pub plugins: String,
    /// Logins at registries.
    pub registry_config: String,
    /// Docker's logins, which count after those.
    pub docker_config: String,
    /// Podman's logins, which count after Docker's: the files where they can be.
    pub podman_configs: Vec<String>,
    /// The list of repositories.
    pub repository_config: String,
    /// The repositories' indexes.
    pub repository_cache: String,
    /// Charts by their digest. Helm 4 alone has them.
    pub content_cache: String,
}

/// The flags that name one of the files; none where a flag is not given.
#[derive(Clone, Copy, Debug, Default)]
pub struct Flags<'a> {
    /// `--registry-config`.
    pub registry_config: Option<&'a str>,
    /// `--repository-config`.
    pub repository_config: Option<&'a str>,
    /// `--repository-cache`.
    pub repository_cache: Option<&'a str>,
    /// `--content-cache`.
    pub content_cache: Option<&'a str>,
}

/// A base directory: Helm's variable for it, the one of the XDG base directories, and where that is below
/// the user's home.
struct Base {
    helm: &'static str,
    xdg: &'static str,
    below_home: &'static str,
}

const CACHE: Base = Base {
    helm: "HELM_CACHE_HOME",
    xdg: "XDG_CACHE_HOME",
    below_home: ".cache",
};
const CONFIG: Base = Base {
    helm: "HELM_CONFIG_HOME",
    xdg: "XDG_CONFIG_HOME",
    below_home: ".config",
};
const DATA: Base = Base {
    helm: "HELM_DATA_HOME",
    xdg: "XDG_DATA_HOME",
    below_home: ".local/share",
};

impl Home {
    /// The files that environment variables and flags lead to.
    ///
    /// A variable of a base directory that is empty counts as none; one of a single file counts as it is.
    pub fn new(variable: &dyn Fn(&str) -> Option<OsString>, flags: Flags<'_>) -> Self {
        let variable =
            |name: &str| variable(name).map(|value| value.to_string_lossy().into_owned());
        let directory = |base: &Base, below: &str| {
            let set = |name: &str| variable(name).filter(|value| !value.is_empty());
            if let Some(directory) = set(base.helm) {
                return join(&[&directory, below]);
            }
            if let Some(directory) = set(base.xdg) {
                return join(&[&directory, "helm", below]);
            }
            let home = variable("HOME").unwrap_or_default();
            join(&[&home, base.below_home, "helm", below])
        };
        let file = |flag: Option<&str>, name: &str, base: &Base, below: &str| match flag {
            Some(flag) => flag.to_owned(),
            None => variable(name).unwrap_or_else(|| directory(base, below)),
        };
        Self {
            cache: directory(&CACHE, ""),
            config: directory(&CONFIG, ""),
            data: directory(&DATA, ""),
            plugins: file(None, "HELM_PLUGINS", &DATA, "plugins"),
            registry_config: file(
                flags.registry_config,
                "HELM_REGISTRY_CONFIG",
                &CONFIG,
                "registry/config.json",
            ),
            docker_config: {
                let set = variable("DOCKER_CONFIG").filter(|value| !value.is_empty());
                let home = variable("HOME").unwrap_or_default();
                match set {
                    Some(directory) => join(&[&directory, "config.json"]),
                    None => join(&[&home, ".docker", "config.json"]),
                }
            },
            podman_configs: match variable("REGISTRY_AUTH_FILE") {
                Some(file) => vec![file],
                None => {
                    let runtime = variable("XDG_RUNTIME_DIR").filter(|value| !value.is_empty());
                    let home = variable("HOME").unwrap_or_default();
                    let own = variable("XDG_CONFIG_HOME").filter(|value| !value.is_empty());
                    let own = own.unwrap_or_else(|| join(&[&home, ".config"]));
                    let places = runtime.into_iter().chain([own]);
                    let file = |place: String| join(&[&place, "containers", "auth.json"]);
                    places.map(file).collect()
                }
            },
            repository_config: file(
                flags.repository_config,
                "HELM_REPOSITORY_CONFIG",
                &CONFIG,
                "repositories.yaml",
            ),
            repository_cache: file(
                flags.repository_cache,
                "HELM_REPOSITORY_CACHE",
                &CACHE,
                "repository",
            ),
            content_cache: file(flags.content_cache, "HELM_CONTENT_CACHE", &CACHE, "content"),
        }
    }
}

/// Go's `filepath.Join`.
fn join(elements: &[&str]) -> String {
    String::from_utf8_lossy(&path::join(elements)).into_owned()
}
