//! Limits, positions, odd bytes and long texts; what Go makes of ordinary ones is in `tests/parse.rs`.

#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic
)]

use std::sync::Arc;

use crate::ast::{FuncId, Node, NodeRef, Operand, Pos, Tree};
use crate::parse::parse;
use crate::parse_error::ParseError;

fn trees(text: &[u8]) -> Result<Vec<Tree>, ParseError> {
    let functions = ["f", "g"];
    parse("a.yaml", Arc::from(text), &|name| {
        let index = functions.iter().position(|function| *function == name)?;
        Some(FuncId(index as u32))
    })
}

fn error(text: &str) -> String {
    trees(text.as_bytes()).unwrap_err().to_string()
}

fn printed(tree: &Tree) -> String {
    let mut out = Vec::new();
    NodeRef::List(&tree.root).print(&tree.text, &mut out);
    String::from_utf8(out).unwrap()
}

/// Runs on the stack of an ordinary thread or less.
fn on_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(128 << 10);
    thread.spawn(run).unwrap().join().unwrap();
}

#[test]
fn trees_can_be_shared_between_threads() {
    fn check<T: Send + Sync + 'static>() {}
    check::<Tree>();
    check::<ParseError>();
}

#[test]
fn parentheses_nest_ten_thousand_levels_and_no_more() {
    on_small_stack(|| {
        let nested = |depth| format!("{{{{{}f{}}}}}", "(".repeat(depth), ")".repeat(depth));
        let text = nested(10_000);
        assert_eq!(
            printed(&trees(text.as_bytes()).unwrap()[0]),
            text,
            "printing and freeing must not recurse either"
        );
        assert_eq!(
            error(&nested(10_001)),
            "template: a.yaml:1: max expression depth exceeded"
        );
        let fields = format!("{{{{{}f{}}}}}", "(".repeat(10_000), ").x".repeat(10_000));
        assert_eq!(printed(&trees(fields.as_bytes()).unwrap()[0]), fields);
        let broken = format!(
            "{{{{f ({}f{}) unknown",
            "(".repeat(9_000),
            ")".repeat(9_000)
        );
        assert_eq!(
            error(&broken),
            "template: a.yaml:1: function \"unknown\" not defined"
        );
    });
}

#[test]
fn branches_nest_to_a_limit() {
    on_small_stack(|| {
        let nested = |depth: usize| {
            "{{if .x}}{{range .y}}".repeat(depth / 2) + &"{{end}}".repeat(depth / 2 * 2)
        };
        let text = nested(9_998);
        assert_eq!(printed(&trees(text.as_bytes()).unwrap()[0]), text);
        assert_eq!(
            error(&nested(10_002)),
            "template: a.yaml:1: max branch depth exceeded"
        );
        let chain = |length| "{{if 1}}".to_owned() + &"{{else if 2}}".repeat(length) + "{{end}}";
        assert!(trees(chain(9_998).as_bytes()).is_ok());
        assert_eq!(
            error(&chain(10_000)),
            "template: a.yaml:1: max branch depth exceeded"
        );
        let blocks = "{{block \"a\" .}}".repeat(100_000);
        assert_eq!(error(&blocks), "template: a.yaml:1: unexpected EOF");
    });
}

#[test]
fn long_texts_take_linear_time() {
    let count = 200_000;
    let variables: String = (0..count).map(|i| format!("{{{{$v{i} := $}}}}")).collect();
    let uses: String = (0..count).map(|i| format!("{{{{$v{i}}}}}")).collect();
    let defines: String = (0..count)
        .map(|i| format!("{{{{define \"{i}\"}}}}{{{{end}}}}"))
        .collect();
    assert!(trees((variables + &uses).as_bytes()).is_ok());
    assert_eq!(trees(defines.as_bytes()).unwrap().len(), count + 1);
    for text in [
        "{{.}}",
        "{ { ",
        "{{/**/}}",
        "{{- /* */ -}} \n",
        "{{`\n`}}",
        "{{f\n1}}",
    ] {
        assert!(trees(text.repeat(count).as_bytes()).is_ok(), "{text}");
    }
    for (head, text) in [
        ("{{", ".x"),
        ("{{ ", "1 "),
        ("{{f ", "| f "),
        ("{{", " \n"),
        ("{{/*", "*"),
    ] {
        assert!(
            trees((head.to_owned() + &text.repeat(count)).as_bytes()).is_err(),
            "{text}"
        );
    }
}

#[test]
fn random_bytes_never_panic() {
    let fragments: &[&[u8]] = &[
        b"{{",
        b"}}",
        b"{{-",
        b" -}}",
        b"/*",
        b"*/",
        b"if",
        b"else",
        b"end",
        b"range",
        b"define",
        b"block",
        b"\"",
        b"`",
        b"'",
        b"$",
        b".",
        b":=",
        b",",
        b"(",
        b")",
        b"|",
        b" ",
        b"\n",
        b"\xff",
        b"\xe2\x82",
        "é".as_bytes(),
        b"0x",
        b"1",
        b"i",
        b"+",
        b"f",
        b"\\",
        b"_",
        b"e",
    ];
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let mut random = move |bound: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 33) as usize % bound
    };
    for round in 0..20_000 {
        let mut text = Vec::new();
        for _ in 0..random(30) {
            if round % 2 == 0 {
                text.extend_from_slice(fragments[random(fragments.len())]);
            } else {
                text.push(random(256) as u8);
            }
        }
        for tree in trees(&text).into_iter().flatten() {
            printed_lossily(&tree);
        }
    }
}

fn printed_lossily(tree: &Tree) {
    for node in &tree.root.nodes {
        tree.error_context(NodeRef::Node(node));
    }
}

#[test]
fn positions_count_lines_and_bytes() {
    let tree = trees("é {{.a}}\n\n  {{ é (f .x .y.z).b }}".as_bytes());
    assert_eq!(
        tree.unwrap_err().to_string(),
        "template: a.yaml:3: function \"é\" not defined"
    );
    let tree = &trees("é {{.a}}\n\n  é{{ f (f .x .y.z).b }}\n".as_bytes()).unwrap()[0];
    let context = |node: NodeRef<'_>| {
        let (location, context) = tree.error_context(node);
        format!("{location}: <{}>", String::from_utf8(context).unwrap())
    };
    assert_eq!(
        context(NodeRef::Node(&tree.root.nodes[1])),
        "a.yaml:1:5: <{{.a}}>"
    );
    let Node::Action(action) = &tree.root.nodes[3] else {
        panic!("not an action");
    };
    let operands = &action.pipe.cmds[0].args;
    let Operand::Chain(chain) = &operands[1] else {
        panic!("not a chain");
    };
    let Operand::Pipe(pipe) = &chain.node else {
        panic!("not a pipeline");
    };
    assert_eq!(
        context(NodeRef::Pipeline(&action.pipe)),
        "a.yaml:3:7: <f (f .x .y.z).b>"
    );
    assert_eq!(context(NodeRef::Operand(&operands[0])), "a.yaml:3:7: <f>");
    assert_eq!(
        context(NodeRef::Operand(&operands[1])),
        "a.yaml:3:20: <(f .x .y.z).b>"
    );
    assert_eq!(
        context(NodeRef::Operand(&chain.node)),
        "a.yaml:3:10: <f .x .y.z>"
    );
    assert_eq!(
        context(NodeRef::Command(&pipe.cmds[0])),
        "a.yaml:3:10: <f .x .y.z>"
    );
    assert_eq!(
        context(NodeRef::Operand(&pipe.cmds[0].args[2])),
        "a.yaml:3:17: <.y.z>"
    );
    assert_eq!(tree.location(Pos(u32::MAX)), (4, 0));
}

#[test]
fn the_file_comes_first_and_then_its_definitions() {
    let text = b"{{define \"b\"}}1{{end}}{{block \"a\" .}}2{{end}}3";
    let trees = trees(text).unwrap();
    let names: Vec<_> = trees
        .iter()
        .map(|tree| String::from_utf8_lossy(&tree.name))
        .collect();
    assert_eq!(names[0], "a.yaml");
    assert_eq!(names.len(), 3);
    assert!(trees.iter().all(|tree| &*tree.parse_name == "a.yaml"));
    assert!(
        trees
            .iter()
            .all(|tree| Arc::ptr_eq(&tree.text, &trees[0].text))
    );
}

#[test]
fn errors_know_their_place() {
    let error = trees(b"a\n{{f\n  unknown}}").unwrap_err();
    assert_eq!((error.line, error.pos), (3, Pos(8)));
    assert_eq!(error.message, b"function \"unknown\" not defined");
    assert_eq!(error.text(), error.to_string().as_bytes());
}
