//! `unified`: a unified diff of the resources' YAML.

use super::{View, cut_text, relabelled};
use crate::ansi_writer::{AnsiWriter, CYAN, GREEN, RED};
use crate::comparison::{Comparison, Kind};
use crate::lines::{Delta, Line, Piece};

/// Writes a unified diff, a file for each resource.
pub fn unified(comparison: &Comparison, view: &View) -> Vec<u8> {
    let mut out = Vec::new();
    let mut writer = AnsiWriter {
        out: &mut out,
        colour: view.colour,
    };
    let mut resources = 0;
    for change in comparison
        .changes
        .iter()
        .filter(|change| !change.suppressed && !view.folds(change))
    {
        let before = writer.out.len();
        let name = |is_there: bool, side: &str| match is_there {
            true => format!("{side}/{}", change.title.replace(", ", "/")),
            false => "/dev/null".into(),
        };
        let old = match &change.former {
            Some((_, former)) => format!("old/{}", former.replace(", ", "/")),
            None => name(change.kind != Kind::Added, "old"),
        };
        let new = name(change.kind != Kind::Removed, "new");
        writer
            .out
            .extend_from_slice(format!("--- {old}\n+++ {new}\n").as_bytes());
        for piece in view.pieces(change) {
            if let Piece::Hunk {
                lines,
                old,
                new,
                place,
            } = piece
            {
                let header = format!(
                    "@@ -{} +{} @@ {place}",
                    range(old, lines, Delta::Right),
                    range(new, lines, Delta::Left)
                );
                let header = header.trim_end();
                writer.write(CYAN, &[header.as_bytes()], b"\n");
                lines.iter().for_each(|l| line(&mut writer, l));
            }
        }
        if !view.has_room(writer.out.len()) {
            writer.out.truncate(before);
            resources += 1;
        }
    }
    // Lines in front of no file are passed over by programs that read diffs.
    if let Some(sentence) = relabelled(comparison, view) {
        writer.write(CYAN, &[b"# ", sentence.as_bytes()], b"\n");
    }
    if let Some(cut) = cut_text(resources, 0, "lines") {
        writer.write(CYAN, &[b"# ", cut.as_bytes()], b"\n");
    }
    out
}

/// A hunk's lines on one side: `START,COUNT`; those of `other` are the other side's alone.
fn range(start: usize, lines: &[Line], other: Delta) -> String {
    let count = lines.iter().filter(|line| line.delta != other).count();
    // An empty range stands after the line before it.
    let start = if count == 0 { start - 1 } else { start };
    match count {
        1 => start.to_string(),
        _ => format!("{start},{count}"),
    }
}

fn line(writer: &mut AnsiWriter<'_>, line: &Line) {
    match line.delta {
        Delta::Left => writer.write(RED, &[b"-", &line.text], b"\n"),
        Delta::Right => writer.write(GREEN, &[b"+", &line.text], b"\n"),
        Delta::Common => {
            writer.out.push(b' ');
            writer.out.extend_from_slice(&line.text);
            writer.out.push(b'\n');
        }
    }
}
