//! The place of a line in the YAML that a resource is written as.

use super::{Delta, Line};
use crate::path::{Path, Step};

/// Lines that are looked at for the name of a list's item.
const LOOK_AHEAD: usize = 400;

/// Where a reader of the lines is: the keys and items around the next one.
#[derive(Default)]
pub(super) struct Outline {
    open: Vec<Open>,
    /// The column of a key whose text the lines below are, if they are.
    text_below: Option<usize>,
}

/// A key or an item whose value may go on.
struct Open {
    /// Twice the column; an item of a list is between its key and its own keys.
    depth: usize,
    step: Step,
    /// True if only the old side has the line that it begins on: the next item has the same number.
    is_old: bool,
}

impl Outline {
    /// Goes on behind some lines; `after` are those behind them.
    pub(super) fn follow(&mut self, lines: &[Line], after: &[Line]) {
        for (at, line) in lines.iter().enumerate() {
            self.line(line, lines.get(at + 1..).unwrap_or_default(), after);
        }
    }

    /// Goes on behind the lines of a hunk, and tells what place all changes in it are in; `after` are the lines behind it.
    pub(super) fn place(&mut self, lines: &[Line], after: &[Line]) -> String {
        let mut common: Option<Vec<Step>> = None;
        for (at, line) in lines.iter().enumerate() {
            self.line(line, lines.get(at + 1..).unwrap_or_default(), after);
            if line.delta == Delta::Common {
                continue;
            }
            let steps = self.open.iter().map(|open| &open.step);
            match &mut common {
                None => common = Some(steps.cloned().collect()),
                Some(before) => {
                    let both = before.iter().zip(steps);
                    let count = both.take_while(|(a, b)| a == b).count();
                    before.truncate(count);
                }
            }
        }
        Path(common.unwrap_or_default()).to_string()
    }

    fn line(&mut self, line: &Line, rest: &[Line], after: &[Line]) {
        let text = String::from_utf8_lossy(&line.text);
        let mut content = text.trim_start_matches(' ');
        let mut column = text.len() - content.len();
        if content.is_empty() || self.text_below.is_some_and(|above| column > above) {
            return;
        }
        self.text_below = None;
        while let Some(item) = content.strip_prefix("- ") {
            let depth = column * 2 + 1;
            let number = self.item_number(depth);
            self.close(depth);
            let is_old = line.delta == Delta::Left;
            content = item.trim_start_matches(' ');
            column += 2 + item.len() - content.len();
            self.open.push(Open {
                depth,
                step: Step::Item {
                    old: number,
                    new: number,
                    name: name(column, content, line.delta, rest.iter().chain(after)),
                },
                is_old,
            });
        }
        let Some((key, value)) = key(content) else {
            return;
        };
        self.close(column * 2);
        self.open.push(Open {
            depth: column * 2,
            step: Step::Key(key.into()),
            is_old: false,
        });
        if value.starts_with(['|', '>']) {
            self.text_below = Some(column);
        }
    }

    /// Closes what does not go on at a depth.
    fn close(&mut self, depth: usize) {
        while self.open.last().is_some_and(|open| open.depth >= depth) {
            self.open.pop();
        }
    }

    /// The number of the next item at a depth.
    fn item_number(&self, depth: usize) -> usize {
        let before = self.open.iter().find(|open| open.depth == depth);
        match before {
            Some(Open {
                step: Step::Item { new, .. },
                is_old,
                ..
            }) => new + usize::from(!is_old),
            _ => 0,
        }
    }
}

/// A key and what stands behind it.
fn key(content: &str) -> Option<(&str, &str)> {
    let (key, value) = match content.strip_prefix('"') {
        Some(quoted) => {
            let (key, rest) = quoted.split_once('"')?;
            (key, rest.strip_prefix(':')?)
        }
        None => match content.strip_suffix(':') {
            Some(key) => (key, ""),
            None => content.split_once(": ")?,
        },
    };
    Some((key, value.trim_start()))
}

/// The name of an item whose keys begin at a column; lines of the other side than its own are none of it.
fn name<'l>(
    column: usize,
    first: &str,
    delta: Delta,
    rest: impl Iterator<Item = &'l Line>,
) -> Option<Box<str>> {
    let is_name = |text: &str| -> Option<Box<str>> {
        let name = text.strip_prefix("name: ")?;
        Some(name.trim_matches('"').into())
    };
    if let Some(name) = is_name(first) {
        return Some(name);
    }
    key(first)?;
    let is_other = |line: &&Line| match delta {
        Delta::Common => line.delta == Delta::Left,
        own => line.delta != own && line.delta != Delta::Common,
    };
    for line in rest.take(LOOK_AHEAD).filter(|line| !is_other(line)) {
        let own = line.text.iter().take_while(|byte| **byte == b' ').count();
        if own < column {
            return None;
        }
        let text = line.text.get(column..).unwrap_or_default();
        if own == column
            && let Some(name) = std::str::from_utf8(text).ok().and_then(is_name)
        {
            return Some(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The place of the lines that begin with a sign.
    fn place(text: &str) -> String {
        let line = |line: &str| {
            let (sign, text) = line.split_at(1);
            let delta = match sign {
                "+" => Delta::Right,
                "-" => Delta::Left,
                _ => Delta::Common,
            };
            Line {
                delta,
                text: text.into(),
            }
        };
        let lines: Vec<Line> = text.lines().map(line).collect();
        Outline::default().place(&lines, &[])
    }

    #[test]
    fn places_are_what_all_changes_are_in() {
        let text = " spec:\n   containers:\n   - args:\n     - a\n-    image: b\n+    image: c\n     name: web\n";
        assert_eq!(place(text), "spec.containers[web].image");
        let text = " spec:\n   containers:\n   - args:\n-    - a\n     image: b\n+    name: web\n";
        assert_eq!(place(text), "spec.containers[web]");
        assert_eq!(place(" a: 1\n-b: 1\n+c: 1\n"), "");
        let text = " containers:\n-- image: b\n+- image: c\n   name: web\n";
        assert_eq!(place(text), "containers[web].image");
    }

    #[test]
    fn lines_of_texts_are_no_keys() {
        let text = " data:\n   a: |\n     b: 1\n-    c: 1\n+    c: 2\n";
        assert_eq!(place(text), "data.a");
        let text = " list:\n - 1\n - 2\n-- 3\n+- 4\n";
        assert_eq!(place(text), "list[2]");
    }
}
