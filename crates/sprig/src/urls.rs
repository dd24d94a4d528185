//! `urlParse` and `urlJoin` (Sprig's `url.go`).

use gostd::url::{Url, UserInfo};
use gostd::{Map, Text, Value};
use gotemplate::{ArgumentUse, Error, FunctionTable, Uses};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("urlParse", parse);
    table.add("urlJoin", join);
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["urlParse"])];

fn parse(text: Text) -> Result<Map, Error> {
    let url = Url::parse(text.as_bytes());
    let url = url.map_err(|e| Error::new(format!("unable to parse url: {e}")))?;
    let hostname = url.hostname().to_vec();
    let user = url.user.as_ref().map_or_else(Vec::new, UserInfo::string);
    let parts = [
        ("scheme", url.scheme),
        ("host", url.host),
        ("hostname", hostname),
        ("path", url.path),
        ("query", url.raw_query),
        ("opaque", url.opaque),
        ("fragment", url.fragment),
        ("userinfo", user),
    ];
    let parts = parts.map(|(key, part)| (key, Value::Str(part.into())));
    Ok(parts.into_iter().collect())
}

fn join(parts: Map) -> Result<Vec<u8>, Error> {
    let mut url = Url {
        scheme: part(&parts, "scheme")?,
        host: part(&parts, "host")?,
        path: part(&parts, "path")?,
        raw_query: part(&parts, "query")?,
        opaque: part(&parts, "opaque")?,
        fragment: part(&parts, "fragment")?,
        ..Url::default()
    };
    let user = part(&parts, "userinfo")?;
    if !user.is_empty() {
        let text = [b"proto://", user.as_slice(), b"@host"].concat();
        url.user = Url::parse(&text)
            .map_err(|e| Error::new(format!("unable to parse userinfo in dict: {e}")))?
            .user;
    }
    Ok(url.string())
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
