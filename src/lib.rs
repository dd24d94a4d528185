//! Helm-compatible chart rendering.
