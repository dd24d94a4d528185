//! The names that Kubernetes allows for an object, by kind (`k8s.io/apimachinery`'s validation).

/// A rule on names: what is wrong with one.
type Rule = fn(&str) -> Vec<String>;

/// The kinds whose names are not DNS subdomains.
const KINDS: &[(&str, Rule)] = &[
    ("service", service_label),
    ("namespace", label),
    // Whatever the requester thinks of.
    ("certificatesigningrequest", |_| Vec::new()),
    ("role", path_segment),
    ("clusterrole", path_segment),
    ("rolebinding", path_segment),
    ("clusterrolebinding", path_segment),
];

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

/// Kubernetes' objections to the name of an object of some kind; nothing if it is allowed.
pub fn problems(kind: &str, name: &str) -> Vec<String> {
    let kind = kind.to_lowercase();
    let row = KINDS.iter().find(|(name, _)| *name == kind);
    let rule = row.map_or(subdomain as Rule, |(_, rule)| *rule);
    rule(name)
}

/// RFC 1123: labels with dots between them.
pub fn subdomain(name: &str) -> Vec<String> {
    let mut problems = too_long(name, 253);
    if !is_subdomain(name) {
        problems.push(format!(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or \
             '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used \
             for validation is '{LABEL}(\\.{LABEL})*')"
        ));
    }
    problems
}

/// RFC 1123: one label.
pub fn label(name: &str) -> Vec<String> {
    let mut problems = too_long(name, 63);
    if is_label(name) {
        return problems;
    }
    problems.push(match is_subdomain(name) {
        true => "must not contain dots".into(),
        false => format!(
            "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and \
             must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex \
             used for validation is '{LABEL}')"
        ),
    });
    problems
}

/// RFC 1035: one label that starts with a letter.
fn service_label(name: &str) -> Vec<String> {
    let mut problems = too_long(name, 63);
    if !is_label(name) || name.starts_with(|c: char| c.is_ascii_digit()) {
        problems.push(
            "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an \
             alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or \
             'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
                .into(),
        );
    }
    problems
}

/// Checks that a name can be a part of a URL's path.
fn path_segment(name: &str) -> Vec<String> {
    if name == "." || name == ".." {
        return vec![format!("may not be '{name}'")];
    }
    let parts = ["/", "%"].iter().filter(|part| name.contains(**part));
    parts
        .map(|part| format!("may not contain '{part}'"))
        .collect()
}

/// Kubernetes' `IsValidPortName`, an IANA service name.
pub fn port(name: &str) -> Vec<String> {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    let wrong = match name {
        _ if name.len() > 15 => "must be no more than 15 characters",
        _ if !name.bytes().all(inner) => {
            "must contain only lower case alphanumeric characters and '-'"
        }
        _ if !name.bytes().any(|b| b.is_ascii_lowercase()) => "must contain at least one letter",
        _ if name.contains("--") => "must not contain consecutive hyphens",
        _ if name.starts_with('-') || name.ends_with('-') => "must not begin or end with a hyphen",
        _ => return Vec::new(),
    };
    vec![wrong.into()]
}

fn too_long(name: &str, limit: usize) -> Vec<String> {
    match name.len() > limit {
        true => vec![format!("must be no more than {limit} characters")],
        false => Vec::new(),
    }
}

fn is_label(name: &str) -> bool {
    let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !name.is_empty() && name.bytes().all(inner) && !name.starts_with('-') && !name.ends_with('-')
}

fn is_subdomain(name: &str) -> bool {
    name.split('.').all(is_label)
}
