//! The output of `helm show` for a chart (`action.Show`).

use crate::chart::{self, Chart, metadata_value};
use crate::profile::Profile;
use gojsonpath::JsonPath;

/// The names of a readme, in any case.
const READMES: [&str; 3] = ["readme.md", "readme.txt", "readme"];
const SEPARATOR: &[u8] = b"---";

/// The part of a chart to show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Part {
    /// Chart.yaml, values, readme and CRDs.
    All,
    /// The content of Chart.yaml, as Helm understands it.
    Chart,
    /// values.yaml as it is, or what a JSONPath template prints of the values.
    Values(Option<JsonPath>),
    /// The readme.
    Readme,
    /// The custom resource definitions of the chart and its subcharts.
    Crds,
}

/// The text of a part of a chart. A JSONPath template that does not fit the values prints nothing:
/// Helm drops that error.
pub fn show(chart: &Chart, part: &Part, profile: &Profile) -> Result<Vec<u8>, chart::Error> {
    let all = *part == Part::All;
    let mut text = Vec::new();
    if all || *part == Part::Chart {
        let metadata = goyaml::to_yaml(&metadata_value(&chart.metadata));
        text.append(&mut metadata.unwrap_or_default());
        text.push(b'\n');
    }
    if let Some(file) = &chart.values_yaml {
        match part {
            Part::Values(Some(path)) => {
                text.append(&mut path.execute(&chart.values.to_value()).unwrap_or_default());
            }
            Part::All | Part::Values(None) => {
                separate(&mut text, all);
                for file in chart.earlier_values.iter().chain([file]) {
                    line(&mut text, file.bytes()?);
                }
            }
            _ => {}
        }
    }
    if all || *part == Part::Readme {
        let is_readme = |name: &str| READMES.iter().any(|n| n.eq_ignore_ascii_case(name));
        if let Some(readme) = chart.files.iter().find(|file| is_readme(file.name())) {
            separate(&mut text, all);
            line(&mut text, readme.bytes()?);
        }
    }
    if all || *part == Part::Crds {
        let mut separator = all || profile.crds_are_each_separated;
        crds(chart, &mut text, &mut separator, profile)?;
    }
    Ok(text)
}

/// The definitions of a chart, then those of its subcharts, each behind `---` if `separator` says
/// so and it does not begin with one.
fn crds(
    chart: &Chart,
    text: &mut Vec<u8>,
    separator: &mut bool,
    profile: &Profile,
) -> Result<(), chart::Error> {
    for file in chart.crds() {
        let contents = file.bytes()?;
        separate(text, *separator && !contents.starts_with(SEPARATOR));
        line(text, contents);
        *separator = profile.crds_are_each_separated;
    }
    for subchart in &chart.dependencies {
        crds(subchart, text, separator, profile)?;
    }
    Ok(())
}

fn separate(text: &mut Vec<u8>, is_needed: bool) {
    if is_needed {
        line(text, SEPARATOR);
    }
}

fn line(text: &mut Vec<u8>, contents: &[u8]) {
    text.extend_from_slice(contents);
    text.push(b'\n');
}
