//! `urlParse` and `urlJoin` (Sprig's `url.go`).

mod address;
mod escape;
mod parse;
mod print;

use gostd::{Map, Text, Value};
use gotemplate::{Error, FunctionTable};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("urlParse", |text: Text| {
        let url = parse::parse(text.as_bytes());
        let url = url.map_err(|e| Error::new(format!("unable to parse url: {e}")))?;
        let hostname = url.hostname().to_vec();
        let userinfo = url.user.as_ref().map_or_else(Vec::new, User::print);
        let parts = [
            ("scheme", url.scheme),
            ("host", url.host),
            ("hostname", hostname),
            ("path", url.path),
            ("query", url.query),
            ("opaque", url.opaque),
            ("fragment", url.fragment),
            ("userinfo", userinfo),
        ];
        let parts = parts.map(|(key, part)| (key, Value::Str(part.into())));
        Ok::<Map, Error>(parts.into_iter().collect())
    });
    table.add("urlJoin", join);
}

/// `url.URL`: its parts without escapes, but for the query.
#[derive(Debug, Default)]
struct Url {
    scheme: Vec<u8>,
    opaque: Vec<u8>,
    user: Option<User>,
    host: Vec<u8>,
    path: Vec<u8>,
    query: Vec<u8>,
    fragment: Vec<u8>,
}

/// `url.Userinfo`
#[derive(Debug)]
struct User {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

fn join(parts: Map) -> Result<Vec<u8>, Error> {
    let mut url = Url {
        scheme: part(&parts, "scheme")?,
        host: part(&parts, "host")?,
        path: part(&parts, "path")?,
        query: part(&parts, "query")?,
        opaque: part(&parts, "opaque")?,
        fragment: part(&parts, "fragment")?,
        user: None,
    };
    let user = part(&parts, "userinfo")?;
    if !user.is_empty() {
        let text = [b"proto://", user.as_slice(), b"@host"].concat();
        url.user = parse::parse(&text)
            .map_err(|e| Error::new(format!("unable to parse userinfo in dict: {e}")))?
            .user;
    }
    Ok(url.print())
}

/// A part by its key; empty where there is none.
fn part(parts: &Map, key: &str) -> Result<Vec<u8>, Error> {
    match parts.get(key.as_bytes()) {
        None => Ok(Vec::new()),
        Some(Value::Nil) => Err(crate::lists::nil_dereference()),
        Some(Value::Str(text)) => Ok(text.into_bytes()),
        Some(other) => Err(Error::new(format!(
            "unable to parse {key} key, must be of type string, but {} found",
            other.kind().name()
        ))),
    }
}
