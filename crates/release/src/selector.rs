//! Label selectors as Kubernetes' client reads them (apimachinery's `labels.Parse`): `a=b,c!=d,e in (f,g),!h`.

use std::collections::{BTreeMap, BTreeSet};

/// The operators that stand between a label and its values, as errors list them.
const OPERATORS: &str = "in, notin, =, ==, !=, gt, lt";

/// What labels must be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selector(Vec<Requirement>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Requirement {
    label: String,
    condition: Condition,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Condition {
    Exists,
    Absent,
    In(BTreeSet<String>),
    NotIn(BTreeSet<String>),
    Above(i64),
    Below(i64),
}

/// A selector that is none. The text is apimachinery's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SelectorError {
    /// Something else should stand there.
    #[error("found '{found}', expected: {expected}")]
    Unexpected {
        /// The text that stands there.
        found: String,
        /// What may stand there.
        expected: &'static str,
    },
    /// A requirement is none.
    #[error("unable to parse requirement: {0}")]
    Requirement(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Token {
    Word(String),
    Symbol(&'static str),
    /// Signs that make no symbol.
    Other(String),
    End,
}

/// The signs of symbols.
const SIGNS: &str = "=!(),<>";
const SYMBOLS: &[&str] = &[")", ",", "!", "==", "=", ">", "<", "!=", "("];

impl Token {
    fn text(&self) -> String {
        match self {
            Token::Word(text) => text.clone(),
            Token::Symbol(text) => (*text).to_owned(),
            Token::Other(signs) => format!("error expected: keyword found '{signs}'"),
            Token::End => String::new(),
        }
    }

    fn is(&self, symbol: &str) -> bool {
        matches!(self, Token::Symbol(own) if *own == symbol)
    }
}

fn tokens(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let is_blank = |c: char| matches!(c, ' ' | '\t' | '\r' | '\n');
    let mut rest = text.trim_start_matches(is_blank);
    while let Some(first) = rest.chars().next() {
        let end = match SIGNS.contains(first) {
            true => {
                // The longest symbol that the signs begin with.
                let starts = |symbol: &&&str| rest.starts_with(**symbol);
                let symbol = SYMBOLS.iter().filter(starts).max_by_key(|s| s.len());
                match symbol {
                    Some(symbol) => {
                        tokens.push(Token::Symbol(symbol));
                        symbol.len()
                    }
                    None => {
                        let end = rest.find(|c| !SIGNS.contains(c)).unwrap_or(rest.len());
                        tokens.push(Token::Other(rest.chars().take(end).collect()));
                        end
                    }
                }
            }
            false => {
                let end = rest.find(|c| is_blank(c) || SIGNS.contains(c));
                let end = end.unwrap_or(rest.len());
                let (word, _) = rest.split_at(end);
                tokens.push(Token::Word(word.to_owned()));
                end
            }
        };
        let (_, after) = rest.split_at(end);
        rest = after.trim_start_matches(is_blank);
    }
    tokens
}

struct Parser {
    tokens: std::iter::Peekable<std::vec::IntoIter<Token>>,
}

type Unexpected = (Token, &'static str);

impl Parser {
    fn next(&mut self) -> Token {
        self.tokens.next().unwrap_or(Token::End)
    }

    fn peek(&mut self) -> Token {
        self.tokens.peek().cloned().unwrap_or(Token::End)
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut token = self.next();
        let is_absent = token.is("!");
        if is_absent {
            token = self.next();
        }
        let Token::Word(label) = token else {
            return Err(unexpected(&token, "identifier"));
        };
        if let Some(problem) = label_problem(&label) {
            let label = gostd::strconv::quote(label.as_bytes());
            return Err(format!("<nil>: Invalid value: {label}: {problem}"));
        }
        let condition = match self.peek() {
            // What follows is no matter of this requirement.
            _ if is_absent => Condition::Absent,
            Token::End => Condition::Exists,
            token if token.is(",") => Condition::Exists,
            _ => self.condition(&label)?,
        };
        Ok(Requirement { label, condition })
    }

    fn condition(&mut self, label: &str) -> Result<Condition, String> {
        let operator = self.next();
        let condition = match &*operator.text() {
            "in" => Condition::In(self.values()?),
            "notin" => Condition::NotIn(self.values()?),
            "=" | "==" => Condition::In([self.value()?].into()),
            "!=" => Condition::NotIn([self.value()?].into()),
            ">" => Condition::Above(number(&self.value()?)?),
            "<" => Condition::Below(number(&self.value()?)?),
            _ => return Err(unexpected(&operator, OPERATORS)),
        };
        if let Condition::In(values) | Condition::NotIn(values) = &condition
            && let Some((value, problem)) = values
                .iter()
                .find_map(|value| Some((value, value_problem(value)?)))
        {
            let value = gostd::strconv::quote(value.as_bytes());
            return Err(format!(
                "values[0][{label}]: Invalid value: {value}: {problem}"
            ));
        }
        Ok(condition)
    }

    /// One value, which may be empty.
    fn value(&mut self) -> Result<String, String> {
        match self.peek() {
            Token::End => Ok(String::new()),
            token if token.is(",") => Ok(String::new()),
            _ => match self.next() {
                Token::Word(value) => Ok(value),
                token => Err(unexpected(&token, "identifier")),
            },
        }
    }

    /// Values in parentheses.
    fn values(&mut self) -> Result<BTreeSet<String>, String> {
        let open = self.next();
        if !open.is("(") {
            return Err(format!("found '{}' expected: '('", open.text()));
        }
        let mut values = BTreeSet::new();
        let mut value = String::new();
        loop {
            match self.next() {
                Token::Word(word) if value.is_empty() => {
                    value = word;
                    let next = self.peek();
                    if !next.is(",") && !next.is(")") {
                        return Err(unexpected(&next, "',' or ')'"));
                    }
                }
                token if token.is(",") => {
                    values.insert(std::mem::take(&mut value));
                }
                token if token.is(")") => {
                    values.insert(value);
                    return Ok(values);
                }
                token if values.is_empty() => {
                    return Err(unexpected(&token, "',', ')' or identifier"));
                }
                token => return Err(unexpected(&token, "',', or identifier")),
            }
        }
    }
}

fn unexpected(token: &Token, expected: &str) -> String {
    format!("found '{}', expected: {expected}", token.text())
}

fn number(text: &str) -> Result<i64, String> {
    text.parse()
        .map_err(|_| "for 'Gt', 'Lt' operators, the value must be an integer".to_owned())
}

/// Kubernetes' rule for the name of a label, without `PREFIX/`.
const NAME: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an \
                    alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is \
                    '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
/// Kubernetes' rule for the value of a label.
const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and \
                     must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', \
                     regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
/// The length that a name or a value may have.
const MAX_LENGTH: usize = 63;

fn is_name(text: &str) -> bool {
    let is_end = |b: Option<&u8>| b.is_some_and(u8::is_ascii_alphanumeric);
    let bytes = text.as_bytes();
    let is_inner = |b: &u8| b.is_ascii_alphanumeric() || b"-_.".contains(b);
    is_end(bytes.first()) && is_end(bytes.last()) && bytes.iter().all(is_inner)
}

fn label_problem(label: &str) -> Option<String> {
    let name = label.rsplit_once('/').map_or(label, |(_, name)| name);
    if name.len() > MAX_LENGTH {
        return Some("name part must be no more than 63 bytes".to_owned());
    }
    (!is_name(name)).then(|| NAME.to_owned())
}

fn value_problem(value: &str) -> Option<String> {
    if value.len() > MAX_LENGTH {
        return Some("must be no more than 63 bytes".to_owned());
    }
    (!value.is_empty() && !is_name(value)).then(|| VALUE.to_owned())
}

impl Selector {
    /// Reads a selector; an empty text selects all.
    ///
    /// # Errors
    /// In apimachinery's words.
    pub fn parse(text: &str) -> Result<Selector, SelectorError> {
        let mut parser = Parser {
            tokens: tokens(text).into_iter().peekable(),
        };
        let refuse = |(token, expected): Unexpected| SelectorError::Unexpected {
            found: token.text(),
            expected,
        };
        let is_start = |token: &Token| matches!(token, Token::Word(_)) || token.is("!");
        let mut requirements = Vec::new();
        loop {
            let token = parser.peek();
            if token == Token::End {
                break;
            }
            if !is_start(&token) {
                return Err(refuse((token, "!, identifier, or 'end of string'")));
            }
            let requirement = parser.requirement();
            requirements.push(requirement.map_err(SelectorError::Requirement)?);
            match parser.next() {
                Token::End => break,
                comma if comma.is(",") => {
                    let token = parser.peek();
                    if !is_start(&token) {
                        return Err(refuse((token, "identifier after ','")));
                    }
                }
                token => return Err(refuse((token, "',' or 'end of string'"))),
            }
        }
        Ok(Selector(requirements))
    }

    /// Returns true if labels are what is asked for.
    pub fn matches(&self, labels: &BTreeMap<String, String>) -> bool {
        self.0.iter().all(|requirement| {
            let value = labels.get(&requirement.label);
            let number = || value.and_then(|value| value.parse::<i64>().ok());
            match &requirement.condition {
                Condition::Exists => value.is_some(),
                Condition::Absent => value.is_none(),
                Condition::In(values) => value.is_some_and(|value| values.contains(value)),
                Condition::NotIn(values) => value.is_none_or(|value| !values.contains(value)),
                Condition::Above(limit) => number().is_some_and(|number| number > *limit),
                Condition::Below(limit) => number().is_some_and(|number| number < *limit),
            }
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn labels_are_selected() {
        let labels = [("team", "a"), ("tier", "b"), ("n", "5")];
        let labels = labels.map(|(k, v)| (k.to_owned(), v.to_owned())).into();
        for (selector, matches) in [
            ("", true),
            ("team", true),
            ("!team", false),
            ("!other,team=a", true),
            ("team==a , tier != c", true),
            ("team in (a,b),tier notin (c)", true),
            ("team in (b)", false),
            ("other!=x", true),
            ("n>4,n<6", true),
            ("n>5", false),
            ("team=", false),
        ] {
            let parsed = Selector::parse(selector).unwrap();
            assert_eq!(parsed.matches(&labels), matches, "{selector}");
        }
    }

    #[test]
    fn what_is_no_selector_is_told() {
        for (selector, error) in [
            (
                "=a",
                "found '=', expected: !, identifier, or 'end of string'",
            ),
            ("a,", "found '', expected: identifier after ','"),
            (
                "a b",
                "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
            ),
            (
                "a in b",
                "unable to parse requirement: found 'b' expected: '('",
            ),
        ] {
            let parsed = Selector::parse(selector).unwrap_err();
            assert_eq!(parsed.to_string(), error, "{selector}");
        }
    }
}
