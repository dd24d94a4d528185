//! "Did you mean": the name among known ones that a misspelt one was meant to be.

/// The known name that is nearest to `name`, if one is near enough to be what was meant: one slip
/// of the pen in short names, one in three characters in long ones. Case and separators hardly count.
pub fn nearest<'k>(name: &str, candidates: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let mut best: Option<(usize, &'k str)> = None;
    for candidate in candidates {
        if candidate == name || candidate.is_empty() {
            continue;
        }
        let distance = distance(name, candidate);
        let length = name.chars().count().max(candidate.chars().count());
        let allowed = (length / 3).clamp(1, 4);
        let nearer = best.is_none_or(|(least, at)| (distance, candidate) < (least, at));
        if distance <= allowed && distance < length && nearer {
            best = Some((distance, candidate));
        }
    }
    best.map(|(_, name)| name)
}

/// The advice to take the name that was meant.
pub fn did_you_mean(name: &str) -> String {
    format!("did you mean {name}?")
}

/// Returns true if one name is the other with a slip of the pen, and not its plural, which is another name.
pub fn is_slip(name: &str, other: &str) -> bool {
    let is_plural = |one: &str, many: &str| many.strip_suffix('s') == Some(one);
    is_near(name, other) && !is_plural(name, other) && !is_plural(other, name)
}

/// Returns true if one name is the other with one edit, from five letters on, or two, from nine on.
pub fn is_near(name: &str, other: &str) -> bool {
    let length = name.chars().count().min(other.chars().count());
    let allowed = match length {
        0..5 => 0,
        5..9 => 1,
        _ => 2,
    };
    name != other && distance(name, other) <= allowed
}

/// Edits between two names, neighbours swapped counted as one; none where they differ only in
/// case, `-` and `_`.
fn distance(a: &str, b: &str) -> usize {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', '.'], "");
    match plain(a) == plain(b) {
        true => 0,
        false => strsim::osa_distance(a, b),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_of_the_pen_find_what_was_meant() {
        let candidates = ["repository", "tag", "pullPolicy", "pullSecrets", "digest"];
        for (name, suggestion) in [
            ("repositry", Some("repository")),
            ("gat", None),
            ("tga", Some("tag")),
            ("tags", Some("tag")),
            ("pull-policy", Some("pullPolicy")),
            ("PullPolicy", Some("pullPolicy")),
            ("pullsecret", Some("pullSecrets")),
            ("resources", None),
        ] {
            assert_eq!(nearest(name, candidates), suggestion, "{name}");
        }
    }
}
