//! rhelm's own flags about what is fetched, and the variables that stand for them.

use super::terminal;
use crate::sources::{Digests, Error, Thrift};
use clap::Args;
use std::path::PathBuf;

/// The variable that stands for `--offline`.
pub(super) const OFFLINE: &str = "RHELM_OFFLINE";
/// The variable that stands for `--only-needed`.
const ONLY_NEEDED: &str = "RHELM_ONLY_NEEDED";
/// The variable that names the file with what is said of hosts.
const SETTINGS: &str = "RHELM_SOURCES_CONFIG";

/// Flags about charts that are elsewhere.
#[derive(Clone, Copy, Debug, Default, Args)]
pub(super) struct Fetching {
    /// Fetch nothing: take what the caches have, and fail where they have not what is needed (RHELM_OFFLINE=1)
    #[arg(long)]
    pub(super) offline: bool,
    /// Refuse an archive that has not the digest that its repository's index says
    #[arg(long)]
    pub(super) strict_digests: bool,
}

impl Fetching {
    /// What is done about archives that are not those of their index: nothing, as in Helm, unless a command tells of it.
    pub(super) fn digests(self, is_told: bool) -> Digests<'static> {
        match (self.strict_digests, is_told) {
            (true, _) => Digests::Strict,
            (false, true) => Digests::Told(&tell),
            (false, false) => Digests::Unused,
        }
    }
}

/// What need not be fetched, by flags and variables.
pub(super) fn thrift(offline: bool, only_needed: bool) -> Thrift {
    match (
        offline || is_set(OFFLINE),
        only_needed || is_set(ONLY_NEEDED),
    ) {
        (true, _) => Thrift::Offline,
        (false, true) => Thrift::OnlyNeeded,
        (false, false) => Thrift::None,
    }
}

/// A hint, unless the user wants none.
fn tell(error: &Error) {
    let arguments: Vec<_> = std::env::args_os().collect();
    if terminal::wants_hints(&arguments) {
        terminal::warn(format!("hint: {error} (--strict-digests refuses it)\n").as_bytes());
    }
}

/// Returns true if a variable is set to a Go boolean that is true.
pub(super) fn is_set(variable: &str) -> bool {
    let value = std::env::var_os(variable).unwrap_or_default();
    gostd::strconv::parse_bool(value.as_encoded_bytes()) == Ok(true)
}

/// The file with what is said of hosts: that of the variable, or `rhelm/sources.yaml` among the user's configuration.
pub(super) fn settings_file() -> Option<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty());
    if let Some(file) = variable(SETTINGS) {
        return Some(file.into());
    }
    let own = variable("XDG_CONFIG_HOME").map(PathBuf::from);
    let own = own.or_else(|| variable("HOME").map(|home| PathBuf::from(home).join(".config")))?;
    Some(own.join("rhelm").join("sources.yaml"))
}
