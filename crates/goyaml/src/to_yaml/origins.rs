//! The template line of each line of YAML, from the origins in the value's strings.

use super::Yaml;
use crate::write::{Emitter, WriteError};
use gostd::Text;
use gostd::text::LineOrigin;

/// The lines known so far, by number in the output.
#[derive(Default)]
pub(super) struct Origins(Vec<(usize, LineOrigin)>);

impl Origins {
    /// Writes a string and notes where its lines go.
    pub(super) fn write_text(&mut self, emitter: &mut Emitter, text: &Text) {
        let placement = emitter.str(text.as_bytes());
        let Some(lines) = text.lines() else {
            return;
        };
        let last = emitter.lines();
        let Some(first) = lines.first() else {
            return;
        };
        if placement.block {
            self.0.push((placement.line, *first));
            // What follows a final line feed is no line of the block.
            let ended = usize::from(text.as_bytes().ends_with(b"\n"));
            let count = lines.len().saturating_sub(ended);
            let below = placement.line + 1..;
            self.0.extend(below.zip(lines.iter().take(count).copied()));
        } else {
            self.0.extend((placement.line..=last).map(|n| (n, *first)));
        }
    }

    /// The finished document with its lines' origins.
    pub(super) fn finish(self, emitter: Emitter) -> Result<Yaml, WriteError> {
        let bytes = emitter.finish()?;
        if self.0.is_empty() {
            return Ok(Yaml { bytes, lines: None });
        }
        let count = memchr::memchr_iter(b'\n', &bytes).count() + 1;
        let mut lines = vec![LineOrigin::default(); count];
        for (line, origin) in self.0 {
            if let Some(slot) = lines.get_mut(line) {
                *slot = origin;
            }
        }
        let lines = Some(lines.into_boxed_slice());
        Ok(Yaml { bytes, lines })
    }
}
