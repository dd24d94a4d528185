//! Helm-compatible chart rendering.

pub mod chart;
pub mod notice;
pub mod profile;
pub mod values;
