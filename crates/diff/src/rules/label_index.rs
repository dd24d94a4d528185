//! Which pods a selector may select, without a look at all of them.

use engine::manifest::selectors::Labels;
use rustc_hash::FxHashMap;

/// A namespace, and a label of a pod in it: its key and value.
type Label = (Box<str>, Box<str>, Box<str>);

/// Places in a list of pods by their labels.
#[derive(Default)]
pub(super) struct LabelIndex(FxHashMap<Label, Vec<usize>>);

impl LabelIndex {
    /// Adds the pods at a place of the list.
    pub(super) fn add(&mut self, namespace: &str, labels: &Labels, place: usize) {
        for (key, value) in labels {
            let label = (namespace.into(), key.as_str().into(), value.as_str().into());
            self.0.entry(label).or_default().push(place);
        }
    }

    /// The places of all pods that a selector selects, and of few others; none for a selector without labels.
    pub(super) fn candidates(&self, namespace: &str, selector: &Labels) -> &[usize] {
        let of_label = |(key, value): (&String, &String)| {
            let label = (namespace.into(), key.as_str().into(), value.as_str().into());
            self.0.get(&label).map(Vec::as_slice).unwrap_or_default()
        };
        let rarest = selector
            .iter()
            .map(of_label)
            .min_by_key(|places| places.len());
        rarest.unwrap_or_default()
    }
}
