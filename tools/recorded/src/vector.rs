//! The text format of `tests/vectors/*.txt`: template snippets and what both Helm engines make of them.

mod print;
mod quoted;
mod read;

use std::collections::BTreeMap;

use crate::Major;

pub use print::print;
pub use read::read;

/// One file of vectors.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VectorFile {
    /// The text before the first vector, as written.
    pub preamble: String,
    /// The vectors in order.
    pub vectors: Vec<Vector>,
}

/// One snippet, what it is rendered with, and what came out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vector {
    /// Its name, unique in its file.
    pub name: String,
    /// The line its name stands on.
    pub line: usize,
    /// Its inputs as the author wrote them, line by line: they are written back unchanged.
    pub source: Vec<Vec<u8>>,
    /// The template's text.
    pub template: Vec<u8>,
    /// The template's path in the chart.
    pub path: String,
    /// A values file as the user would give with `--values`.
    pub values: Vec<u8>,
    /// The chart's other files by path.
    pub files: BTreeMap<String, Vec<u8>>,
    /// `--kube-version`.
    pub kube: Option<String>,
    /// `--api-versions`.
    pub apis: Vec<String>,
    /// The fields of `.Release`.
    pub release: Release,
    /// Helm's answers, by major; empty when they were not recorded yet.
    pub expected: BTreeMap<Major, Answer>,
}

/// The release a snippet is rendered for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Release {
    /// `.Release.Name`
    pub name: String,
    /// `.Release.Namespace`
    pub namespace: String,
    /// `.Release.IsUpgrade`
    pub upgrade: bool,
}

impl Default for Release {
    fn default() -> Self {
        Release {
            name: "test".into(),
            namespace: "default".into(),
            upgrade: false,
        }
    }
}

/// The answer of an engine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The rendered text.
    Output(Vec<u8>),
    /// The whole error text, as the engine returns it.
    Error(Vec<u8>),
    /// Helm itself crashed with this text; rhelm must give some error.
    Panic(Vec<u8>),
}

/// The path of a snippet that names none.
pub const DEFAULT_PATH: &str = "templates/test.yaml";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    const WRITTEN: &str = "A preamble.\n\n=== plain\n{{ .Values.a }}\n--- values\na: 1\n\n=== two lines\na\n{{ fail \"b\" }}\n--- file templates/_h.tpl\nx\n";

    #[test]
    fn inputs_are_kept_and_answers_added() {
        let mut file = read(WRITTEN.as_bytes()).unwrap();
        assert_eq!(file.vectors[0].template, b"{{ .Values.a }}");
        assert_eq!(file.vectors[0].values, b"a: 1\n");
        assert_eq!(file.vectors[1].template, b"a\n{{ fail \"b\" }}");
        assert_eq!(file.vectors[1].files["templates/_h.tpl"], b"x\n");
        file.vectors[0].expected = BTreeMap::from([
            (Major::V3, Answer::Output(b"1".to_vec())),
            (Major::V4, Answer::Output(b"1".to_vec())),
        ]);
        file.vectors[1].expected = BTreeMap::from([
            (Major::V3, Answer::Error(b"b\n--- x\xff".to_vec())),
            (Major::V4, Answer::Output(Vec::new())),
        ]);
        let text = print(&file);
        assert_eq!(
            String::from_utf8(text.clone()).unwrap(),
            "A preamble.\n\n=== plain\n{{ .Values.a }}\n--- values\na: 1\n--- output\n1\n\n=== two lines\na\n{{ fail \"b\" }}\n--- file templates/_h.tpl\nx\n--- error v3 quoted\n\"b\\n\"\n\"--- x\\xff\"\n--- output v4 quoted\n\"\"\n"
        );
        let again = read(&text).unwrap();
        assert_eq!(again.vectors[1].expected, file.vectors[1].expected);
        assert_eq!(print(&again), text);
    }

    #[test]
    fn mistakes_are_told_with_their_line() {
        for (text, complaint) in [
            (
                "=== a\nx\n--- nonsense\n",
                "line 3: no section is called `nonsense`; quote text that starts with `--- `",
            ),
            (
                "=== a\nx\n\n=== a\ny\n",
                "line 4: a second vector called `a`",
            ),
            (
                "=== a\n--- output v5\n",
                "line 2: `v5` is not one of v3, v4, quoted",
            ),
        ] {
            assert_eq!(read(text.as_bytes()).unwrap_err().to_string(), complaint);
        }
    }
}
