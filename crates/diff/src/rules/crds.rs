//! Files of `crds/`, which Helm installs once and then leaves alone.

use super::{Pair, Problems};

/// Tells of what an upgrade does not do.
pub(super) fn not_upgraded(pair: &Pair<'_>, problems: &mut Problems) {
    let is_from_crds =
        |side: Option<&super::Resource>| side.is_some_and(|side| side.is_from_crds());
    let (was, is) = (is_from_crds(pair.old), is_from_crds(pair.new));
    let Some(resource) = pair.new.or(pair.old) else {
        return;
    };
    let (kind, name) = (&resource.key.kind, &resource.key.name);
    match (pair.old, pair.new) {
        (Some(_), None) if was => problems.add(format!(
            "Helm does not delete files of crds/: {kind} {name} stays in the cluster; delete it with kubectl \
             when nothing needs it"
        )),
        (None, Some(_)) if is && !pair.is_first => problems.add(format!(
            "Helm does not add files of crds/ in an upgrade: create {kind} {name} with kubectl apply \
             --server-side before it"
        )),
        (Some(_), Some(_)) if was && is => problems.add(format!(
            "Helm does not upgrade files of crds/: apply {kind} {name} with kubectl apply --server-side \
             before the upgrade"
        )),
        (Some(_), Some(_)) if was => problems.add(format!(
            "{kind} {name} moves from crds/ to templates/: the upgrade fails unless the one in the cluster \
             has Helm's label and annotations (app.kubernetes.io/managed-by, meta.helm.sh/release-name, \
             meta.helm.sh/release-namespace)"
        )),
        _ => {}
    }
}
