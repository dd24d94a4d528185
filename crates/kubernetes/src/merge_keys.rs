//! Merge keys: the keys by which the items of Kubernetes' lists are told apart (`patchMergeKey` and `+listMapKey` in
//! k8s.io/api v0.36).

/// A list whose items have names.
#[derive(Debug)]
pub struct MergeKey {
    /// The list's key.
    pub list: &'static str,
    /// The keys of an item that tell it apart; only the first has to be there.
    pub keys: &'static [&'static str],
    /// True if the order means something all the same.
    pub ordered: bool,
}

const fn by(list: &'static str, keys: &'static [&'static str]) -> MergeKey {
    MergeKey {
        list,
        keys,
        ordered: false,
    }
}

pub(crate) const MERGE_KEYS: &[MergeKey] = &[
    by("allocatedResourcesStatus", &["name"]),
    by("conditions", &["type"]),
    by("containers", &["name"]),
    by("env", &["name"]),
    by("ephemeralContainers", &["name"]),
    by("hostAliases", &["ip"]),
    by("hostIPs", &["ip"]),
    by("imagePullSecrets", &["name"]),
    MergeKey {
        list: "initContainers",
        keys: &["name"],
        // They run one after the other.
        ordered: true,
    },
    by("matchConditions", &["name"]),
    by("ownerReferences", &["uid"]),
    by("podIPs", &["ip"]),
    by("ports", &["containerPort", "protocol"]),
    by("ports", &["port", "protocol"]),
    by("resourceClaims", &["name"]),
    by("schedulingGates", &["name"]),
    by("secrets", &["name"]),
    by(
        "topologySpreadConstraints",
        &["topologyKey", "whenUnsatisfiable"],
    ),
    by("variables", &["name"]),
    // Of a CustomResourceDefinition; Kubernetes has no merge key there, but names are unique.
    by("versions", &["name"]),
    by("volumeDevices", &["devicePath"]),
    by("volumeMounts", &["mountPath"]),
    by("volumes", &["name"]),
    by("webhooks", &["name"]),
];

/// The value of a key that is left out.
const DEFAULTS: &[(&str, &str)] = &[("protocol", "TCP")];

/// The merge keys of lists with this key: those of different types may differ.
pub fn of_list(list: &str) -> impl Iterator<Item = &'static MergeKey> {
    MERGE_KEYS.iter().filter(move |key| key.list == list)
}

/// The value of a key of an item that leaves it out.
pub fn default(key: &str) -> Option<&'static str> {
    let default = DEFAULTS.iter().find(|(name, _)| *name == key);
    default.map(|(_, value)| *value)
}
