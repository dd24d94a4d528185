//! Making a differing snippet smaller: parts are taken out as long as it differs in the same way.

use anyhow::Result;
use recorded::vector::Vector;

/// The number of smaller snippets to try at most.
const TRIES: usize = 400;

/// Takes parts out of the vector's template while `differs` says yes: halves, quarters and so on,
/// first of its actions, then of its words, then of its characters.
pub(super) fn template(
    vector: &mut Vector,
    mut differs: impl FnMut(&Vector) -> Result<bool>,
) -> Result<()> {
    let mut tries = 0;
    for cut in [actions, words, characters] {
        let text = String::from_utf8_lossy(&vector.template).into_owned();
        let mut parts = cut(&text);
        let mut size = parts.len().div_ceil(2);
        while size > 0 && tries < TRIES {
            let mut start = 0;
            while start < parts.len() && tries < TRIES {
                tries += 1;
                let end = (start + size).min(parts.len());
                let smaller: Vec<String> = parts
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| !(start..end).contains(index))
                    .map(|(_, part)| part.clone())
                    .collect();
                let before = std::mem::replace(&mut vector.template, smaller.concat().into_bytes());
                if differs(vector)? {
                    parts = smaller;
                } else {
                    vector.template = before;
                    start = end;
                }
            }
            size /= 2;
        }
    }
    Ok(())
}

/// Texts and actions.
fn actions(text: &str) -> Vec<String> {
    let mut parts = Vec::new();
    for piece in text.split_inclusive("}}") {
        let at = piece.find("{{").unwrap_or(0);
        let (before, action) = piece.split_at(at);
        parts.extend([before.to_owned(), action.to_owned()]);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

/// Words with the blank before them, brackets apart.
fn words(text: &str) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for character in text.chars() {
        let apart = " ()|\"`".contains(character);
        match parts.last_mut() {
            Some(last) if !apart && !last.ends_with(['(', ')', '|', '"', '`']) => {
                last.push(character)
            }
            _ => parts.push(character.into()),
        }
    }
    parts
}

fn characters(text: &str) -> Vec<String> {
    text.chars().map(String::from).collect()
}
