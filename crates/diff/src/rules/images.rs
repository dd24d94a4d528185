//! Images that change in a way that asks for a second look.

use super::super::fields::Change;
use super::super::node::text_at;
use super::pods::{both, container_pairs};
use super::{Pair, Problems};

/// An image cut into parts.
struct Image<'i> {
    /// Registry and repository.
    name: &'i str,
    tag: &'i str,
    digest: &'i str,
}

impl<'i> Image<'i> {
    fn new(text: &'i str) -> Image<'i> {
        let (name, digest) = text.split_once('@').unwrap_or((text, ""));
        let (name, tag) = match name.rsplit_once(':') {
            Some((name, tag)) if !tag.contains('/') => (name, tag),
            _ => (name, ""),
        };
        Image { name, tag, digest }
    }

    fn is_pinned(&self) -> bool {
        !self.digest.is_empty() || !matches!(self.tag, "" | "latest")
    }

    /// The numbers that its tag begins with: `v1.2.3-alpine` is 1, 2, 3. Dates are none.
    fn version(&self) -> Option<Vec<u64>> {
        let tag = self.tag.strip_prefix('v').unwrap_or(self.tag);
        let end = tag.find(|c: char| !c.is_ascii_digit() && c != '.');
        let numbers = tag.get(..end.unwrap_or(tag.len())).unwrap_or_default();
        let numbers: Option<Vec<u64>> = numbers
            .trim_matches('.')
            .split('.')
            .map(|n| n.parse().ok())
            .collect();
        numbers.filter(|numbers| numbers.first().is_some_and(|major| *major < 1_000))
    }
}

/// Both sides' images where they differ: those of the same container, and those that arguments, variables and custom
/// resources name.
fn changed<'p>(pair: &Pair<'p>) -> impl Iterator<Item = (&'p str, &'p str)> + use<'p> {
    let pods = both(pair);
    let pairs = pods
        .into_iter()
        .flat_map(|(old, new)| container_pairs(old, new));
    let images =
        pairs.filter_map(|(old, new)| Some((text_at(old?, &["image"]), text_at(new, &["image"]))));
    let (fields, is_custom) = (pair.fields, is_custom(pair));
    let named = fields
        .iter()
        .filter_map(move |change| named(change, is_custom));
    let images = images.chain(named);
    images.filter(|(old, new)| old != new && !old.is_empty() && !new.is_empty())
}

/// Both sides of an image that is named elsewhere than in a container.
pub(super) fn elsewhere<'p>(pair: &Pair<'p>, change: &'p Change) -> Option<(&'p str, &'p str)> {
    named(change, is_custom(pair))
}

/// Returns true if the kind is not one of Kubernetes' own.
fn is_custom(pair: &Pair<'_>) -> bool {
    pair.new
        .is_some_and(|new| !kubernetes::has_group(&new.key.group))
}

fn named(change: &Change, is_custom: bool) -> Option<(&str, &str)> {
    let (old, new) = (
        change.old.as_ref()?.as_str()?,
        change.new.as_ref()?.as_str()?,
    );
    let last = change.path.keys().filter(|key| *key != "value").last()?;
    match last {
        "args" | "command" | "env" => {
            let (old, new) = (argument(old), argument(new));
            let is_same = || last_part(Image::new(old).name) == last_part(Image::new(new).name);
            (is_image(old) && is_image(new) && is_same()).then_some((old, new))
        }
        "image" | "baseImage" => is_custom.then_some((old, new)),
        _ => None,
    }
}

/// The value of an argument: `--image=web:1` has `web:1`.
fn argument(text: &str) -> &str {
    match text.strip_prefix('-').and_then(|flag| flag.split_once('=')) {
        Some((_, value)) => value,
        None => text,
    }
}

/// Returns true if a text is an image with a registry or a path, and a tag or digest.
fn is_image(text: &str) -> bool {
    let image = Image::new(text);
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "./:@_-".contains(c);
    image.name.contains('/')
        && !text.contains("://")
        && !image.name.starts_with('/')
        && text.chars().all(is_plain)
        && (image.version().is_some() || !image.digest.is_empty() || image.tag == "latest")
}

/// Tells of images whose version is open.
pub(super) fn unpinned(pair: &Pair<'_>, problems: &mut Problems) {
    for (old, new) in changed(pair) {
        let (was, now) = (Image::new(old), Image::new(new));
        if was.is_pinned() && !now.is_pinned() {
            problems.add(format!("{old} → {new}: the version is open"));
        } else if !was.digest.is_empty() && now.digest.is_empty() {
            problems.add(format!(
                "{old} → {new}: without the digest, what the tag stands for may change"
            ));
        }
    }
}

/// Tells of images with a lower version.
pub(super) fn downgraded(pair: &Pair<'_>, problems: &mut Problems) {
    each_version(pair, |old, new| new < old, problems, "is a lower version");
}

/// Tells of images with another major version.
pub(super) fn major(pair: &Pair<'_>, problems: &mut Problems) {
    let is_major = |old: &[u64], new: &[u64]| old.len() > 1 && new.first() > old.first();
    each_version(pair, is_major, problems, "is another major version");
}

fn each_version(
    pair: &Pair<'_>,
    tells: impl Fn(&[u64], &[u64]) -> bool,
    problems: &mut Problems,
    what: &str,
) {
    for (from, to) in changed(pair) {
        let (old, new) = (Image::new(from), Image::new(to));
        let is_same = last_part(old.name) == last_part(new.name);
        if let (true, Some(old), Some(new)) = (is_same, old.version(), new.version())
            && tells(&old, &new)
        {
            problems.add(format!("{from} → {to}: that {what}"));
        }
    }
}

/// Tells of images that come from elsewhere.
pub(super) fn moved(pair: &Pair<'_>, problems: &mut Problems) {
    for (from, to) in changed(pair) {
        if full(Image::new(from).name) != full(Image::new(to).name) {
            problems.add(format!("{from} → {to}: that comes from elsewhere"));
        }
    }
}

/// The last part of a repository.
fn last_part(name: &str) -> &str {
    name.rsplit('/').next().unwrap_or(name)
}

/// A repository with its registry, as Docker completes it.
fn full(name: &str) -> String {
    match name.split_once('/') {
        None => format!("docker.io/library/{name}"),
        Some((first, _)) if first.contains(['.', ':']) || first == "localhost" => name.to_owned(),
        Some(_) => format!("docker.io/{name}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_the_numbers_of_a_tag() {
        for (image, version) in [
            ("a:1.2.3", Some(vec![1, 2, 3])),
            ("r:5000/a:v1.2-alpine", Some(vec![1, 2])),
            ("a:16", Some(vec![16])),
            ("a:2024.01.01", None),
            ("a:latest", None),
            ("a@sha256:00", None),
            ("r:5000/a", None),
        ] {
            assert_eq!(Image::new(image).version(), version, "{image}");
        }
        assert!(Image::new("a@sha256:00").is_pinned());
        assert!(!Image::new("r:5000/a").is_pinned());
    }

    #[test]
    fn repositories_are_completed() {
        assert_eq!(full("nginx"), full("docker.io/library/nginx"));
        assert_eq!(full("a/b"), full("docker.io/a/b"));
        assert_ne!(full("a/b"), full("ghcr.io/a/b"));
    }
}
