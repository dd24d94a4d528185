//! `.helmignore`: Helm's `pkg/ignore`, whose rules look like gitignore's and are not.

use super::error::Error;
use crate::file::BOM;
use gostd::path::filepath_matches;

/// The rules of one `.helmignore`, with the built-in one last.
#[derive(Debug, Default)]
pub(crate) struct Rules(Vec<Rule>);

#[derive(Debug)]
struct Rule {
    /// A pattern of Go's `filepath.Match`, known to be one.
    pattern: Vec<u8>,
    shape: Shape,
    /// `!`: Helm ignores every path that does *not* match.
    negated: bool,
    /// A `/` at the end: only directories match.
    directories_only: bool,
    /// A `/` at the start or inside: the whole path must match, not the last name only.
    whole_path: bool,
}

/// The form of a pattern, found before it is matched against any name: most rules are plain names and endings,
/// and every file of a chart is held against every rule.
#[derive(Debug)]
enum Shape {
    /// No character of it is special.
    Plain,
    /// A star, then a text without slashes and special characters.
    Ending,
    /// Anything else, after so many plain characters.
    Other(usize),
}

impl Shape {
    fn of(pattern: &[u8]) -> Shape {
        let is_special = |byte: &u8| b"*?[\\".contains(byte);
        match pattern.iter().position(is_special) {
            None => Shape::Plain,
            Some(0) if pattern.starts_with(b"*") => {
                let ending = pattern.get(1..).unwrap_or_default();
                match ending.iter().any(|byte| is_special(byte) || *byte == b'/') {
                    false => Shape::Ending,
                    true => Shape::Other(0),
                }
            }
            Some(plain) => Shape::Other(plain),
        }
    }
}

impl Rule {
    /// Returns true if the pattern matches the whole text.
    fn matches(&self, text: &[u8]) -> bool {
        let pattern = &*self.pattern;
        match self.shape {
            Shape::Plain => text == pattern,
            Shape::Ending => match text.strip_suffix(pattern.get(1..).unwrap_or_default()) {
                Some(start) => !start.contains(&b'/'),
                None => false,
            },
            Shape::Other(plain) => {
                text.starts_with(pattern.get(..plain).unwrap_or_default())
                    && filepath_matches(pattern, text).unwrap_or(false)
            }
        }
    }
}

impl Rules {
    /// The rules where there is no `.helmignore`: dotfiles directly in `templates/`.
    #[cfg(feature = "fs")]
    pub(crate) fn built_in() -> Result<Rules, Error> {
        Rules::parse(b"")
    }

    /// Reads the text of a `.helmignore`.
    pub(crate) fn parse(text: &[u8]) -> Result<Rules, Error> {
        let text = text.strip_prefix(BOM).unwrap_or(text);
        let mut rules = Vec::new();
        for line in text.split(|byte| *byte == b'\n') {
            // Go's scanner gives up on a line that does not fit its buffer.
            if line.len() > 64 * 1024 - 1 {
                return Err(Error::Ignore("bufio.Scanner: token too long"));
            }
            rules.extend(rule(line)?);
        }
        rules.extend(rule(b"templates/.?*")?);
        Ok(Rules(rules))
    }

    /// Returns true if the file or directory at `path`, relative to the chart, is to be left out.
    pub(crate) fn ignores(&self, path: &str, is_directory: bool) -> bool {
        if path.is_empty() || path == "." || path == "./" {
            return false;
        }
        let name = path.rsplit('/').next().unwrap_or(path);
        for rule in &self.0 {
            let text = if rule.whole_path { path } else { name };
            let kind_fits = !rule.directories_only || is_directory;
            let matches = kind_fits && rule.matches(text.as_bytes());
            if matches != rule.negated {
                return true;
            }
        }
        false
    }
}

/// Reads one line; None for blank lines and comments.
fn rule(line: &[u8]) -> Result<Option<Rule>, Error> {
    let line = gostd::unicode::trim_space(line);
    if line.is_empty() || line.starts_with(b"#") {
        return Ok(None);
    }
    if line.windows(2).any(|pair| pair == b"**") {
        return Err(Error::Ignore("double-star (**) syntax is not supported"));
    }
    filepath_matches(line, b"abc").map_err(|_| Error::Ignore("syntax error in pattern"))?;
    let (negated, rest) = match line.strip_prefix(b"!") {
        Some(rest) => (true, rest),
        None => (false, line),
    };
    let (directories_only, rest) = match rest.strip_suffix(b"/") {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let whole_path = rest.contains(&b'/');
    let pattern = rest.strip_prefix(b"/").unwrap_or(rest).to_vec();
    Ok(Some(Rule {
        shape: Shape::of(&pattern),
        pattern,
        negated,
        directories_only,
        whole_path,
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    /// Recorded from Helm's pkg/ignore.
    #[test]
    fn as_helm_ignores() {
        for (rules, path, directory, expected) in [
            ("helm.txt", "helm.txt", false, true),
            ("helm.txt", "a/helm.txt", false, true),
            ("/helm.txt", "a/helm.txt", false, false),
            ("a/*.txt", "a/helm.txt", false, true),
            ("cargo/", "cargo", true, true),
            ("cargo/", "cargo", false, false),
            ("*.txt", "a/b/c.txt", false, true),
            ("!helm.txt", "tiller.txt", false, true),
            ("!helm.txt", "helm.txt", false, false),
            ("!cargo/", "mast", false, true),
            ("!cargo/", "cargo", true, false),
            ("tiller.txt\n!helm.txt", "helm.txt", false, false),
            ("", "templates/.dotfile", false, true),
            ("", "templates/a/.dotfile", false, false),
            ("", ".dotfile", false, false),
            ("# x\n\n  a.txt  \r", "a.txt", false, true),
            ("\u{feff}a.txt", "a.txt", false, true),
            ("/", "x", true, false),
        ] {
            let parsed = Rules::parse(rules.as_bytes()).unwrap();
            assert_eq!(parsed.ignores(path, directory), expected, "{rules} {path}");
        }
    }

    #[test]
    fn shapes_match_as_the_pattern_does() {
        let texts = [
            "", "a", "a.txt", ".txt", "x/a.txt", "a/b.txt", "ab", "axb", "*", "a*",
        ];
        for pattern in [
            "a", "a.txt", "*.txt", "*", "**", "*a", "a*", "a?b", "*/a.txt", "\\a", "a\\", "[ab]",
            "a[", "",
        ] {
            let rule = Rule {
                shape: Shape::of(pattern.as_bytes()),
                pattern: pattern.into(),
                negated: false,
                directories_only: false,
                whole_path: false,
            };
            for text in texts {
                let expected = filepath_matches(pattern.as_bytes(), text.as_bytes());
                let expected = expected.unwrap_or(false);
                assert_eq!(rule.matches(text.as_bytes()), expected, "{pattern} {text}");
            }
        }
    }

    #[test]
    fn bad_lines() {
        let text = |rules: &str| Rules::parse(rules.as_bytes()).unwrap_err().to_string();
        assert_eq!(text("a/**"), "double-star (**) syntax is not supported");
        assert_eq!(text("[a"), "syntax error in pattern");
    }
}
