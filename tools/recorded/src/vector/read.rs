//! Reading a file of vectors.

use anyhow::{Context, Result, anyhow, bail};

use super::quoted::unquote;
use super::{Answer, DEFAULT_PATH, Release, Vector, VectorFile};
use crate::Major;

/// Reads a file of vectors.
///
/// # Errors
/// When the text does not follow the format; the message tells the line.
pub fn read(text: &[u8]) -> Result<VectorFile> {
    let lines: Vec<&[u8]> = text
        .strip_suffix(b"\n")
        .unwrap_or(text)
        .split(|byte| *byte == b'\n')
        .collect();
    let heads: Vec<usize> = (0..lines.len())
        .filter(|at| lines[*at].starts_with(b"=== "))
        .collect();
    let first = heads.first().copied().unwrap_or(lines.len());
    let mut preamble =
        String::from_utf8(lines[..first].join(&b'\n')).context("the preamble is not UTF-8")?;
    if !preamble.is_empty() || first > 0 {
        preamble.push('\n');
    }
    let mut file = VectorFile {
        preamble,
        vectors: Vec::new(),
    };
    for (index, &head) in heads.iter().enumerate() {
        let next = heads.get(index + 1).copied();
        let mut body = &lines[head + 1..next.unwrap_or(lines.len())];
        // The blank line that sets a vector apart from the next one belongs to neither.
        if next.is_some() {
            body = body.strip_suffix(&[&b""[..]]).unwrap_or(body);
        }
        let vector = read_vector(head + 1, lines[head], body)?;
        if file.vectors.iter().any(|other| other.name == vector.name) {
            bail!(
                "line {}: a second vector called `{}`",
                vector.line,
                vector.name
            );
        }
        file.vectors.push(vector);
    }
    Ok(file)
}

fn read_vector(line: usize, head: &[u8], body: &[&[u8]]) -> Result<Vector> {
    let name = String::from_utf8(head[4..].to_vec())
        .with_context(|| format!("line {line}: a name is UTF-8"))?;
    let mut vector = Vector {
        name,
        line,
        path: DEFAULT_PATH.into(),
        ..Vector::default()
    };
    let mut at = 0;
    while at < body.len() || at == 0 {
        let heading = body.get(at).filter(|line| line.starts_with(b"--- "));
        let start = if heading.is_some() { at + 1 } else { at };
        let length = body[start.min(body.len())..]
            .iter()
            .take_while(|line| !line.starts_with(b"--- "))
            .count();
        let content = &body[start.min(body.len())..(start + length).min(body.len())];
        let section = match heading {
            Some(heading) => Section::read(heading, content),
            None => Ok(Section {
                words: vec!["template".into()],
                text: content.join(&b'\n'),
            }),
        };
        let is_answer = section.and_then(|section| section.put(&mut vector));
        if !is_answer.map_err(|error| anyhow!("line {}: {error}", line + 1 + at))? {
            vector
                .source
                .extend(body[at..start + length].iter().map(|line| line.to_vec()));
        }
        at = start + length;
        if body.is_empty() {
            break;
        }
    }
    Ok(vector)
}

/// A section: the words of its heading without `quoted`, and its text.
struct Section {
    words: Vec<String>,
    text: Vec<u8>,
}

impl Section {
    fn read(heading: &[u8], content: &[&[u8]]) -> Result<Section> {
        let heading = std::str::from_utf8(&heading[4..]).context("a heading is UTF-8")?;
        let mut words: Vec<String> = heading.split_whitespace().map(String::from).collect();
        let quoted = words.last().is_some_and(|word| word == "quoted");
        let mut text = Vec::new();
        if quoted {
            words.pop();
            for line in content {
                text.extend(unquote(line)?);
            }
        } else {
            text = content.join(&b'\n');
            // Files and values end in a newline as files do; snippets and answers are taken exactly.
            let is_file = words
                .first()
                .is_some_and(|word| word == "file" || word == "values");
            if is_file && !text.is_empty() {
                text.push(b'\n');
            }
        }
        Ok(Section { words, text })
    }

    /// Puts the section where it belongs. Gives whether it was an answer.
    fn put(self, vector: &mut Vector) -> Result<bool> {
        let words: Vec<&str> = self.words.iter().map(String::as_str).collect();
        match words[..] {
            ["template"] => vector.template = self.text,
            ["values"] => vector.values = self.text,
            ["file", path] => {
                vector.files.insert(path.into(), self.text);
            }
            ["path", path] => vector.path = path.into(),
            ["kube", version] => vector.kube = Some(version.into()),
            ["api", version] => vector.apis.push(version.into()),
            ["release", ..] => vector.release = release(&words[1..])?,
            ["output", ..] => return answers(vector, &words[1..], Answer::Output(self.text)),
            ["error", ..] => return answers(vector, &words[1..], Answer::Error(self.text)),
            ["panic", ..] => return answers(vector, &words[1..], Answer::Panic(self.text)),
            _ => bail!(
                "no section is called `{}`; quote text that starts with `--- `",
                words.join(" ")
            ),
        }
        Ok(false)
    }
}

fn answers(vector: &mut Vector, words: &[&str], answer: Answer) -> Result<bool> {
    match words {
        [] => vector
            .expected
            .extend(Major::ALL.map(|major| (major, answer.clone()))),
        ["v3"] => _ = vector.expected.insert(Major::V3, answer),
        ["v4"] => _ = vector.expected.insert(Major::V4, answer),
        _ => bail!("`{}` is not one of v3, v4, quoted", words.join(" ")),
    }
    Ok(true)
}

fn release(words: &[&str]) -> Result<Release> {
    let mut release = Release::default();
    for word in words {
        match word.split_once('=') {
            Some(("name", name)) => release.name = name.into(),
            Some(("namespace", namespace)) => release.namespace = namespace.into(),
            None if *word == "upgrade" => release.upgrade = true,
            _ => bail!("a release has name=…, namespace=… and upgrade, not `{word}`"),
        }
    }
    Ok(release)
}
