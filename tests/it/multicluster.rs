//! The steps of the multicluster guide, without a cluster: the chart by the guide's own command, and
//! what `rhelm multicluster` reads and writes.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use goyaml::Node;

type Tested = Result<(), Box<dyn Error>>;

/// A port: its name, number and protocol.
type Port = (&'static str, u16, &'static str);

/// The services that the chart of Istio 0.8 made, their value and their ports.
const TABLE: [(&str, &str, &[Port]); 5] = [
    (
        "istio-pilot",
        "pilotEndpoint",
        &[
            ("http-old-discovery", 15003, "TCP"),
            ("https-discovery", 15005, "TCP"),
            ("http-discovery", 15007, "TCP"),
            ("grpc-xds", 15010, "TCP"),
            ("https-xds", 15011, "TCP"),
            ("http-legacy-discovery", 8080, "TCP"),
            ("http-monitoring", 9093, "TCP"),
        ],
    ),
    (
        "istio-policy",
        "policyEndpoint",
        &[
            ("grpc-mixer", 9091, "TCP"),
            ("grpc-mixer-mtls", 15004, "TCP"),
            ("http-monitoring", 9093, "TCP"),
            ("configapi", 9094, "TCP"),
            ("statsd-prom", 9102, "TCP"),
            ("statsd-udp", 9125, "UDP"),
            ("prometheus", 42422, "TCP"),
        ],
    ),
    (
        "istio-statsd-prom-bridge",
        "statsdEndpoint",
        &[("statsd-prom", 9102, "TCP"), ("statsd-udp", 9125, "UDP")],
    ),
    (
        "istio-telemetry",
        "telemetryEndpoint",
        &[
            ("http2-mixer", 9091, "TCP"),
            ("tcp-mtls", 15004, "TCP"),
            ("http-monitoring", 9093, "TCP"),
            ("prometheus", 42422, "TCP"),
        ],
    ),
    ("zipkin", "zipkinEndpoint", &[("http-zipkin", 9411, "TCP")]),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs rhelm in a directory with something on stdin.
fn rhelm(dir: &Path, args: &[&str], stdin: &[u8]) -> Result<Output, Box<dyn Error>> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .current_dir(dir)
        .args(args)
        .env("HOME", "/nonexistent")
        .env_remove("KUBECONFIG")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    if let Some(mut pipe) = child.stdin.take() {
        // Who fails early does not read.
        let _ = pipe.write_all(stdin);
    }
    Ok(child.wait_with_output()?)
}

/// The stdout of a run that succeeds.
fn stdout_of(dir: &Path, args: &[&str], stdin: &[u8]) -> Result<Vec<u8>, Box<dyn Error>> {
    let output = rhelm(dir, args, stdin)?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(output.stdout)
}

fn objects(manifests: &[u8]) -> Result<Vec<Node>, Box<dyn Error>> {
    let text = std::str::from_utf8(manifests)?;
    let documents = text.split("\n---\n").filter(|text| !text.trim().is_empty());
    let parsed = documents.map(|text| goyaml::parse(text.trim_start_matches("---\n").as_bytes()));
    Ok(parsed.collect::<Result<_, _>>()?)
}

/// The value at a path of keys.
fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| node.get(key))
}

fn items<'n>(node: &'n Node, key: &str) -> &'n [Node] {
    match node.get(key).map(|list| &list.kind) {
        Some(goyaml::Kind::Seq(items)) => items,
        _ => &[],
    }
}

fn text(node: &Node, path: &[&str]) -> String {
    let value = at(node, path).and_then(Node::coerced_text);
    value.unwrap_or_default().into_owned()
}

type Ports = BTreeSet<(String, String, String)>;

fn ports(node: &Node) -> Ports {
    let port = |port: &Node| {
        (
            text(port, &["name"]),
            text(port, &["port"]),
            text(port, &["protocol"]),
        )
    };
    items(node, "ports").iter().map(port).collect()
}

/// The guide's command as people type it, with these addresses, in the form of Helm 2.
const GUIDE: [&str; 16] = [
    "template",
    "install/kubernetes/helm/istio-remote",
    "--namespace",
    "istio-system",
    "--name",
    "istio-remote",
    "--set",
    "global.pilotEndpoint=10.1.0.1",
    "--set",
    "global.policyEndpoint=10.1.0.2",
    "--set",
    "global.statsdEndpoint=10.1.0.3",
    "--set",
    "global.telemetryEndpoint=10.1.0.4",
    "--set",
    "global.zipkinEndpoint=10.1.0.5",
];

#[test]
fn the_guides_command_gives_all_five_addresses_and_all_ports() -> Tested {
    let dir = tempfile::tempdir()?;
    let output = rhelm(dir.path(), &GUIDE, b"")?;
    assert!(output.status.success() && output.stderr.is_empty());
    let objects = objects(&output.stdout)?;
    assert_eq!(objects.len(), TABLE.len() * 3);
    for (index, (name, _, expected)) in TABLE.iter().enumerate() {
        let expected: Ports = expected
            .iter()
            .map(|(name, port, protocol)| ((*name).into(), port.to_string(), (*protocol).into()))
            .collect();
        let called = |kind: &str, name: &str| {
            let service = objects.iter().find(|object| {
                text(object, &["kind"]) == kind && text(object, &["metadata", "name"]) == name
            });
            service.ok_or(format!("no {kind} {name}"))
        };
        let service = called("Service", name)?;
        let ipv4 = called("EndpointSlice", &format!("{name}-ipv4"))?;
        let ipv6 = called("EndpointSlice", &format!("{name}-ipv6"))?;
        for object in [service, ipv4, ipv6] {
            assert_eq!(text(object, &["metadata", "namespace"]), "istio-system");
        }
        let spec = service.get("spec").ok_or("no spec")?;
        assert_eq!(text(spec, &["clusterIP"]), "None", "{name}");
        assert!(spec.get("selector").is_none(), "{name}");
        assert_eq!(ports(spec), expected, "{name}");
        for slice in [ipv4, ipv6] {
            assert_eq!(ports(slice), expected, "{name}");
            let label = ["metadata", "labels", "kubernetes.io/service-name"];
            assert_eq!(text(slice, &label), *name);
        }
        let addresses = |slice: &Node| {
            let endpoints = items(slice, "endpoints").iter();
            let of = endpoints.flat_map(|endpoint| items(endpoint, "addresses"));
            of.map(|address| text(address, &[])).collect::<Vec<_>>()
        };
        assert_eq!(addresses(ipv4), [format!("10.1.0.{}", index + 1)], "{name}");
        assert!(addresses(ipv6).is_empty(), "{name}");
    }
    Ok(())
}

#[test]
fn todays_form_of_the_command_gives_the_same() -> Tested {
    let dir = tempfile::tempdir()?;
    let flags = GUIDE.iter().skip(6).copied();
    let todays = [
        "template",
        "istio-remote",
        "istio-remote",
        "-n",
        "istio-system",
    ];
    let todays: Vec<&str> = todays.into_iter().chain(flags).collect();
    assert_eq!(
        String::from_utf8(stdout_of(dir.path(), &GUIDE, b"")?)?,
        String::from_utf8(stdout_of(dir.path(), &todays, b"")?)?
    );
    Ok(())
}

#[test]
fn the_readme_lists_every_service_and_port() -> Tested {
    let readme = fs::read_to_string(root().join("charts/istio-remote/README.md"))?;
    for (name, value, ports) in TABLE {
        let row = readme
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}` |")));
        let row = row.ok_or(format!("no row for {name}"))?;
        assert!(row.contains(value), "{name}");
        for (port_name, port, protocol) in ports {
            let udp = if *protocol == "UDP" { "/UDP" } else { "" };
            assert!(
                row.contains(&format!("{port}{udp} {port_name}")),
                "{name} {port}"
            );
        }
    }
    Ok(())
}

#[test]
fn every_example_of_values_is_recorded_from_helm() -> Tested {
    let case = fs::read_to_string(root().join("tests/golden/istio-remote/case.toml"))?;
    let mut count = 0;
    for entry in fs::read_dir(root().join("values/istio-remote"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        assert!(
            case.contains(&format!("values/istio-remote/{name}\"")),
            "{name}"
        );
        count += 1;
    }
    assert!(count > 5);
    Ok(())
}

#[test]
fn every_value_is_in_the_readme_and_does_something() -> Tested {
    for chart in ["istio-remote", "istio-reader"] {
        let dir = root().join("charts").join(chart);
        let values = goyaml::parse(&fs::read(dir.join("values.yaml"))?)?;
        let readme = fs::read_to_string(dir.join("README.md"))?;
        let mut templates = String::new();
        read_all(&dir.join("templates"), &mut templates)?;
        for path in leaves(&values, "") {
            let name = path.rsplit('.').next().unwrap_or(&path);
            assert!(
                readme.contains(&format!("| `{path}` |")),
                "{chart}: {path} is not in the README"
            );
            assert!(templates.contains(name), "{chart}: nothing reads {path}");
        }
    }
    Ok(())
}

/// The paths of values that are no maps, or maps of the user's own.
fn leaves(node: &Node, path: &str) -> Vec<String> {
    const OWN: [&str; 2] = ["global.arch", "security.resources"];
    match &node.kind {
        goyaml::Kind::Map(entries) if !OWN.contains(&path) => {
            let below = entries.iter().flat_map(|entry| match path {
                "" => leaves(&entry.value, &entry.key),
                path => leaves(&entry.value, &format!("{path}.{}", entry.key)),
            });
            below.collect()
        }
        _ => vec![path.to_owned()],
    }
}

fn read_all(dir: &Path, text: &mut String) -> std::io::Result<()> {
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        match path.is_dir() {
            true => read_all(&path, text)?,
            false => text.push_str(&fs::read_to_string(path)?),
        }
    }
    Ok(())
}

#[test]
fn what_still_needs_an_address_is_said_on_stderr_alone() -> Tested {
    let dir = tempfile::tempdir()?;
    let set = [
        "--set",
        "global.pilotEndpoint=10.1.2.3,global.zipkinEndpoint=",
    ];
    let bundled = rhelm(
        dir.path(),
        &[&["template", "istio-remote"][..], &set].concat(),
        b"",
    )?;
    assert_eq!(
        String::from_utf8(bundled.stderr)?,
        "level=WARN msg=\"still without an address, so nothing answers there: \
         global.policyEndpoint, global.statsdEndpoint, global.telemetryEndpoint\" chart=istio-remote\n"
    );
    let chart = root().join("charts/istio-remote");
    let chart = chart.to_string_lossy();
    let on_disk = rhelm(dir.path(), &[&["template", &chart][..], &set].concat(), b"")?;
    assert!(on_disk.stderr.is_empty());
    assert_eq!(bundled.stdout, on_disk.stdout);

    let with_error = [
        "template",
        "istio-remote",
        "-s",
        "none.yaml",
        "--helm-version",
        "3",
    ];
    let with_error = String::from_utf8(rhelm(dir.path(), &with_error, b"")?.stderr)?;
    let lines: Vec<&str> = with_error.lines().collect();
    assert!(matches!(
        lines.as_slice(),
        [hint, error] if hint.starts_with("istio-remote: still without") && error.starts_with("Error: ")
    ));
    let silent = rhelm(dir.path(), &["template", "istio-reader"], b"")?;
    assert!(silent.status.success() && silent.stderr.is_empty());
    Ok(())
}

fn input(name: &str) -> PathBuf {
    root().join("tests/cmd/multicluster.in").join(name)
}

#[test]
fn a_kubeconfig_is_written_whole_or_not_at_all_and_for_its_owner_alone() -> Tested {
    let dir = tempfile::tempdir()?;
    let secret = fs::read(input("secret.yaml"))?;
    let server = ["--server", "https://10.0.0.1:6443", "--token-secret", "-"];
    let make = [&["multicluster", "kubeconfig", "east"][..], &server].concat();
    let creation = rhelm(dir.path(), &make, &secret)?;
    assert!(creation.status.success() && creation.stderr.is_empty());
    assert_eq!(String::from_utf8(creation.stdout)?, "wrote east\n");
    let file = dir.path().join("east");
    let first = fs::read_to_string(&file)?;
    assert!(first.contains("token: SECRET.TOKEN\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(file.metadata()?.permissions().mode() & 0o777, 0o600);
    }

    // What is there stays, and what fails leaves nothing.
    let again = rhelm(dir.path(), &make, &secret)?;
    assert!(!again.status.success());
    assert_eq!(
        String::from_utf8(again.stderr)?,
        "Error: east exists already; --force replaces it\n"
    );
    let broken = rhelm(
        dir.path(),
        &[&make[..], &["--force"]].concat(),
        b"kind: Secret\n",
    )?;
    assert!(!broken.status.success());
    assert_eq!(fs::read_to_string(&file)?, first);
    assert!(
        rhelm(dir.path(), &[&make[..], &["--force"]].concat(), &secret)?
            .status
            .success()
    );
    let elsewhere = [&make[..], &["-o", "new/of-east"]].concat();
    assert!(rhelm(dir.path(), &elsewhere, &secret)?.status.success());
    assert!(
        !rhelm(
            dir.path(),
            &[&make[..], &["-o", "other/east"]].concat(),
            b""
        )?
        .status
        .success()
    );
    let mut left: Vec<_> = fs::read_dir(dir.path())?
        .map(|e| e.map(|e| e.file_name()))
        .collect::<Result<_, _>>()?;
    left.sort();
    assert_eq!(left, ["east", "new"]);
    Ok(())
}

#[test]
fn no_secret_is_shown_by_anything_that_goes_wrong() -> Tested {
    let dir = tempfile::tempdir()?;
    let inputs: Vec<PathBuf> = fs::read_dir(input(""))?
        .map(|e| e.map(|e| e.path()))
        .collect::<Result<_, _>>()?;
    for path in inputs {
        let file = path.to_string_lossy();
        let server = ["--server", "https://10.0.0.1"];
        let runs: [&[&str]; 5] = [
            &[
                "kubeconfig",
                "a",
                "--server",
                "https://10.0.0.1",
                "--token-secret",
                &file,
            ],
            &[
                "kubeconfig",
                "a",
                "--kubeconfig",
                &file,
                "--token-file",
                "/dev/null",
            ],
            &[
                "kubeconfig",
                "a",
                server[0],
                server[1],
                "--token-file",
                &file,
            ],
            &["secret", "a", "--kubeconfig", &file, "-o", "secret.yaml"],
            &["endpoints", &file],
        ];
        for run in runs {
            let output = rhelm(dir.path(), &[&["multicluster"], run].concat(), b"")?;
            for text in [&output.stdout, &output.stderr] {
                let text = String::from_utf8_lossy(text);
                for secret in ["SECRET", "U0VDUkVU"] {
                    assert!(!text.contains(secret), "{run:?} shows a secret:\n{text}");
                }
            }
            let _ = fs::remove_file(dir.path().join("a"));
        }
    }
    Ok(())
}

#[test]
fn each_step_takes_what_the_one_before_it_gave() -> Tested {
    let dir = tempfile::tempdir()?;
    let secret = fs::read(input("secret.yaml"))?;
    let kubeconfig = [
        "multicluster",
        "kubeconfig",
        "east",
        "--server",
        "https://10.0.0.1",
        "--token-secret",
        "-",
        "-o",
        "-",
    ];
    let kubeconfig = stdout_of(dir.path(), &kubeconfig, &secret)?;
    let of_control_plane = ["multicluster", "secret", "east", "--kubeconfig", "-"];
    let of_control_plane = goyaml::parse(&stdout_of(dir.path(), &of_control_plane, &kubeconfig)?)?;
    let in_secret = text(&of_control_plane, &["data", "east"]);
    let in_secret = data_encoding::BASE64.decode(in_secret.as_bytes())?;
    assert_eq!(
        String::from_utf8(in_secret)?,
        String::from_utf8(kubeconfig)?
    );

    let pods = fs::read(input("pods.json"))?;
    let values = stdout_of(dir.path(), &["multicluster", "endpoints", "-"], &pods)?;
    let chart = ["template", "istio-remote", "-f", "-"];
    let actual = addresses(&stdout_of(dir.path(), &chart, &values)?)?;
    let expected = [
        (
            "istio-pilot",
            &["10.1.2.13", "10.1.2.3", "fd00::13", "fd00::3"][..],
        ),
        ("istio-policy", &["10.1.2.4"]),
        ("istio-statsd-prom-bridge", &["10.1.2.5"]),
        ("istio-telemetry", &["10.1.2.6"]),
        ("zipkin", &["10.1.2.8"]),
    ];
    let expected = expected.map(|(name, addresses)| {
        let addresses = addresses.iter().map(|text| (*text).to_owned());
        (name.to_owned(), addresses.collect::<BTreeSet<_>>())
    });
    assert_eq!(actual, BTreeMap::from(expected));
    Ok(())
}

/// The addresses of each service in a render.
fn addresses(manifests: &[u8]) -> Result<BTreeMap<String, BTreeSet<String>>, Box<dyn Error>> {
    let mut addresses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for object in objects(manifests)? {
        if text(&object, &["kind"]) == "EndpointSlice" {
            let service = text(
                &object,
                &["metadata", "labels", "kubernetes.io/service-name"],
            );
            let of_service = addresses.entry(service).or_default();
            let endpoints = items(&object, "endpoints").iter();
            let texts = endpoints.flat_map(|endpoint| items(endpoint, "addresses"));
            of_service.extend(texts.map(|address| text(address, &[])));
        }
    }
    Ok(addresses)
}
