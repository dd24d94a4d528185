//! The rules on resources.

use diagnostics::Rule;

/// A resource without what makes it one.
pub static MISSING_FIELD: Rule = Rule::error(
    "missing-field",
    "a resource without apiVersion, kind, name or something else that Kubernetes requires",
    "Kubernetes refuses a resource that lacks one of these, and so does Helm when it installs.",
);

/// A value of a kind that Kubernetes cannot read there.
pub static FIELD_TYPE: Rule = Rule::error(
    "field-type",
    "a field that is a number or boolean where Kubernetes takes a string, or the other way round",
    "Labels, annotations, environment variables, arguments and data of ConfigMaps are strings: 8080, true and \
     1.0 need quotes there (use quote). Ports and replicas are numbers: they need none. Kubernetes \
     refuses the whole resource.",
);

/// A key that Kubernetes does not know.
pub static UNKNOWN_FIELD: Rule = Rule::warning(
    "unknown-field",
    "a field that Kubernetes does not know there",
    "Kubernetes drops it and what is in it, or refuses the resource where fields are validated strictly. Most \
     often it is misspelt, or indented too much or too little. The fields are those of the Kubernetes of \
     --kube-version (1.25 to 1.37), those of custom resources come from their definitions.",
);

/// A key whose children stand beside it.
pub static LOST_INDENTATION: Rule = Rule::warning(
    "lost-indentation",
    "a field beside the empty one that it belongs in",
    "What follows a key must be indented more than the key to be in it. Here the key is empty, and Kubernetes \
     drops what was meant to be its value: most often indent or nindent is missing, or has the wrong number.",
);

/// A text that is none of those that a field takes.
pub static INVALID_OPTION: Rule = Rule::error(
    "invalid-option",
    "a value that is none of those that a field takes",
    "The field takes one of few texts, in exactly this spelling: Always, IfNotPresent, Never. Kubernetes refuses \
     the whole resource.",
);

/// A text that is no amount.
pub static INVALID_QUANTITY: Rule = Rule::error(
    "invalid-quantity",
    "an amount that Kubernetes cannot read",
    "Amounts are a number and n, u, m, k, M, G, T, P, E, or Ki, Mi, Gi, Ti, Pi, Ei, without a blank: 500m, 1.5Gi. \
     Kubernetes refuses the whole resource.",
);

/// A number too small or too large.
pub static OUT_OF_RANGE: Rule = Rule::error(
    "out-of-range",
    "a number that is smaller or larger than a field takes",
    "Ports are from 1 to 65535, counts and times are not negative, permissions are octal numbers from 0 to 0777. \
     Kubernetes refuses the whole resource.",
);

/// Data that is not encoded.
pub static INVALID_BASE64: Rule = Rule::error(
    "invalid-base64",
    "a field that takes base64 and holds something else",
    "Data of Secrets, binaryData and certificates of webhooks are base64 (b64enc); a Secret's stringData takes plain \
     text. Kubernetes refuses the whole resource.",
);

/// Fields that exclude one another.
pub static EXCLUSIVE_FIELDS: Rule = Rule::error(
    "exclusive-fields",
    "two fields of which a resource may have one: two handlers of a probe, two sources of a volume",
    "Most often a value was merged with a default that has the other field: set that to null. Kubernetes refuses \
     the whole resource.",
);

/// An item that a list may not have twice.
pub static DUPLICATE_ITEM: Rule = Rule::error(
    "duplicate-item",
    "two items of the same name in a list whose names are unique",
    "Names of containers and volumes, paths of mounts, ports of a Service are unique. Kubernetes refuses the whole \
     resource.",
);

/// An item that a later one replaces.
pub static OVERRIDDEN_ITEM: Rule = Rule::warning(
    "overridden-item",
    "two items of the same name in a list, with different values: an environment variable that is set twice",
    "Of variables the last one counts. Where a manifest is applied on the server's side, as Helm 4 does, Kubernetes \
     refuses it; other merges lose one of them at the next upgrade.",
);

/// The same item twice.
pub static REPEATED_ITEM: Rule = Rule::strict(
    "repeated-item",
    "two equal items of the same name in a list",
    "Kubernetes takes it where it is not applied on the server's side, as Helm 4 does.",
);

/// A schedule that is none.
pub static INVALID_SCHEDULE: Rule = Rule::error(
    "invalid-schedule",
    "a CronJob's schedule that Kubernetes cannot read",
    "A schedule has five fields: minute, hour, day of the month, month, day of the week (0 to 6), or is @daily and \
     its like. Kubernetes refuses the resource.",
);

/// A policy that a workload does not take.
pub static INVALID_RESTART_POLICY: Rule = Rule::error(
    "invalid-restart-policy",
    "pods with a restart policy that their workload does not take",
    "Jobs take OnFailure or Never, which has to be said: without it is Always. All others take Always. Kubernetes \
     refuses the resource.",
);

/// A request above its limit.
pub static REQUEST_ABOVE_LIMIT: Rule = Rule::error(
    "request-above-limit",
    "a container that requests more of something than its limit",
    "Most often only one of both was set, and the chart has a default for the other. Kubernetes refuses the resource.",
);

/// A mount without volume.
pub static UNKNOWN_VOLUME: Rule = Rule::error(
    "unknown-volume",
    "a container that mounts a volume which its pod does not have",
    "Kubernetes refuses the resource.",
);

/// A port that is not there.
pub static UNKNOWN_PORT: Rule = Rule::warning(
    "unknown-port",
    "a probe, Service or Ingress that names a port which is not there",
    "Kubernetes takes it, and nothing gets through: a probe fails, a Service has no endpoints, an Ingress answers \
     with 503. A number in quotes is a name.",
);

/// A key that is not there.
pub static UNKNOWN_KEY: Rule = Rule::warning(
    "unknown-key",
    "a container or volume that reads a key which the release's ConfigMap or Secret does not have",
    "Its pods do not start. Not reported of references that are optional, and of empty ConfigMaps and Secrets.",
);

/// A name that something nearly has.
pub static UNKNOWN_REFERENCE: Rule = Rule::warning(
    "unknown-reference",
    "a name that no resource of the release has, though one nearly has it",
    "A ConfigMap, Secret, ServiceAccount, claim, role, Service or workload is named that is not there, most often \
     because one of both names is misspelt.",
);

/// A name that nothing has.
pub static OUTSIDE_REFERENCE: Rule = Rule::strict(
    "outside-reference",
    "a name that no resource of the release has",
    "A ConfigMap, Secret, ServiceAccount, claim, role, Service or workload has to be there before the release is \
     installed.",
);

/// A hook at no event.
pub static UNKNOWN_HOOK: Rule = Rule::error(
    "unknown-hook",
    "a hook that Helm does not know (helm.sh/hook)",
    "Hooks are pre- and post- install, upgrade, rollback and delete, and test. A resource with another one is neither \
     installed nor run, and Helm says nothing.",
);

/// A hook's setting that does nothing.
pub static INVALID_HOOK_SETTING: Rule = Rule::warning(
    "invalid-hook-setting",
    "a weight, delete policy or log policy of a hook that Helm does not know",
    "Weights are whole numbers, delete policies before-hook-creation, hook-succeeded and hook-failed, log policies the \
     last two. Of what it does not know Helm says nothing.",
);

/// A policy other than keep.
pub static INVALID_RESOURCE_POLICY: Rule = Rule::warning(
    "invalid-resource-policy",
    "a resource policy that is not keep (helm.sh/resource-policy)",
    "Helm knows no other, and deletes the resource with the release or when the chart has it no longer.",
);

/// A misspelt annotation of Helm's.
pub static UNKNOWN_HELM_ANNOTATION: Rule = Rule::warning(
    "unknown-helm-annotation",
    "an annotation that is nearly one of Helm's (helm.sh/hook-wieght)",
    "Helm passes over annotations that it does not know.",
);

/// A path in another form.
pub static INVALID_PATH: Rule = Rule::error(
    "invalid-path",
    "a path that has to begin with /, or must not lead out of its volume",
    "Paths of an Ingress and of webhooks begin with /, paths inside of volumes (subPath, items) are relative and have no \
     \"..\". Kubernetes refuses the resource.",
);

/// An address that is none.
pub static INVALID_ADDRESS: Rule = Rule::error(
    "invalid-address",
    "an IP address or a block of addresses that is none",
    "Blocks are an address and the bits that count: 10.0.0.0/8. Kubernetes refuses the resource.",
);

/// A container that cannot start.
pub static CANNOT_START: Rule = Rule::error(
    "cannot-start",
    "a container that has to run as another user than root, and as root",
    "Kubernetes takes it, and its containers never start: runAsNonRoot is true, and runAsUser is 0.",
);

/// An amount that nobody means.
pub static ODD_QUANTITY: Rule = Rule::warning(
    "odd-quantity",
    "an amount that Kubernetes reads otherwise than it is meant: 128m of memory, 500M of cpu",
    "m is a thousandth, M a million: 500m is half a processor, 128m of memory an eighth of a byte, 500M of cpu are 500 \
     million processors. Pods do not start, or are never placed.",
);

/// An API that nobody has.
pub static UNKNOWN_API: Rule = Rule::error(
    "unknown-api",
    "an API version or a kind that nobody has, though something has nearly that name",
    "Helm installs nothing of the release. Kubernetes' own kinds are known of all versions since 1.16; of custom resources \
     those that a definition tells of.",
);

/// A permission for nothing.
pub static UNKNOWN_PERMISSION: Rule = Rule::warning(
    "unknown-permission",
    "a rule of a role with a verb, a group or a resource that there is not",
    "Resources are plural and in lower case (configmaps), groups have no version (apps). Kubernetes takes it, and what \
     was to be allowed is forbidden.",
);

/// A name that nearly has a meaning.
pub static MISSPELT_NAME: Rule = Rule::warning(
    "misspelt-name",
    "a label of nodes, an annotation, a namespace or a class of priority that is nearly a well-known one",
    "Nobody reads it: pods are never placed, an annotation has no effect.",
);

/// A budget that lets nobody go.
pub static BLOCKED_EVICTION: Rule = Rule::warning(
    "blocked-eviction",
    "a PodDisruptionBudget that lets none of several pods go",
    "A node that has one of them cannot be drained, and upgrades of the cluster wait for it.",
);

/// A share of nothing.
pub static UNMEASURED_SCALING: Rule = Rule::warning(
    "unmeasured-scaling",
    "an autoscaler that goes by a share of what containers request, where one requests nothing",
    "Kubernetes cannot tell the share, and does not scale. Requests and limits count.",
);

/// Two resources that are one.
pub static DUPLICATE_RESOURCE: Rule = Rule::error(
    "duplicate-resource",
    "two resources of the same kind, namespace and name",
    "Helm fails when it creates the second one, or one overwrites the other at the next upgrade.",
);

/// A name that Kubernetes does not allow.
pub static INVALID_NAME: Rule = Rule::error(
    "invalid-name",
    "a name that Kubernetes does not allow",
    "Names are lower-case letters, digits and -, of at most 63 or 253 characters by kind; those of Services \
     start with a letter, those of ports have at most 15 characters. Kubernetes refuses the resource.",
);

/// A label that Kubernetes does not allow.
pub static INVALID_LABEL: Rule = Rule::error(
    "invalid-label",
    "a label, a selector's label or an annotation's key that Kubernetes does not allow",
    "Keys are a name of at most 63 characters behind an optional domain and /. Values of labels have at most \
     63 letters, digits, -, _ and ., letters or digits at both ends. Kubernetes refuses the resource.",
);

/// An API that is not there.
pub static REMOVED_API: Rule = Rule::error(
    "removed-api",
    "an API version that the Kubernetes of --kube-version has no longer",
    "Kubernetes does not know the resource's kind under this API version, and Helm installs nothing. Without \
     --kube-version the version is that which helm template assumes.",
);

/// An API that is not there yet.
pub static FUTURE_API: Rule = Rule::error(
    "future-api",
    "an API version that the Kubernetes of --kube-version does not have yet",
    "Kubernetes does not know the resource's kind under this API version, and Helm installs nothing.",
);

/// An API that is off.
pub static DISABLED_API: Rule = Rule::warning(
    "disabled-api",
    "an API version that the Kubernetes of --kube-version has switched off by default",
    "Alpha API versions, and beta ones since Kubernetes 1.24, are served only where the API server is told so \
     (--runtime-config). Elsewhere Helm installs nothing. Ignore the rule if your clusters do.",
);

/// An API that will go.
pub static DEPRECATED_API: Rule = Rule::warning(
    "deprecated-api",
    "an API version that the Kubernetes of --kube-version calls deprecated",
    "It still works there, but a later version will not have it.",
);

/// A workload that does not select its own pods.
pub static SELECTOR_MISMATCH: Rule = Rule::error(
    "selector-mismatch",
    "a workload whose selector does not match the labels of its own pods",
    "Kubernetes refuses a Deployment, StatefulSet, DaemonSet, ReplicaSet or ReplicationController of which \
     spec.selector does not select what spec.template makes.",
);

/// A selector that is one label away from something.
pub static SELECTS_NOTHING: Rule = Rule::warning(
    "selects-nothing",
    "a Service or another selector that selects no pod of the release, though it nearly selects some",
    "A Service without pods gets no traffic through, a PodDisruptionBudget or NetworkPolicy without pods protects nothing. Reported \
     where pods of the release have all labels that the selector names, but one, or have them in another namespace.",
);

/// A selector that matches nothing at all.
pub static SELECTS_NOTHING_HERE: Rule = Rule::strict(
    "selects-nothing-here",
    "a Service or PodDisruptionBudget that selects no pod of the release",
    "Reported where nothing in the release nearly matches either: the pods may come from somewhere else: from an operator, from another release, from Kubernetes itself.",
);

/// An image that cannot be one.
pub static INVALID_IMAGE: Rule = Rule::error(
    "invalid-image",
    "an image that is not a reference: empty, or without name or tag beside its colon",
    "Kubernetes fails with InvalidImageName. Most often one of the values that the reference is put together \
     from is empty.",
);

/// An image whose version is open.
pub static UNTAGGED_IMAGE: Rule = Rule::warning(
    "untagged-image",
    "an image without tag and digest",
    "Without a tag it is :latest: what runs changes with every pull, and cannot be rolled back. Tests \
     (helm.sh/hook: test) are not reported.",
);

/// The rules that tell of what an API server refuses.
pub static REFUSED: &[&Rule] = &[
    &MISSING_FIELD,
    &FIELD_TYPE,
    &INVALID_OPTION,
    &INVALID_QUANTITY,
    &OUT_OF_RANGE,
    &INVALID_BASE64,
    &EXCLUSIVE_FIELDS,
    &DUPLICATE_ITEM,
    &INVALID_SCHEDULE,
    &INVALID_RESTART_POLICY,
    &REQUEST_ABOVE_LIMIT,
    &UNKNOWN_VOLUME,
    &INVALID_NAME,
    &INVALID_LABEL,
    &INVALID_PATH,
    &INVALID_ADDRESS,
    &UNKNOWN_API,
    &UNKNOWN_HOOK,
];
