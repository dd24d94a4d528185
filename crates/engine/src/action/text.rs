//! The text of `helm template`: manifests, then hooks, each in Helm's frame.

use super::lines::FileLines;
use crate::manifest::{Document, Hook, HookEvent};
use gostd::unicode::{trim_left_space, trim_right_space};
use std::collections::BTreeMap;

/// The resources of a render, in Helm's order.
#[derive(Debug, Default)]
pub struct Manifests {
    /// Custom resource definitions: path and text. They are not templates.
    pub crds: Vec<(String, Vec<u8>)>,
    /// The installed resources.
    pub manifests: Vec<Document>,
    /// The hooks.
    pub hooks: Vec<Hook>,
    /// The charts' notes for their users: path and text of each `NOTES.txt`, in the order of their
    /// execution. Helm's `template` does not show them.
    pub notes: Vec<(String, Vec<u8>)>,
    /// The origins of each template's output lines, by path, if the request asked for that.
    pub lines: BTreeMap<String, FileLines>,
}

/// The hooks that a text shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HookFilter {
    /// `--no-hooks`: none.
    pub none: bool,
    /// `--skip-tests`: those that are no tests.
    pub skip_tests: bool,
}

impl Manifests {
    /// The whole text that `helm template` prints.
    pub fn text(&self, filter: HookFilter) -> Vec<u8> {
        self.text_around(self.installed(), filter)
    }

    /// The same; each document is freed when it is in the text, so that there are never two of everything.
    pub fn into_text(mut self, filter: HookFilter) -> Vec<u8> {
        let mut framed = Vec::with_capacity(self.size());
        for (path, text) in std::mem::take(&mut self.crds) {
            write_with_source_header(&mut framed, &path, &text);
        }
        for document in std::mem::take(&mut self.manifests) {
            write_with_source_header(&mut framed, &document.path, &document.text);
        }
        self.text_around(framed, filter)
    }

    /// The installed resources and the CRDs, each in Helm's frame: the input of a post-renderer.
    pub fn installed(&self) -> Vec<u8> {
        let mut framed = Vec::with_capacity(self.size());
        for (path, text) in &self.crds {
            write_with_source_header(&mut framed, path, text);
        }
        for document in &self.manifests {
            write_with_source_header(&mut framed, &document.path, &document.text);
        }
        framed
    }

    /// The whole text with `installed` in the place of [`installed`](Manifests::installed).
    pub fn text_around(&self, installed: Vec<u8>, filter: HookFilter) -> Vec<u8> {
        // Trimmed in place.
        let mut text = installed;
        text.truncate(trim_right_space(&text).len());
        let blank = text.len() - trim_left_space(&text).len();
        text.drain(..blank);
        text.push(b'\n');
        for hook in self.hooks(filter) {
            write_with_source_header(&mut text, &hook.document.path, &hook.document.text);
        }
        text
    }

    /// The hooks that pass a filter.
    pub fn hooks(&self, filter: HookFilter) -> impl Iterator<Item = &Hook> {
        let hidden = move |hook: &Hook| {
            filter.none || filter.skip_tests && hook.events.contains(&HookEvent::Test)
        };
        self.hooks.iter().filter(move |hook| !hidden(hook))
    }

    fn size(&self) -> usize {
        const FRAME: usize = 32;
        let size = |path: &str, text: &[u8]| path.len() + text.len() + FRAME;
        let crds: usize = self.crds.iter().map(|(p, t)| size(p, t)).sum();
        let documents = self.manifests.iter().map(|d| size(&d.path, &d.text));
        let hooks = self
            .hooks
            .iter()
            .map(|h| size(&h.document.path, &h.document.text));
        crds + documents.sum::<usize>() + hooks.sum::<usize>()
    }
}

/// Appends a document in Helm's frame: a separator, the path it comes from, the text.
pub fn write_with_source_header(out: &mut Vec<u8>, path: &str, text: &[u8]) {
    out.extend_from_slice(b"---\n# Source: ");
    out.extend_from_slice(path.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(text);
    out.push(b'\n');
}
