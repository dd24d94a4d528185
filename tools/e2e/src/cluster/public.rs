//! Charts of others on a real API server: what `rhelm validate` calls right is accepted by a dry run.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use anyhow::{Result, ensure};
use project::charts::{Chart, find};
use project::say;
use recorded::process::{Invocation, Termination};

use super::{Cluster, Programs};

const DEFINITION: &str = "\nkind: CustomResourceDefinition\n";

/// What an API server says of charts that this test cannot mend: a namespace or a definition that nobody made, and what is
/// there already.
const NOT_MISTAKES: [&str; 4] = [
    "ensure CRDs are installed first",
    "already exists",
    "no objects passed to create",
    "Warning:",
];

/// A chart as its defaults render, where nothing in it is an error.
struct Rendered {
    name: String,
    documents: Vec<String>,
}

/// Sends all charts below a directory to the API server, after the definitions of all of them.
pub(super) fn accepted(programs: &Programs, cluster: &Cluster, dir: &Path) -> Result<String> {
    let (mut rendered, mut told, mut broken) = (Vec::new(), 0, 0);
    for chart in find(dir)? {
        let Some(text) = output(programs, &chart, &["template", "release", "--include-crds"])?
        else {
            broken += 1;
            continue;
        };
        if output(programs, &chart, &["validate", "--fail-on", "error"])?.is_none() {
            told += 1;
            continue;
        }
        let documents = text.split("\n---\n").map(|text| format!("\n{text}\n"));
        rendered.push(Rendered {
            name: chart.name,
            documents: documents.collect(),
        });
    }
    define(cluster, &rendered)?;
    let (mut resources, mut wrong) = (0, Vec::new());
    for chart in &rendered {
        let rest = chart.documents.iter();
        let rest: Vec<&str> = rest
            .filter(|text| !text.contains(DEFINITION) && text.contains("\nkind: "))
            .map(String::as_str)
            .collect();
        resources += rest.len();
        for line in cluster.kubectl.refusals(&rest.join("\n---\n"))?.lines() {
            let is_other = NOT_MISTAKES.iter().any(|text| line.contains(text));
            let no_namespace = line.contains("namespaces \"") && line.contains("not found");
            if !is_other && !no_namespace && !is_foreign(line) && !line.trim().is_empty() {
                wrong.push(format!("{}: {line}", chart.name));
            }
        }
    }
    for line in &wrong {
        say!("{line}");
    }
    ensure!(wrong.is_empty(), "{} refusals", wrong.len());
    Ok(format!(
        "{resources} resources of {} charts are accepted; {told} charts have errors that validate tells of, {broken} do not render",
        rendered.len()
    ))
}

/// Returns true if a kind is not known that somebody else than Kubernetes defines.
fn is_foreign(line: &str) -> bool {
    let api_version = line.split("in version \"").nth(1).unwrap_or_default();
    let group = api_version.split('/').next().unwrap_or_default();
    line.contains("no matches for kind") && group.contains('.') && !group.ends_with(".k8s.io")
}

/// Makes the definitions of all charts, each once.
fn define(cluster: &Cluster, rendered: &[Rendered]) -> Result<()> {
    let mut definitions: BTreeMap<&str, &str> = BTreeMap::new();
    let all = rendered.iter().flat_map(|chart| &chart.documents);
    for text in all.filter(|text| text.contains(DEFINITION)) {
        let mut names = text
            .lines()
            .filter_map(|line| line.strip_prefix("  name: "));
        definitions.insert(names.next().unwrap_or_default(), text);
    }
    for text in definitions.values() {
        let apply = ["apply", "--server-side", "--force-conflicts", "-f", "-"];
        cluster.kubectl.feed(&apply, text.as_bytes())?;
    }
    Ok(())
}

/// What rhelm prints for a chart; nothing where it fails.
fn output(programs: &Programs, chart: &Chart, arguments: &[&str]) -> Result<Option<String>> {
    let dir = chart.dir.to_string_lossy();
    let mut invocation = Invocation::new(&programs.rhelm, "/")
        .args(arguments.iter().copied())
        .args([&*dir]);
    invocation.timeout = Duration::from_secs(60);
    let outcome = invocation.run()?;
    Ok(match outcome.ending {
        Termination::Exited(0) => Some(String::from_utf8_lossy(&outcome.stdout).into_owned()),
        _ => None,
    })
}
