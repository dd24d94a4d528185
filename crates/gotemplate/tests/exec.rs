//! Execution against texts that Go's text/template printed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use gostd::host::{Host, Instant};
use gostd::{List, Map, Text, Value};
use gotemplate::func::{Int, Rest};
use gotemplate::{Call, FunctionTable, Output, Run, TemplateSet, execute, parse};
use std::sync::Arc;

struct Nowhere;

impl Host for Nowhere {
    fn now(&self) -> Instant {
        Instant {
            seconds: 0,
            nanoseconds: 0,
        }
    }

    fn random(&self, bytes: &mut [u8]) {
        bytes.fill(7);
    }

    fn lookup_host(&self, _name: &str) -> Result<Vec<String>, gostd::host::Missing> {
        Ok(Vec::new())
    }

    fn environment(&self, _name: &str) -> Option<String> {
        None
    }
}

fn table() -> FunctionTable {
    let mut table = FunctionTable::new();
    table.add("upper", |text: Text| text.to_string().to_uppercase());
    table.add("list", |Rest(items): Rest<Value>| List::new(items));
    table.add("add1", |Int(n): Int| Int(n + 1));
    table.add("fails", |message: Text| -> Result<Text, String> {
        Err(message.to_string())
    });
    table.add(
        "include",
        |call: &mut Call<'_, '_>, name: Text, data: Value| call.execute(name.as_bytes(), data),
    );
    table
}

fn data() -> Value {
    let inner: Map = [("b", Value::from("x")), ("n", Value::from(1.5))]
        .into_iter()
        .collect();
    let list: List = ["p", "q"].into_iter().collect();
    let map: Map = [
        ("a", Value::from(inner)),
        ("l", Value::from(list)),
        ("s", Value::from("text")),
        ("big", Value::from(1_000_000.0)),
    ]
    .into_iter()
    .collect();
    map.into()
}

fn render(text: &str) -> String {
    let table = table();
    let trees = match parse("t", Arc::from(text.as_bytes()), &|name| table.resolve(name)) {
        Ok(trees) => trees,
        Err(error) => return error.to_string(),
    };
    let mut set = TemplateSet::new("t");
    for tree in trees {
        set.add(Arc::new(tree), 1);
    }
    let mut state = ();
    let mut run = Run::new(&table, &Nowhere, &mut state, 1 << 20);
    let mut out = Output::new(false);
    match execute(&mut run, &set, b"t", data(), &mut out) {
        Ok(()) => String::from_utf8_lossy(out.as_bytes()).into_owned(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn prints_what_go_prints() {
    let cases = [
        ("{{.a.b}}-{{.s | upper}}", "x-TEXT"),
        ("{{.}}", "map[a:map[b:x n:1.5] big:1e+06 l:[p q] s:text]"),
        (
            "{{.missing}}|{{range .missing}}x{{else}}none{{end}}",
            "<no value>|none",
        ),
        ("{{range $i, $e := .l}}{{$i}}={{$e}};{{end}}", "0=p;1=q;"),
        ("{{range $k, $v := .a}}{{$k}}={{$v}};{{end}}", "b=x;n=1.5;"),
        ("{{range 3}}{{.}}{{if eq . 1}}{{break}}{{end}}{{end}}", "01"),
        (
            "{{with $x := .s}}{{$x}}{{else with .a}}{{.b}}{{end}}",
            "text",
        ),
        (
            "{{$x := 1}}{{if true}}{{$x = 2}}{{$x := 3}}{{end}}{{$x}}",
            "2",
        ),
        (
            "{{define \"d\"}}[{{.}}]{{end}}{{template \"d\"}}{{template \"d\" .s}}",
            "[<no value>][text]",
        ),
        (
            "{{include \"e\" .a}}{{define \"e\"}}{{.b}}{{$.b}}{{end}}",
            "xx",
        ),
        (
            "{{and 1 0 (fails \"no\")}}{{or 0 \"x\" (fails \"no\")}}",
            "0x",
        ),
        (
            "{{index .l 1}}{{len .l}}{{index .a \"b\"}}{{not .s}}",
            "q2xfalse",
        ),
        (
            "{{lt 1 2}}{{eq .s \"a\" \"text\"}}{{ne 1 1}}{{ge 2 2}}",
            "truetruefalsetrue",
        ),
        (
            "{{printf \"%d %s %v\" 3 .s .l}}{{print 1 2 \"x\" 3}}",
            "3 text [p q]1 2x3",
        ),
        (
            "{{html \"<a>\"}}{{js \"'\"}}{{urlquery \"a b\"}}",
            "&lt;a&gt;\\'a+b",
        ),
        ("{{(list 1 2) | len}}{{(index .l 0)}}{{1 | add1}}", "2p2"),
        ("{{$y := .missing}}{{$y.foo}}", "<no value>"),
    ];
    for (template, want) in cases {
        assert_eq!(render(template), want, "{template}");
    }
}

#[test]
fn fails_as_go_fails() {
    let cases = [
        (
            "{{.missing.b}}",
            "template: t:1:10: executing \"t\" at <.missing.b>: nil pointer evaluating interface {}.b",
        ),
        (
            "{{.s.b}}",
            "template: t:1:4: executing \"t\" at <.s.b>: can't evaluate field b in type interface {}",
        ),
        (
            "{{$x := .s}}{{$x.b}}",
            "template: t:1:16: executing \"t\" at <$x.b>: can't evaluate field b in type string",
        ),
        (
            "{{upper 1}}",
            "template: t:1:8: executing \"t\" at <1>: expected string; found 1",
        ),
        (
            "{{upper .big}}",
            "template: t:1:8: executing \"t\" at <.big>: wrong type for value; expected string; got float64",
        ),
        (
            "{{.missing | upper}}",
            "template: t:1:13: executing \"t\" at <upper>: invalid value; expected string",
        ),
        (
            "{{upper .missing}}",
            "template: t:1:8: executing \"t\" at <.missing>: wrong type for value; expected string; got interface {}",
        ),
        (
            "{{upper}}",
            "template: t:1:2: executing \"t\" at <upper>: wrong number of args for upper: want 1 got 0",
        ),
        (
            "{{fails \"boo\"}}",
            "template: t:1:2: executing \"t\" at <fails \"boo\">: error calling fails: boo",
        ),
        (
            "{{eq 1 1.0}}",
            "template: t:1:2: executing \"t\" at <eq 1 1.0>: error calling eq: incompatible types for comparison: int and float64",
        ),
        (
            "{{index .l 10}}",
            "template: t:1:2: executing \"t\" at <index .l 10>: error calling index: index out of range: 10",
        ),
        (
            "{{template \"no\"}}",
            "template: t:1:11: executing \"t\" at <{{template \"no\"}}>: template \"no\" not defined",
        ),
        (
            "{{range .s}}{{end}}",
            "template: t:1:8: executing \"t\" at <.s>: range can't iterate over text",
        ),
        (
            "{{define \"d\"}}{{.x.y}}{{end}}{{include \"d\" .}}",
            "template: t:1:31: executing \"t\" at <include \"d\" .>: error calling include: template: t:1:18: executing \"d\" at <.x.y>: nil pointer evaluating interface {}.y",
        ),
        (
            "{{nil}}",
            "template: t:1:2: executing \"t\" at <nil>: nil is not a command",
        ),
        (
            "{{1 2}}",
            "template: t:1:2: executing \"t\" at <1>: can't give argument to non-function 1",
        ),
    ];
    for (template, want) in cases {
        assert_eq!(render(template), want, "{template}");
    }
}

#[test]
fn nesting_has_limits() {
    let error = render("{{define \"r\"}}{{template \"r\"}}{{end}}{{template \"r\"}}");
    assert!(
        error.ends_with("templates are nested too deeply"),
        "{error}"
    );
}
