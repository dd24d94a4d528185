//! The Helm version to emulate: every difference between Helm versions, as a table of named behaviours.

use crate::notice::Level;
use std::fmt;

/// A version of Helm: major, minor, patch.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct HelmVersion(pub u16, pub u16, pub u16);

impl fmt::Display for HelmVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

/// The YAML documents of a values file that count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValuesDocuments {
    /// The first one; what follows is not even parsed.
    First,
    /// All, merged key by key, later ones winning.
    Merged,
}

/// The flags that the command line knows, and the texts it prints about them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CommandLine {
    /// Those of Helm 3.
    Helm3,
    /// Those of Helm 4, which renamed some and lets some exclude each other.
    Helm4,
}

/// The form of Helm's notices on stderr.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoticeStyle {
    /// Go's `log` package with the source position: `coalesce.go:298: warning: …`.
    ShortFile,
    /// Go's `slog` text: `level=WARN msg="…" key=value`.
    Structured,
}

/// The checks of `helm lint`, where versions differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct LintBehaviour {
    /// Without an argument the working directory is linted.
    pub defaults_to_working_directory: bool,
    /// Unknown and repeated keys of Chart.yaml are warned of.
    pub warns_of_unknown_keys: bool,
    /// A chart's version that is no whole `1.2.3` is warned of.
    pub wants_strict_versions: bool,
    /// `--skip-schema-validation` counts for values.yaml itself, not only for what templates get.
    pub values_honour_skipping: bool,
    /// A missing `templates/` is warned of and ends the rules on templates; a file of that name is an
    /// error, not a warning.
    pub wants_templates: bool,
    /// Hooks of kind crd-install and `.Release.Time`, both gone since Helm 2, are looked for.
    pub looks_for_helm_2: bool,
    /// The output of `.yml` templates is checked, and the extension may be in upper case.
    pub reads_yml: bool,
    /// The files in `crds/` are checked.
    pub checks_crds: bool,
    /// Name of the Go struct that a document is read into.
    pub resource_struct: &'static str,
}

/// The behaviour of a version of Helm, where versions differ.
///
/// Code asks for the behaviour it is about, never for the version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Profile {
    /// The version.
    pub version: HelmVersion,
    /// Minor version of the Kubernetes that charts see without `--kube-version`: `v1.<minor>.0`.
    pub kube_minor: u16,

    /// Loading looks at Chart.yaml's apiVersion before anything else: other texts where the file
    /// is missing, unknown versions refused.
    pub detects_chart_version: bool,
    /// Whatever is wrong inside an archive is reported as `unable to load chart archive`.
    pub hides_archive_errors: bool,
    /// An archive in `charts/` that is none of gzip's is found within other errors.
    pub finds_inner_gzip_errors: bool,
    /// The limit on a whole archive is called "maximum size", not "maximum file size".
    pub archive_limit_is_size: bool,
    /// The extra field in the gzip header of an archive that this Helm packs.
    pub archive_extra: &'static [u8],
    /// The files of an archive that this Helm packs keep the times when they were changed.
    pub archives_keep_times: bool,
    /// Go package of the chart types in decoding errors (`chart.Metadata`, `v2.Metadata`).
    pub chart_package: &'static str,
    /// An alias copies the chart's own dependencies; without, all aliases of a chart share them,
    /// and what one renames the next finds renamed.
    pub alias_copies_dependencies: bool,

    /// The documents of a values file that count.
    pub values_documents: ValuesDocuments,
    /// `--set-json` takes a whole `{…}` object.
    pub set_json_takes_object: bool,
    /// `--set 'a[0'` ends quietly where the index is not closed, instead of failing.
    pub set_ends_in_open_index: bool,
    /// A null in a chart's own values.yaml removes its key while coalescing.
    pub null_in_chart_defaults_vanishes: bool,
    /// A user's null for a nested key that the chart lacks stays a null.
    pub nested_user_null_stays: bool,

    /// `.Chart` is a map with Go's field names; without, a struct.
    pub chart_is_map: bool,
    /// `%T` of `.Values`.
    pub values_type: &'static str,
    /// `.Capabilities.KubeVersion.Version` keeps what follows the numbers in `--kube-version`.
    pub kube_version_keeps_suffix: bool,
    /// `mustToYaml` exists, `mustToJson` is Helm's own.
    pub has_must_to_yaml: bool,
    /// `mustToToml` exists.
    pub has_must_to_toml: bool,
    /// `.Files.Lines` of an empty file panics.
    pub empty_file_lines_panic: bool,
    /// Execution errors are reformatted to several lines.
    pub multi_line_errors: bool,

    /// Documents keep the newlines at their end.
    pub documents_keep_trailing_newline: bool,
    /// Webhook configurations have a place in the install order.
    pub webhook_configurations_ordered: bool,

    /// Errors begin in lower case and quote commands with `'`.
    pub lower_case_errors: bool,
    /// The steps of an install prefix their errors (`chart dependencies processing failed: `).
    pub error_prefixes: bool,
    /// The form of notices.
    pub notices: NoticeStyle,
    /// The least level of notices that are written: `Info`, or `Debug` with `--debug`.
    pub notice_level: Level,

    /// Records of releases have times that are not set, as empty texts, and neither the times of files nor the way in
    /// which resources were applied.
    pub records_are_of_helm_3: bool,

    /// `show crds` puts `---` before each definition, not only before the first of `show all`.
    pub crds_are_each_separated: bool,

    /// Go package that errors name for the struct that a manifest's head is read into.
    pub head_package: &'static str,
    /// The checks of `helm lint`.
    pub lint: LintBehaviour,
    /// The flags that exist.
    pub command_line: CommandLine,
    /// `.Capabilities.HelmVersion.GitCommit`: that of the release, where it is known.
    pub git_commit: &'static str,
    /// `.Capabilities.HelmVersion.GoVersion`.
    pub go_version: &'static str,
}

/// The newest pinned Helm 4.
pub const HELM_4: HelmVersion = HelmVersion(4, 2, 4);
/// The newest pinned Helm 3.
pub const HELM_3: HelmVersion = HelmVersion(3, 21, 4);

/// Last patch of each minor version we know, and its Kubernetes minor version.
const MINORS: &[(u16, u16, u16, u16)] = &[
    (3, 12, 3, 27),
    (3, 13, 3, 28),
    (3, 14, 4, 29),
    (3, 15, 4, 30),
    (3, 16, 4, 31),
    (3, 17, 4, 32),
    (3, 18, 6, 33),
    (3, 19, 5, 34),
    (3, 20, 2, 35),
    (3, 21, 4, 36),
    (4, 0, 5, 34),
    (4, 1, 4, 35),
    (4, 2, 4, 36),
];

/// A Helm version that no table covers.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown Helm version {text:?}: give 3.12 to {HELM_3}, or 4.0 to {HELM_4}")]
pub struct UnknownVersion {
    text: String,
}

impl Profile {
    /// The profile of Helm 4.2.4.
    pub fn helm4() -> Profile {
        Profile::of(HELM_4, 36)
    }

    /// The profile of Helm 3.21.4.
    pub fn helm3() -> Profile {
        Profile::of(HELM_3, 36)
    }

    /// Reads `4`, `3.21`, `v4.2.4`: a missing part means the newest known one. Fails where the
    /// version is none, or of a minor version that is not known.
    pub fn parse(text: &str) -> Result<Profile, UnknownVersion> {
        let unknown = || UnknownVersion { text: text.into() };
        let digits = text.strip_prefix('v').unwrap_or(text);
        let mut parts = [None; 3];
        for (index, part) in digits.split('.').enumerate() {
            let slot = parts.get_mut(index).ok_or_else(unknown)?;
            *slot = Some(part.parse::<u16>().map_err(|_| unknown())?);
        }
        let [major, minor, patch] = parts;
        let row = MINORS.iter().rev().find(|(known_major, known_minor, ..)| {
            Some(*known_major) == major && minor.is_none_or(|m| m == *known_minor)
        });
        let (major, minor, last_patch, kube_minor) = *row.ok_or_else(unknown)?;
        let version = HelmVersion(major, minor, patch.unwrap_or(last_patch));
        Ok(Profile::of(version, kube_minor))
    }

    /// Returns true if rhelm is tested against exactly this version.
    pub fn is_pinned(&self) -> bool {
        self.version == HELM_3 || self.version == HELM_4
    }

    /// The table: what is true from which version on.
    fn of(version: HelmVersion, kube_minor: u16) -> Profile {
        let four = version >= HelmVersion(4, 0, 0);
        let four_2 = version >= HelmVersion(4, 2, 0);
        // Helm 3.21.0 and 3.21.1 were still built with the client of Kubernetes 1.35.
        let old_client = version >= HelmVersion(3, 21, 0) && version < HelmVersion(3, 21, 2);
        Profile {
            version,
            kube_minor: if old_client { 35 } else { kube_minor },
            detects_chart_version: four,
            hides_archive_errors: four,
            finds_inner_gzip_errors: four,
            archive_limit_is_size: four,
            archive_extra: if four {
                b"rr\x28\x00aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo="
            } else {
                b"+aHR0cHM6Ly95b3V0dS5iZS96OVV6MWljandyTQo="
            },
            archives_keep_times: four,
            chart_package: if four { "v2" } else { "chart" },
            alias_copies_dependencies: four,
            values_documents: if four {
                ValuesDocuments::Merged
            } else {
                ValuesDocuments::First
            },
            set_json_takes_object: four,
            set_ends_in_open_index: four,
            null_in_chart_defaults_vanishes: four_2,
            nested_user_null_stays: if four {
                version >= HelmVersion(4, 1, 3)
            } else {
                version >= HelmVersion(3, 20, 1)
            },
            chart_is_map: four,
            values_type: if four {
                "common.Values"
            } else {
                "chartutil.Values"
            },
            kube_version_keeps_suffix: version >= HelmVersion(4, 1, 0)
                || version < HelmVersion(3, 19, 0),
            has_must_to_yaml: four,
            has_must_to_toml: four_2,
            empty_file_lines_panic: four,
            multi_line_errors: four,
            documents_keep_trailing_newline: version >= HelmVersion(4, 2, 4),
            webhook_configurations_ordered: four,
            lower_case_errors: four,
            error_prefixes: four,
            notices: if four {
                NoticeStyle::Structured
            } else {
                NoticeStyle::ShortFile
            },
            notice_level: Level::Info,
            records_are_of_helm_3: !four,
            crds_are_each_separated: four,
            head_package: if four { "util" } else { "releaseutil" },
            lint: LintBehaviour {
                defaults_to_working_directory: !four,
                warns_of_unknown_keys: four,
                wants_strict_versions: four,
                values_honour_skipping: four,
                wants_templates: four,
                looks_for_helm_2: !four,
                reads_yml: four,
                checks_crds: four,
                resource_struct: if four {
                    "k8sYamlStruct"
                } else {
                    "K8sYamlStruct"
                },
            },
            command_line: if four {
                CommandLine::Helm4
            } else {
                CommandLine::Helm3
            },
            git_commit: match version {
                HELM_4 => "3900f434fd3ef2b84065dc04508df48f288dba00",
                HELM_3 => "813176c51bb5c181dbbd7901298ddcc104cd3417",
                _ => "",
            },
            go_version: "go1.26.8",
        }
    }

    /// The same where a chart is loaded without Helm 4's look at its version first, as some commands do.
    pub fn with_plain_loader(self) -> Profile {
        Profile {
            detects_chart_version: false,
            hides_archive_errors: false,
            ..self
        }
    }

    /// The default `.Capabilities.KubeVersion.Version`, such as `v1.36.0`.
    pub fn kube_version(&self) -> String {
        format!("v1.{}.0", self.kube_minor)
    }
}

impl Default for Profile {
    fn default() -> Self {
        Profile::helm4()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn parts_left_out_mean_the_newest() {
        for (text, version) in [
            ("4", "4.2.4"),
            ("4.2", "4.2.4"),
            ("v4.2.4", "4.2.4"),
            ("3", "3.21.4"),
            ("3.18", "3.18.6"),
            ("3.21.1", "3.21.1"),
        ] {
            assert_eq!(Profile::parse(text).unwrap().version.to_string(), version);
        }
        for text in ["", "5", "3.2", "4.2.4.1", "4.x", "2.16.1"] {
            assert!(Profile::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_pins_see_kubernetes_1_36() {
        assert_eq!(Profile::helm4().kube_version(), "v1.36.0");
        assert_eq!(Profile::helm3().kube_version(), "v1.36.0");
        assert_eq!(Profile::parse("3.21.1").unwrap().kube_version(), "v1.35.0");
    }
}
