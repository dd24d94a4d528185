//! Flags that several commands share.

use super::csv;
use super::terminal::Failure;
use crate::profile::Profile;
use crate::values::Layers;
use clap::Args;

/// Which Helm to be.
#[derive(Debug, Args)]
pub(super) struct HelmVersion {
    /// Be this version of Helm: a major version, or more of it (3, 4, 4.2, 3.21.4). 3.21.4 and 4.2.4 are
    /// tested, others are followed as far as their differences are known
    #[arg(
        long,
        value_name = "VERSION",
        env = "RHELM_HELM_VERSION",
        default_value = "4",
        hide_env_values = true
    )]
    helm_version: String,
}

impl HelmVersion {
    /// The profile that was asked for.
    pub(super) fn profile(&self) -> Result<Profile, Failure> {
        profile_of(&self.helm_version)
    }
}

/// The profile of a version.
pub(super) fn profile_of(version: &str) -> Result<Profile, Failure> {
    Profile::parse(version).map_err(Failure::new)
}

/// A boolean flag's argument, in all the forms that Go takes.
pub(super) fn go_bool(text: &str) -> Result<bool, String> {
    gostd::strconv::parse_bool(text.as_bytes()).map_err(|e| e.to_string())
}

/// Values, in Helm's flags.
#[derive(Debug, Args)]
pub(super) struct Values {
    /// Read values from a YAML file, or from stdin (-); may be given several times
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    files: Vec<String>,
    /// Set values (key1=val1,key2.inner=val2,list[0]=a,list={a,b})
    #[arg(long, value_name = "PAIRS")]
    set: Vec<String>,
    /// Set values as strings, whatever they look like
    #[arg(long, value_name = "PAIRS")]
    set_string: Vec<String>,
    /// Set values to the contents of files (key1=path1,key2=path2)
    #[arg(long, value_name = "PAIRS")]
    set_file: Vec<String>,
    /// Set values to JSON (key1=json1,key2=json2, or a whole object)
    #[arg(long, value_name = "PAIRS")]
    set_json: Vec<String>,
    /// Set one value to the rest of the argument, whatever it holds
    #[arg(long, value_name = "PAIR")]
    set_literal: Vec<String>,
}

impl Values {
    /// The layers of values that these flags make.
    pub(super) fn layers(&self) -> Layers {
        Layers {
            files: self.files.iter().flat_map(|f| csv::values(f)).collect(),
            set_json: self.set_json.clone(),
            set: self.set.clone(),
            set_string: self.set_string.clone(),
            set_file: self.set_file.clone(),
            set_literal: self.set_literal.clone(),
        }
    }
}
