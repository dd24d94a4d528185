//! The front door: from small stacks, from many threads, and every program in `examples/`.

#![allow(clippy::unwrap_used, clippy::panic)]

use rhelm::{Cancel, Chart, Error, Helm, Limits, ReleaseOptions, Values};
use std::path::PathBuf;
use std::pin::pin;
use std::process::Command;
use std::task::{Context, Poll, Waker};
use std::thread;
use std::time::Duration;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a program of `examples/`, which `cargo test` has built, and gives what it prints. (`cargo test --test it`
/// has not: `cargo build --examples` does.)
fn example(name: &str, arguments: &[&str]) -> String {
    let tests = std::env::current_exe().unwrap();
    let target = tests.ancestors().nth(2).unwrap();
    let program = target.join("examples").join(name);
    let program = program.with_extension(std::env::consts::EXE_EXTENSION);
    let output = Command::new(&program)
        .args(arguments)
        .current_dir(root())
        .output();
    let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{name}: {stderr}");
    String::from_utf8(output.stdout).unwrap()
}

const REMOTE: &str = "charts/istio-remote";
const ENDPOINT: &str = "global.pilotEndpoint=10.1.2.3";

#[test]
fn every_example_runs() {
    let text = example("render", &[REMOTE, ENDPOINT]);
    let command = Command::new(env!("CARGO_BIN_EXE_rhelm"))
        .args(["template", REMOTE, "--set", ENDPOINT])
        .current_dir(root())
        .output()
        .unwrap();
    assert_eq!(text.as_bytes(), command.stdout);

    let text = example("list_resources", &["tests/golden/create-demo-4/chart"]);
    assert!(
        text.contains("Deployment shop/demo is installed (demo/templates/deployment.yaml:1)"),
        "{text}"
    );
    assert!(text.contains("runs at test"), "{text}");
    assert_eq!(example("fixed_clock", &[]), example("fixed_clock", &[]));
    assert!(example("fixed_clock", &[]).contains("at: 2020-01-01"));
    assert_eq!(example("lookup", &[]), "web keeps \"a2VwdA==\"\n");
    let text = example("errors", &[]);
    assert!(
        text.starts_with(
            "web/templates/config.yaml, line 2: execution error at (web/templates/config.yaml:2:"
        ),
        "{text}"
    );
    assert!(
        text.contains("at '/replicas': got string, want integer"),
        "{text}"
    );
    assert!(example("many_values", &[]).starts_with("100 renders, "));
    let text = example("custom_host", &[]);
    assert!(text.contains("year: 2031\n"), "{text}");
    assert!(
        text.contains("names are not looked up in this program"),
        "{text}"
    );
}

#[test]
fn examples_about_charts_and_values_run() {
    let demo = "tests/golden/create-demo-4/chart";
    let text = example("diff_charts", &[demo, demo]);
    assert_eq!(text, "0 to add, 0 to change, 0 to remove\n");
    let text = example("diff_charts", &[REMOTE, demo]);
    assert!(
        text.contains("+ shop, web-demo, Deployment (apps)"),
        "{text}"
    );

    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("values.yaml");
    std::fs::write(&path, "image: {tga: '2'}\n").unwrap();
    let file = path.to_str().unwrap();
    let text = example("validate", &[demo, file]);
    assert!(text.contains("values.yaml:1:9: unknown-value"), "{text}");

    std::fs::write(&path, "image: {tag: '2'}\n").unwrap();
    let text = example("explain", &[demo, "image.tag", file]);
    assert!(text.starts_with("image.tag is \"2\"\n"), "{text}");
    assert!(text.contains("values.yaml:1 says \"2\""), "{text}");
    assert!(
        text.contains("read at demo/templates/deployment.yaml:"),
        "{text}"
    );
}

fn small_chart(template: &str) -> Chart {
    Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("templates/a.yaml", template),
    ])
    .unwrap()
}

#[test]
fn limits_are_errors_of_their_own_with_a_place() {
    let chart = small_chart("a: 1\n# {{ range until 100000 }}{{ . }}{{ end }}");
    let render = |limits: Limits| {
        let helm = Helm::v4().with_limits(limits);
        helm.render(&chart, &Values::new(), &ReleaseOptions::named("web"))
    };
    let error = |limits: Limits| match render(limits) {
        Err(Error::Limit {
            text,
            place: Some(place),
        }) => {
            assert_eq!(
                (place.template.as_str(), place.line),
                ("web/templates/a.yaml", 2)
            );
            text
        }
        other => panic!("{other:?}"),
    };
    let steps = error(Limits::default().steps(50_000));
    assert!(
        steps.contains("the render takes more than 50000 steps"),
        "{steps}"
    );
    let bytes = error(Limits::default().bytes(100_000));
    assert!(bytes.contains("more than 100000 bytes"), "{bytes}");
    assert!(render(Limits::default().steps(1_000_000)).is_ok());
}

#[test]
fn a_flag_ends_a_render() {
    let chart = small_chart("{{ range until 9000000 }}{{ range until 9000000 }}{{ end }}{{ end }}");
    let cancel = Cancel::new();
    let helm = Helm::v3().with_cancel(&cancel);
    let render = || helm.render(&chart, &Values::new(), &ReleaseOptions::named("web"));
    thread::scope(|scope| {
        let rendering = scope.spawn(render);
        thread::sleep(Duration::from_millis(50));
        cancel.cancel();
        assert!(matches!(rendering.join().unwrap(), Err(Error::Cancelled)));
    });
    assert!(matches!(render(), Err(Error::Cancelled)));
}

/// A worker of an async runtime polls a future, on whatever stack it has.
#[test]
fn a_future_renders_where_it_is_polled() {
    let work = || {
        let chart = small_chart("a: {{ .Release.Name }}");
        let mut future = pin!(async {
            let options = ReleaseOptions::named("web");
            Helm::v4().render(&chart, &Values::new(), &options)
        });
        match future
            .as_mut()
            .poll(&mut Context::from_waker(Waker::noop()))
        {
            Poll::Ready(release) => release.unwrap().manifests().to_owned(),
            Poll::Pending => panic!("a render waits for nobody"),
        }
    };
    let thread = thread::Builder::new().stack_size(512 << 10);
    let text = thread.spawn(work).unwrap().join().unwrap();
    assert_eq!(text, b"---\n# Source: web/templates/a.yaml\na: web\n");
}

#[test]
fn lines_tell_which_template_line_made_them() {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        (
            "templates/a.yaml",
            "{{/* first */}}\nkind: B\nmetadata:\n  name: {{ include \"name\" . }}\n---\n\nkind: C\n",
        ),
        (
            "templates/_names.tpl",
            "{{ define \"name\" }}\n{{- .Release.Name }}\n{{- end }}",
        ),
        ("crds/c.yaml", "kind: A\n---\n# crd\nkind: Z\n"),
    ])
    .unwrap();
    let options = ReleaseOptions::named("web").include_crds();
    let release = Helm::v4().render(&chart, &Values::new(), &options).unwrap();
    let lines = release.resources().iter();
    let lines: Vec<_> = lines.map(|r| (r.kind(), r.line().unwrap())).collect();
    assert_eq!(lines, [("A", 1), ("Z", 3), ("B", 2), ("C", 7)]);
    let text = String::from_utf8(release.manifests().to_owned()).unwrap();
    let name = 1 + text.lines().position(|line| line == "  name: web").unwrap();
    let place = release.line_source(name).unwrap();
    assert_eq!(
        (place.template.as_str(), place.line),
        ("web/templates/a.yaml", 4)
    );
    assert!(release.line_source(1).is_none());
}

/// Deep values take the library's stack, not its caller's.
#[test]
fn a_small_stack_is_enough() {
    let deep = "{{ define \"x\" }}{{ if gt (int .) 0 }}{{ include \"x\" (sub (int .) 1) }}{{ end }}{{ end }}{{ include \"x\" 900 }}";
    let values = format!("{}1{}", "{a: ".repeat(5_000), "}".repeat(5_000));
    let work = move || -> Result<usize, Error> {
        let chart = Chart::from_files([
            (
                "Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\n".to_owned(),
            ),
            (
                "templates/a.yaml",
                format!("a: {{{{ len .Values.a }}}}\n# {deep}"),
            ),
            ("values.yaml", "b: 1\n".to_owned()),
        ])?;
        let values = Values::new().yaml("deep.yaml", values.clone())?;
        let release = Helm::v3().render(&chart, &values, &ReleaseOptions::named("web"))?;
        Ok(release.resources().len())
    };
    let thread = thread::Builder::new()
        .stack_size(512 << 10)
        .spawn(work)
        .unwrap();
    assert_eq!(thread.join().unwrap().unwrap(), 1);
}

#[test]
fn many_threads_render_at_once() {
    let chart = Chart::bundled("istio-remote").unwrap();
    let render = |helm: &Helm, number: usize| {
        let values = Values::new()
            .set(format!("global.pilotEndpoint=10.0.0.{number}"))
            .unwrap();
        helm.render(&chart, &values, &ReleaseOptions::named("remote"))
            .unwrap()
    };
    let helms = [Helm::v3(), Helm::v4()];
    let alone: Vec<_> = (1..9)
        .map(|n| render(&helms[n % 2], n).manifests().to_owned())
        .collect();
    thread::scope(|scope| {
        for (n, alone) in (1..9).zip(&alone) {
            let (render, helms) = (&render, &helms);
            scope.spawn(move || assert_eq!(render(&helms[n % 2], n).manifests(), alone));
        }
    });
}

#[test]
fn values_count_in_the_order_in_which_they_are_given() {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("templates/a.yaml", "{{ toJson .Values }}"),
    ])
    .unwrap();
    let values = Values::new()
        .set("a=1,b=1")
        .unwrap()
        .json(r#"{"a": 2, "c": {"d": "x"}}"#)
        .unwrap();
    let values = values
        .set_string("e=3")
        .unwrap()
        .set_file("f", "text\n")
        .unwrap()
        .set_literal("g=h,i")
        .unwrap();
    let release = Helm::v4()
        .render(&chart, &values, &ReleaseOptions::named("web"))
        .unwrap();
    let object = release.resources()[0].object();
    let expected =
        serde_json::json!({"a": 2, "b": 1, "c": {"d": "x"}, "e": "3", "f": "text\n", "g": "h,i"});
    assert_eq!(object, &expected);
}

/// A seed and a cluster are told apart, in whatever order.
#[test]
fn a_seed_goes_with_the_objects_of_a_cluster() {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        (
            "templates/a.yaml",
            "a: {{ (lookup \"v1\" \"ConfigMap\" \"n\" \"c\").data.a }}{{ randAlpha 5 }}{{ now.Year }}",
        ),
    ])
    .unwrap();
    let cluster =
        b"{apiVersion: v1, kind: ConfigMap, metadata: {name: c, namespace: n}, data: {a: x}}";
    let text = |helm: Helm| {
        let release = helm.render(&chart, &Values::new(), &ReleaseOptions::named("web"));
        String::from_utf8(release.unwrap().manifests().to_vec()).unwrap()
    };
    let helm = || Helm::v4().with_objects("cluster", cluster).unwrap();
    let one = text(helm().deterministic("s"));
    let other = Helm::v4()
        .deterministic("s")
        .with_objects("cluster", cluster);
    assert_eq!(one, text(other.unwrap()));
    assert!(one.contains("a: x") && one.contains("2020"), "{one}");
}

/// Types that cross threads in a program that uses the library.
#[test]
fn everything_is_send_and_sync() {
    fn check<T: Send + Sync>() {}
    check::<Chart>();
    check::<Values>();
    check::<Helm>();
    check::<ReleaseOptions>();
    check::<rhelm::Release>();
    check::<Limits>();
    check::<Cancel>();
    check::<Error>();
}

/// The library refuses what Helm refuses before it renders.
#[test]
fn what_helm_refuses_is_refused() {
    let render = |chart_yaml: &str| {
        let chart_yaml = format!("apiVersion: v2\nname: web\nversion: 1.0.0\n{chart_yaml}");
        let chart = Chart::from_files([("Chart.yaml", chart_yaml)]).unwrap();
        let options = ReleaseOptions::named("web");
        let error = Helm::v4().render(&chart, &Values::new(), &options);
        error.unwrap_err().to_string()
    };
    assert_eq!(
        render("type: library\n"),
        "library charts are not installable"
    );
    let missing = render("dependencies: [{name: db, version: 1.0.0, repository: ''}]\n");
    assert!(
        missing.ends_with("missing in charts/ directory: db"),
        "{missing}"
    );
}

/// A text that Helm prints without reading it need be no YAML; what only one version of Helm reads is up to that one.
#[test]
fn what_helm_takes_is_taken() {
    let chart = Chart::from_files([
        ("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        ("crds/a.yaml", "this: [is: not yaml"),
    ])
    .unwrap();
    let options = ReleaseOptions::named("web").include_crds();
    let release = Helm::v4().render(&chart, &Values::new(), &options).unwrap();
    assert!(release.resources().is_empty());
    assert!(
        release
            .manifests()
            .starts_with(b"---\n# Source: web/crds/a.yaml\nthis")
    );

    // Helm 4 refuses a text behind the separator, Helm 3 reads the first document alone.
    let values = Values::new().yaml("v.yaml", "a: 1\n--- b\n").unwrap();
    assert!(Helm::v3().render(&chart, &values, &options).is_ok());
    assert!(Helm::v4().render(&chart, &values, &options).is_err());
}

/// To know where lines come from changes no error.
#[test]
fn errors_are_blamed_on_what_helm_blames() {
    let chart = Chart::open(root().join("tests/golden/chart-object/chart")).unwrap();
    let values = Values::new().set("kind=maintainer").unwrap();
    let error = Helm::v3().render(&chart, &values, &ReleaseOptions::named("demo"));
    let error = error.unwrap_err().to_string();
    assert!(error.contains("at <.Chart.Maintainers>"), "{error}");
}

#[test]
fn files_of_charts_are_found_by_the_paths_of_places() {
    let chart = Chart::from_files([
        (
            "Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: db, alias: store, version: 1.0.0}]\n",
        ),
        ("templates/a.yaml", "a: 1\n"),
        ("charts/db/Chart.yaml", "apiVersion: v2\nname: db\nversion: 1.0.0\n"),
        ("charts/db/templates/b.yaml", "b: 1\n"),
    ])
    .unwrap();
    assert_eq!(chart.file("web/templates/a.yaml").unwrap(), b"a: 1\n");
    assert_eq!(
        chart.file("web/charts/store/templates/b.yaml").unwrap(),
        b"b: 1\n"
    );
    assert_eq!(
        chart.file("web/charts/db/templates/b.yaml").unwrap(),
        b"b: 1\n"
    );
    assert!(chart.file("web/templates/c.yaml").is_none());
}
