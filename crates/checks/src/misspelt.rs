//! Names that Kubernetes and well-known programs give a meaning, in another spelling: labels of nodes, annotations, namespaces,
//! classes of priority. What has another spelling means nothing to anybody.

use crate::required::pod_spec;
use crate::{Finding, Release, Resource, rules};
use diagnostics::suggest::{did_you_mean, is_slip, nearest};
use engine::manifest::fields::{at, entries, items};
use goyaml::{Mark, Node};

/// Labels that nodes have.
const NODE_LABELS: [&str; 8] = [
    "kubernetes.io/arch",
    "kubernetes.io/hostname",
    "kubernetes.io/os",
    "node-role.kubernetes.io/control-plane",
    "node.kubernetes.io/instance-type",
    "topology.kubernetes.io/region",
    "topology.kubernetes.io/zone",
    "karpenter.sh/capacity-type",
];

/// Labels of nodes with the values that they may have.
const NODE_VALUES: [(&str, &[&str]); 2] = [
    ("kubernetes.io/os", &["linux", "windows"]),
    (
        "kubernetes.io/arch",
        &[
            "386", "amd64", "arm", "arm64", "loong64", "ppc64le", "riscv64", "s390x",
        ],
    ),
];

/// Namespaces that every cluster has.
const NAMESPACES: [&str; 3] = ["kube-node-lease", "kube-public", "kube-system"];

/// Classes of priority that every cluster has.
const PRIORITIES: [&str; 2] = ["system-cluster-critical", "system-node-critical"];

/// Looks at names that have a meaning.
pub(crate) fn check(release: &Release<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for resource in release.resources {
        let mut check = Check {
            resource,
            findings: &mut findings,
        };
        check.metadata();
        if let Some(spec) = pod_spec(resource) {
            check.pod(spec);
        }
    }
    findings
}

struct Check<'r> {
    resource: &'r Resource,
    findings: &'r mut Vec<Finding>,
}

impl Check<'_> {
    fn add(&mut self, mark: Mark, what: &str, name: &str, near: &str) {
        let title = self.resource.title();
        let message = format!("{title} has the {what} {name}, which has no meaning");
        let finding = Finding::new(&rules::MISSPELT_NAME, self.resource.at(mark), message);
        let finding = finding.of(self.resource);
        self.findings.push(finding.suggest(did_you_mean(near)));
    }

    /// Tells of a name that is none of those that are known, though nearly one.
    fn name(&mut self, mark: Mark, what: &str, name: &str, known: &[&str]) {
        if known.contains(&name) {
            return;
        }
        if let Some(near) = known.iter().find(|known| is_slip(name, known)) {
            self.add(mark, what, name, near);
        }
    }

    fn metadata(&mut self) {
        let annotations = at(&self.resource.node, &["metadata", "annotations"]);
        for entry in annotations.map(entries).unwrap_or_default() {
            let Some((domain, _)) = entry.key.split_once('/') else {
                continue;
            };
            // Helm's own have a rule of their own.
            if domain != "helm.sh" {
                self.name(entry.mark, "annotation", &entry.key, ANNOTATIONS);
            }
        }
        if let Some(namespace) = at(&self.resource.node, &["metadata", "namespace"]) {
            let name = namespace.as_str().unwrap_or_default();
            self.name(namespace.mark, "namespace", name, &NAMESPACES);
        }
    }

    fn pod(&mut self, spec: &Node) {
        if let Some(class) = spec.get("priorityClassName") {
            let name = class.as_str().unwrap_or_default();
            self.name(class.mark, "priority class", name, &PRIORITIES);
        }
        for entry in spec.get("nodeSelector").map(entries).unwrap_or_default() {
            self.name(entry.mark, "label of nodes", &entry.key, &NODE_LABELS);
            self.node_value(&entry.key, &entry.value);
        }
        let spreads = spec.get("topologySpreadConstraints").map(items);
        for spread in spreads.unwrap_or_default() {
            self.topology(spread);
        }
        for kind in ["podAffinity", "podAntiAffinity"] {
            for when in ["required", "preferred"] {
                let list = format!("{when}DuringSchedulingIgnoredDuringExecution");
                for term in at(spec, &["affinity", kind, &list])
                    .map(items)
                    .unwrap_or_default()
                {
                    self.topology(term.get("podAffinityTerm").unwrap_or(term));
                }
            }
        }
        let node_affinity = at(spec, &["affinity", "nodeAffinity"]);
        let required = "requiredDuringSchedulingIgnoredDuringExecution";
        let terms = node_affinity.and_then(|node| at(node, &[required, "nodeSelectorTerms"]));
        for term in terms.map(items).unwrap_or_default() {
            for wanted in term.get("matchExpressions").map(items).unwrap_or_default() {
                let Some(key) = wanted.get("key") else {
                    continue;
                };
                let name = key.as_str().unwrap_or_default();
                self.name(key.mark, "label of nodes", name, &NODE_LABELS);
                for value in wanted.get("values").map(items).unwrap_or_default() {
                    self.node_value(name, value);
                }
            }
        }
    }

    fn topology(&mut self, node: &Node) {
        if let Some(key) = node.get("topologyKey") {
            let name = key.as_str().unwrap_or_default();
            self.name(key.mark, "label of nodes", name, &NODE_LABELS);
        }
    }

    fn node_value(&mut self, label: &str, value: &Node) {
        let Some((_, known)) = NODE_VALUES.iter().find(|(name, _)| *name == label) else {
            return;
        };
        let text = value.as_str().unwrap_or_default();
        if text.is_empty() || known.contains(&text) {
            return;
        }
        let same = known
            .iter()
            .find(|known| known.eq_ignore_ascii_case(text))
            .copied();
        if let Some(near) = same.or_else(|| nearest(text, known.iter().copied())) {
            self.add(value.mark, &format!("value of {label}"), text, near);
        }
    }
}

/// Annotations that programs which are found in most clusters read.
const ANNOTATIONS: &[&str] = &[
    "cert-manager.io/cluster-issuer",
    "cert-manager.io/common-name",
    "cert-manager.io/duration",
    "cert-manager.io/inject-ca-from",
    "cert-manager.io/issuer",
    "cert-manager.io/issuer-group",
    "cert-manager.io/issuer-kind",
    "cert-manager.io/renew-before",
    "cert-manager.io/revision-history-limit",
    "cert-manager.io/subject-organizations",
    "cert-manager.io/usages",
    "cluster-autoscaler.kubernetes.io/safe-to-evict",
    "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes",
    "eks.amazonaws.com/role-arn",
    "eks.amazonaws.com/sts-regional-endpoints",
    "external-dns.alpha.kubernetes.io/hostname",
    "external-dns.alpha.kubernetes.io/internal-hostname",
    "external-dns.alpha.kubernetes.io/target",
    "external-dns.alpha.kubernetes.io/ttl",
    "iam.gke.io/gcp-service-account",
    "ingress.kubernetes.io/rewrite-target",
    "ingress.kubernetes.io/ssl-redirect",
    "ingressclass.kubernetes.io/is-default-class",
    "kubectl.kubernetes.io/default-container",
    "kubectl.kubernetes.io/default-logs-container",
    "kubernetes.io/ingress.class",
    "kubernetes.io/tls-acme",
    "nginx.ingress.kubernetes.io/affinity",
    "nginx.ingress.kubernetes.io/affinity-mode",
    "nginx.ingress.kubernetes.io/app-root",
    "nginx.ingress.kubernetes.io/auth-realm",
    "nginx.ingress.kubernetes.io/auth-response-headers",
    "nginx.ingress.kubernetes.io/auth-secret",
    "nginx.ingress.kubernetes.io/auth-signin",
    "nginx.ingress.kubernetes.io/auth-snippet",
    "nginx.ingress.kubernetes.io/auth-tls-secret",
    "nginx.ingress.kubernetes.io/auth-type",
    "nginx.ingress.kubernetes.io/auth-url",
    "nginx.ingress.kubernetes.io/backend-protocol",
    "nginx.ingress.kubernetes.io/canary",
    "nginx.ingress.kubernetes.io/canary-weight",
    "nginx.ingress.kubernetes.io/client-body-buffer-size",
    "nginx.ingress.kubernetes.io/configuration-snippet",
    "nginx.ingress.kubernetes.io/cors-allow-headers",
    "nginx.ingress.kubernetes.io/cors-allow-methods",
    "nginx.ingress.kubernetes.io/cors-allow-origin",
    "nginx.ingress.kubernetes.io/enable-cors",
    "nginx.ingress.kubernetes.io/force-ssl-redirect",
    "nginx.ingress.kubernetes.io/from-to-www-redirect",
    "nginx.ingress.kubernetes.io/limit-connections",
    "nginx.ingress.kubernetes.io/limit-rpm",
    "nginx.ingress.kubernetes.io/limit-rps",
    "nginx.ingress.kubernetes.io/permanent-redirect",
    "nginx.ingress.kubernetes.io/proxy-body-size",
    "nginx.ingress.kubernetes.io/proxy-buffer-size",
    "nginx.ingress.kubernetes.io/proxy-buffering",
    "nginx.ingress.kubernetes.io/proxy-buffers-number",
    "nginx.ingress.kubernetes.io/proxy-connect-timeout",
    "nginx.ingress.kubernetes.io/proxy-http-version",
    "nginx.ingress.kubernetes.io/proxy-max-temp-file-size",
    "nginx.ingress.kubernetes.io/proxy-read-timeout",
    "nginx.ingress.kubernetes.io/proxy-request-buffering",
    "nginx.ingress.kubernetes.io/proxy-send-timeout",
    "nginx.ingress.kubernetes.io/rewrite-target",
    "nginx.ingress.kubernetes.io/server-alias",
    "nginx.ingress.kubernetes.io/server-snippet",
    "nginx.ingress.kubernetes.io/session-cookie-name",
    "nginx.ingress.kubernetes.io/session-cookie-path",
    "nginx.ingress.kubernetes.io/ssl-passthrough",
    "nginx.ingress.kubernetes.io/ssl-redirect",
    "nginx.ingress.kubernetes.io/temporal-redirect",
    "nginx.ingress.kubernetes.io/upstream-hash-by",
    "nginx.ingress.kubernetes.io/upstream-vhost",
    "nginx.ingress.kubernetes.io/use-regex",
    "nginx.ingress.kubernetes.io/whitelist-source-range",
    "prometheus.io/path",
    "prometheus.io/port",
    "prometheus.io/scheme",
    "prometheus.io/scrape",
    "reloader.stakater.com/auto",
    "sidecar.istio.io/inject",
    "storageclass.kubernetes.io/is-default-class",
];
