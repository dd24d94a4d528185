//! The release and the cluster that templates are told of, in Helm's flags.

use super::string_slice::StringSlice;
use super::terminal::CliError;
use crate::profile::Profile;
use crate::render::{self, Capabilities, KubeVersion, name_from_template};
use crate::usage::Object;
use clap::Args;
use gostd::host::Host;

/// The release, in Helm's flags.
#[derive(Debug, Args)]
pub(super) struct Release {
    /// Name the release with a template
    #[arg(long, value_name = "TEMPLATE")]
    name_template: Option<String>,
    /// The release's name (Helm 2's flag; -n is the namespace, as in Helm 3 and 4)
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Changes nothing, as in Helm: a release without a name is called release-name
    #[arg(short = 'g', long)]
    generate_name: bool,
    /// The Kubernetes version in .Capabilities
    #[arg(long, value_name = "VERSION")]
    kube_version: Option<String>,
    /// Add API versions to .Capabilities; may be given several times
    #[arg(short, long, value_name = "VERSIONS")]
    api_versions: Vec<StringSlice>,
    /// Render an upgrade instead of an install: .Release.IsUpgrade is true
    #[arg(long)]
    is_upgrade: bool,
}

impl Release {
    /// The release as templates see it.
    pub(super) fn to_render_release(&self, name: String, namespace: String) -> render::Release {
        render::Release {
            is_upgrade: self.is_upgrade,
            is_install: !self.is_upgrade,
            ..render::Release::new(name, namespace)
        }
    }

    /// The flag, or argument, that decided something which templates see of the release or of Kubernetes; none
    /// where nothing was given.
    pub(super) fn flag_of(&self, object: &Object, arguments: &[String]) -> Option<String> {
        let flag_of = |flag: &str, value: &Option<String>| {
            let value = value.as_ref().filter(|value| !value.is_empty())?;
            Some(format!("--{flag} {value}"))
        };
        match object {
            Object::ReleaseName if arguments.len() > 1 => Some("the NAME argument".into()),
            Object::ReleaseName => flag_of("name", &self.name)
                .or_else(|| flag_of("name-template", &self.name_template)),
            Object::IsUpgrade | Object::IsInstall => self.is_upgrade.then(|| "--is-upgrade".into()),
            Object::KubeVersion => flag_of("kube-version", &self.kube_version),
            Object::ApiVersion(version) => {
                let mut versions = StringSlice::values(&self.api_versions);
                let same = versions.find(|other| *other == version);
                same.map(|version| format!("--api-versions {version}"))
            }
            Object::ApiVersions => {
                let versions: Vec<&str> = StringSlice::values(&self.api_versions)
                    .map(String::as_str)
                    .collect();
                (!versions.is_empty()).then(|| format!("--api-versions {}", versions.join(",")))
            }
            Object::ReleaseNamespace => None,
        }
    }

    /// Returns true if API versions are given.
    pub(super) fn has_api_versions(&self) -> bool {
        StringSlice::values(&self.api_versions).next().is_some()
    }

    /// The Kubernetes that templates see.
    pub(super) fn capabilities(&self, profile: &Profile) -> Result<Capabilities, CliError> {
        let api_versions = StringSlice::values(&self.api_versions);
        capabilities(self.kube_version.as_deref(), api_versions, profile)
    }

    /// The release's name and the chart, by Helm's rules and by Helm 2's `--name`.
    pub(super) fn name_and_chart<'a>(
        &self,
        arguments: &'a [String],
        host: &dyn Host,
    ) -> Result<(String, &'a str), CliError> {
        let conflict = |flag: &str| {
            Err(CliError::new(format!(
                "cannot set {flag} and also specify a name"
            )))
        };
        match arguments {
            [chart] => {
                let name = match (&self.name, &self.name_template) {
                    (Some(name), _) => name.clone(),
                    (None, Some(template)) if !template.is_empty() => {
                        name_from_template(template, host).map_err(CliError::new)?
                    }
                    _ => "release-name".to_owned(),
                };
                Ok((name, chart))
            }
            [_, _] if self.generate_name => conflict("--generate-name"),
            [_, _] if self.name_template.as_ref().is_some_and(|t| !t.is_empty()) => {
                conflict("--name-template")
            }
            [_, _] if self.name.is_some() => conflict("--name"),
            [name, chart] => Ok((name.clone(), chart)),
            [_, _, rest @ ..] => Err(CliError::new(format!(
                "expected at most two arguments, unexpected arguments: {}",
                rest.join(", ")
            ))),
            [] => Err(CliError::new(
                "must either provide a name or specify --generate-name",
            )),
        }
    }
}

/// The Kubernetes that `--kube-version` and `--api-versions` tell of.
pub(super) fn capabilities<'v>(
    kube_version: Option<&str>,
    api_versions: impl Iterator<Item = &'v String>,
    profile: &Profile,
) -> Result<Capabilities, CliError> {
    let mut capabilities = Capabilities::new(profile);
    if let Some(text) = kube_version.filter(|t| !t.is_empty()) {
        let version = KubeVersion::parse(text, profile);
        capabilities.kube_version =
            version.map_err(|e| CliError::new(format!("invalid kube version '{text}': {e}")))?;
    }
    capabilities.api_versions.extend(api_versions.cloned());
    Ok(capabilities)
}
