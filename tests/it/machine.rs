//! With a fixed host, a render depends on nothing of the machine: time zone, locale and home change no byte.

#![allow(clippy::unwrap_used)]

use recorded::Major;
use recorded::golden::{Case, Run, read_cases};
use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

/// Flags whose answer is the machine's: other programs, files that are written, the user's configuration.
const OF_THE_MACHINE: [&str; 9] = [
    "--dependency-update",
    "--dep-up",
    "--enable-dns",
    "--kubeconfig",
    "--output-dir",
    "--post-renderer",
    "--registry-config",
    "--repository-config",
    "--validate",
];

const MACHINES: [[(&str, &str); 4]; 2] = [
    [
        ("TZ", "UTC"),
        ("LANG", "C"),
        ("LC_ALL", "C"),
        ("HOME", "/nonexistent"),
    ],
    [
        ("TZ", "Asia/Kathmandu"),
        ("LANG", "tr_TR.UTF-8"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("HOME", "/"),
    ],
];

fn rhelm(directory: &Path, args: &[String], major: Major, machine: &[(&str, &str)]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(args)
        .current_dir(directory)
        .env_clear()
        .env("RHELM_HELM_VERSION", major.number().to_string())
        .envs(machine.iter().copied())
        .output()
        .unwrap()
}

/// Returns true if a run is a chart with values and no more.
fn is_plain(run: &Run) -> bool {
    let of_machine = |argument: &String| {
        let flag = argument.split('=').next().unwrap_or(argument);
        argument.contains('$') || OF_THE_MACHINE.contains(&flag)
    };
    run.args
        .first()
        .is_some_and(|command| command == "template")
        && run.plugin.is_none()
        && run.stdin.is_empty()
        && run.env.is_empty()
        && !run.args.iter().any(of_machine)
}

/// The first plain run of each chart of a case.
fn runs(case: &Case) -> Vec<&Run> {
    let mut charts = BTreeSet::new();
    let plain = case.runs.values().filter(|run| is_plain(run));
    let first = plain.filter(|run| {
        let is_chart = |argument: &&String| case.dir.join(argument).join("Chart.yaml").is_file();
        run.args
            .iter()
            .find(is_chart)
            .is_some_and(|chart| charts.insert(chart.clone()))
    });
    first.collect()
}

#[test]
fn time_zone_locale_and_home_change_nothing() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let cases = read_cases(&golden).unwrap();
    let runs: Vec<_> = cases
        .iter()
        .flat_map(|case| runs(case).into_iter().map(move |run| (case, run)))
        .collect();
    assert!(runs.len() > 100, "{} charts", runs.len());
    let check = |index: usize| {
        let (case, run) = runs[index];
        let mut args = run.args.clone();
        args.push("--deterministic".into());
        let major = Major::ALL[index % 2];
        let [one, other] = MACHINES.map(|machine| rhelm(&case.dir, &args, major, &machine));
        assert_eq!(one, other, "{}: {}", case.name, args.join(" "));
    };
    let half = runs.len() / 2;
    thread::scope(|scope| {
        scope.spawn(|| (0..half).for_each(check));
        (half..runs.len()).for_each(check);
    });
}

/// The settings of the machine that would change the output, were the host not fixed: so the test above would notice.
#[test]
fn without_a_fixed_host_the_time_zone_counts() {
    let directory = tempfile::tempdir().unwrap();
    let chart = directory.path();
    std::fs::create_dir(chart.join("templates")).unwrap();
    let write = |name: &str, text: &str| std::fs::write(chart.join(name), text).unwrap();
    write("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n");
    write(
        "templates/a.yaml",
        "a: {{ date \"2006-01-02T15:04:05Z07:00\" 0 | quote }}\n\
         b: {{ (toDate \"2006-01-02 15:04\" \"2024-07-01 12:00\").Unix }}\n\
         c: {{ htmlDate (now) | quote }}\n\
         d: {{ dateInZone \"15:04 MST\" 0 \"Local\" | quote }}\n",
    );
    let render = |fixed: bool| {
        let mut args = vec!["template".to_owned(), ".".to_owned()];
        args.extend(fixed.then(|| "--deterministic".to_owned()));
        MACHINES.map(|machine| rhelm(chart, &args, Major::V4, &machine).stdout)
    };
    let [one, other] = render(false);
    assert_ne!(one, other);
    let [one, other] = render(true);
    assert_eq!(one, other);
    assert!(!one.is_empty());
}
