//! The namespace that templates see: `--namespace`, `HELM_NAMESPACE`, the kubeconfig's current context,
//! a pod's own namespace, `default` (client-go's `DeferredLoadingClientConfig.Namespace`).

use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use goyaml::{Kind, Node};
use std::collections::HashSet;
use std::path::{Path, PathBuf};

const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Where a namespace can come from.
pub(super) struct Sources<'a> {
    /// `--namespace`.
    pub(super) namespace: Option<&'a str>,
    /// `--kubeconfig`.
    pub(super) kubeconfig: Option<&'a str>,
    /// `--kube-context`.
    pub(super) context: Option<&'a str>,
    /// Environment variables; an empty one counts as none.
    pub(super) variable: &'a dyn Fn(&str) -> Option<String>,
    /// Where a pod's token and namespace are.
    pub(super) service_account: &'a Path,
}

/// The namespace of this process.
pub(super) fn namespace(
    namespace: Option<&str>,
    kubeconfig: Option<&str>,
    context: Option<&str>,
) -> String {
    let sources = Sources {
        namespace,
        kubeconfig,
        context,
        variable: &|name| std::env::var(name).ok().filter(|value| !value.is_empty()),
        service_account: Path::new(SERVICE_ACCOUNT),
    };
    sources.namespace()
}

/// A kubeconfig that cannot be read or used: Helm takes the default namespace then.
struct Unusable;

impl Sources<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        (self.variable)(name)
    }

    fn namespace(&self) -> String {
        let name = match self.namespace {
            Some(flag) => Some(flag.to_owned()),
            None => self.variable("HELM_NAMESPACE"),
        };
        if let Some(namespace) = name.filter(|namespace| !namespace.is_empty()) {
            return namespace;
        }
        match self.of_context() {
            Ok(Some(namespace)) => namespace,
            Ok(None) => self.of_pod().unwrap_or_else(|| "default".into()),
            Err(Unusable) => "default".into(),
        }
    }

    /// The namespace of the context that is asked for, or of the current one.
    fn of_context(&self) -> Result<Option<String>, Unusable> {
        let mut current = None;
        let mut contexts: Vec<(String, Option<String>)> = Vec::new();
        let mut empty = true;
        for path in self.kubeconfigs()? {
            let Ok(text) = input::read(&path, NamedBy::User, LIMITS.argument_bytes) else {
                // Missing files are passed over; what else keeps one from being read is an error.
                match path.exists() {
                    true => return Err(Unusable),
                    false => continue,
                }
            };
            let node = goyaml::parse(&text).map_err(|_| Unusable)?;
            empty &= !has_entries(&node)?;
            let current_name = node.get("current-context").and_then(Node::as_str);
            if let Some(name) = current_name.filter(|name| !name.is_empty() && current.is_none()) {
                current = Some(name.to_owned());
            }
            contexts.extend(contexts_of(&node)?);
        }
        let asked = match self.context {
            Some(flag) => Some(flag.to_owned()),
            None => self.variable("HELM_KUBECONTEXT"),
        };
        let Some(name) = asked.filter(|name| !name.is_empty()).or(current) else {
            return Ok(None);
        };
        // The first file that has a context counts.
        match contexts.into_iter().find(|(context, _)| *context == name) {
            Some((_, namespace)) => Ok(namespace),
            None if empty => Ok(None),
            None => Err(Unusable),
        }
    }

    /// The files to read: the one that is given, or those that `KUBECONFIG` lists, or the one at home.
    fn kubeconfigs(&self) -> Result<Vec<PathBuf>, Unusable> {
        if let Some(flag) = self.kubeconfig.filter(|path| !path.is_empty()) {
            let path = PathBuf::from(flag);
            return if path.exists() {
                Ok(vec![path])
            } else {
                Err(Unusable)
            };
        }
        let Some(list) = self.variable("KUBECONFIG") else {
            let home = self.variable("HOME").map(PathBuf::from);
            return Ok(home.iter().map(|home| home.join(".kube/config")).collect());
        };
        let mut unique = HashSet::new();
        let mut paths: Vec<PathBuf> = std::env::split_paths(&list).collect();
        paths.retain(|path| !path.as_os_str().is_empty() && unique.insert(path.clone()));
        Ok(paths)
    }

    /// The namespace of the pod that this process runs in, if it does.
    fn of_pod(&self) -> Option<String> {
        self.variable("KUBERNETES_SERVICE_HOST")?;
        self.variable("KUBERNETES_SERVICE_PORT")?;
        if !self.service_account.join("token").is_file() {
            return None;
        }
        self.variable("POD_NAMESPACE").or_else(|| {
            let path = self.service_account.join("namespace");
            let text = input::read(&path, NamedBy::User, LIMITS.argument_bytes).ok()?;
            let text = String::from_utf8(text).ok()?;
            let namespace = gostd::unicode::trim_space(text.as_bytes());
            let namespace = String::from_utf8_lossy(namespace).into_owned();
            Some(namespace).filter(|namespace| !namespace.is_empty())
        })
    }
}

/// The named entries of a kubeconfig's list.
fn entries<'n>(node: &'n Node, list: &str) -> Result<&'n [Node], Unusable> {
    match node.get(list).map(|list| &list.kind) {
        None | Some(Kind::Null) => Ok(&[]),
        Some(Kind::Seq(entries)) => Ok(entries),
        Some(_) => Err(Unusable),
    }
}

/// Whether there is anything in a kubeconfig. One that is not a kubeconfig cannot be used.
fn has_entries(node: &Node) -> Result<bool, Unusable> {
    if !matches!(node.kind, Kind::Map(_) | Kind::Null) {
        return Err(Unusable);
    }
    let mut any = false;
    for list in ["clusters", "users", "contexts"] {
        any |= !entries(node, list)?.is_empty();
    }
    Ok(any)
}

/// The contexts of a kubeconfig, with their namespaces where they have one.
fn contexts_of(node: &Node) -> Result<Vec<(String, Option<String>)>, Unusable> {
    let mut contexts = Vec::new();
    for entry in entries(node, "contexts")? {
        let name = entry.get("name").and_then(Node::as_str).ok_or(Unusable)?;
        let namespace = entry
            .get("context")
            .and_then(|context| context.get("namespace"));
        let namespace = namespace.and_then(Node::as_str).filter(|n| !n.is_empty());
        contexts.push((name.to_owned(), namespace.map(str::to_owned)));
    }
    Ok(contexts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn in_pod(variables: &[(&str, &str)], pod: &[(&str, &str)]) -> Result<String, std::io::Error> {
        let dir = tempfile::tempdir()?;
        for (file, text) in pod {
            std::fs::write(dir.path().join(file), text)?;
        }
        let variable = |name: &str| {
            let mut values = variables.iter().filter(|(variable, _)| *variable == name);
            values.next().map(|(_, value)| (*value).to_owned())
        };
        let sources = Sources {
            namespace: None,
            kubeconfig: None,
            context: None,
            variable: &variable,
            service_account: dir.path(),
        };
        Ok(sources.namespace())
    }

    #[test]
    fn a_pod_is_in_its_own_namespace() -> Result<(), std::io::Error> {
        let host = ("KUBERNETES_SERVICE_HOST", "10.0.0.1");
        let port = ("KUBERNETES_SERVICE_PORT", "443");
        let files = [("token", "t"), ("namespace", "mine\n")];
        assert_eq!(in_pod(&[host, port], &files)?, "mine");
        let by_variable = [host, port, ("POD_NAMESPACE", "told")];
        assert_eq!(in_pod(&by_variable, &files)?, "told");
        assert_eq!(in_pod(&by_variable, &[("namespace", "mine")])?, "default");
        assert_eq!(in_pod(&[host], &files)?, "default");
        Ok(())
    }
}
