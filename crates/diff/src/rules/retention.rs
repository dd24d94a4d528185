//! Data that is kept less long, elsewhere, or not at all.

use super::super::node::{at, inline, items, text_at};
use super::super::path::{Path, Step};
use super::super::resource::Resource;
use super::pods::{both, container_pairs};
use super::{Pair, Problems};
use goyaml::{Kind, Node};
use std::collections::BTreeMap;

/// Where a resource says whether its data stays, and the answer that keeps it.
const POLICIES: &[(&str, &[&str], &str)] = &[
    (
        "StatefulSet",
        &[
            "spec",
            "persistentVolumeClaimRetentionPolicy",
            "whenDeleted",
        ],
        "Retain",
    ),
    (
        "StatefulSet",
        &["spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"],
        "Retain",
    ),
    (
        "PersistentVolume",
        &["spec", "persistentVolumeReclaimPolicy"],
        "Retain",
    ),
    ("VolumeSnapshotClass", &["deletionPolicy"], "Retain"),
    ("StorageClass", &["reclaimPolicy"], "Retain"),
];

/// Tells of data that is deleted sooner than before.
pub(super) fn data_not_retained(pair: &Pair<'_>, problems: &mut Problems) {
    let (Some(old), Some(new)) = (pair.old, pair.new) else {
        return;
    };
    let (kind, name) = (&new.key.kind, &new.key.name);
    if old.is_kept() && !new.is_kept() {
        problems.add(format!(
            "{kind} {name} loses helm.sh/resource-policy: keep: Helm deletes it when it goes, and when the release is uninstalled"
        ));
    }
    for (of, path, keeps) in POLICIES.iter().filter(|(of, ..)| **of == **kind) {
        let text = |side: &Resource| match text_at(&side.node, path) {
            // A StatefulSet keeps its claims by default; volumes and classes say it or not.
            "" if *of == "StatefulSet" => (*keeps).to_owned(),
            text => text.to_owned(),
        };
        let (was, now) = (text(old), text(new));
        if was == *keeps && now != *keeps {
            let place = path.join(".");
            let now = if now.is_empty() { "not said" } else { &*now };
            problems.add(format!(
                "{place} of {kind} {name} is {now}, before {was}: its data is deleted with it"
            ));
        }
    }
    for change in pair.fields {
        if let Some((was, now)) = shorter(&change.path, &change.old, &change.new) {
            let message = format!("{}: {was} → {now}: data is kept less long", change.path);
            problems.at(&change.path, message);
        }
    }
}

/// A span or size of what is kept, if it gets smaller: a field that is called `retention`, or an argument.
fn shorter(path: &Path, old: &Option<Node>, new: &Option<Node>) -> Option<(String, String)> {
    let (old, new) = (inline(old.as_ref()?), inline(new.as_ref()?));
    let last = path.keys().last()?;
    let name_of = |text: &str| {
        text.split_once('=')
            .map(|(name, _)| name.to_ascii_lowercase())
    };
    let (was, now) = match name_of(&old).zip(name_of(&new)) {
        Some((a, b)) if a == b && a.contains("retention") && matches!(last, "args" | "command") => {
            let value = |text: &str| text.split_once('=').map(|(_, value)| value.to_owned());
            (value(&old)?, value(&new)?)
        }
        _ if last.to_ascii_lowercase().contains("retention") => {
            (old.into_owned(), new.into_owned())
        }
        _ => return None,
    };
    (amount(&now)? < amount(&was)?).then_some((was, now))
}

/// Seconds or bytes, whichever a text says: `15d`, `2w`, `50GB`, `10`.
fn amount(text: &str) -> Option<f64> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let factor = match unit {
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        "d" => 86_400.0,
        "w" => 604_800.0,
        "y" => 31_536_000.0,
        "KB" | "Ki" | "KiB" => 1e3,
        "MB" | "Mi" | "MiB" => 1e6,
        "GB" | "Gi" | "GiB" => 1e9,
        "TB" | "Ti" | "TiB" => 1e12,
        _ => return None,
    };
    Some(number.parse::<f64>().ok()? * factor)
}

/// Sources of volumes whose contents stay when a pod goes.
const KEPT: &[&str] = &[
    "persistentVolumeClaim",
    "hostPath",
    "nfs",
    "csi",
    "ephemeral",
    "awsElasticBlockStore",
    "gcePersistentDisk",
    "azureDisk",
    "azureFile",
    "cephfs",
    "glusterfs",
    "iscsi",
    "rbd",
    "fc",
    "cinder",
    "portworxVolume",
];

/// Returns true if what is in a volume stays when a pod goes.
pub(super) fn is_kept_volume(volume: &Node) -> bool {
    KEPT.iter().any(|key| volume.get(key).is_some())
}

/// Tells of volumes that kept what was in them and do no longer.
pub(super) fn volume_emptied(pair: &Pair<'_>, problems: &mut Problems) {
    if let Some((Some(old), new)) = both(pair) {
        let now = volumes(new);
        for (name, before) in volumes(old)
            .into_iter()
            .filter(|(_, volume)| is_kept_volume(volume))
        {
            match now.get(name) {
                Some(volume) if volume.get("emptyDir").is_some() => problems.add(format!(
                    "the volume {name} becomes an emptyDir: what was in it is not there any more"
                )),
                Some(_) => {}
                None if before.get("persistentVolumeClaim").is_some()
                    && !mounts_claim(new, before) =>
                {
                    problems.add(format!(
                        "the volume {name} goes, which kept data: what was in it is not there any more"
                    ));
                }
                None => {}
            }
        }
    }
    // Custom resources say what volumes their controllers make.
    for change in pair.fields {
        let is_template = |key: &str| {
            matches!(
                key,
                "volumeClaimTemplate" | "persistentVolumeClaim" | "persistence"
            )
        };
        let is_custom = pair
            .new
            .is_some_and(|new| !kubernetes::has_group(&new.key.group));
        let holds = |node: &Node| node.get("volumeClaimTemplate").is_some();
        let named = matches!(change.path.0.last(), Some(Step::Key(key)) if is_template(key));
        if is_custom
            && change.new.is_none()
            && change.old.as_ref().is_some_and(|old| named || holds(old))
        {
            problems.at(
                &change.path,
                format!("{} goes: the data is kept no longer", change.path),
            );
        }
    }
}

/// Returns true if a pod has the claim of a volume under another name.
fn mounts_claim(spec: &Node, volume: &Node) -> bool {
    let claim =
        |volume: &'_ Node| text_at(volume, &["persistentVolumeClaim", "claimName"]).to_owned();
    volumes(spec)
        .values()
        .any(|other| claim(other) == claim(volume))
}

/// Tells of volumes that are others, or are found elsewhere in a container.
pub(super) fn volume_moved(pair: &Pair<'_>, problems: &mut Problems) {
    let Some((Some(old), new)) = both(pair) else {
        return;
    };
    let (was, now) = (volumes(old), volumes(new));
    let kept = |name: &str| was.get(name).is_some_and(|volume| is_kept_volume(volume));
    for (name, before) in &was {
        let Some(after) = now.get(name).filter(|_| kept(name)) else {
            continue;
        };
        let text = |volume: &Node, path: &[&str]| text_at(volume, path).to_owned();
        for path in [
            &["persistentVolumeClaim", "claimName"][..],
            &["hostPath", "path"],
            &["nfs", "server"],
            &["nfs", "path"],
            &["csi", "driver"],
        ] {
            let (from, to) = (text(before, path), text(after, path));
            if from != to && !from.is_empty() && !pair.is_rename() {
                let to = if to.is_empty() {
                    "another kind of volume"
                } else {
                    &*to
                };
                problems.add(format!(
                    "the volume {name} is {to} now, before {from}: pods find other data"
                ));
                break;
            }
        }
    }
    let templates = |side: Option<&Resource>| -> Vec<String> {
        let list = side
            .and_then(|side| at(&side.node, &["spec", "volumeClaimTemplates"]))
            .map(items);
        let names = list.unwrap_or_default().iter();
        names
            .map(|one| text_at(one, &["metadata", "name"]).to_owned())
            .collect()
    };
    let claims = templates(pair.old);
    let holds = |name: &str| kept(name) || claims.iter().any(|claim| claim == name);
    for (before, container) in container_pairs(Some(old), new) {
        let Some(before) = before else { continue };
        let name = text_at(container, &["name"]);
        let (was, now) = (mounts(before), mounts(container));
        for (volume, places) in was.iter().filter(|(volume, _)| holds(volume)) {
            let Some(places_now) = now.get(volume) else {
                problems.add(format!("the container {name} has the volume {volume} no longer: it does not find its data"));
                continue;
            };
            if let Some((place, _)) = places.iter().zip(places_now).find(|(a, b)| a != b) {
                let to = places_now.join(", ");
                problems.add(format!(
                    "the container {name} finds the volume {volume} at {to}, before at {place}"
                ));
            }
        }
    }
}

fn volumes(spec: &Node) -> BTreeMap<&str, &Node> {
    let list = spec.get("volumes").map(items).unwrap_or_default().iter();
    list.map(|volume| (text_at(volume, &["name"]), volume))
        .collect()
}

/// The places at which a container has each volume.
fn mounts(container: &Node) -> BTreeMap<&str, Vec<String>> {
    let mut mounts: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for mount in container.get("volumeMounts").map(items).unwrap_or_default() {
        let place = match (text_at(mount, &["mountPath"]), text_at(mount, &["subPath"])) {
            (path, "") => path.to_owned(),
            (path, sub) => format!("{path} ({sub} of it)"),
        };
        mounts
            .entry(text_at(mount, &["name"]))
            .or_default()
            .push(place);
    }
    mounts.values_mut().for_each(|places| places.sort());
    mounts
}

/// Tells of quotas that allow less, and of limits for a namespace that come.
pub(super) fn quota_lowered(pair: &Pair<'_>, problems: &mut Problems) {
    let Some(new) = pair
        .new
        .filter(|new| new.key.group.is_empty() && !pair.is_first)
    else {
        return;
    };
    let (kind, name) = (&new.key.kind, &new.key.name);
    if pair.old.is_none() && matches!(&**kind, "ResourceQuota" | "LimitRange") {
        problems.add(format!(
            "{kind} {name} comes: pods of its namespace that do not fit it are refused"
        ));
    }
    if kind != "ResourceQuota" {
        return;
    }
    for change in pair.fields {
        let number =
            |side: &Option<Node>| kubernetes::quantity::nanos(&side.as_ref()?.coerced_text()?);
        let is_hard = change.path.starts_with(&["spec", "hard"]);
        let (was, now) = (number(&change.old), number(&change.new));
        if is_hard
            && now.is_some()
            && (was.is_none() || now < was)
            && !matches!(change.new.as_ref().map(|n| &n.kind), Some(Kind::Map(_)))
        {
            let text = |side: &Option<Node>| {
                side.as_ref()
                    .map_or("no limit".into(), |node| inline(node).into_owned())
            };
            let message = format!(
                "{}: {} → {}: what is beyond is refused",
                change.path,
                text(&change.old),
                text(&change.new)
            );
            problems.at(&change.path, message);
        }
    }
}
