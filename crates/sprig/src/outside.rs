//! Functions that reach outside: `env`, `expandenv`, `getHostByName`; and `hello` and `fail`.

use gostd::Text;
use gotemplate::{Call, Error, FunctionTable};

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("hello", || "Hello!");
    table.add("fail", |message: Text| {
        Err::<Text, _>(Error::new(message.to_str_lossy()))
    });
    table.add("env", |call: &mut Call<'_, '_>, name: Text| {
        variable(call, name.as_bytes())
    });
    table.add("expandenv", expand);
    table.add("getHostByName", get_host_by_name);
}

/// A random one of a host's addresses.
///
/// # Errors
/// The answer for a name without an address: Sprig ignores why, and asks for a random number below zero.
pub fn get_host_by_name(call: &mut Call<'_, '_>, name: Text) -> Result<Text, Error> {
    let addresses = call.host().lookup_host(&name.to_str_lossy());
    let mut addresses = addresses.map_err(|error| Error::new(error.to_string()))?;
    if addresses.is_empty() {
        return Err(Error::new("invalid argument to Intn"));
    }
    let picked = crate::random::below(call.host(), addresses.len() as u64);
    Ok(addresses.swap_remove(picked as usize).into())
}

fn variable(call: &Call<'_, '_>, name: &[u8]) -> String {
    let name = std::str::from_utf8(name).ok();
    name.and_then(|name| call.host().environment(name))
        .unwrap_or_default()
}

/// Go's `os.ExpandEnv`: `$name` and `${name}`. What is no such thing after a dollar goes, and of a
/// dollar alone only what was before it counts.
fn expand(call: &mut Call<'_, '_>, text: Text) -> Vec<u8> {
    let mut rest = text.as_bytes();
    let mut out = Vec::with_capacity(rest.len());
    while let Some(at) = memchr::memchr(b'$', rest) {
        let (before, after) = rest.split_at(at);
        let after = after.get(1..).unwrap_or_default();
        if after.is_empty() {
            break;
        }
        out.extend_from_slice(before);
        let (name, width) = shell_name(after);
        match name {
            b"" if width == 0 => out.push(b'$'),
            b"" => {}
            name => out.extend_from_slice(variable(call, name).as_bytes()),
        }
        rest = after.get(width..).unwrap_or_default();
    }
    out.extend_from_slice(rest);
    out
}

/// The name at the start of what follows a dollar, and how many bytes it takes.
fn shell_name(text: &[u8]) -> (&[u8], usize) {
    let special = |b: u8| {
        matches!(
            b,
            b'*' | b'#' | b'$' | b'@' | b'!' | b'?' | b'-' | b'0'..=b'9'
        )
    };
    match text {
        [b'{', b, b'}', ..] if special(*b) => (text.get(1..2).unwrap_or_default(), 3),
        [b'{', inner @ ..] => match memchr::memchr(b'}', inner) {
            // "${}" is no name, nor is "${" without an end.
            Some(0) => (b"", 2),
            Some(end) => (inner.get(..end).unwrap_or_default(), end + 2),
            None => (b"", 1),
        },
        [b, ..] if special(*b) => (text.get(..1).unwrap_or_default(), 1),
        _ => {
            let name = |b: &u8| *b == b'_' || b.is_ascii_alphanumeric();
            let len = text.iter().take_while(|b| name(b)).count();
            (text.get(..len).unwrap_or_default(), len)
        }
    }
}
