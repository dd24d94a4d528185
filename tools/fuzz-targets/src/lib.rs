//! Targets of fuzzing: functions of any bytes, which may give anything but must not panic, hang or eat
//! memory. `fuzz/fuzz_targets` gives them to libFuzzer, `tests/bounded.rs` to `cargo test`.

use flate2::read::MultiGzDecoder;
use gojsonschema::{Document, NoLoader, NodeId, Schema};
use gosemver::{Constraints, Version};
use gostd::regexp::Regexp;
use gostd::{GoType, List, Text, Value, fmt, json, time};
use recorded::Major;
use recorded::vector::{DEFAULT_PATH, Vector};
use rhelm::action::Request;
use rhelm::background::with_large_stack;
use rhelm::chart;
use rhelm::host::System;
use rhelm::profile::Profile;
use rhelm::render::{Capabilities, Release, function_table};
use rhelm::validate::Selection;
use rhelm::values::{Layers, ReadError, ReadFile};
use std::hint::black_box;
use std::io::Read;

/// A target's name and its function.
pub type Target = (&'static str, fn(&[u8]));

/// All targets, with inputs to begin with.
pub const TARGETS: &[(Target, &[&str])] = &[
    (
        ("template", template),
        &[
            "{{ range $i, $v := .Values.l }}{{ $i }}{{ $v | quote }}{{ else }}-{{ end }}\0l: [1, a, null]",
            "{{- define \"a\" }}{{ . }}{{ end -}}{{ include \"a\" (dict \"b\" 1) | nindent 2 }}",
            "{{ with .Values.m }}{{ toYaml . }}{{ end }}{{ tpl \"{{ 1 }}\" . }}\0m: {a: b}",
            "{{ printf \"%5.2f|%-8q|%[2]v\" 3.14159 \"x\" }}{{/* c */}}{{ if and true (not 0) }}x{{ end }}",
        ],
    ),
    (
        ("yaml", yaml),
        &[
            "a: &x [1, 'b', \"c\\u00e9\"]\nb: *x\nc: |\n  text\n  more\nd: >-\n  folded\n",
            "? k\n: v\n<<: {m: 1}\nn: ~\nf: 1.5e3\nt: 2020-01-01\n--- # next\n- - x\n  - {y: z}\n",
        ],
    ),
    (
        ("json", json_text),
        &["{\"a\": [1, -2.5e3, \"\\u00e9\\ud83d\\ude00\", null, true], \"b\": {}}"],
    ),
    (
        ("toml", toml),
        &["a = 1\n[t.u]\nb = \"x\"\n[[l]]\nc = [1.5, {d = true}]\nt = 2020-01-01T00:00:00Z\n"],
    ),
    (
        ("regexp", regexp),
        &["(?i)(a|b*?)[^\\d]{2,3}$\0xaB-c", "(?P<n>\\w+)\\s\\pL\0ab é"],
    ),
    (
        ("semver", versions),
        &[">=1.2.3-0 <2 || ~1.x, !=3.0.0\0v1.2.3-beta.1+b"],
    ),
    (
        ("layout", layout),
        &["Mon Jan _2 15:04:05.000 -0700 MST 2006\0Sat Feb 29 01:02:03.004 +0100 CET 2020"],
    ),
    (("format", format), &["%+-#08.3[2]*[1]v %q %x %!z %c"]),
    (("set", set), &["a.b[0].c={x,y,\\,z},d=null,e[2]=1"]),
    (("archive", archive), &["not an archive"]),
    (
        ("tar", tar),
        &[
            "19 path=demo/other\n27 GNU.sparse.map=2,3,10,3\n26 GNU.sparse.numblocks=2\n22 GNU.sparse.size=20\n",
            "22 GNU.sparse.major=1\n22 GNU.sparse.minor=0\n27 GNU.sparse.realsize=20\n",
        ],
    ),
    (
        ("inflate", inflate),
        &["\u{1f}\u{8}\0\0\0\0\0\0\0\u{3}\u{4b}\u{4c}\u{4a}\u{4e}\u{1}\0"],
    ),
    (
        ("reference", reference),
        &[
            "{\"$ref\":\"http://h/a.json#/$defs/x\",\"$id\":\"http://h/b/\"}\0{\"$defs\":{\"x\":{\"$ref\":\"b.json\"}}}\0{\"$anchor\":\"y\",\"$ref\":\"#y\"}",
            "{\"allOf\":[{\"$ref\":\"urn:a:b\"},{\"$ref\":\"#\"},{\"$dynamicRef\":\"#d\"}],\"$dynamicAnchor\":\"d\"}\0true\0[]",
        ],
    ),
    (
        ("validate", validate),
        &[
            "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Values.a.b }}\nspec: {{ toYaml .Values.s | nindent 2 }}\0a:\n  b: x\ns: {ports: [{port: 80}]}\n\0{\"properties\":{\"a\":{\"type\":\"object\"}}}",
            "{{ range .Values.l }}---\nkind: {{ .k | quote }}\n{{ end }}\0l: [{k: Pod, apiVersion: v1}]\n\0",
        ],
    ),
    (
        ("schema", schema),
        &[
            "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"properties\":{\"a\":{\"$ref\":\"#/definitions/x\"}},\
             \"definitions\":{\"x\":{\"type\":[\"string\",\"null\"],\"pattern\":\"^a+$\",\"minLength\":2}},\"required\":[\"a\"]}\0{\"a\":\"b\"}",
        ],
    ),
];

/// The two parts of an input, cut at its first NUL.
fn halves(data: &[u8]) -> (&[u8], &[u8]) {
    let at = data.iter().position(|byte| *byte == 0);
    match at.and_then(|at| data.split_at_checked(at)) {
        Some((first, rest)) => (first, rest.get(1..).unwrap_or_default()),
        None => (data, b""),
    }
}

/// A template and a values file, as both majors.
pub fn template(data: &[u8]) {
    let (template, values) = halves(data);
    let vector = Vector {
        template: template.to_vec(),
        values: values.to_vec(),
        path: DEFAULT_PATH.into(),
        ..Vector::default()
    };
    for major in Major::ALL {
        let _ = black_box(snippet::render_snippet(&vector, major));
    }
}

/// A snippet over a text that `.Values.t` cannot hold faithfully: it comes as a file.
fn over_file(template: &str, text: &[u8]) {
    let vector = Vector {
        template: template.into(),
        path: DEFAULT_PATH.into(),
        files: [("t".to_owned(), text.to_vec())].into(),
        ..Vector::default()
    };
    let _ = black_box(snippet::render_snippet(&vector, Major::V4));
}

/// YAML, read and written by both writers.
pub fn yaml(data: &[u8]) {
    let _ = goyaml::parse_strict(data);
    for document in goyaml::documents(data) {
        let _ = black_box(document);
    }
    let Ok(node) = goyaml::parse(data) else {
        return;
    };
    let value = node.to_value();
    let _ = black_box(goyaml::to_yaml_pretty(&value));
    let Ok(text) = goyaml::to_yaml(&value) else {
        return;
    };
    // What the writer writes, the reader reads; and what comes of that is written alike.
    if let Ok(again) = goyaml::parse(&text) {
        let again = goyaml::to_yaml(&again.to_value()).unwrap_or_default();
        assert_eq!(
            String::from_utf8_lossy(&text),
            String::from_utf8_lossy(&again)
        );
    }
}

/// JSON, read and written.
pub fn json_text(data: &[u8]) {
    if let Ok(value) = json::decode(data) {
        let _ = black_box(json::encode(&value, json::Options::COMPACT));
    }
}

/// TOML, read and written.
pub fn toml(data: &[u8]) {
    over_file(
        "{{ $t := .Files.Get \"t\" | fromToml }}{{ toToml $t }}{{ toJson $t }}",
        data,
    );
}

/// A pattern and a text.
pub fn regexp(data: &[u8]) {
    let (pattern, text) = halves(data);
    if let Ok(regexp) = Regexp::compile(pattern) {
        let _ = black_box(regexp.find_all_submatch(text, 100));
        let _ = black_box(regexp.replace_all(text, b"$1${n}x"));
        let _ = black_box(regexp.split(text, -1));
    }
}

/// A constraint and a version.
pub fn versions(data: &[u8]) {
    let (constraint, version) = halves(data);
    let version = Version::parse(version);
    if let (Ok(constraint), Ok(version)) = (Constraints::new(constraint), version) {
        let _ = black_box(constraint.validate(&version));
        let _ = black_box((
            version.inc_patch(),
            version.inc_minor(),
            version.inc_major(),
        ));
    }
}

/// A layout and a time; durations too.
pub fn layout(data: &[u8]) {
    let (layout, text) = halves(data);
    let _ = black_box(time::parse_duration(text));
    let parsed = time::parse(layout, text);
    let time = parsed.unwrap_or_else(|_| time::Time::zero());
    let _ = black_box(time.format(layout));
}

/// A format, with a few values of all kinds.
pub fn format(data: &[u8]) {
    let list = List::of(
        GoType::Interface,
        vec![Value::int(1), Value::Nil, Value::from("x")],
    );
    let values = [
        Value::int(-42),
        Value::Float64(2.5),
        Value::from("hé"),
        Value::Bool(true),
        Value::List(list),
        Value::Bytes(Text::from("b\u{0}")),
        Value::Nil,
    ];
    let _ = black_box(fmt::sprintf(data, &values));
}

/// No file is there.
struct NoFiles;

impl ReadFile for NoFiles {
    fn read(&mut self, name: &str) -> Result<Vec<u8>, ReadError> {
        Err(format!("open {name}: no such file or directory").into())
    }
}

/// An argument of `--set` and its relatives.
pub fn set(data: &[u8]) {
    let text = String::from_utf8_lossy(data).into_owned();
    let one = || vec![text.clone()];
    let all = [
        Layers {
            set: one(),
            ..Layers::default()
        },
        Layers {
            set_string: one(),
            ..Layers::default()
        },
        Layers {
            set_json: one(),
            ..Layers::default()
        },
        Layers {
            set_literal: one(),
            ..Layers::default()
        },
        Layers {
            set_file: one(),
            ..Layers::default()
        },
    ];
    for layers in all {
        let _ = black_box(layers.read(&mut NoFiles, &Profile::helm4()).is_ok());
    }
}

/// A chart archive.
pub fn archive(data: &[u8]) {
    let Ok(dir) = tempfile::tempdir() else { return };
    let path = dir.path().join("chart.tgz");
    if std::fs::write(&path, data).is_ok() {
        let _ = black_box(chart::load(&path, &Profile::helm4()));
        let _ = black_box(chart::load(&path, &Profile::helm3()));
    }
}

/// An archive's extended header, and a file behind it: what a reader of headers makes of the records.
pub fn tar(data: &[u8]) {
    let block = |kind: u8, size: usize| {
        let mut block = [0; 512];
        let size = format!("{size:011o}");
        let fields = [
            (0, &b"demo/file"[..]),
            (124, size.as_bytes()),
            (156, &[kind]),
            (257, b"ustar\x0000"),
        ];
        for (at, text) in fields {
            for (slot, byte) in block.iter_mut().skip(at).zip(text) {
                *slot = *byte;
            }
        }
        let sum = block.iter().map(|byte| u32::from(*byte)).sum::<u32>() + 8 * u32::from(b' ');
        for (slot, byte) in block
            .iter_mut()
            .skip(148)
            .zip(format!("{sum:06o}\0 ").bytes())
        {
            *slot = byte;
        }
        block
    };
    let mut text = Vec::new();
    for kind in [b'x', b'L', b'0', b'S'] {
        text.extend(block(kind, data.len()));
        text.extend(data);
        text.resize(text.len().next_multiple_of(512), 0);
    }
    for text in [&*text, data] {
        let mut archive = goarchive::Archive::new(text);
        while let Ok(Some(entry)) = archive.next_entry() {
            // A file with holes may be as large as it says: whoever reads it looks first.
            if entry.size < 1 << 20 {
                let _ = black_box(archive.contents(&entry).is_ok());
            }
        }
    }
}

/// A packed stream behind the first two bytes of one: what it unpacks to as another reader unpacks it.
pub fn inflate(data: &[u8]) {
    let packed = [b"\x1F\x8B", data].concat();
    let (mut ours, mut other) = (Vec::new(), Vec::new());
    let ending = goarchive::Gzip::new(&packed)
        .take(1 << 24)
        .read_to_end(&mut ours);
    if ending.is_ok()
        && MultiGzDecoder::new(&*packed)
            .take(1 << 24)
            .read_to_end(&mut other)
            .is_ok()
    {
        assert!(ours == other, "unpacked otherwise");
    }
}

/// Schemas that refer to each other: the first is the chart's, the others are what addresses give.
pub fn reference(data: &[u8]) {
    let mut parts = data.split(|byte| *byte == 0);
    let schema = parts.next().unwrap_or_default();
    let others: Vec<&[u8]> = parts.collect();
    let load = |url: &str| match others.get(url.len() % others.len().max(1)) {
        Some(text) => Ok(text.to_vec()),
        None => Err("nothing is there".into()),
    };
    if let Ok(schema) = Schema::compile("file:///values.schema.json", schema, &load)
        && let Ok(document) = Document::parse(br#"{"a": [1, "x", null], "b": {"c": {}}}"#)
    {
        let _ = black_box(schema.validate(&document.value(NodeId::ROOT)));
    }
}

/// A template, values and a schema, checked.
pub fn validate(data: &[u8]) {
    let (template, rest) = halves(data);
    let (values, schema) = halves(rest);
    let as_text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let manifest = "apiVersion: v2\nname: test\nversion: 0.1.0\n";
    let files = || {
        let mut files = vec![
            chart::File::in_memory("Chart.yaml", manifest),
            chart::File::in_memory("values.yaml", values),
            chart::File::in_memory("templates/a.yaml", template),
        ];
        if !schema.is_empty() {
            files.push(chart::File::in_memory("values.schema.json", schema));
        }
        files
    };
    let layers = Layers {
        set: vec![as_text(values.get(..20).unwrap_or(values))],
        ..Layers::default()
    };
    for profile in [Profile::helm3(), Profile::helm4()] {
        let functions = function_table(&profile);
        let work = || {
            let chart = chart::from_files(files(), &profile).ok()?.chart;
            let request = Request::new(
                profile,
                &functions,
                &System,
                Release::new("demo", "default"),
                Capabilities::new(&profile),
            );
            let selection = Selection::default();
            rhelm::validate::validate(&chart, &layers, &mut NoFiles, &request, &selection, &[]).ok()
        };
        let _ = black_box(with_large_stack(|| work().is_some()));
    }
}

/// A schema and an instance in JSON.
pub fn schema(data: &[u8]) {
    let (schema, instance) = halves(data);
    let compiled = Schema::compile("file:///values.schema.json", schema, &NoLoader);
    if let (Ok(schema), Ok(document)) = (compiled, Document::parse(instance)) {
        let _ = black_box(schema.validate(&document.value(NodeId::ROOT)));
    }
}
