//! Helm-compatible chart rendering.

pub mod action;
pub mod chart;
pub mod cli;
pub mod manifest;
pub mod notice;
pub mod profile;
pub mod reads;
pub mod render;
pub mod stack;
pub mod values;
pub mod world;
