//! The materials of snippets: literals by flavour, the values file and the files of the chart.

use std::collections::BTreeMap;

use fastrand::Rng;

use super::flavours::Flavour;

/// Values that every snippet has, by what they are.
pub(super) const VALUES: &str = r#"text: plain
empty: ""
digits: "42"
fraction: "1.5"
unicode: "héllo wörld ☃ 𝒳"
lines: "a: 1\nb:\n  - x\n"
spaces: "  x  y "
int: 3
negative: -7
zero: 0
million: 1000000
big: 123456789012
float: 2.5
tiny: 0.0000001
huge: 1e21
yes: true
no: false
nothing: null
list: [1, two, 3.5, null, true, [x], {k: v}]
strings: [b, a, "", c, a, a10, a9]
numbers: [3, 1, 2.5, 10]
none: []
map: {a: 1, b: two, c: {d: deep, e: [1, 2]}, n: null, "x.y": dotted, "1": one}
maps: [{name: b, v: 1}, {name: a, v: 2}]
blank: {}
version: 1.2.3-beta.1+build
date: "2020-02-29"
"#;

/// Chart files beside the snippet.
pub(super) fn files() -> BTreeMap<String, Vec<u8>> {
    let helpers = r#"{{- define "t1" }}one:{{ . }}{{ end -}}
{{- define "t2" }}{{- if kindIs "map" . }}{{ range $k, $v := . }}{{ $k }}={{ $v }};{{ end }}{{ else }}{{ include "t1" . }}{{ end }}{{ end -}}
{{- define "t3" }}{{ .Values.text }} {{ .Missing }}{{ end -}}
{{- define "recursive" }}{{ if gt (int .) 0 }}{{ . }},{{ include "recursive" (sub (int .) 1) }}{{ end }}{{ end -}}
"#;
    let texts: [(&str, &[u8]); 5] = [
        ("templates/_helpers.tpl", helpers.as_bytes()),
        ("a.txt", b"first\nsecond\n"),
        ("conf/b.yaml", b"k: [1, 2]\n"),
        ("conf/c.bin", b"\x00\xff\xfe"),
        ("conf/d.json", b"{\"j\": {\"k\": 1e3}}"),
    ];
    texts
        .into_iter()
        .map(|(name, text)| (name.to_owned(), text.to_vec()))
        .collect()
}

/// Names of templates, some of which do not exist.
pub(super) const TEMPLATES: &[&str] =
    &["t1", "t2", "t3", "recursive", "inner", "t1", "missing", ""];

/// Paths to values of a flavour, without the leading dot.
pub(super) fn paths(flavour: Flavour) -> &'static [&'static str] {
    use Flavour::*;
    match flavour {
        Text | Key | Pattern | Layout | Duration | Yaml | Json | Toml | Url | Path => &[
            "Values.text",
            "Values.empty",
            "Values.digits",
            "Values.fraction",
            "Values.unicode",
            "Values.lines",
            "Values.spaces",
            "Values.map.b",
            "Release.Name",
            "Chart.Name",
            "Template.BasePath",
            "Values.date",
        ],
        Int | Small => &[
            "Values.int",
            "Values.zero",
            "Values.negative",
            "Values.map.a",
            "Release.Revision",
        ],
        Number => &[
            "Values.int",
            "Values.negative",
            "Values.million",
            "Values.big",
            "Values.float",
            "Values.tiny",
            "Values.huge",
            "Values.zero",
            "Values.digits",
            "Values.fraction",
        ],
        Bool => &["Values.yes", "Values.no", "Release.IsInstall"],
        List => &[
            "Values.list",
            "Values.strings",
            "Values.numbers",
            "Values.none",
            "Values.maps",
        ],
        Map => &["Values.map", "Values.map.c", "Values.blank", "Values"],
        Version | Constraint => &[
            "Values.version",
            "Chart.Version",
            "Capabilities.KubeVersion.Version",
        ],
        Time => &[],
        Nil => &[
            "Values.nothing",
            "Values.missing",
            "Values.map.n",
            "Missing",
        ],
        Any => &[
            "Values.list",
            "Values.map",
            "Values.text",
            "Values.int",
            "Values.nothing",
            "Values.yes",
            "Chart.Type",
        ],
    }
}

/// A literal of a flavour, as it stands in a template.
pub(super) fn literal(flavour: Flavour, rng: &mut Rng) -> String {
    use Flavour::*;
    let quoted =
        |texts: &[&str], rng: &mut Rng| quote(rng.choice(texts).copied().unwrap_or_default(), rng);
    let plain =
        |texts: &[&str], rng: &mut Rng| rng.choice(texts).copied().unwrap_or("0").to_owned();
    match flavour {
        Text => quoted(TEXTS, rng),
        Key => quoted(
            &["a", "b", "c", "k", "name", "x.y", "missing", "", "1"],
            rng,
        ),
        Pattern => quoted(PATTERNS, rng),
        Layout => quoted(LAYOUTS, rng),
        Duration => quoted(
            &[
                "1h30m", "-1.5h", "95", "0", "1d", "300ms", "1us", "", "x", "+5s", ".5m", "9999h",
            ],
            rng,
        ),
        Yaml => quoted(YAML, rng),
        Json => quoted(JSON, rng),
        Toml => quoted(TOML, rng),
        Url => quoted(URLS, rng),
        Path => quoted(PATHS, rng),
        Version => quoted(VERSIONS, rng),
        Constraint => quoted(CONSTRAINTS, rng),
        Int => plain(INTS, rng),
        Small => plain(&["0", "1", "2", "3", "5", "8", "-1", "-2", "12"], rng),
        Number => plain(NUMBERS, rng),
        Bool => plain(&["true", "false"], rng),
        Nil => "nil".to_owned(),
        Time => plain(TIMES, rng),
        List => plain(
            &[
                "(list)",
                "(list 1 2 3)",
                "(list \"a\" \"b\")",
                "(list nil 0 \"\")",
                "(splitList \",\" \"c,a,b\")",
                "(until 3)",
                "(list (list 1) (dict \"a\" 1))",
                "(tuple 1.5 true)",
            ],
            rng,
        ),
        Map => plain(
            &[
                "(dict)",
                "(dict \"a\" 1)",
                "(dict \"a\" (dict \"b\" nil) \"k\" (list 1))",
                "(split \"-\" \"x-y\")",
                "(dict \"a\" \"\" \"b\" false)",
            ],
            rng,
        ),
        Any => {
            let flavour = rng
                .choice([Text, Int, Number, Bool, Nil, List, Map, Key])
                .unwrap_or(Text);
            literal(flavour, rng)
        }
    }
}

/// A string constant in one of Go's two forms.
fn quote(text: &str, rng: &mut Rng) -> String {
    if rng.u32(0..5) == 0 && !text.contains('`') && !text.contains('\r') {
        return format!("`{text}`");
    }
    let mut quoted = String::from("\"");
    for character in text.chars() {
        match character {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\t' => quoted.push_str("\\t"),
            '\r' => quoted.push_str("\\r"),
            other => quoted.push(other),
        }
    }
    quoted.push('"');
    quoted
}

const TEXTS: &[&str] = &[
    "",
    "a",
    "abc",
    "Hello World",
    "  padded ",
    "a,b,,c",
    "x-y_z",
    "FooBar",
    "foo_bar-baz",
    "12",
    "-3",
    "1.50",
    "0x1F",
    "017",
    "1e3",
    "true",
    "null",
    "yes",
    "héé",
    "日本語",
    "𝒳",
    "ß",
    "a\nb\n\nc",
    "\ttab",
    "a\"b",
    "it's",
    "<b>&amp;</b>",
    "%d",
    "$1",
    "\\n",
    "{{ .Values.text }}",
    "{{ 1 | add 2 }}",
    "a: b",
    "- x",
    "#c",
    "|",
    "\u{0}",
    "\u{feff}x",
    "\u{2028}",
    "longer text with several words in it to wrap somewhere",
    "dGVzdA==",
    "!!!",
    "NaN",
    "word1 word2",
    "0",
    "café",
    "é",
    "2020-01-02T03:04:05Z",
    "TITLE case",
    "a.b.c",
    "...",
    "\r\n",
];
const PATTERNS: &[&str] = &[
    "a",
    "[a-z]+",
    "^",
    "$",
    "",
    "(a)(b)?",
    "(?P<n>x)",
    "\\d+",
    "\\s",
    "[[:alpha:]]",
    "(",
    "[",
    "a{2,1}",
    "a{,3}",
    "\\Qa.b\\E",
    "(?i)A",
    "(?s).",
    ".*?",
    "a|b",
    "\\b",
    "[^a]",
    "\\pL",
    "x{1001}",
    "\\8",
    "(?<m>a)",
    "é",
    "^.{2}",
    "(a*)*",
    "\\z",
    "[a&&b]",
    "(?m)^b$",
];
const LAYOUTS: &[&str] = &[
    "2006-01-02",
    "2006-01-02T15:04:05Z07:00",
    "Mon Jan _2 15:04:05 2006",
    "02/01/06",
    "3:04PM",
    "15h04",
    "Monday",
    "",
    "2006-002",
    "05.000",
    "05,999",
    "MST",
    "-0700",
    "Z0700",
    "January",
    "pm",
    "1",
    "2",
    "x",
    "2006-01-02 15:04:05.999999999 -0700 MST",
];
const YAML: &[&str] = &[
    "a: 1",
    "- 1\n- x",
    "a: [1, {b: c}]",
    "{}",
    "[]",
    "",
    "null",
    "a: &x 1\nb: *x",
    "a: yes\nb: 0x10\nc: 1e3",
    "a:\n b:\n  - c",
    "a: |\n  text\n  more\n",
    "a: b: c",
    "\ta",
    "a: 'x",
    "a: 12:30:45",
    "1: x\ntrue: y",
    "- - 1\n  - 2",
    "a: !!str 1",
    "<<: {x: 1}",
    "text",
    "a: 2020-01-01",
    "? a\n: b",
    "a: .5\nb: -0\nc: +1",
    "a: \"\\u00e9\\n\"",
    "--- \na: 1\n---\nb: 2",
    "a: ~\nb:",
    "x: >-\n  folded\n  text",
    "a: 1\na: 2",
    "é: ü",
    "a: 12345678901234567890",
    "a: *x",
    "%YAML 1.2\n---\na: 1",
];
const JSON: &[&str] = &[
    "{\"a\": 1}",
    "[1, 2.5, \"x\", null]",
    "{}",
    "[]",
    "null",
    "1",
    "\"s\"",
    "true",
    "{",
    "[1,",
    "{\"a\": {\"b\": [1e3]}}",
    "",
    "nul",
    "{\"a\": 1, \"a\": 2}",
    "\"\\u00e9\\ud800\"",
    "12345678901234567890",
    "-0",
    "01",
    "{\"<\": \"&\"}",
    "[1] x",
];
const TOML: &[&str] = &[
    "a = 1",
    "a = \"x\"\n[t]\nb = 1.5",
    "[[x]]\na = 1\n[[x]]\na = 2",
    "a = [1, 2]",
    "a = ",
    "a = 2020-01-01T00:00:00Z",
    "",
    "x.y = true",
    "a = '''m\nl'''",
    "a = {b = 1}",
    "a = 0x1F",
    "a = 1\na = 2",
    "[a",
    "a = inf",
    "a = 1_000",
    "\"q k\" = 1",
];
const URLS: &[&str] = &[
    "http://host/path",
    "https://u:p@h:8080/p/a?q=1&r=2#frag",
    "//h/p",
    "mailto:a@b",
    "",
    "http://[::1]:80/",
    "%zz",
    "http://a b/",
    "file:///x",
    "h:1",
    "http://h?x",
    "http://h/%41%2f?a=%20#%23",
    ":",
    "http://é/ü",
    "/rel/path",
    "?q",
    "#f",
];
const PATHS: &[&str] = &[
    "a/b/c.txt",
    "/",
    "",
    ".",
    "..",
    "a//b/../c",
    "/x/y/",
    "a.tar.gz",
    ".hidden",
    "dir/.x",
    "a\\b",
    "/a/b/.",
    "é/ü.z",
    "../../x",
    "a.txt",
    "conf/b.yaml",
    "conf/*",
    "**",
    "conf/*.{yaml,json}",
    "[a-c]*",
    "missing",
];
const VERSIONS: &[&str] = &[
    "1.2.3",
    "v1.2.3",
    "1.2",
    "1",
    "1.2.3-beta.1",
    "1.2.3+build.5",
    "0.0.0",
    "01.2.3",
    "1.2.3-01",
    "x",
    "",
    "1.2.3.4",
    "v1.30.0-eks-abc",
    "2.0.0-rc.1+m",
    "1.0.0-alpha.beta",
    "99999999999999999999.0.0",
    "1.2.x",
];
const CONSTRAINTS: &[&str] = &[
    ">=1.2",
    "^1.2.3",
    "~1.2",
    "1.x",
    "*",
    "",
    "=1.2.3",
    "!=1.2.3",
    ">1 <2",
    ">1, <2 || 3",
    "1.2 - 1.4",
    ">=1.19-0",
    "foo",
    "=>1",
    "~>1.2",
    "<=1.2",
    "^0.0.3",
    "^0.2",
    "1.2.3 || 2",
    ">=1.0.0-alpha <2",
    "|| 1",
    ">",
    "v1",
    "^1.2.x-beta",
    "1.2.*",
    "!=1.x",
    ">1.2",
];
const INTS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "-1",
    "-7",
    "10",
    "42",
    "100",
    "'a'",
    "'é'",
    "0x1F",
    "0b11",
    "0o17",
    "1_000",
    "9223372036854775807",
    "-9223372036854775808",
    "255",
    "7",
    "017",
];
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2.5",
    "1e3",
    "0.1",
    "-0.0",
    "1e100",
    "123456789",
    "1.0",
    "0x1p-2",
    "3.14159",
    "1e-7",
    "99.995",
    "1_0.5",
    "5",
    "1i",
    "2.5e0",
];
const TIMES: &[&str] = &[
    "(toDate \"2006-01-02\" \"2020-02-29\")",
    "(toDate \"2006-01-02T15:04:05Z07:00\" \"2021-12-31T23:59:59.5+05:30\")",
    "(toDate \"2006\" \"x\")",
    "(toDate \"2006-01-02\" \"0001-01-01\")",
    "(toDate \"15:04\" \"07:08\")",
];
