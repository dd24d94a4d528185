#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use super::*;

/// Recorded from Go 1.26, strings in hexadecimal. `url`: scheme, opaque, userinfo (`-` for none), host,
/// hostname, port, path, query, fragment, escaped path and fragment, String; `joined`: String of the parts
/// that urlJoin keeps; `bad`: the error; `escape`: the four escaping functions.
const VECTORS: &str = include_str!("../../tests/vectors/url.tsv");

fn bytes(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn parts(url: &Url) -> Vec<String> {
    let user = url
        .user
        .as_ref()
        .map_or("-".into(), |user| hex(&user.string()));
    let mut got = vec![hex(&url.scheme), hex(&url.opaque), user];
    let texts: [&[u8]; 6] = [
        &url.host,
        url.hostname(),
        url.port(),
        &url.path,
        &url.raw_query,
        &url.fragment,
    ];
    got.extend(texts.map(hex));
    got.extend([url.escaped_path(), url.escaped_fragment(), url.string()].map(|text| hex(&text)));
    got
}

fn results(fields: &[&str]) -> Vec<String> {
    let text = bytes(fields[1]);
    if fields[0] == "escape" {
        let decoded = |result: Result<Vec<u8>, UnescapeError>| {
            result.map_or_else(|e| format!("!{e}"), |t| hex(&t))
        };
        let (query, path) = (
            decoded(query_unescape(&text)),
            decoded(path_unescape(&text)),
        );
        return vec![
            hex(&query_escape(&text)),
            hex(&path_escape(&text)),
            query,
            path,
        ];
    }
    match Url::parse(&text) {
        Err(e) => vec![e.to_string()],
        Ok(url) if fields[0] == "joined" => {
            let Url {
                scheme,
                opaque,
                user,
                host,
                path,
                raw_query,
                fragment,
                ..
            } = url;
            vec![hex(&Url {
                scheme,
                opaque,
                user,
                host,
                path,
                raw_query,
                fragment,
                ..Url::default()
            }
            .string())]
        }
        Ok(url) => parts(&url),
    }
}

#[test]
fn answers_as_go_does() {
    let mut wrong = Vec::new();
    for line in VECTORS.lines() {
        let fields: Vec<&str> = line.split('\t').collect();
        let got = results(&fields);
        if got.len() + 2 != fields.len() || got != fields[2..] {
            wrong.push(format!(
                "{line}\n {:?} got {got:?}",
                String::from_utf8_lossy(&bytes(fields[1]))
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} wrong\n{}",
        wrong.len(),
        wrong
            .iter()
            .take(20)
            .cloned()
            .collect::<Vec<_>>()
            .join("\n")
    );
}
