//! YAML as go-yaml and sigs.k8s.io/yaml read and write it.
