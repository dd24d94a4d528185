//! Releases on a real API server: what one program installs the other changes, rolls back and uninstalls. After each
//! step, what was printed, the objects with their managed fields and the records are what they would be had Helm done all of it.

use super::{Cluster, Programs};
use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use project::{Major, say};
use recorded::process::Invocation;
use serde_json::Value;
use std::io::Read;
use std::time::Duration;

/// What is done, a line each, with charts of `tests/releases/charts`. The programs take turns.
const STEPS: &[(&str, &[&str])] = &[
    (
        "web",
        &[
            "install w web",
            "upgrade w web --set port2=true,extra=true,a=2",
            "upgrade w web --set bad=true",
            "rollback w 1",
            "status w",
            "history w",
            "get values w",
            "get manifest w",
            "list",
            "install other web --set a=3 --description words --labels l=1",
            "install x web --dry-run=server",
            "install clash clash",
            "install taken clash --take-ownership",
            "upgrade -i new web --set a=4",
            "upgrade w web --reuse-values --set port2=true",
            "upgrade w web --set wrong=true --rollback-on-failure --timeout 2s",
            "uninstall other --keep-history",
            "rollback other 1",
            "uninstall other",
            "uninstall w",
            "uninstall w",
            "list",
        ],
    ),
    (
        "crd",
        &[
            "install k crd",
            "upgrade k crd --set a=2",
            "rollback k 1",
            "uninstall k",
        ],
    ),
    (
        "hooks",
        &[
            "install a hooks --set event=pre-install --timeout 2s",
            "install b hooks --set event=post-install --timeout 2s --rollback-on-failure",
            "install c hooks",
            "upgrade c hooks --set event=post-upgrade --timeout 2s --cleanup-on-fail",
            "rollback c 1",
            "test c",
            "status c",
            "history c",
            "uninstall c",
            "uninstall a --no-hooks",
            "list",
        ],
    ),
];

/// The majors of the programs that take turns.
const MAJORS: [[Major; 2]; 4] = [
    [Major::V3, Major::V3],
    [Major::V4, Major::V4],
    [Major::V3, Major::V4],
    [Major::V4, Major::V3],
];

/// Whether each of them is rhelm; the first row is what the others are compared with.
const TURNS: [[bool; 2]; 4] = [[false, false], [true, true], [true, false], [false, true]];

/// Runs all steps with all pairs. Where something differs, a controller may have been slow: both are asked once more.
///
/// # Errors
/// When a program cannot be run, or does what Helm does not.
pub(super) fn in_turn(programs: &Programs, cluster: &Cluster) -> Result<String> {
    let mut steps = 0;
    for (chart, lines) in STEPS {
        for majors in MAJORS {
            let compare = |attempt| compare(programs, cluster, chart, lines, majors, attempt);
            steps += match compare(1) {
                Ok(steps) => steps,
                Err(error) => {
                    say!("once more: {error:#}");
                    compare(2)?
                }
            };
        }
    }
    Ok(format!("{steps} steps as Helm's"))
}

/// Runs the steps of a chart with all pairs of these majors and returns how many are as Helm's.
fn compare(
    programs: &Programs,
    cluster: &Cluster,
    chart: &str,
    lines: &[&str],
    majors: [Major; 2],
    attempt: u8,
) -> Result<usize> {
    let mut steps = 0;
    let mut helms = Vec::new();
    for turns in TURNS {
        let pair = Pair {
            programs,
            cluster,
            majors,
            turns,
            attempt,
        };
        let seen = pair.run(chart, lines)?;
        if helms.is_empty() {
            helms = seen;
            continue;
        }
        for ((line, helm), rhelm) in lines.iter().zip(&helms).zip(&seen) {
            if helm != rhelm {
                bail!("{}: {line}\n{}", pair.name(), difference(helm, rhelm));
            }
            steps += 1;
        }
    }
    Ok(steps)
}

/// Two programs that take turns in a namespace of their own.
struct Pair<'p> {
    programs: &'p Programs,
    cluster: &'p Cluster,
    majors: [Major; 2],
    turns: [bool; 2],
    /// The number of this try.
    attempt: u8,
}

impl Pair<'_> {
    fn name(&self) -> String {
        let names = self.majors.iter().zip(self.turns);
        let names = names.map(|(major, is_rhelm)| {
            let program = if is_rhelm { "rhelm as" } else { "helm" };
            format!("{program} {}", number(*major))
        });
        names.collect::<Vec<_>>().join(" and ")
    }

    /// A name that is as long for all pairs, so that columns are as wide.
    fn namespace(&self, chart: &str) -> String {
        let [a, b] = self.majors.map(number);
        let [first, second] = self.turns.map(u8::from);
        format!("{chart}-{a}{b}-{first}{second}-{}", self.attempt)
    }

    /// What is seen after each step.
    fn run(&self, chart: &str, lines: &[&str]) -> Result<Vec<String>> {
        let namespace = self.namespace(chart);
        let kubectl = &self.cluster.kubectl;
        kubectl.run(&["create", "namespace", &namespace])?;
        let clash = ["create", "configmap", "clash", "-n", &*namespace];
        kubectl.run(&clash)?;
        let mut seen = Vec::new();
        for (number, line) in lines.iter().enumerate() {
            let said = self.step(line, number % 2, &namespace);
            let said = said.with_context(|| format!("{}: {line}", self.name()))?;
            seen.push(format!("{said}{}", self.objects(&namespace)?));
        }
        // They belong to all namespaces.
        let all = ["delete", "crd", "--all", "--wait"];
        kubectl.run(&all)?;
        Ok(seen)
    }

    /// Runs a line and returns what it printed, without what differs from run to run.
    fn step(&self, line: &str, turn: usize, namespace: &str) -> Result<String> {
        let (major, is_rhelm) = match turn {
            0 => (self.majors[0], self.turns[0]),
            _ => (self.majors[1], self.turns[1]),
        };
        let program = match is_rhelm {
            true => self.programs.rhelm.clone(),
            false => project::helm(major)?,
        };
        let charts = project::root().join("tests/releases/charts");
        let kubeconfig = self.cluster.dir().join("kubeconfig");
        let home = tempfile::tempdir()?;
        let words = line.split(' ').map(|word| match (word, major) {
            ("--rollback-on-failure", Major::V3) => "--atomic",
            _ => word,
        });
        let mut invocation = Invocation::new(&program, &charts)
            .args(words)
            .args(["-n", namespace])
            .env("KUBECONFIG", kubeconfig.to_string_lossy())
            .env("RHELM_HELM_VERSION", number(major))
            .env("HOME", home.path().to_string_lossy());
        invocation.timeout = Duration::from_secs(60);
        let outcome = invocation.run()?;
        let mut text = format!("{}\n", outcome.ending);
        for stream in [&outcome.stdout, &outcome.stderr] {
            let stream = String::from_utf8_lossy(stream).replace(namespace, "NAMESPACE");
            // Helm's client sometimes tells of a watch that it has ended itself.
            let is_noise = |line: &&str| !is_rhelm && line.contains(" reflector.go:");
            let lines = stream.lines().filter(|line| !is_noise(line));
            let mut steady: Vec<String> = lines.map(steady).collect();
            // Helm prints the kinds of resources in an order that changes.
            if line.starts_with("status") {
                steady.sort();
            }
            text.push_str(&steady.join("\n"));
            text.push('\n');
        }
        Ok(text)
    }

    /// The objects of a namespace as JSON, records unpacked, without what differs from run to run.
    fn objects(&self, namespace: &str) -> Result<String> {
        let kinds = "configmap,secret,service,serviceaccount,deployment,job";
        let arguments = [kinds, "-n", namespace, "--show-managed-fields"];
        let mut objects = self.cluster.kubectl.get(&arguments, b"")?;
        let widgets = ["get", "crd", "-o", "name"];
        if self.cluster.kubectl.run(&widgets)?.contains("widgets") {
            let widgets = ["widget", "-n", namespace, "--show-managed-fields"];
            objects.extend(self.cluster.kubectl.get(&widgets, b"")?);
        }
        let mut text = String::new();
        for object in &mut objects {
            unpack(object)?;
            strip(object);
            let object = serde_json::to_string_pretty(object)?;
            text.push_str(&object.replace(namespace, "NAMESPACE"));
            text.push('\n');
        }
        Ok(text)
    }
}

fn number(major: Major) -> &'static str {
    match major {
        Major::V3 => "3",
        Major::V4 => "4",
    }
}

/// A line without times, ages, addresses and random names; columns are as wide as these, so that their width does not count.
fn steady(line: &str) -> String {
    const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];
    let mut words = Vec::new();
    // klog's time and process.
    let is_klog = line.starts_with('I') && line.contains(".go:");
    let mut dropped = if is_klog { 3 } else { 0 };
    for word in line.split_whitespace() {
        if dropped > 0 {
            dropped -= 1;
            continue;
        }
        // `Tue Dec  1 00:22:10 2026`
        if DAYS.contains(&word) {
            dropped = 4;
            words.push("TIME".to_owned());
            continue;
        }
        words.push(steady_word(word));
    }
    words.join(" ")
}

fn steady_word(word: &str) -> String {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let is_age = word.strip_suffix(['s', 'm']).is_some_and(digits);
    let is_date = word.len() == 10 && word.split('-').all(digits);
    let is_clock = word.contains(':') && word.split([':', '.']).all(digits);
    let is_address = word.split('.').count() == 4 && word.split('.').all(digits);
    if is_age || is_date || is_clock || is_address {
        return "VARIES".to_owned();
    }
    let random = |text: &str| text.len() == 5 && text.bytes().all(|b| b.is_ascii_alphanumeric());
    match word.rsplit_once('-') {
        Some((owner, end)) if random(end) && owner.contains('-') => format!("{owner}-RANDOM"),
        _ => word.to_owned(),
    }
}

/// Puts the JSON of a record into its Secret. What managed it is its manager alone: the record is one field.
fn unpack(object: &mut Value) -> Result<()> {
    if object.pointer("/type") != Some(&Value::from("helm.sh/release.v1")) {
        return Ok(());
    }
    let release = object.pointer_mut("/data/release");
    let release = release.context("a record without data")?;
    let text = BASE64_STANDARD.decode(release.as_str().unwrap_or_default())?;
    let packed = BASE64_STANDARD.decode(text)?;
    let mut json = Vec::new();
    GzDecoder::new(&*packed).read_to_end(&mut json)?;
    *release = serde_json::from_slice(&json)?;
    Ok(())
}

/// Takes away what differs from run to run, and what controllers write.
fn strip(value: &mut Value) {
    const VARYING: &[&str] = &[
        "uid",
        "controller-uid",
        "batch.kubernetes.io/controller-uid",
        "resourceVersion",
        "creationTimestamp",
        "time",
        "clusterIP",
        "clusterIPs",
        "lastTransitionTime",
        "lastUpdateTime",
        "modtime",
        "schemamodtime",
    ];
    /// There or not, which Helm decides; their value is a time.
    const TIMES: &[&str] = &[
        "createdAt",
        "modifiedAt",
        "started_at",
        "completed_at",
        "first_deployed",
        "last_deployed",
        "deleted",
    ];
    match value {
        Value::Object(fields) => {
            fields.retain(|key, _| !VARYING.contains(&&**key));
            // The status of an object is its controller's; that of a release and of an entry are texts.
            if fields.get("status").is_some_and(Value::is_object) {
                fields.remove("status");
            }
            fields.sort_keys();
            for (key, value) in fields.iter_mut() {
                if TIMES.contains(&&**key) && value.as_str().is_some_and(|text| !text.is_empty()) {
                    *value = "TIME".into();
                }
                strip(value);
            }
        }
        Value::Array(items) => {
            items.retain(|item| {
                let manager = item.get("manager").and_then(Value::as_str);
                manager != Some("kube-controller-manager")
            });
            items.iter_mut().for_each(strip);
        }
        _ => {}
    }
}

/// The lines that differ.
fn difference(helm: &str, rhelm: &str) -> String {
    let diff = recorded::compare::diff(helm.as_bytes(), rhelm.as_bytes(), 100);
    format!("(- Helm alone, + with rhelm)\n{diff}")
}
