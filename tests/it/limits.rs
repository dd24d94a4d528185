//! Templates and values that ask for more than any machine has: each ends in an error that says so.
//!
//! Helm's behaviour cannot be recorded: its process dies, or goes on for hours.

#![allow(clippy::unwrap_used)]

use flate2::Compression;
use flate2::write::GzEncoder;
use gostd::limits::LIMITS;
use recorded::Major;
use recorded::vector::Vector;
use rhelm::chart::{self, File};
use rhelm::profile::Profile;
use std::io::Write;

/// A template and a values file.
fn snippet_of(template: &str, values: &str) -> Vector {
    Vector {
        template: template.into(),
        path: recorded::vector::DEFAULT_PATH.into(),
        values: values.into(),
        ..Vector::default()
    }
}

/// Renders a snippet as Helm 4 and gives the error text, or the size of the output.
fn outcome(template: &str, values: &str) -> Result<usize, String> {
    match snippet::render_snippet(&snippet_of(template, values), Major::V4) {
        Ok(output) => Ok(output.len()),
        Err(text) => Err(String::from_utf8_lossy(&text).into_owned()),
    }
}

/// The error must contain this.
fn refused(template: &str, values: &str, part: &str) {
    let result = outcome(template, values);
    let as_wanted = result.as_ref().is_err_and(|text| text.contains(part));
    assert!(as_wanted, "{template}\n{result:?}");
}

#[test]
fn sequences() {
    for template in [
        "{{ until 1000000000 }}",
        "{{ untilStep 0 2000000000 1 }}",
        "{{ seq 1 1000000000 }}",
        "{{ until 9223372036854775807 }}",
        "{{ untilStep 0 -9223372036854775808 -1 }}",
    ] {
        refused(template, "", "numbers is too long");
    }
}

#[test]
fn texts() {
    for template in [
        "{{ repeat 2000000000 \"x\" }}",
        "{{ repeat 9223372036854775807 \"xy\" }}",
        "{{ indent 2000000000 \"x\" }}",
        "{{ nindent 2000000000 \"x\" }}",
        "{{ randAlpha 2000000000 }}",
        "{{ randBytes 2000000000 }}",
        "{{ $x := repeat 1000 \"x\" }}{{ range until 7 }}{{ $x = replace \"x\" $x $x }}{{ end }}",
        "{{ $l := until 10000000 }}{{ $x := repeat 1000 \"x\" }}{{ join $x $l }}",
    ] {
        let result = outcome(template, "");
        assert!(result.is_err(), "{template}: {result:?}");
    }
}

#[test]
fn printing() {
    // Lists that hold the same list twice, forty levels deep, and printing all of it.
    let doubling = "{{ $l := list 1 }}{{ range until 40 }}{{ $l = list $l $l }}{{ end }}";
    for print in [
        "$l",
        "printf \"%v\" $l",
        "toString $l",
        "toStrings $l",
        "print $l",
        "cat $l",
        "quote $l",
        "squote $l",
        "js $l",
        "html $l",
        "urlquery $l",
        "b64enc (toString $l)",
        "join \",\" $l",
        "sortAlpha $l",
        "toYaml $l",
        "toYamlPretty $l",
        "toJson $l",
        "toPrettyJson $l",
        "toRawJson $l",
        "toToml (dict \"l\" $l)",
        "deepCopy $l",
    ] {
        refused(
            &format!("{doubling}x\n{{{{ {print} }}}}"),
            "",
            "test/templates/test.yaml:2:",
        );
    }
    let result = outcome("{{ printf \"%1000000000d\" 1 }}", "");
    assert_eq!(
        result,
        Ok("%!(NOVERB)%!(EXTRA int=1)".len()),
        "Go's own limit"
    );
}

#[test]
fn maps_that_share_others() {
    let doubling = "{{ $m := dict \"k\" 1 }}{{ range until 40 }}\
                    {{ $m = dict \"a\" $m \"b\" $m }}{{ end }}";
    for call in [
        "merge (dict) $m | toJson",
        "merge $m (deepCopy $m)",
        "merge $m $m",
        "mergeOverwrite $m $m",
        "toToml $m",
    ] {
        refused(&format!("{doubling}{{{{ {call} }}}}"), "", "test.yaml:1:");
    }
    let result = outcome(&format!("{doubling}{{{{ deepEqual $m (dict) }}}}"), "");
    assert_eq!(result, Ok("false".len()));
}

#[test]
fn comparisons() {
    // Two rings of which each has a length that does not divide the other's: all pairs are different ones.
    let ring = |name: &str, length: usize| {
        format!(
            "{{{{ ${name} := dict }}}}{{{{ $last := ${name} }}}}{{{{ range until {length} }}}}\
             {{{{ $last = dict \"n\" $last }}}}{{{{ end }}}}{{{{ $_ := set ${name} \"n\" $last }}}}"
        )
    };
    let compare = |lengths: (usize, usize)| {
        let rings = ring("a", lengths.0) + &ring("b", lengths.1);
        outcome(&format!("{rings}\n{{{{ deepEqual $a $b }}}}"), "")
    };
    assert_eq!(compare((300, 301)), Ok("\ntrue".len()));
    let text = compare((1_500, 1_501)).unwrap_err();
    let place = "test/templates/test.yaml:2:3";
    let reason = "the values are too large to be compared";
    assert!(text.contains(place) && text.ends_with(reason), "{text}");
}

/// The text of an error after its place.
fn last_part(text: &str) -> String {
    text.rsplit(": ").next().unwrap_or(text).to_owned()
}

/// Chart.yaml of a chart.
fn chart_yaml(name: &str, directory: &str) -> File {
    let text = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
    File::in_memory(format!("{directory}Chart.yaml"), text)
}

/// The last line about a chart made of these files.
fn loading(files: Vec<File>) -> Result<(), String> {
    let loaded = chart::from_files(files, &Profile::helm4());
    loaded
        .map(drop)
        .map_err(|error| last_part(&error.to_string()))
}

#[test]
fn charts_within_a_chart() {
    let charts = |count: usize| {
        let subchart = |n| chart_yaml("sub", &format!("charts/sub{n}/"));
        let all = std::iter::once(chart_yaml("demo", ""));
        loading(all.chain((1..count).map(subchart)).collect())
    };
    assert_eq!(charts(LIMITS.charts), Ok(()));
    let text = "there are more than 5000 charts within the chart";
    assert_eq!(charts(LIMITS.charts + 1), Err(text.into()));
    let deep = |levels: usize| {
        let directories = (0..=levels).map(|level| "charts/sub/".repeat(level));
        loading(
            directories
                .map(|directory| chart_yaml("demo", &directory))
                .collect(),
        )
    };
    assert_eq!(deep(LIMITS.chart_nesting), Ok(()));
    let text = "charts are nested more than 100 levels deep";
    assert_eq!(deep(LIMITS.chart_nesting + 1), Err(text.into()));
}

#[test]
fn archives_within_a_chart() {
    // Each as large as Helm lets an archive be.
    let files = 19;
    let mut archive = Vec::new();
    for name in std::iter::once("Chart.yaml".into()).chain((0..files).map(|n| format!("f{n}"))) {
        let contents = match &*name {
            "Chart.yaml" => b"apiVersion: v2\nname: sub\nversion: 0.1.0\n".to_vec(),
            _ => vec![0; 5 << 20],
        };
        archive.extend(tar_entry(&format!("sub/{name}"), &contents));
    }
    let packed = gzip(&archive);
    let load = |count: usize| {
        let archive = |n| File::in_memory(format!("charts/sub{n}.tgz"), packed.clone());
        let all = std::iter::once(chart_yaml("demo", ""));
        loading(all.chain((0..count).map(archive)).collect())
    };
    assert_eq!(load(LIMITS.unpacked_bytes / (files * (5 << 20))), Ok(()));
    let text = "the archives within the chart hold more than 268435456 bytes";
    assert_eq!(load(4), Err(text.into()));
}

fn tar_entry(name: &str, contents: &[u8]) -> Vec<u8> {
    let mut header = tar::Header::new_ustar();
    header.set_path(name).unwrap();
    header.set_size(contents.len() as u64);
    header.set_cksum();
    let padding = contents.len().next_multiple_of(512) - contents.len();
    [header.as_bytes(), contents, &vec![0; padding]].concat()
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn memory() {
    let more = "the values of the render take more than 268435456 bytes";
    for template in [
        "{{ $l := list }}{{ range until 100 }}{{ $l = append $l (repeat 10000000 \"x\") }}{{ end }}",
        "{{ $l := until 10000000 }}{{ $m := reverse $l }}",
        "{{ splitList \"\" (repeat 60000000 \"x\") }}",
        "{{ split \"\" (repeat 60000000 \"x\") }}",
        "{{ regexFindAll \"x\" (repeat 60000000 \"x\") -1 }}",
        "{{ regexSplit \"x\" (repeat 60000000 \"x\") -1 }}",
        "{{ fromJson (print \"{\\\"a\\\": [\" (repeat 5000000 \"[],\") \"[]]}\") }}",
        "{{ fromYaml (print \"a: [\" (repeat 5000000 \"[],\") \"[]]\") }}",
        "{{ tpl (repeat 3000000 \"{{.}}\") 1 }}",
        "{{ $l := list }}{{ range until 10000000 }}{{ $l = list $l }}{{ end }}",
        "{{ $d := dict }}{{ range $n, $_ := until 10000000 }}{{ $_ := set $d (toString $n) $n }}{{ end }}",
        "{{ define \"r\" }}{{ repeat 10000000 \"x\" }}{{ include \"r\" . }}{{ end }}{{ include \"r\" . }}",
    ] {
        refused(template, "", more);
    }
    // What is dropped again is not counted.
    let result = outcome(
        "{{ range until 100 }}{{ $_ := repeat 10000000 \"x\" }}{{ end }}",
        "",
    );
    assert_eq!(result, Ok(0));
}

#[test]
fn globs() {
    let files = |pattern: &str| format!("{{{{ .Files.Glob \"{pattern}\" | len }}}}");
    let many = format!("{{{}}}", "no,".repeat(200_000));
    refused(&files(&many), "", "the pattern is too large");
    refused(&files(&"?*".repeat(500)), "", "the pattern is too large");
}

#[test]
fn maps_that_contain_themselves() {
    let cycle = "{{ $d := dict }}{{ $_ := set $d \"d\" $d }}";
    for call in [
        "$d",
        "toString $d",
        "merge (dict \"d\" (dict)) $d",
        "deepCopy $d",
        "toYamlPretty $d",
        "toToml $d",
    ] {
        let result = outcome(&format!("{cycle}{{{{ {call} }}}}"), "");
        assert!(
            result.is_err() || result.as_ref().is_ok_and(|size| *size < 1 << 20),
            "{call}: {result:?}"
        );
    }
}

#[test]
fn recursion() {
    refused(
        "{{ define \"t\" }}{{ tpl \"{{ include \\\"t\\\" . }}\" . }}{{ end }}{{ include \"t\" . }}",
        "",
        "nested",
    );
    refused(
        "{{ tpl .Values.t . }}",
        "t: '{{ tpl .Values.t . }}'",
        "tpl is nested more than 10000",
    );
    refused(
        "{{ define \"r\" }}{{ template \"r\" }}{{ end }}{{ template \"r\" }}",
        "",
        "exceeded maximum template depth",
    );
}

#[test]
fn endless_work() {
    let more = "the render takes more than 100000000 steps";
    for template in [
        "{{ range 9223372036854775807 }}{{ end }}",
        "{{ range until 1000000 }}{{ $_ := genPrivateKey \"ecdsa\" }}{{ end }}",
        "{{ $x := repeat 10000000 \"x\" }}{{ range until 1000000 }}{{ $_ := sha1sum $x }}{{ end }}",
        "{{ $x := repeat 1000000 \"x\" }}{{ range until 1000000 }}{{ $_ := regexMatch \"y$\" $x }}{{ end }}",
    ] {
        refused(template, "", more);
    }
}

/// Each function in an endless loop over something large. Nearly all steps are gone before, so that a function
/// whose work is charged ends soon, and one whose is not takes hours.
#[test]
fn work_of_functions() {
    let spend = "{{ range until 330 }}{{ $_ := genPrivateKey \"none\" }}{{ end }}";
    let large = "{{ $x := repeat 200000 \"ab cD \" }}{{ $l := splitList \" \" $x }}\
                 {{ $d := dict }}{{ range until 20000 }}{{ $_ := set $d (toString .) . }}{{ end }}";
    for call in [
        "bcrypt \"p\"",
        "htpasswd \"u\" \"p\"",
        "derivePassword 1 \"long\" \"p\" \"u\" \"s\"",
        "genCA \"x\" 365",
        "genSelfSignedCert \"x\" nil nil 365",
        "genPrivateKey \"rsa\"",
        "genPrivateKey \"dsa\"",
        "encryptAES \"k\" $x",
        "decryptAES \"k\" (b64enc $x)",
        "shuffle $x",
        "randAlphaNum 100000",
        "randBytes 100000",
        "swapcase $x",
        "camelcase $x",
        "snakecase $x",
        "title $x",
        "nospace $x",
        "initials $x",
        "wrap 40 $x",
        "wrapWith 4 \"|\" $x",
        "indent 4 $x",
        "nindent 4 $x",
        "replace \"\" \"z\" $x",
        "replace \" \" \"\" $x",
        "regexReplaceAll \"a\" $x \"b\"",
        "js $x",
        "html $x",
        "quote $x",
        "squote $x",
        "urlquery $x",
        "b64enc $x",
        "toString $l",
        "printf \"%v\" $l",
        "join \",\" $l",
        "toJson $l",
        "toYaml $d",
        "toYamlPretty $d",
        "toToml $d",
        "toPrettyJson $d",
        "until 100000",
        "untilStep 0 100000 1",
        "seq 100000",
        "concat $l $l",
        "chunk 2 $l",
        "uniq $l",
        "merge (dict) $d",
        "deepCopy $d",
        "dig \"a\" \"b\" 1 $d",
        "deepEqual $d (deepCopy $d)",
        "sortAlpha $l",
    ] {
        let template = format!(
            "{large}{spend}{{{{ range 1000000000 }}}}\n{{{{ $_ := {call} }}}}{{{{ end }}}}"
        );
        let text = outcome(&template, "").unwrap_err();
        let place = "test/templates/test.yaml:2:";
        let more = "the render takes more than 100000000 steps";
        assert!(
            text.contains(place) && text.contains(more),
            "{call}: {text}"
        );
    }
    let lines = Vector {
        template: format!(
            "{spend}{{{{ range 1000000000 }}}}{{{{ $_ := $.Files.Lines \"t\" }}}}{{{{ end }}}}"
        )
        .into(),
        files: [("t".to_owned(), b"a line\n".repeat(100_000))].into(),
        ..snippet_of("", "")
    };
    let text = snippet::render_snippet(&lines, Major::V4).unwrap_err();
    let text = String::from_utf8_lossy(&text);
    assert!(
        text.contains("error calling Lines: the render takes more"),
        "{text}"
    );
}

#[test]
fn nesting_of_texts() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + &close.repeat(100_000);
    let brackets = deep("[", "]");
    for function in [
        "fromJson",
        "fromYaml",
        "fromJsonArray",
        "fromYamlArray",
        "fromToml",
    ] {
        let template = format!("{{{{ {function} .Values.t | toString }}}}");
        let text = if function == "fromToml" {
            format!("a = {brackets}")
        } else {
            brackets.clone()
        };
        let result = outcome(&template, &format!("t: '{text}'"));
        assert!(
            result.as_ref().is_ok_and(|size| *size < 1000),
            "{function}: {result:?}"
        );
    }
    for template in [
        format!("{{{{ {} }}}}", deep("(", ")")),
        deep("{{ if 1 }}", "{{ end }}"),
        format!("{{{{ mustRegexMatch `{}` \"\" }}}}", deep("(", ")")),
        format!("{{{{ mustRegexMatch `{}` \"\" }}}}", "(a{1000}){1000}"),
        format!(
            "{{{{ mustRegexMatch `{}` \"\" }}}}",
            "x*".repeat(200_000) + "{1000}"
        ),
        format!(
            "{{{{ semverCompare \"{}\" \"1.2.3\" }}}}",
            ">1 ".repeat(100_000)
        ),
        format!("{{{{ semver \"{}\" }}}}", "1".repeat(100_000)),
    ] {
        assert!(
            outcome(&template, "").is_err(),
            "{}",
            template.chars().take(60).collect::<String>()
        );
    }
}

#[test]
fn aliases() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..10 {
        let last = format!("*a{}", level - 1);
        let items = vec![last; 10].join(", ");
        bomb.push_str(&format!("a{level}: &a{level} [{items}]\n"));
    }
    let excessive = "document contains excessive aliasing";
    refused("{{ .Values }}", &bomb, excessive);
    // Few aliases, of which each stands for a long text.
    let long = format!(
        "a: &a {}\nb: [{}]\n",
        "x".repeat(100_000),
        "*a, ".repeat(80_000)
    );
    let more = "the document's aliases stand for more than 67108864 bytes";
    refused("{{ .Values.b | len }}", &long, more);
    let result = outcome(
        "{{ fromYaml .Values.t | toString }}",
        &format!("t: |\n  {}", long.replace('\n', "\n  ")),
    );
    assert!(result.is_ok_and(|size| size < 1000));
}

#[test]
fn numbers() {
    for template in [
        "{{ addf \"1e1000000000\" 1 }}",
        "{{ mulf \"1e-1000000000\" 1 }}",
        "{{ round \"1e1000000000\" 2 }}",
        "{{ divf 1 \"1e1000000000\" }}",
        "{{ fromYaml \"a: 1e999999999\" }}",
        "{{ fromJson \"{\\\"a\\\": 1e999999999}\" }}",
        "{{ fromToml \"a = 1e999999999\" }}",
        "{{ round 1.5 1000000000 }}",
        "{{ round 1.5 -1000000000 }}",
    ] {
        // An answer or an error, soon and small.
        let result = outcome(template, "");
        assert!(
            result.is_err() || result.as_ref().is_ok_and(|size| *size < 1 << 20),
            "{template}: {result:?}"
        );
    }
}
