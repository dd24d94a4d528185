//! Finds secrets in a text that may be YAML, or almost, so that a quotation does not show them. Broken
//! YAML has secrets too, so lines are read, not documents.

use super::{is_secret_name, may_be_secret};
use std::ops::Range;

/// The mark for a value that is hidden.
pub const HIDDEN: &str = "…";

/// The parts of a text that are secret, in order: what stands behind keys with secret names, in what is
/// below such keys, and in `value` beside a `name` that is one. `more` are parts of names besides the usual
/// ones. Actions of templates are none.
pub fn secret_ranges(text: &[u8], more: &[String]) -> Vec<Range<usize>> {
    let mut scan = Scan {
        ranges: Vec::new(),
        below: None,
        is_secret: false,
        more,
    };
    let mut start = 0;
    let lines: Vec<&[u8]> = text.split(|byte| *byte == b'\n').collect();
    let secret_documents = secret_documents(&lines);
    for (at, line) in lines.iter().enumerate() {
        let names_secret = names_secret(&lines, at, more);
        scan.is_secret = secret_documents.iter().any(|lines| lines.contains(&at));
        scan.line(line, start, names_secret);
        start += line.len() + 1;
    }
    with_passwords_of_urls(scan.ranges, text)
}

/// The lines of documents that are, or hold, Secrets: their data is secret whatever its keys are.
fn secret_documents(lines: &[&[u8]]) -> Vec<Range<usize>> {
    let mut documents = Vec::new();
    let mut start = 0;
    let mut is_secret = false;
    for (at, line) in lines.iter().enumerate() {
        if line.starts_with(b"---") {
            if is_secret {
                documents.push(start..at);
            }
            (start, is_secret) = (at, false);
        }
        is_secret |= is_kind_secret(line);
    }
    if is_secret {
        documents.push(start..lines.len());
    }
    documents
}

/// Returns true if a line says `kind: Secret`, in YAML or JSON.
fn is_kind_secret(line: &[u8]) -> bool {
    memchr::memmem::find_iter(line, b"kind").any(|at| {
        let rest = line.get(at + 4..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| b"\"': ".contains(byte));
        let rest = rest.get(blanks.count()..).unwrap_or_default();
        let is_word = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        rest.strip_prefix(b"Secret")
            .is_some_and(|rest| !is_word(rest.first()))
    })
}

/// Ranges with those of the passwords in URLs that are in none of them.
fn with_passwords_of_urls(mut ranges: Vec<Range<usize>>, text: &[u8]) -> Vec<Range<usize>> {
    let count = ranges.len();
    for password in url_passwords(text) {
        let before = ranges.get(..count).unwrap_or_default();
        let at = before.partition_point(|range| range.end <= password.start);
        if before
            .get(at)
            .is_none_or(|range| range.start >= password.end)
        {
            ranges.push(password);
        }
    }
    ranges.sort_unstable_by_key(|range| range.start);
    ranges
}

/// The ranges of the passwords of URLs in a text: `postgres://user:password@host`.
pub fn url_passwords(text: &[u8]) -> Vec<Range<usize>> {
    let mut passwords = Vec::new();
    for colon in memchr::memmem::find_iter(text, b"://") {
        let start = colon + 3;
        let rest = text.get(start..).unwrap_or_default();
        let is_end = |byte: &u8| byte.is_ascii_whitespace() || b"/?#\"'`<>,;".contains(byte);
        let end = rest.iter().position(is_end).unwrap_or(rest.len());
        let authority = rest.get(..end).unwrap_or_default();
        let Some(at) = memchr::memrchr(b'@', authority) else {
            continue;
        };
        let user = authority.get(..at).unwrap_or_default();
        let Some(separator) = memchr::memchr(b':', user) else {
            continue;
        };
        let password = user.get(separator + 1..).unwrap_or_default();
        // What is put in later is none: `$(PASSWORD)`, `{{ .password }}`, `%s`.
        let is_reference = password.starts_with(b"$") || password.starts_with(b"{{");
        let is_verb = password.starts_with(b"%") && password.len() == 2;
        if !password.is_empty() && !is_reference && !is_verb {
            passwords.push(start + separator + 1..start + at);
        }
    }
    passwords
}

/// A text of one or more lines without its secrets.
pub fn mask(text: &str, more: &[String]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut last = 0;
    for range in secret_ranges(text.as_bytes(), more) {
        out.push_str(text.get(last..range.start).unwrap_or_default());
        out.push_str(HIDDEN);
        last = range.end;
    }
    out.push_str(text.get(last..).unwrap_or_default());
    out
}

/// The arguments of a flag that sets values without their secrets: `db.password=…,a=1`.
pub fn mask_argument(argument: &str, more: &[String]) -> String {
    if argument.trim_start().starts_with('{') {
        return mask(argument, more);
    }
    let Some((key, value)) = argument.split_once('=') else {
        return argument.to_owned();
    };
    // A value may hold commas that are not escaped, in lists and with --set-literal: behind a secret key
    // all is hidden up to what looks like the next pair.
    let next = value.match_indices(',').map(|(at, _)| at).find(|at| {
        let rest = value.get(at + 1..).unwrap_or_default();
        let key = rest.split('=').next().unwrap_or_default();
        let is_key = |c: char| c.is_alphanumeric() || "._-[]\"/\\".contains(c);
        rest.contains('=') && !key.is_empty() && key.chars().all(is_key)
    });
    let (own, rest) = match next {
        Some(at) => value.split_at(at),
        None => (value, ""),
    };
    let own = match is_secret_name(key, more) && may_be_secret(own) {
        true => HIDDEN.to_owned(),
        false => mask(own, more),
    };
    match rest.strip_prefix(',') {
        Some(rest) => format!("{key}={own},{}", mask_argument(rest, more)),
        None => format!("{key}={own}"),
    }
}

struct Scan<'m> {
    ranges: Vec<Range<usize>>,
    /// The column of the secret key whose value goes on in lines that are further in.
    below: Option<usize>,
    /// True if the document is a Secret.
    is_secret: bool,
    more: &'m [String],
}

impl Scan<'_> {
    fn line(&mut self, line: &[u8], start: usize, names_secret: bool) {
        let indent = line.iter().take_while(|byte| **byte == b' ').count();
        let is_blank = line.iter().all(u8::is_ascii_whitespace);
        if let Some(column) = self.below
            && !is_blank
        {
            let is_separator = line.starts_with(b"---");
            let is_item = indent == column && line.get(indent) == Some(&b'-') && !is_separator;
            if indent > column || is_item {
                return self.inside(line, start, indent);
            }
            self.below = None;
        }
        let mut from = 0;
        while let Some((key, value)) = next_key(line, from) {
            let name = line.get(key.clone()).unwrap_or_default();
            let is_value = names_secret && name == b"value";
            let is_data = self.is_secret && matches!(name, b"data" | b"stringData");
            let name = String::from_utf8_lossy(name);
            let is_secret = is_value || is_data || is_secret_name(&name, self.more);
            from = match is_secret {
                true => self.value(line, start, value, Some(key.start)),
                false => value,
            };
        }
    }

    /// A line of what a secret key holds: keys are shown, what stands behind them is not.
    fn inside(&mut self, line: &[u8], start: usize, indent: usize) {
        let mut from = indent;
        while matches!(line.get(from..from + 2), Some(b"- ")) {
            from += 2;
        }
        let value = match next_key(line, from) {
            Some((key, value)) if key.start <= from + 1 => value,
            _ => from,
        };
        self.value(line, start, value, None);
    }

    /// Hides the value that starts at a place of a line. Gives where to go on.
    fn value(&mut self, line: &[u8], start: usize, at: usize, key: Option<usize>) -> usize {
        let rest = line.get(at..).unwrap_or_default();
        let blank = rest.iter().take_while(|byte| byte.is_ascii_whitespace());
        let at = at + blank.count();
        let at = at + properties(line.get(at..).unwrap_or_default());
        let rest = line.get(at..).unwrap_or_default();
        let (length, is_whole) = extent(rest, line.get(..at).unwrap_or_default());
        if !is_whole && let Some(key) = key {
            self.below = Some(key);
        }
        let value = rest.get(..length).unwrap_or_default();
        let text = String::from_utf8_lossy(value);
        let plain = text.trim_matches(['"', '\'']);
        let is_indicator = plain.starts_with(['|', '>', '&', '!', '#']) && !is_whole;
        let is_opening = matches!(plain, "[" | "{" | "[]" | "{}");
        if may_be_secret(plain) && !is_indicator && !is_opening && !text.contains("{{") {
            self.ranges.push(start + at..start + at + length);
        }
        at + length.max(1)
    }
}

/// The length of the anchors and tags before a value, with the blanks around them.
fn properties(rest: &[u8]) -> usize {
    let blanks = |at: usize| {
        let rest = rest.get(at..).unwrap_or_default();
        rest.iter().take_while(|byte| **byte == b' ').count()
    };
    let mut at = 0;
    loop {
        let start = at + blanks(at);
        if !matches!(rest.get(start), Some(b'&' | b'!')) {
            return at;
        }
        let word = rest.get(start..).unwrap_or_default();
        let word = word.iter().take_while(|byte| !byte.is_ascii_whitespace());
        let end = start + word.count();
        let next = end + blanks(end);
        if next >= rest.len() {
            return at;
        }
        at = next;
    }
}

/// The length of a value in its line, and true if it ends there.
fn extent(rest: &[u8], before: &[u8]) -> (usize, bool) {
    let trimmed = rest.trim_ascii_end().len();
    match rest.first() {
        None => (0, false),
        Some(quote @ (b'"' | b'\'')) => {
            let mut bytes = rest.iter().enumerate().skip(1);
            while let Some((at, byte)) = bytes.next() {
                if *byte == b'\\' && *quote == b'"' {
                    bytes.next();
                } else if byte == quote {
                    return (at + 1, true);
                }
            }
            (trimmed, false)
        }
        Some(b'|' | b'>' | b'&' | b'!' | b'#') => (trimmed, false),
        Some(b'[' | b'{') if !rest.starts_with(b"{{") => {
            let mut open = 0_usize;
            for (at, byte) in rest.iter().enumerate() {
                match byte {
                    b'[' | b'{' => open += 1,
                    b']' | b'}' => open = open.saturating_sub(1),
                    _ => {}
                }
                if open == 0 {
                    return (at + 1, true);
                }
            }
            (trimmed, false)
        }
        Some(_) => {
            let in_flow = memchr::memchr2(b'{', b'[', before).is_some();
            let flow = rest.iter().position(|b| in_flow && b",}]".contains(b));
            let comment = memchr::memmem::find(
                rest.get(..flow.unwrap_or(trimmed)).unwrap_or_default(),
                b" #",
            );
            let end = [comment, flow, Some(trimmed)].into_iter().flatten().min();
            // A plain text may go on in the next lines, further in.
            (end.unwrap_or(trimmed), flow.is_some())
        }
    }
}

/// The next key of a line from a place on, and where its value may start.
fn next_key(line: &[u8], from: usize) -> Option<(Range<usize>, usize)> {
    let is_part = |byte: &u8| {
        byte.is_ascii_alphanumeric() || b"_-./".contains(byte) || *byte > 126 || *byte < b' '
    };
    let mut at = from;
    loop {
        let character = line
            .get(at..)?
            .iter()
            .position(|b| matches!(b, b':' | b'='));
        let colon = at + character?;
        let before = line.get(from..colon)?.trim_ascii_end();
        let key = match before.split_last() {
            Some((quote @ (b'"' | b'\''), inner)) => {
                let opened = inner.iter().rposition(|byte| byte == quote);
                opened.map(|opened| opened + 1..inner.len())
            }
            _ => {
                let part = before.iter().rev().take_while(|byte| is_part(byte));
                Some(before.len() - part.count()..before.len())
            }
        };
        if let Some(key) = key.filter(|key| !key.is_empty()) {
            return Some((from + key.start..from + key.end, colon + 1));
        }
        at = colon + 1;
    }
}

/// Returns true if a line is in an item of a list whose `name` is a secret one: environment variables.
fn names_secret(lines: &[&[u8]], at: usize, more: &[String]) -> bool {
    const AROUND: usize = 3;
    let Some(line) = lines.get(at) else {
        return false;
    };
    if memchr::memmem::find(line, b"value").is_none() {
        return false;
    }
    let is_item = |line: &&&[u8]| line.trim_ascii_start().starts_with(b"- ");
    let is_secret = |line: &[u8]| {
        let text = String::from_utf8_lossy(line);
        let (_, name) = text.split_once("name")?;
        let name = name
            .trim_start_matches(['"', '\'', ' '])
            .strip_prefix(':')?;
        let end = name.find([',', '}']).unwrap_or(name.len());
        let name = name.get(..end)?.trim().trim_matches(['"', '\'']);
        Some(is_secret_name(name, more))
    };
    if let Some(is_secret) = is_secret(line) {
        return is_secret;
    }
    let before = lines
        .get(..at)
        .unwrap_or_default()
        .iter()
        .rev()
        .take(AROUND);
    if !is_item(&line) {
        for line in before {
            if let Some(is_secret) = is_secret(line) {
                return is_secret;
            }
            if is_item(&line) {
                break;
            }
        }
    }
    let after = lines.get(at + 1..).unwrap_or_default().iter().take(AROUND);
    let mut after = after.take_while(|line| !is_item(line));
    after.find_map(|line| is_secret(line)).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_behind_secret_keys_is_hidden() {
        for (text, masked) in [
            ("password: hunter2", "password: …"),
            ("password:hunter2", "password:…"),
            ("password: hunter2 # old", "password: … # old"),
            ("a: {db-password: x y, b: 1}", "a: {db-password: …, b: 1}"),
            (
                "{\"apiKey\": \"a,\\\"b\", \"b\": 1}",
                "{\"apiKey\": …, \"b\": 1}",
            ),
            ("token: \"never closed\nb: 1", "token: …\nb: 1"),
            (
                "token: |\n  line\n  another\nb: 1",
                "token: |\n  …\n  …\nb: 1",
            ),
            ("tokens:\n- one\n- two\nb: 1", "tokens:\n- …\n- …\nb: 1"),
            (
                "secrets:\n  a: one\n  b:\n    c: two\nd: 1",
                "secrets:\n  a: …\n  b:\n    c: …\nd: 1",
            ),
            ("password: |-\n\n  x\nb: 1", "password: |-\n\n  …\nb: 1"),
            (
                "env:\n- name: DB_PASSWORD\n  value: x\n- name: USER\n  value: y",
                "env:\n- name: DB_PASSWORD\n  value: …\n- name: USER\n  value: y",
            ),
            ("- value: x\n  name: A_TOKEN", "- value: …\n  name: A_TOKEN"),
            ("{name: A_TOKEN, value: x}", "{name: A_TOKEN, value: …}"),
            ("PASSWORD=x", "PASSWORD=…"),
            (
                "allowEmptyPassword: \"no\"\nb: 1",
                "allowEmptyPassword: \"no\"\nb: 1",
            ),
            (
                "password: {{ .Values.password }}",
                "password: {{ .Values.password }}",
            ),
            ("user: me", "user: me"),
            ("password: &a hunter2", "password: &a …"),
            ("password: !!str hunter2", "password: !!str …"),
            ("url: pg://me:hunter2@db/x", "url: pg://me:…@db/x"),
            (
                "url: pg://me:$(PASSWORD)@db/x",
                "url: pg://me:$(PASSWORD)@db/x",
            ),
            (
                "kind: Secret\nmetadata:\n  name: a\ndata:\n  a: eA==\n---\nkind: ConfigMap\ndata:\n  a: b",
                "kind: Secret\nmetadata:\n  name: a\ndata:\n  a: …\n---\nkind: ConfigMap\ndata:\n  a: b",
            ),
            (
                "{\"kind\":\"Secret\",\"data\":{\"a\":\"eA==\"}}",
                "{\"kind\":\"Secret\",\"data\":…}",
            ),
            ("pasword: hunter2", "pasword: …"),
        ] {
            assert_eq!(mask(text, &[]), masked);
        }
    }

    #[test]
    fn names_besides_the_usual_ones_count_in_lists_of_variables_too() {
        let more = ["license".to_owned()];
        let text = "license: x\nenv:\n- name: LICENSE\n  value: y";
        let masked = "license: …\nenv:\n- name: LICENSE\n  value: …";
        assert_eq!(mask(text, &more), masked);
    }

    #[test]
    fn arguments_of_flags_too() {
        for (argument, masked) in [
            ("a=1,db.password=x\\,y,b=2", "a=1,db.password=…,b=2"),
            ("password=x", "password=…"),
            ("tokens={a,b}", "tokens=…"),
            ("a={\"password\": \"x\"}", "a={\"password\": …}"),
            ("{\"password\": \"x\"}", "{\"password\": …}"),
            ("image.tag=1", "image.tag=1"),
            ("nothing", "nothing"),
        ] {
            assert_eq!(mask_argument(argument, &[]), masked);
        }
    }
}
