//! The order in which Helm parses and executes templates.

/// Sorts template paths as Helm's engine does: those with more slashes first, and among equals in
/// reverse bytewise order. What is parsed later wins, so that a parent chart's `define` wins over
/// its subchart's.
pub(super) fn sort_templates<T>(templates: &mut [T], path: impl Fn(&T) -> &str) {
    let depth = |path: &str| path.bytes().filter(|b| *b == b'/').count();
    templates.sort_by(|a, b| {
        let (a, b) = (path(a), path(b));
        depth(b).cmp(&depth(a)).then_with(|| b.cmp(a))
    });
}

#[cfg(test)]
mod tests {
    use super::sort_templates;

    #[test]
    fn deepest_first_then_backwards() {
        let mut paths = vec![
            "c/templates/a.yaml",
            "c/charts/s/templates/b.yaml",
            "c/templates/z.yaml",
            "c/templates/_h.tpl",
            "c/templates/sub/a.yaml",
        ];
        sort_templates(&mut paths, |p| p);
        assert_eq!(
            paths,
            [
                "c/charts/s/templates/b.yaml",
                "c/templates/sub/a.yaml",
                "c/templates/z.yaml",
                "c/templates/a.yaml",
                "c/templates/_h.tpl",
            ]
        );
    }
}
