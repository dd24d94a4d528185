//! The rules on what a chart renders to.

use super::{Rule, error, strict, warning};

/// A document is no YAML.
pub static OUTPUT_NOT_YAML: Rule = error(
    "output-not-yaml",
    "a template renders to something that is not YAML",
    "Helm stops at the first such document and installs nothing. Most often a value was printed without \
     quote or toYaml, or nindent has the wrong number.",
);

/// A resource without what makes it one.
pub static MISSING_FIELD: Rule = error(
    "missing-field",
    "a resource without apiVersion, kind, name or something else that Kubernetes requires",
    "Kubernetes refuses a resource that lacks one of these, and so does Helm when it installs.",
);

/// A value of a kind that Kubernetes cannot read there.
pub static FIELD_TYPE: Rule = error(
    "field-type",
    "a field that is a number or boolean where Kubernetes takes a string, or the other way round",
    "Labels, annotations, environment variables, arguments and data of ConfigMaps are strings: 8080, true and \
     1.0 need quotes there (use quote). Ports and replicas are numbers: they need none. Kubernetes \
     refuses the whole resource.",
);

/// A key that Kubernetes does not know.
pub static UNKNOWN_FIELD: Rule = warning(
    "unknown-field",
    "a field that Kubernetes does not know there",
    "Kubernetes drops it and what is in it, or refuses the resource where fields are validated strictly. Most \
     often it is misspelt, or indented too much or too little. Only resources of Kubernetes' own stable \
     APIs are checked.",
);

/// A key whose children stand beside it.
pub static LOST_INDENTATION: Rule = warning(
    "lost-indentation",
    "a field beside the empty one that it belongs in",
    "What follows a key must be indented more than the key to be in it. Here the key is empty, and Kubernetes \
     drops what was meant to be its value: most often indent or nindent is missing, or has the wrong number.",
);

/// A key stands twice in a map of the output.
pub static DUPLICATE_OUTPUT_KEY: Rule = warning(
    "duplicate-output-key",
    "a duplicate key in a map of the output, with different values",
    "Of equal keys the last one counts, and Helm does not say so; other tools refuse the document.",
);

/// A key stands twice with the same value.
pub static REPEATED_OUTPUT_KEY: Rule = strict(
    "repeated-output-key",
    "a duplicate key in a map of the output, with the same value",
    "Helm takes it, other tools refuse the document.",
);

/// Two resources that are one.
pub static DUPLICATE_RESOURCE: Rule = error(
    "duplicate-resource",
    "two resources of the same kind, namespace and name",
    "Helm fails when it creates the second one, or one overwrites the other at the next upgrade.",
);

/// A name that Kubernetes does not allow.
pub static INVALID_NAME: Rule = error(
    "invalid-name",
    "a name that Kubernetes does not allow",
    "Names are lower-case letters, digits and -, of at most 63 or 253 characters by kind; those of Services \
     start with a letter, those of ports have at most 15 characters. Kubernetes refuses the resource.",
);

/// A label that Kubernetes does not allow.
pub static INVALID_LABEL: Rule = error(
    "invalid-label",
    "a label, a selector's label or an annotation's key that Kubernetes does not allow",
    "Keys are a name of at most 63 characters behind an optional domain and /. Values of labels have at most \
     63 letters, digits, -, _ and ., letters or digits at both ends. Kubernetes refuses the resource.",
);

/// An API that is not there.
pub static REMOVED_API: Rule = error(
    "removed-api",
    "an API version that the Kubernetes of --kube-version has no longer",
    "Kubernetes does not know the resource's kind under this API version, and Helm installs nothing. Without \
     --kube-version the version is that which helm template assumes.",
);

/// An API that is not there yet.
pub static FUTURE_API: Rule = error(
    "future-api",
    "an API version that the Kubernetes of --kube-version does not have yet",
    "Kubernetes does not know the resource's kind under this API version, and Helm installs nothing.",
);

/// An API that is off.
pub static DISABLED_API: Rule = warning(
    "disabled-api",
    "an API version that the Kubernetes of --kube-version has switched off by default",
    "Alpha API versions, and beta ones since Kubernetes 1.24, are served only where the API server is told so \
     (--runtime-config). Elsewhere Helm installs nothing. Ignore the rule if your clusters do.",
);

/// An API that will go.
pub static DEPRECATED_API: Rule = warning(
    "deprecated-api",
    "an API version that the Kubernetes of --kube-version calls deprecated",
    "It still works there, but a later version will not have it.",
);

/// A workload that does not select its own pods.
pub static SELECTOR_MISMATCH: Rule = error(
    "selector-mismatch",
    "a workload whose selector does not match the labels of its own pods",
    "Kubernetes refuses a Deployment, StatefulSet, DaemonSet, ReplicaSet or ReplicationController of which \
     spec.selector does not select what spec.template makes.",
);

/// A selector that is one label away from something.
pub static SELECTS_NOTHING: Rule = warning(
    "selects-nothing",
    "a Service that selects no pod of the release, though it nearly selects some",
    "A Service without pods gets no traffic through. Reported where pods of the release have all labels that \
     the selector names, but one with another value.",
);

/// A selector that matches nothing at all.
pub static SELECTS_NOTHING_HERE: Rule = strict(
    "selects-nothing-here",
    "a Service or PodDisruptionBudget that selects no pod of the release",
    "Reported where nothing in the release nearly matches either: the pods may come from somewhere else: from an operator, from another release, from Kubernetes itself.",
);

/// An image that cannot be one.
pub static INVALID_IMAGE: Rule = error(
    "invalid-image",
    "an image that is not a reference: empty, or without name or tag beside its colon",
    "Kubernetes fails with InvalidImageName. Most often one of the values that the reference is put together \
     from is empty.",
);

/// An image whose version is open.
pub static UNTAGGED_IMAGE: Rule = warning(
    "untagged-image",
    "an image without tag and digest",
    "Without a tag it is :latest: what runs changes with every pull, and cannot be rolled back. Tests \
     (helm.sh/hook: test) are not reported.",
);

/// A value that Go could not print.
pub static UNPRINTABLE_VALUE: Rule = warning(
    "unprintable-value",
    "what Go prints for a missing value or one of the wrong kind: <nil>, %!s(…), <no value>",
    "A value was missing or of another kind than printf was told, and Go's note of that is in the output. Give \
     the value, or a default in the template.",
);

/// A value that is missing where it is printed.
pub static NO_VALUE: Rule = strict(
    "no-value",
    "a missing value that is printed, of which Helm leaves nothing",
    "Go prints <no value> for it, and Helm takes that out again: what remains is a key without a value, or half \
     a text.",
);

/// A key that is not there.
pub static MISSING_KEY: Rule = strict(
    "missing-key",
    "a template that uses a value that is not there, without asking whether it is",
    "Neither defaults nor the given values have the key, and what the template does with it is no question: no \
     if, with, default, required, hasKey, empty or other test is around it.",
);
