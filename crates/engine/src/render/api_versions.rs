//! The API versions that Helm knows without a cluster: client-go's scheme and apiextensions.

/// A group with its versions, and the client-go minor versions that have them.
struct Group {
    name: &'static str,
    versions: &'static [Version],
}

/// A version of a group, with the first and last Kubernetes minor version that has it.
type Version = (&'static str, u16, u16);

const ALWAYS: u16 = u16::MAX;

/// In client-go's order of registration, which is what templates see when they print the set.
const GROUPS: &[Group] = &[
    group("", &[always("v1")]),
    group(
        "admissionregistration.k8s.io",
        &[always("v1"), always("v1alpha1"), always("v1beta1")],
    ),
    group("internal.apiserver.k8s.io", &[always("v1alpha1")]),
    group(
        "apps",
        &[always("v1"), always("v1beta1"), always("v1beta2")],
    ),
    group(
        "authentication.k8s.io",
        &[always("v1"), always("v1alpha1"), always("v1beta1")],
    ),
    group("authorization.k8s.io", &[always("v1"), always("v1beta1")]),
    group(
        "autoscaling",
        &[
            always("v1"),
            always("v2"),
            ("v2beta1", 0, 35),
            ("v2beta2", 0, 35),
        ],
    ),
    group("batch", &[always("v1"), always("v1beta1")]),
    group(
        "certificates.k8s.io",
        &[always("v1"), always("v1beta1"), always("v1alpha1")],
    ),
    group(
        "coordination.k8s.io",
        &[always("v1alpha2"), always("v1beta1"), always("v1")],
    ),
    group("discovery.k8s.io", &[always("v1"), always("v1beta1")]),
    group("events.k8s.io", &[always("v1"), always("v1beta1")]),
    group("extensions", &[always("v1beta1")]),
    group(
        "flowcontrol.apiserver.k8s.io",
        &[
            always("v1"),
            always("v1beta1"),
            always("v1beta2"),
            always("v1beta3"),
        ],
    ),
    group("networking.k8s.io", &[always("v1"), always("v1beta1")]),
    group(
        "node.k8s.io",
        &[always("v1"), always("v1alpha1"), always("v1beta1")],
    ),
    group("policy", &[always("v1"), always("v1beta1")]),
    group(
        "rbac.authorization.k8s.io",
        &[always("v1"), always("v1beta1"), always("v1alpha1")],
    ),
    group(
        "resource.k8s.io",
        &[
            always("v1"),
            always("v1beta2"),
            always("v1beta1"),
            always("v1alpha3"),
        ],
    ),
    group(
        "scheduling.k8s.io",
        &[
            ("v1alpha1", 0, 35),
            ("v1alpha2", 36, ALWAYS),
            always("v1beta1"),
            always("v1"),
        ],
    ),
    group(
        "storage.k8s.io",
        &[always("v1beta1"), always("v1"), always("v1alpha1")],
    ),
    group(
        "storagemigration.k8s.io",
        &[("v1alpha1", 0, 34), ("v1beta1", 35, ALWAYS)],
    ),
    group("apiextensions.k8s.io", &[always("v1beta1"), always("v1")]),
];

const fn group(name: &'static str, versions: &'static [Version]) -> Group {
    Group { name, versions }
}

const fn always(version: &'static str) -> Version {
    (version, 0, ALWAYS)
}

/// The set for a Helm that was built with client-go of this Kubernetes minor version.
pub(super) fn builtin(kube_minor: u16) -> Vec<String> {
    let mut versions = Vec::new();
    for group in GROUPS {
        for (version, first, last) in group.versions {
            if (*first..=*last).contains(&kube_minor) {
                versions.push(match group.name {
                    "" => (*version).to_owned(),
                    name => format!("{name}/{version}"),
                });
            }
        }
    }
    versions
}
