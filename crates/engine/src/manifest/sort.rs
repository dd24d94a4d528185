//! Telling hooks from manifests and putting both in Helm's order (`SortManifests`).

use super::head::Head;
use super::kinds::install_rank;
use super::split::split;
use compat::profile::Profile;
use gostd::unicode::trim_space;
use std::ops::Range;

/// A rendered file, cut into documents whose heads are read.
#[derive(Debug)]
pub struct Checked {
    /// Path of the template (`chart/templates/x.yaml`).
    pub path: String,
    /// The rendered files.
    pub text: Vec<u8>,
    /// The range of each document in the text, and its head, up to the first error.
    documents: Vec<(Range<usize>, Head)>,
    /// The problem with the next one.
    mistake: Option<String>,
}

/// A document of a rendered file.
#[derive(Debug)]
pub struct Document {
    /// Path of the template.
    pub path: String,
    /// The document's text, with or without newlines at its end by Helm version.
    pub text: Vec<u8>,
    /// The part that Helm reads.
    pub head: Head,
    /// Its start in the template's output, in bytes; nothing once it has been changed.
    pub offset: Option<usize>,
    /// Lines that are in the text and that the template did not write, counted from 1, in their order.
    pub added_lines: Vec<usize>,
}

/// A document that is run at an event, not installed.
#[derive(Debug)]
pub struct Hook {
    /// The document.
    pub document: Document,
    /// The events.
    pub events: Vec<HookEvent>,
    /// `helm.sh/hook-weight`; 0 where it is no number.
    pub weight: i64,
}

impl Hook {
    /// When the object is deleted: `helm.sh/hook-delete-policy`, in lower case as Helm reads it.
    pub fn delete_policies(&self) -> Vec<String> {
        let policies = self
            .document
            .head
            .annotations
            .get("helm.sh/hook-delete-policy");
        let policies = policies
            .into_iter()
            .flat_map(|policies| policies.split(','));
        let policies = policies.map(|policy| policy.trim().to_lowercase());
        policies.filter(|policy| !policy.is_empty()).collect()
    }
}

/// When a hook is run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
#[non_exhaustive]
pub enum HookEvent {
    PreInstall,
    PostInstall,
    PreDelete,
    PostDelete,
    PreUpgrade,
    PostUpgrade,
    PreRollback,
    PostRollback,
    Test,
}

/// The documents of a release in Helm's order.
#[derive(Debug, Default)]
pub struct Sorted {
    /// The installed resources.
    pub manifests: Vec<Document>,
    /// The hooks.
    pub hooks: Vec<Hook>,
    /// Values of `helm.sh/hook` that name an unknown event: their documents are left out.
    pub unknown_hooks: Vec<String>,
}

/// A document that is no YAML, or whose head has values of wrong types.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("YAML parse error on {path}: {message}")]
pub struct Error {
    /// Path of the template.
    pub path: String,
    /// The problem, in Go's words.
    pub message: String,
    /// Values of `helm.sh/hook` before it that name an unknown event.
    pub unknown_hooks: Vec<String>,
}

/// Cuts a rendered file into documents and reads their heads. This needs nothing of the render:
/// it can be done on another thread while rendering goes on.
pub fn check(path: String, text: Vec<u8>, profile: &Profile) -> Checked {
    let (documents, mistake) = match is_partial(&path) {
        true => (Vec::new(), None),
        false => read_heads(&text, profile),
    };
    Checked {
        path,
        text,
        documents,
        mistake,
    }
}

fn is_partial(path: &str) -> bool {
    path.rsplit('/')
        .next()
        .is_some_and(|base| base.starts_with('_'))
}

fn read_heads(text: &[u8], profile: &Profile) -> (Vec<(Range<usize>, Head)>, Option<String>) {
    let mut documents = Vec::new();
    for document in split(text, profile) {
        match Head::read(document, profile.head_package) {
            Ok(head) => {
                let start = document.as_ptr() as usize - text.as_ptr() as usize;
                documents.push((start..start + document.len(), head));
            }
            Err(error) => return (documents, Some(error.to_string())),
        }
    }
    (documents, None)
}

impl Checked {
    /// Values of `helm.sh/hook` that name an unknown event.
    fn unknown_hooks(&self) -> impl Iterator<Item = String> {
        let names = self.documents.iter().filter_map(|(_, head)| hook(head));
        names
            .filter(|names| events(names).is_none())
            .map(str::to_owned)
    }

    /// Takes the documents out. The only one of a file keeps the file's memory: most files have but one, and
    /// some are megabytes.
    fn take_documents(&mut self) -> Vec<Document> {
        let ranges = std::mem::take(&mut self.documents);
        let mut text = std::mem::take(&mut self.text);
        let last = ranges.len().saturating_sub(1);
        let documents = ranges
            .into_iter()
            .enumerate()
            .map(|(index, (range, head))| {
                let offset = Some(range.start);
                let text = if index == last {
                    let mut text = std::mem::take(&mut text);
                    text.truncate(range.end);
                    text.drain(..range.start.min(text.len()));
                    if index > 0 {
                        // It is a small part of the file, mostly.
                        text.shrink_to_fit();
                    }
                    text
                } else {
                    text.get(range).unwrap_or_default().to_vec()
                };
                let path = self.path.clone();
                Document {
                    path,
                    text,
                    head,
                    offset,
                    added_lines: Vec::new(),
                }
            });
        documents.collect()
    }
}

/// Sorts files by path, their documents by kind, hooks apart, and takes them out of the files. Fails
/// at the first document that could not be read; the files stay whole then.
pub fn sort(files: &mut [Checked], profile: &Profile) -> Result<Sorted, Error> {
    files.sort_by(|a, b| a.path.cmp(&b.path));
    // Files stay as they are if one is wrong.
    let mistake = files.iter().position(|file| file.mistake.is_some());
    if let Some((file, before)) = mistake.and_then(|at| files.get(..=at)?.split_last()) {
        let files = before.iter().chain([file]);
        return Err(Error {
            path: file.path.clone(),
            message: file.mistake.clone().unwrap_or_default(),
            unknown_hooks: files.flat_map(Checked::unknown_hooks).collect(),
        });
    }
    let mut sorted = Sorted::default();
    for file in files {
        for document in file.take_documents() {
            sorted.place(document);
        }
    }
    sorted
        .manifests
        .sort_by(|a, b| by_kind(&a.head, &b.head, profile));
    sorted
        .hooks
        .sort_by(|a, b| by_kind(&a.document.head, &b.document.head, profile));
    Ok(sorted)
}

/// The `helm.sh/hook` of a document.
fn hook(head: &Head) -> Option<&str> {
    head.annotations.get("helm.sh/hook").map(|names| &**names)
}

/// The events that an annotation names, if all of them are known.
fn events(names: &str) -> Option<Vec<HookEvent>> {
    names.split(',').map(HookEvent::parse).collect()
}

impl Sorted {
    fn place(&mut self, document: Document) {
        let Some(names) = hook(&document.head) else {
            self.manifests.push(document);
            return;
        };
        match events(names) {
            Some(events) => {
                let weight = document.head.annotations.get("helm.sh/hook-weight");
                let weight = weight.and_then(|w| gostd::strconv::atoi(w.as_bytes()).ok());
                self.hooks.push(Hook {
                    document,
                    events,
                    weight: weight.unwrap_or(0),
                });
            }
            None => self.unknown_hooks.push(names.to_owned()),
        }
    }
}

impl HookEvent {
    /// All events and the names that annotations have for them.
    const NAMES: [(HookEvent, &str); 9] = [
        (HookEvent::PreInstall, "pre-install"),
        (HookEvent::PostInstall, "post-install"),
        (HookEvent::PreDelete, "pre-delete"),
        (HookEvent::PostDelete, "post-delete"),
        (HookEvent::PreUpgrade, "pre-upgrade"),
        (HookEvent::PostUpgrade, "post-upgrade"),
        (HookEvent::PreRollback, "pre-rollback"),
        (HookEvent::PostRollback, "post-rollback"),
        (HookEvent::Test, "test"),
    ];

    /// The name that annotations have for it.
    pub fn name(self) -> &'static str {
        let mut names = Self::NAMES.iter();
        names
            .find(|(event, _)| *event == self)
            .map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<HookEvent> {
        let name = trim_space(name.as_bytes());
        let name = String::from_utf8_lossy(name).to_lowercase();
        // Helm 2's name for the same.
        let name = if name == "test-success" {
            "test"
        } else {
            &name
        };
        let mut names = Self::NAMES.iter();
        names
            .find(|(_, event_name)| *event_name == name)
            .map(|(event, _)| *event)
    }
}

/// Known kinds by their rank, unknown ones after them by name; equals stay in their order.
fn by_kind(a: &Head, b: &Head, profile: &Profile) -> std::cmp::Ordering {
    let rank = |head: &Head| install_rank(&head.kind, profile);
    match (rank(a), rank(b)) {
        (Some(a), Some(b)) => a.cmp(&b),
        (Some(_), None) => std::cmp::Ordering::Less,
        (None, Some(_)) => std::cmp::Ordering::Greater,
        (None, None) => a.kind.cmp(&b.kind),
    }
}
