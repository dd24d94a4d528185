//! Names of clusters: they become the names and keys of Secrets.

/// The longest name: a Secret's may have 253 characters, and today's are called
/// `istio-remote-secret-NAME`.
const LONGEST: usize = 253 - "istio-remote-secret-".len();

/// A cluster's name. It is a DNS-1123 subdomain, as a Secret's name must be, and so a Secret's key as
/// well (`[-._a-zA-Z0-9]+`): the control plane of Istio 0.8 reads only the key that is equal to the
/// Secret's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClusterName(String);

/// A name that cannot be a cluster's.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{name:?} cannot be a cluster's name, since a Secret is named after it: {problem}{}",
    .suggestion.as_ref().map(|name| format!("; {name:?} can")).unwrap_or_default()
)]
pub struct InvalidClusterName {
    /// The name.
    pub name: String,
    /// The problem with it.
    pub problem: &'static str,
    /// The nearest name that can be one.
    pub suggestion: Option<String>,
}

impl ClusterName {
    /// Checks a name.
    ///
    /// # Errors
    /// When a Secret cannot have that name; with the nearest one that it can.
    pub fn parse(name: &str) -> Result<ClusterName, InvalidClusterName> {
        match problem(name) {
            None => Ok(ClusterName(name.to_owned())),
            Some(problem) => Err(InvalidClusterName {
                name: name.to_owned(),
                problem,
                suggestion: suggestion(name),
            }),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClusterName {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

fn problem(name: &str) -> Option<&'static str> {
    let letter_or_digit = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    if name.is_empty() {
        return Some("it is empty");
    }
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        return Some("it has capital letters");
    }
    let allowed = |b: u8| letter_or_digit(b) || b == b'-' || b == b'.';
    if !name.bytes().all(allowed) {
        return Some("only small letters, digits, '-' and '.' can be in it");
    }
    let ends_well = |part: &str| {
        part.bytes().next().is_some_and(letter_or_digit)
            && part.bytes().last().is_some_and(letter_or_digit)
    };
    if !name.split('.').all(ends_well) {
        return Some("it begins or ends with '-' or '.', or has them side by side");
    }
    (name.len() > LONGEST).then_some("it is longer than 233 characters")
}

/// The name with everything that cannot stay made `-`, and that cut off where it cannot stand.
fn suggestion(name: &str) -> Option<String> {
    let replacement = |c: char| match c.to_ascii_lowercase() {
        c @ ('a'..='z' | '0'..='9' | '.') => c,
        _ => '-',
    };
    let text: String = name.trim().chars().map(replacement).collect();
    let parts = text.split('.').map(|part| part.trim_matches('-'));
    let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
    let mut text = parts.join(".");
    text.truncate(LONGEST);
    let text = text.trim_end_matches(['-', '.']).to_owned();
    problem(&text).is_none().then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_what_is_suggested_instead() {
        for name in ["remote1", "a", "1", "gke-zone.example", "a--b"] {
            assert!(ClusterName::parse(name).is_ok(), "{name}");
        }
        for (name, suggestion) in [
            ("Kubernetes", Some("kubernetes")),
            ("remote_1", Some("remote-1")),
            (
                "gke_project_europe-west1_Prod",
                Some("gke-project-europe-west1-prod"),
            ),
            (
                "arn:aws:eks:eu-west-1:123:cluster/prod",
                Some("arn-aws-eks-eu-west-1-123-cluster-prod"),
            ),
            ("-a-", Some("a")),
            ("a..b", Some("a.b")),
            ("a.-b", Some("a.b")),
            (" a", Some("a")),
            ("größe", Some("gr--e")),
            ("", None),
            ("_", None),
            ("日本", None),
        ] {
            let invalid = ClusterName::parse(name).err();
            let actual = invalid.and_then(|invalid| invalid.suggestion);
            assert_eq!(actual.as_deref(), suggestion, "{name}");
        }
        let long = ClusterName::parse(&"a".repeat(300)).err();
        let suggested = long.and_then(|invalid| invalid.suggestion);
        assert_eq!(suggested.map(|name| name.len()), Some(LONGEST));
    }
}
