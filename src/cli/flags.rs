//! Flags that several commands share.

use super::program;
use super::string_slice::StringSlice;
use super::terminal::CliError;
use crate::profile::Profile;
use crate::values::Layers;
use clap::Args;

/// The Helm to emulate.
#[derive(Debug, Args)]
pub(super) struct HelmVersion {
    /// Emulate this Helm version: a major version, or more of it (3, 4, 4.2, 3.21.4); 3.21.4 and 4.2.4 are
    /// tested, others are followed as far as their differences are known [default: that of the program's
    /// name, such as helm3, else 4]
    #[arg(
        long,
        value_name = "VERSION",
        env = "RHELM_HELM_VERSION",
        hide_env_values = true
    )]
    helm_version: Option<String>,
}

impl HelmVersion {
    /// The profile that was asked for.
    pub(super) fn profile(&self) -> Result<Profile, CliError> {
        profile_or_default(self.helm_version.as_deref())
    }
}

/// The profile of a version, else of the program's name, else of the newest Helm. An empty text is none.
pub(super) fn profile_or_default(version: Option<&str>) -> Result<Profile, CliError> {
    match (
        version.filter(|text| !text.is_empty()),
        program::helm_version(),
    ) {
        (Some(version), _) => profile_of(version),
        (None, Some(version)) => {
            let in_name =
                |failure: CliError| failure.with_prefix(&format!("{}: ", program::name()));
            profile_of(version).map_err(in_name)
        }
        (None, None) => Ok(Profile::default()),
    }
}

/// The profile of a version.
pub(super) fn profile_of(version: &str) -> Result<Profile, CliError> {
    Profile::parse(version).map_err(CliError::new)
}

/// A boolean flag's argument, in all the forms that Go takes.
pub(super) fn go_bool(text: &str) -> Result<bool, String> {
    gostd::strconv::parse_bool(text.as_bytes()).map_err(|e| e.to_string())
}

/// Values, in Helm's flags.
#[derive(Debug, Args)]
pub(super) struct Values {
    /// Read values from a YAML file, from stdin (-), or from a git revision (git:REVISION:PATH); may be given several
    /// times
    #[arg(short = 'f', long = "values", value_name = "FILE")]
    files: Vec<StringSlice>,
    /// Set values (key1=val1,key2.inner=val2,list[0]=a,list={a,b})
    #[arg(long, value_name = "PAIRS")]
    set: Vec<String>,
    /// Set values as strings, whatever they look like
    #[arg(long, value_name = "PAIRS")]
    set_string: Vec<String>,
    /// Set values to the contents of files (key1=path1,key2=path2)
    #[arg(long, value_name = "PAIRS")]
    set_file: Vec<String>,
    /// Set values from JSON (key1=json1,key2=json2, or a whole object)
    #[arg(long, value_name = "PAIRS")]
    set_json: Vec<String>,
    /// Set one value to the whole text after the first =, commas and all
    #[arg(long, value_name = "PAIR")]
    set_literal: Vec<String>,
}

impl Values {
    /// The layers of values that these flags make.
    pub(super) fn layers(&self) -> Layers {
        Layers {
            files: StringSlice::to_vec(&self.files),
            set_json: self.set_json.clone(),
            set: self.set.clone(),
            set_string: self.set_string.clone(),
            set_file: self.set_file.clone(),
            set_literal: self.set_literal.clone(),
        }
    }
}
