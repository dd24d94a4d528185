//! What workloads run, and how many of it.

use super::super::node::inline;
use super::super::path::Step;
use super::{Pair, Problems};
use goyaml::Kind;

/// Tells of images.
pub(super) fn image_changed(pair: &Pair<'_>, problems: &mut Problems) {
    for change in pair.fields {
        let is_image = matches!(change.path.0.last(), Some(Step::Key(key)) if &**key == "image");
        if let (true, Some(old), Some(new)) = (is_image, &change.old, &change.new) {
            let place = change.path.to_string();
            let (old, new) = (inline(old), inline(new));
            problems.at(change, format!("{place}: {old} → {new}"));
        }
    }
}

/// Tells of workloads that are scaled to nothing.
pub(super) fn replicas_zero(pair: &Pair<'_>, problems: &mut Problems) {
    for change in pair.fields {
        let is_replicas = change.path.keys().eq(["spec", "replicas"]);
        let becomes = change.new.as_ref().map(|node| &node.kind);
        if is_replicas && becomes == Some(&Kind::Int(0)) {
            let was = match &change.old {
                Some(old) => inline(old).into_owned(),
                None => "the default".into(),
            };
            problems.at(change, format!("spec.replicas: {was} → 0"));
        }
    }
}
