//! The namespace that templates see: `--namespace`, `HELM_NAMESPACE`, the kubeconfig's current context,
//! a pod's own namespace, `default` (client-go's `DeferredLoadingClientConfig.Namespace`).

use files::input::{self, NamedBy};
use gostd::limits::LIMITS;
use goyaml::Node;
use kubernetes::kubeconfig::Kubeconfig;
use std::path::Path;

const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// The sources of a namespace.
pub(super) struct Sources<'a> {
    /// `--namespace`.
    pub(super) namespace: Option<&'a str>,
    /// Gives the kubeconfigs' documents, or nothing where they cannot be read. It is asked only where it matters.
    pub(super) kubeconfigs: &'a dyn Fn() -> Option<&'a [Node]>,
    /// `--kube-context`.
    pub(super) context: Option<&'a str>,
    /// Environment variables; an empty one counts as none.
    pub(super) variable: &'a dyn Fn(&str) -> Option<String>,
    /// The directory of a pod's token and namespace.
    pub(super) service_account: &'a Path,
}

/// An environment variable that is not empty.
pub(super) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// The namespace of this process.
pub(super) fn namespace<'a>(
    namespace: Option<&'a str>,
    kubeconfigs: &'a dyn Fn() -> Option<&'a [Node]>,
    context: Option<&'a str>,
) -> String {
    let sources = Sources {
        namespace,
        kubeconfigs,
        context,
        variable: &variable,
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
        let files = (self.kubeconfigs)().ok_or(Unusable)?;
        let config = Kubeconfig::new(files);
        let entries = |list| config.entries(list).map_err(|_| Unusable);
        let (contexts, clusters, users) = (
            entries("contexts")?,
            entries("clusters")?,
            entries("users")?,
        );
        let context_name = match self.context {
            Some(flag) => Some(flag.to_owned()),
            None => self.variable("HELM_KUBECONTEXT"),
        };
        let context_name = context_name.filter(|name| !name.is_empty());
        let name = context_name.as_deref().or(config.current_context());
        let name = name.unwrap_or_default();
        let Some(context) = contexts.iter().find(|context| context.name == Some(name)) else {
            let is_empty = contexts.is_empty() && clusters.is_empty() && users.is_empty();
            return match name.is_empty() || is_empty {
                true => Ok(None),
                false => Err(Unusable),
            };
        };
        let context = context.node.get("context");
        let namespace = context.and_then(|context| context.get("namespace")?.as_str());
        let namespace = namespace.filter(|namespace| !namespace.is_empty());
        Ok(namespace.map(str::to_owned))
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
            kubeconfigs: &|| Some(&[]),
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
