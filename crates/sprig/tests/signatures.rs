//! Every function of Sprig's is there, with the signature that reflection shows in Go.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use gotemplate::FunctionTable;
use gotemplate::func::{ParamType, Signature};
use std::collections::BTreeMap;

/// Name and Go type, but for those that Helm has functions of its own for.
const SIGNATURES: &str = include_str!("signatures.tsv");

/// Functions that Helm takes out, or replaces under another type.
const OTHERS: [&str; 4] = ["env", "expandenv", "fromJson", "mustToJson"];

#[test]
fn signatures_are_those_of_go() {
    let builtins = FunctionTable::new();
    let mut table = FunctionTable::new();
    sprig::register(&mut table);
    let own = |name: &str| builtins.resolve(name).is_none() || name == "slice";
    let actual: BTreeMap<&str, String> = table
        .iter()
        .filter(|function| own(function.name) && !OTHERS.contains(&function.name))
        .map(|function| (function.name, show(&function.signature)))
        .collect();
    let signatures: BTreeMap<&str, String> = SIGNATURES
        .lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(name, signature)| (name, without_error(signature)))
        .collect();
    assert_eq!(actual, signatures);
}

/// The signature without a second result, which is Go's way to fail.
fn without_error(signature: &str) -> String {
    match signature.strip_suffix(", error)") {
        Some(rest) => rest.replacen(") (", ") ", 1),
        None => signature.to_owned(),
    }
}

fn show(signature: &Signature) -> String {
    let mut params: Vec<String> = signature.params.iter().map(name).collect();
    if let (true, Some(last)) = (signature.variadic, params.last_mut()) {
        last.insert_str(0, "...");
    }
    let (params, result) = (params.join(", "), name(&signature.result));
    format!("func({params}) {result}")
}

fn name(param: &ParamType) -> String {
    match param {
        ParamType::Go(go_type) => go_type.to_string(),
        ParamType::Reflect => "reflect.Value".to_owned(),
    }
}
