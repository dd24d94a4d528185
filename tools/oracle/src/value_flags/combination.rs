//! A random combination of value flags, with the files that they name.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;

use fastrand::Rng;

/// Keys as `--set` writes them: of the chart, of its subcharts, new ones, and odd ones.
const KEYS: &[&str] = &[
    "a",
    "b",
    "new",
    "nothing",
    "map",
    "map.x",
    "map.y",
    "map.y.z",
    "map.y.w",
    "map.y.w[0]",
    "map.gone",
    "map.new.deep",
    "list",
    "list[0]",
    "list[2]",
    "list[2].k",
    "list[4]",
    "list[1][0]",
    "sub",
    "sub.a",
    "sub.map",
    "sub.map.x",
    "sub.map.y.z",
    "sub.list",
    "sub.list[1]",
    "sub.enabled",
    "sub.global.g",
    "other",
    "other.a",
    "other.list[0]",
    "other.exported.a",
    "other.exported",
    "imported.a",
    "imported",
    "global",
    "global.g",
    "global.map",
    "global.map.x",
    "global.new",
    "tags.t",
    "a.b",
    "dotted\\.key",
    "brace[0].x",
    "top-level.dash",
    "sub.global",
    "Ünï",
];
/// Keys that the grammar refuses, or takes in its own way.
const ODD_KEYS: &[&str] = &[
    "",
    ".",
    "a.",
    ".a",
    "a..b",
    "list[",
    "list[]",
    "list[x]",
    "list[-1]",
    "list[99999999]",
    "list[0",
    "list[0]x",
    "[0]",
    "a\\",
    " a",
    "a b",
    "map[0]",
    "list.k",
];
/// Values as `--set` writes them.
const VALUES: &[&str] = &[
    "",
    "1",
    "01",
    "0",
    "-1",
    "+5",
    "1.5",
    "1e3",
    "0x10",
    "true",
    "TRUE",
    "false",
    "null",
    "NULL",
    "text",
    "two words",
    "\"quoted\"",
    "a\\,b",
    "a=b",
    "{}",
    "{a,b}",
    "{1,true,null,}",
    "{a,{b}}",
    "{a",
    "a}",
    "[1]",
    "9223372036854775807",
    "9223372036854775808",
    "é",
    "\\",
    " ",
    "$x",
    "{{ .Release.Name }}",
    "a: b",
    "~",
    "yes",
];
/// Values as `--set-json` takes them, and a few that are not JSON.
const JSON: &[&str] = &[
    "1",
    "1.0",
    "-0",
    "1e3",
    "\"s\"",
    "true",
    "null",
    "[]",
    "[1,\"x\",null]",
    "{}",
    "{\"k\":{\"n\":null}}",
    "{\"x\":null}",
    "[{\"k\":1}]",
    "12345678901234567890",
    "",
    "{",
    "nope",
    "\"\\u00e9\"",
    "[1,]",
    "{\"a\":1,\"a\":2}",
];
/// Whole documents for `--set-json`, which Helm 4 merges.
const JSON_DOCUMENTS: &[&str] = &[
    "{\"a\":2}",
    "{\"map\":{\"x\":null,\"n\":[1]}}",
    "{\"sub\":{\"map\":null}}",
    "{}",
    "{\"a\":1",
    "[1]",
    "{\"global\":{\"g\":1}}",
    " {\"a\":3}",
];
/// Items of lists that are no files: API versions, and texts that CSV treats in its own way.
const ITEMS: &[&str] = &[
    "one/v1",
    "two/v1/Kind",
    "v1",
    "",
    " ",
    "é",
    "a b",
    "q\"uote",
    "\"",
    "a\rb",
];
/// Labels of a release, and what is none.
const LABELS: &[&str] = &[
    "a=b", "c=d=e", "a=", "=b", "a", "", "name=x", "owner", "\"a\"=b",
];
/// Templates of the chart, and none of it.
const TEMPLATES: &[&str] = &[
    "templates/values.yaml",
    "charts/sub/templates/values.yaml",
    "templates/*",
    "\"templates/values.yaml\"",
    "templates/values.yaml,templates/values.yaml",
    "templates/missing.yaml",
];
/// Lines of values files, each a whole entry of the top level.
const ENTRIES: &[&str] = &[
    "a: 2",
    "a: null",
    "a: {b: 1}",
    "b: 'x'",
    "b: 1e6",
    "b: 0x1F",
    "b: 010",
    "b: 1.10",
    "b: yes",
    "b: 2020-01-01",
    "map: {x: 2}",
    "map: null",
    "map: {}",
    "map: text",
    "map: {y: null}",
    "map: {y: {z: null, q: 1}}",
    "map: {gone: 1}",
    "map: {new: {deep: [a, {b: c}]}}",
    "map: [1]",
    "list: []",
    "list: [9]",
    "list: {k: v}",
    "list: null",
    "sub: {a: 3}",
    "sub: null",
    "sub: text",
    "sub: {map: null}",
    "sub: {map: {x: 5, y: null}}",
    "sub: {enabled: false}",
    "sub: {global: {g: sub}}",
    "sub: {list: {a: 1}}",
    "other: {a: null}",
    "other: {exported: {a: 2, m: null}}",
    "other: {global: null}",
    "global: {g: user}",
    "global: null",
    "global: {map: {x: null, y: 2}}",
    "global: {map: text}",
    "global: text",
    "tags: {t: false}",
    "tags: {t: true}",
    "imported: {a: mine}",
    "imported: text",
    "new: {1: one, true: yes}",
    "new: !!str 5",
    "new: &x [1]\nnewer: *x",
    "new: |\n  two\n  lines",
    "nothing: something",
    "sub: {unknown: {deep: null}}",
    "new: 12345678901234567890",
    "new: .5",
    "? new\n: 1",
];
/// Texts that some values files have instead of a list of entries.
const ODD_DOCUMENTS: &[&str] = &[
    "",
    "# nothing\n",
    "---\n",
    "null\n",
    "text\n",
    "[1, 2]\n",
    "a: [\n",
    "a: 1\na: 2\n",
    "\ta: 1\n",
    "{}\n",
    "\u{feff}a: bom\n",
    "a: 1\r\nb: 2\r\n",
    "--- # comment\na: 4\n",
    "...\n",
    "a: *unknown\n",
];

/// A combination.
pub(super) struct Combination {
    /// `template` or `lint`.
    pub(super) command: &'static str,
    /// The flags.
    pub(super) args: Vec<String>,
    /// The input on stdin.
    pub(super) stdin: String,
    files: Vec<(String, String)>,
}

impl Combination {
    /// One to six flags, now and then one that is wrong.
    pub(super) fn random(rng: &mut Rng) -> Self {
        let mut combination = Combination {
            command: if rng.u32(0..10) == 0 {
                "lint"
            } else {
                "template"
            },
            args: Vec::new(),
            stdin: document(rng),
            files: Vec::new(),
        };
        for _ in 0..rng.usize(1..=6) {
            combination.add_flag(rng);
        }
        combination
    }

    fn add_flag(&mut self, rng: &mut Rng) {
        let (flag, value) = match rng.u32(0..18) {
            0..=3 => (pick(rng, &["-f", "--values"]), self.values_files(rng)),
            4..=7 => ("--set", pairs(rng, VALUES)),
            8 => ("--set-string", pairs(rng, VALUES)),
            9 | 10 if rng.u32(0..4) == 0 => ("--set-json", pick(rng, JSON_DOCUMENTS).to_owned()),
            9 | 10 => ("--set-json", pairs(rng, JSON)),
            11 | 12 => ("--set-file", self.set_file(rng)),
            13 | 14 if self.command == "template" => {
                let items = items(rng, ITEMS);
                (pick(rng, &["-a", "--api-versions"]), list(rng, &items))
            }
            15 if self.command == "template" => {
                let items = items(rng, LABELS);
                (pick(rng, &["-l", "--labels"]), list(rng, &items))
            }
            16 if self.command == "template" && rng.bool() => (
                pick(rng, &["-s", "--show-only"]),
                pick(rng, TEMPLATES).to_owned(),
            ),
            16 => {
                let items = items(rng, ITEMS);
                ("--kube-as-group", list(rng, &items))
            }
            _ => (
                "--set-literal",
                format!("{}={}", key(rng), pick(rng, VALUES)),
            ),
        };
        if flag.starts_with("--") && rng.bool() {
            self.args.push(format!("{flag}={value}"));
        } else {
            self.args.extend([flag.to_owned(), value]);
        }
    }

    fn values_files(&mut self, rng: &mut Rng) -> String {
        let count = if rng.u32(0..4) == 0 { 2 } else { 1 };
        let names: Vec<String> = (0..count).map(|_| self.values_file(rng)).collect();
        list(rng, &names)
    }

    fn values_file(&mut self, rng: &mut Rng) -> String {
        match rng.u32(0..30) {
            0 => return "missing.yaml".to_owned(),
            1 => return "chart".to_owned(),
            2 if !self.args.iter().any(|arg| {
                arg.split(',')
                    .any(|name| name.trim_matches(['"', '\n']).ends_with('-'))
            }) =>
            {
                return "-".to_owned();
            }
            _ => {}
        }
        let mut text = document(rng);
        if rng.u32(0..6) == 0 {
            text = format!("{text}---\n{}", document(rng));
        }
        self.file("yaml", text)
    }

    fn set_file(&mut self, rng: &mut Rng) -> String {
        let name = if rng.u32(0..12) == 0 {
            "missing.txt".to_owned()
        } else {
            let text = pick(
                rng,
                &[
                    "",
                    "line\n",
                    "two\nlines",
                    "a: 1\n",
                    "{x,y}",
                    "null",
                    "5",
                    "é\n\n",
                ],
            );
            self.file("txt", text.to_owned())
        };
        format!("{}={name}", key(rng))
    }

    fn file(&mut self, extension: &str, text: String) -> String {
        let name = format!("{}.{extension}", self.files.len());
        self.files.push((name.clone(), text));
        name
    }

    /// Writes the files that the flags name.
    pub(super) fn write_files(&self, dir: &Path) -> io::Result<()> {
        for (name, text) in &self.files {
            fs::write(dir.join(name), text)?;
        }
        Ok(())
    }
}

/// As a command line, followed by the files it names.
impl fmt::Display for Combination {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} ", self.command)?;
        for arg in &self.args {
            write!(out, "'{arg}' ")?;
        }
        for (name, text) in &self.files {
            write!(out, "\n  {name}: {text:?}")?;
        }
        write!(out, "\n  stdin: {:?}", self.stdin)
    }
}

/// The argument of a list: mostly its items with commas, now and then with quotes and line ends, right and
/// wrong.
fn list(rng: &mut Rng, items: &[String]) -> String {
    if rng.u32(0..3) > 0 {
        return items.join(",");
    }
    let items = items.iter().map(|item| match rng.u32(0..12) {
        0 => format!("\"{item}"),
        1 => format!("{item}\""),
        2 => format!("\"{item}\"x"),
        3 => format!("\"{item}\n\""),
        4 => format!("\"{item},\"\"\""),
        5 => format!("{item}\r"),
        6 | 7 => item.clone(),
        _ => format!("\"{item}\""),
    });
    let text = items.collect::<Vec<_>>().join(",");
    match rng.u32(0..8) {
        0 => format!("\n{text}"),
        1 => format!("{text}\r\n"),
        2 => format!("{text}\n{text}\""),
        3 => String::new(),
        _ => text,
    }
}

fn items(rng: &mut Rng, of: &[&str]) -> Vec<String> {
    let count = rng.usize(1..=3);
    (0..count).map(|_| pick(rng, of).to_owned()).collect()
}

/// A values file's document.
fn document(rng: &mut Rng) -> String {
    if rng.u32(0..10) == 0 {
        return pick(rng, ODD_DOCUMENTS).to_owned();
    }
    let mut text = String::new();
    for _ in 0..rng.usize(1..=4) {
        text.push_str(pick(rng, ENTRIES));
        text.push('\n');
    }
    text
}

/// `key=value` once or a few times, with commas.
fn pairs(rng: &mut Rng, values: &[&str]) -> String {
    let count = if rng.u32(0..3) == 0 {
        rng.usize(2..=3)
    } else {
        1
    };
    let mut text: Vec<String> = Vec::new();
    for _ in 0..count {
        text.push(match rng.u32(0..40) {
            0 => key(rng),
            _ => format!("{}={}", key(rng), pick(rng, values)),
        });
    }
    let mut text = text.join(",");
    if rng.u32(0..25) == 0 {
        text.push(',');
    }
    text
}

fn key(rng: &mut Rng) -> String {
    let keys = if rng.u32(0..25) == 0 { ODD_KEYS } else { KEYS };
    pick(rng, keys).to_owned()
}

fn pick<'a>(rng: &mut Rng, list: &[&'a str]) -> &'a str {
    rng.choice(list).copied().unwrap_or_default()
}
