//! Reading one group: constraints separated by blanks or a comma.

use super::{Constraint, Group, Operator, Partial};
use crate::error::ConstraintError;
use crate::parse;
use crate::shape::{Shape, skip_blanks, slice};

/// A byte of a version segment inside a constraint. Masterminds' character class lists `|` too:
/// `1|2` has the shape of a constraint and fails only as a version.
pub(super) fn is_segment(b: u8) -> bool {
    b.is_ascii_digit() || matches!(b, b'x' | b'X' | b'*' | b'|')
}

/// Reads a whole group. Its shape is checked to the end before any version in it is read, so
/// that an improper group is reported as such whatever its first constraint is.
pub(super) fn group(text: &[u8]) -> Result<Group, ConstraintError> {
    let improper = || ConstraintError::Improper(text.to_owned());
    let mut constraints = Vec::new();
    let mut at = skip_blanks(text, 0);
    loop {
        let (operator, shape) = item(text, at).ok_or_else(improper)?;
        let end = shape.end;
        constraints.push((operator, shape));
        at = skip_blanks(text, end);
        match text.get(at) {
            None => break,
            Some(b',') => at = skip_blanks(text, at + 1),
            Some(_) if at > end => {}
            Some(_) => return Err(improper()),
        }
    }
    let build = |(operator, shape)| constraint(text, operator, shape);
    let all = constraints
        .into_iter()
        .map(build)
        .collect::<Result<Vec<_>, _>>()?;
    let names_prerelease = all.iter().any(|c| !c.version.prerelease().is_empty());
    Ok(Group {
        all,
        names_prerelease,
    })
}

fn item(text: &[u8], at: usize) -> Option<(Operator, Shape)> {
    let rest = text.get(at..)?;
    let is_symbol = |b: &u8| b"=!<>~^".contains(b);
    let length = rest.iter().take_while(|b| is_symbol(b)).count();
    let operator = Operator::parse(rest.get(..length)?)?;
    let shape = Shape::scan(text, skip_blanks(text, at + length), is_segment)?;
    Some((operator, shape))
}

fn constraint(
    text: &[u8],
    operator: Operator,
    shape: Shape,
) -> Result<Constraint, ConstraintError> {
    let [major, minor, patch] =
        [&shape.major, &shape.minor, &shape.patch].map(|part| slice(text, part.clone()));
    let prefix = usize::from(shape.major.start > 0 && text[shape.major.start - 1] == b'v');
    let source = slice(text, shape.major.start - prefix..shape.end);
    let pre = match slice(text, shape.pre.clone()) {
        "" => String::new(),
        pre => format!("-{pre}"),
    };
    let (partial, version) = if is_wildcard(major) {
        (Partial::Major, format!("0.0.0{pre}"))
    } else if is_wildcard(minor) {
        (Partial::Minor, format!("{major}.0.0{pre}"))
    } else if is_wildcard(patch) {
        (Partial::Patch, format!("{major}.{minor}.0{pre}"))
    } else {
        (Partial::Complete, source.to_owned())
    };
    let version = parse::loose(version.as_bytes()).map_err(|_| ConstraintError::Parser)?;
    Ok(Constraint {
        operator,
        source: source.to_owned(),
        version,
        partial,
    })
}

fn is_wildcard(segment: &str) -> bool {
    matches!(segment, "" | "x" | "X" | "*")
}
