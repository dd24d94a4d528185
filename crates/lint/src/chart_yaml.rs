//! Rules on Chart.yaml (`rules/chartfile.go`).

use super::addresses::{is_email, is_request_url, is_url};
use super::source::EntryKind;
use super::{Linter, Severity, Verdict};
use chart::{Decoder, Metadata};
use gostd::strconv::quote;
use goyaml::{Kind, Node};

const FILE: &str = "Chart.yaml";

/// The content of Chart.yaml, unchecked.
struct ChartYaml {
    metadata: Metadata,
    /// The file as YAML, for what the metadata no longer shows.
    node: Node,
}

type Rule = fn(&ChartYaml) -> Verdict;

/// The rules on what a file says that can be read, in Helm's order.
const RULES: &[(Severity, Rule)] = &[
    (Severity::Error, name),
    (Severity::Error, api_version),
    (Severity::Error, version_is_text),
    (Severity::Error, version),
    (Severity::Error, app_version_is_text),
    (Severity::Error, maintainers),
    (Severity::Error, sources),
    (Severity::Info, icon),
    (Severity::Error, icon_url),
    (Severity::Error, chart_type),
    (Severity::Error, dependencies),
];

pub(super) fn check(linter: &mut Linter<'_>) {
    if let EntryKind::Directory = linter.source.find(FILE) {
        let verdict = Err("should be a file, not a directory");
        linter.rule(Severity::Error, FILE, verdict);
    }
    let package = linter.profile().chart_package;
    let read = linter.source.read(FILE).map_err(|e| e.to_string());
    let decoded = read.and_then(|text| {
        let mut metadata = Metadata::default();
        Decoder::new(package).metadata(&text, &mut metadata)?;
        Ok((metadata, text))
    });
    let decoded = decoded.map_err(|e| format!("unable to parse YAML\n\t{e}"));
    let Some((metadata, text)) = linter.value(Severity::Error, FILE, decoded) else {
        return;
    };
    if linter.profile().lint.warns_of_unknown_keys {
        let strict = Decoder::new(package).strict();
        let verdict = strict.metadata(&text, &mut Metadata::default());
        let verdict =
            verdict.map_err(|e| format!("failed to strictly parse chart metadata file\n\t{e}"));
        linter.rule(Severity::Warning, FILE, verdict);
    }
    let Ok(node) = goyaml::parse(&text) else {
        return;
    };
    let chart = ChartYaml { metadata, node };
    for (severity, rule) in RULES {
        linter.rule(*severity, FILE, rule(&chart));
    }
    if linter.profile().lint.wants_strict_versions {
        linter.rule(Severity::Warning, FILE, strict_version(&chart));
    }
}

fn name(chart: &ChartYaml) -> Verdict {
    let name = chart.metadata.name.as_bytes();
    if name.is_empty() {
        return Err("name is required".into());
    }
    match gostd::path::base(name) == name {
        true => Ok(()),
        false => Err(format!("chart name {} is invalid", quote(name))),
    }
}

fn api_version(chart: &ChartYaml) -> Verdict {
    match &*chart.metadata.api_version {
        "" => Err("apiVersion is required. The value must be either \"v1\" or \"v2\"".into()),
        "v1" | "v2" => Ok(()),
        other => Err(format!(
            "apiVersion '{other}' is not valid. The value must be either \"v1\" or \"v2\""
        )),
    }
}

fn version_is_text(chart: &ChartYaml) -> Verdict {
    is_text(chart, "version")
}

fn app_version_is_text(chart: &ChartYaml) -> Verdict {
    is_text(chart, "appVersion")
}

/// Checks that the file has a string under exactly this key, or nothing.
fn is_text(chart: &ChartYaml, key: &str) -> Verdict {
    let Some(value) = chart.node.get(key) else {
        return Ok(());
    };
    // What encoding/json makes of the value in an interface.
    let go_type = match &value.kind {
        Kind::Str(_) => return Ok(()),
        Kind::Null => "<nil>",
        Kind::Bool(_) => "bool",
        Kind::Int(_) | Kind::Uint(_) | Kind::Float(_) => "float64",
        Kind::Seq(_) => "[]interface {}",
        Kind::Map(_) => "map[string]interface {}",
    };
    Err(format!(
        "{key} should be of type string but it's of type {go_type}"
    ))
}

fn version(chart: &ChartYaml) -> Verdict {
    let text = &chart.metadata.version;
    if text.is_empty() {
        return Err("version is required".into());
    }
    let version = gosemver::Version::parse(text)
        .map_err(|_| format!("version '{text}' is not a valid SemVer"))?;
    let above_zero = gosemver::Constraints::new(">0.0.0-0").map_err(|e| e.to_string())?;
    match above_zero.validate(&version) {
        Err(mismatches) if !mismatches.is_empty() => {
            let first = mismatches.first().map(ToString::to_string);
            Err(format!("version {}", first.unwrap_or_default()))
        }
        _ => Ok(()),
    }
}

fn strict_version(chart: &ChartYaml) -> Verdict {
    let text = &chart.metadata.version;
    match gosemver::Version::parse_strict(text) {
        Ok(_) => Ok(()),
        Err(_) => Err(format!("version '{text}' is not a valid SemVerV2")),
    }
}

fn maintainers(chart: &ChartYaml) -> Verdict {
    for maintainer in chart.metadata.maintainers.iter().flatten() {
        let Some(maintainer) = maintainer else {
            return Err("a maintainer entry is empty".into());
        };
        let (name, email, url) = (&maintainer.name, &maintainer.email, &maintainer.url);
        if name.is_empty() {
            return Err("each maintainer requires a name".into());
        }
        if !email.is_empty() && !is_email(email) {
            return Err(format!("invalid email '{email}' for maintainer '{name}'"));
        }
        if !url.is_empty() && !is_url(url) {
            return Err(format!("invalid url '{url}' for maintainer '{name}'"));
        }
    }
    Ok(())
}

fn sources(chart: &ChartYaml) -> Verdict {
    let mut sources = chart.metadata.sources.iter().flatten();
    match sources.find(|source| !is_request_url(source)) {
        Some(source) => Err(format!("invalid source URL '{source}'")),
        None => Ok(()),
    }
}

fn icon(chart: &ChartYaml) -> Verdict {
    match chart.metadata.icon.is_empty() {
        true => Err("icon is recommended".into()),
        false => Ok(()),
    }
}

fn icon_url(chart: &ChartYaml) -> Verdict {
    let icon = &chart.metadata.icon;
    match icon.is_empty() || is_request_url(icon) {
        true => Ok(()),
        false => Err(format!("invalid icon URL '{icon}'")),
    }
}

fn chart_type(chart: &ChartYaml) -> Verdict {
    let api_version = &chart.metadata.api_version;
    match chart.metadata.chart_type.is_empty() || api_version == "v2" {
        true => Ok(()),
        false => Err(format!(
            "chart type is not valid in apiVersion '{api_version}'. It is valid in apiVersion 'v2'"
        )),
    }
}

fn dependencies(chart: &ChartYaml) -> Verdict {
    let api_version = &chart.metadata.api_version;
    let has_none = chart.metadata.dependencies.iter().flatten().count() == 0;
    match has_none || api_version == "v2" {
        true => Ok(()),
        false => Err(format!(
            "dependencies are not valid in the Chart file with apiVersion '{api_version}'. They are \
             valid in apiVersion 'v2'"
        )),
    }
}
