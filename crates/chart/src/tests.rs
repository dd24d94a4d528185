#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]
//! Loading, with texts recorded from real Helm 3.21.4 and 4.2.4.

use super::*;
use compat::profile::Profile;
use std::fs;

const CHART: &str = "apiVersion: v2\nname: a\nversion: 1\n";

/// The error of loading a directory with these files, for both Helms.
fn errors(files: &[(&str, &str)]) -> [String; 2] {
    [Profile::helm3(), Profile::helm4()].map(|profile| {
        let dir = tempfile::tempdir().unwrap();
        for (name, text) in files {
            let path = dir.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        let error = load(dir.path(), &profile).map(|_| ()).unwrap_err();
        error
            .to_string()
            .replace(&*dir.path().to_string_lossy(), "DIR")
    })
}

fn both(text: &str) -> [String; 2] {
    [text.into(), text.into()]
}

#[test]
fn chart_yaml_of_the_wrong_type() {
    let json = "cannot load Chart.yaml: error unmarshaling JSON: while decoding JSON: ";
    for (text, three, four) in [
        (
            "name: [a]\nversion: {a: b}\n",
            "json: cannot unmarshal array into Go struct field Metadata.name of type string",
            None,
        ),
        (
            "maintainers: [{name: [x]}]\n",
            "json: cannot unmarshal array into Go struct field Maintainer.maintainers.name of type string",
            None,
        ),
        (
            "maintainers: [{name: x}, 5]\n",
            "json: cannot unmarshal number into Go struct field Metadata.maintainers of type chart.Maintainer",
            Some(
                "json: cannot unmarshal number into Go struct field Metadata.maintainers of type v2.Maintainer",
            ),
        ),
        (
            "maintainers: x\n",
            "json: cannot unmarshal string into Go struct field Metadata.maintainers of type []*chart.Maintainer",
            Some(
                "json: cannot unmarshal string into Go struct field Metadata.maintainers of type []*v2.Maintainer",
            ),
        ),
        (
            "dependencies: [{name: x, tags: [[1]]}]\n",
            "json: cannot unmarshal array into Go struct field Dependency.dependencies.tags of type string",
            None,
        ),
        (
            "annotations: {a: [1]}\n",
            "json: cannot unmarshal array into Go struct field Metadata.annotations of type string",
            None,
        ),
        (
            "deprecated: \"true\"\n",
            "json: cannot unmarshal string into Go struct field Metadata.deprecated of type bool",
            None,
        ),
        (
            "hello\n",
            "json: cannot unmarshal string into Go value of type chart.Metadata",
            Some("json: cannot unmarshal string into Go value of type loader.chartBase"),
        ),
    ] {
        let expected = [three, four.unwrap_or(three)].map(|text| format!("{json}{text}"));
        assert_eq!(errors(&[("Chart.yaml", text)]), expected, "{text}");
    }
}

#[test]
fn chart_yaml_that_helm_refuses() {
    for (text, expected) in [
        ("", "chart.metadata.name is required"),
        ("name: a", "chart.metadata.version is required"),
        (
            "name: .\nversion: 1",
            "chart.metadata.name \".\" is not allowed",
        ),
        (
            "name: a/b\nversion: 1",
            "chart.metadata.name \"a/b\" is invalid",
        ),
        (
            "name: a\nversion: \"x\"",
            "chart.metadata.version \"x\" is invalid",
        ),
        (
            "name: a\nversion: 1\ntype: foo",
            "chart.metadata.type must be application or library",
        ),
        (
            "name: a\nversion: 1\nmaintainers: [null]",
            "maintainers must not contain empty or null nodes",
        ),
        (
            "name: a\nversion: 1\ndependencies: [{name: x, alias: \"a.b\"}]",
            "dependency \"x\" has disallowed characters in the alias",
        ),
        (
            "name: a\nversion: 1\ndependencies: [{name: x, repository: y},{name: x}]",
            "more than one dependency with name or alias \"x\"",
        ),
    ] {
        let expected = both(&format!("validation: {expected}"));
        assert_eq!(errors(&[("Chart.yaml", text)]), expected, "{text}");
    }
}

#[test]
fn charts_that_are_none() {
    assert_eq!(
        errors(&[("x", "")]),
        [
            "Chart.yaml file is missing",
            "unable to detect chart at DIR/Chart.yaml: open DIR/Chart.yaml: no such file or directory"
        ]
    );
    assert_eq!(
        errors(&[("Chart.yaml", "apiVersion: v7\nname: a\n")]),
        [
            "validation: chart.metadata.version is required",
            "unsupported chart version"
        ]
    );
    assert_eq!(
        errors(&[("Chart.yaml", "a: b: c\n")]),
        both(
            "cannot load Chart.yaml: error converting YAML to JSON: yaml: mapping values are not \
             allowed in this context"
        )
    );
}

#[test]
fn values_files() {
    let converting = "error converting YAML to JSON: yaml: ";
    let decoding = "error unmarshaling JSON: while decoding JSON: json: ";
    for (text, three, four) in [
        (
            "- a\n",
            format!(
                "{decoding}cannot unmarshal array into Go value of type map[string]interface {{}}"
            ),
            None,
        ),
        (
            "a: b: c\n",
            format!("{converting}mapping values are not allowed in this context"),
            None,
        ),
        (
            "a: 1\n---x\nb: 1\n",
            format!("{converting}line 3: could not find expected ':'"),
            Some("error reading yaml document: invalid Yaml document separator: x"),
        ),
    ] {
        let four = four.map_or_else(
            || format!("cannot unmarshal yaml document: {three}"),
            Into::into,
        );
        let expected = [three, four].map(|text| format!("cannot load values.yaml: {text}"));
        assert_eq!(
            errors(&[("Chart.yaml", CHART), ("values.yaml", text)]),
            expected,
            "{text}"
        );
    }
}

#[test]
fn documents_of_a_values_file() {
    let files = || {
        vec![
            File::in_memory("Chart.yaml", CHART),
            File::in_memory(
                "values.yaml",
                "# x\na: {b: 1, c: 2}\nd: [1]\n--- # y\na:\n  b: 3\nd: [2]\n",
            ),
        ]
    };
    let value = |chart: &Chart| chart.values.get("a").unwrap().get("b").unwrap().clone();
    let three = from_files(files(), &Profile::helm3()).unwrap().chart;
    assert_eq!(value(&three).kind, goyaml::Kind::Int(1));
    let four = from_files(files(), &Profile::helm4()).unwrap().chart;
    assert_eq!(value(&four).kind, goyaml::Kind::Int(3));
    assert_eq!(value(&four).mark.line, 6);
    assert!(four.values.get("a").unwrap().get("c").is_some());
}

#[test]
fn scalars_become_strings() {
    let text = "apiVersion: v2\nName: z\nname: a\nversion: 0.10\nappVersion: 0x10\nkubeVersion: 1.50\n\
                description: yes\nannotations: {a: 1, b: null}\nsources: [1, null]\nkeywords: []\n";
    let loaded = from_files(vec![File::in_memory("Chart.yaml", text)], &Profile::helm4()).unwrap();
    let metadata = loaded.chart.metadata;
    assert_eq!(metadata.name, "a");
    assert_eq!(metadata.version, "0.1");
    assert_eq!(metadata.app_version, "16");
    assert_eq!(metadata.kube_version, "1.5");
    assert_eq!(metadata.description, "true");
    let annotations: Vec<_> = metadata.annotations.into_iter().flatten().collect();
    assert_eq!(
        annotations,
        [("a".into(), "1".into()), ("b".into(), String::new())]
    );
    assert_eq!(metadata.sources, Some(vec!["1".into(), String::new()]));
    assert_eq!(metadata.keywords, Some(vec![]));
    assert_eq!(metadata.maintainers, None);
}

#[test]
fn files_go_where_they_belong() {
    let names = [
        "Chart.lock",
        "Chart.yaml",
        "LICENSE",
        "charts/_off/Chart.yaml",
        "charts/b/Chart.yaml",
        "charts/b/templates/_x.tpl",
        "charts/b/values.yaml",
        "charts/b-1.tgz.prov",
        "crds/a.YAML",
        "crds/a.txt",
        "requirements.yaml",
        "templates/NOTES.txt",
        "templates/a/b.yaml",
        "values.schema.json",
        "values.yaml",
    ];
    let file = |name: &&str| match *name {
        "Chart.yaml" => File::in_memory(*name, CHART),
        "charts/b/Chart.yaml" => File::in_memory(*name, "name: b\nversion: 1\n"),
        _ => File::in_memory(*name, ""),
    };
    let loaded = from_files(names.iter().map(file).collect(), &Profile::helm3()).unwrap();
    let chart = loaded.chart;
    fn list<F: std::borrow::Borrow<File>>(files: &[F]) -> Vec<&str> {
        files.iter().map(|file| file.borrow().name()).collect()
    }
    assert_eq!(
        list(&chart.templates),
        ["templates/NOTES.txt", "templates/a/b.yaml"]
    );
    assert_eq!(
        list(&chart.files),
        [
            "LICENSE",
            "charts/b-1.tgz.prov",
            "crds/a.YAML",
            "crds/a.txt"
        ]
    );
    assert_eq!(
        chart.crds().map(|f| f.name()).collect::<Vec<_>>(),
        ["crds/a.YAML"]
    );
    let [sub] = &chart.dependencies[..] else {
        panic!("one subchart");
    };
    assert_eq!(sub.name(), "b");
    assert_eq!(sub.metadata.api_version, "v1");
    assert_eq!(list(&sub.templates), ["templates/_x.tpl"]);
    let lines: Vec<_> = loaded
        .notices
        .iter()
        .map(|n| n.line(&Profile::helm3()))
        .collect();
    assert_eq!(
        lines,
        [
            "load.go:120: Warning: Dependencies are handled in Chart.yaml since apiVersion \"v2\". \
             We recommend migrating dependencies to Chart.yaml."
        ]
    );
}

#[test]
fn subcharts_that_are_none() {
    let missing = "error unpacking subchart README.md in a: Chart.yaml file is missing";
    assert_eq!(
        errors(&[("Chart.yaml", CHART), ("charts/README.md", "")]),
        both(missing)
    );
    assert_eq!(
        errors(&[("Chart.yaml", CHART), ("charts/b.tgz", "no archive at all")]),
        both("error unpacking subchart b.tgz in a: gzip: invalid header")
    );
    assert_eq!(
        errors(&[("Chart.yaml", CHART), ("charts/b.tgz/x", "")]),
        both("error unpacking subchart tar in a: expected b.tgz, got b.tgz/x")
    );
}

#[test]
fn helmignore_leaves_files_out() {
    let dir = tempfile::tempdir().unwrap();
    for (name, text) in [
        (".helmignore", "secret/\n*.bak\n"),
        ("Chart.yaml", CHART),
        ("a.bak", ""),
        ("secret/x", ""),
        ("templates/.hidden", ""),
        ("templates/a.yaml", "\u{feff}a: b"),
    ] {
        let path = dir.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    let chart = load(dir.path(), &Profile::helm4()).unwrap().chart;
    let names: Vec<_> = chart.files.iter().map(|f| f.name()).collect();
    assert_eq!(names, [".helmignore"]);
    let [template] = &chart.templates[..] else {
        panic!("one template");
    };
    assert_eq!(template.bytes().unwrap(), b"a: b");
}

#[cfg(unix)]
#[test]
fn links_are_followed() {
    let dir = tempfile::tempdir().unwrap();
    let root = fs::canonicalize(dir.path()).unwrap();
    let chart = root.join("c");
    fs::create_dir_all(chart.join("templates")).unwrap();
    fs::create_dir_all(root.join("shared")).unwrap();
    fs::write(chart.join("Chart.yaml"), CHART).unwrap();
    fs::write(root.join("shared/x.txt"), "x").unwrap();
    std::os::unix::fs::symlink("../shared", chart.join("files")).unwrap();
    let loaded = load(&chart, &Profile::helm4()).unwrap();
    assert_eq!(loaded.chart.files[0].name(), "files/x.txt");
    assert_eq!(
        loaded.notices[0].line(&Profile::helm4()),
        format!(
            "level=INFO msg=\"found symbolic link in path. Contents of linked file included and \
             used\" path={0}/c/files resolved={0}/shared",
            root.display()
        )
    );
    std::os::unix::fs::symlink("nowhere", chart.join("zzz")).unwrap();
    let error = load(&chart, &Profile::helm4()).unwrap_err().to_string();
    assert_eq!(
        error,
        format!(
            "error evaluating symlink {0}/c/zzz: lstat {0}/c/nowhere: no such file or directory",
            root.display()
        )
    );
}

#[test]
fn missing_dependencies() {
    let text =
        "name: a\nversion: 1\ndependencies: [{name: b, version: 1}, {name: c, version: 1}]\n";
    let files = vec![File::in_memory("Chart.yaml", text)];
    let chart = from_files(files, &Profile::helm3()).unwrap().chart;
    assert_eq!(
        check_dependencies(&chart, &Profile::helm3())
            .unwrap_err()
            .to_string(),
        "An error occurred while checking for chart dependencies. You may need to run `helm \
         dependency build` to fetch missing dependencies: found in Chart.yaml, but missing in \
         charts/ directory: b, c"
    );
}

/// A packed archive of these entries.
fn pack(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    let mut archive = tar::Builder::new(gzip);
    for (name, contents) in entries {
        let mut header = tar::Header::new_ustar();
        header.set_size(contents.len() as u64);
        header.set_mode(0o644);
        archive.append_data(&mut header, name, *contents).unwrap();
    }
    archive.into_inner().unwrap().finish().unwrap()
}

/// The error of loading this file, for both Helms; the chart's name where there is none.
fn load_packed(name: &str, packed: &[u8]) -> [String; 2] {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join(name);
    fs::write(&path, packed).unwrap();
    [Profile::helm3(), Profile::helm4()].map(|profile| match load(&path, &profile) {
        Ok(loaded) => loaded.chart.metadata.name,
        Err(error) => error.to_string().replace(&*path.to_string_lossy(), name),
    })
}

#[test]
fn archives() {
    let inner = pack(&[("b/Chart.yaml", b"name: b\nversion: 1\n")]);
    let outer = pack(&[
        ("a/Chart.yaml", CHART.as_bytes()),
        ("a/charts/b.tgz", &inner),
        ("a/templates/x.yaml", b"\xEF\xBB\xBFa: b"),
    ]);
    assert_eq!(load_packed("a.tgz", &outer), both("a"));
    let files = archive::unpack(&outer, &Profile::helm4()).unwrap();
    let chart = from_files(files, &Profile::helm4()).unwrap().chart;
    assert_eq!(chart.dependencies[0].name(), "b");
    assert_eq!(chart.templates[0].bytes().unwrap(), b"a: b");
}

#[test]
fn archives_that_helm_refuses() {
    let hidden = |three: &str| [three.to_owned(), "unable to load chart archive".to_owned()];
    let chart: (&str, &[u8]) = ("a/Chart.yaml", CHART.as_bytes());
    let large = vec![b'x'; 5 * 1024 * 1024 + 1];
    assert_eq!(
        load_packed("a.tgz", &pack(&[chart, ("a/big", &large)])),
        hidden("decompressed chart file \"a/big\" is larger than the maximum file size 5242880")
    );
    assert_eq!(
        load_packed("a.tgz", &pack(&[])),
        hidden("no files in chart archive")
    );
    assert_eq!(
        load_packed("a.tgz", b"\x1f\x8b\x08abc"),
        hidden("unexpected EOF")
    );
    assert_eq!(
        load_packed("a.tgz", &pack(&[("a/x", b"")])),
        [
            "Chart.yaml file is missing",
            "unable to detect chart version, no Chart.yaml found"
        ]
    );
    assert_eq!(
        load_packed("values.yaml", b"a: b\n"),
        both("file 'values.yaml' seems to be a YAML file, but expected a gzipped archive")
    );
    assert_eq!(
        load_packed("x.txt", b"a: b\n"),
        both(
            "file 'x.txt' does not appear to be a gzipped archive; got 'application/octet-stream'"
        )
    );
    assert_eq!(
        load_packed("x.txt", &b"x: y\n".repeat(200)),
        both(
            "file 'x.txt' does not appear to be a gzipped archive; got 'text/plain; charset=utf-8'"
        )
    );
}
