//! A chart and values in, Kubernetes resources out.
//!
//! 1. [`values::Layers::read`] reads and merges what a user supplied, files and flags.
//! 2. [`action::prepare`] processes dependencies, coalesces values and checks them against schemas.
//! 3. [`action::render`] executes the templates ([`render`]), cuts what they write into documents and
//!    sorts them ([`manifest`]).
//! 4. [`action::Manifests::text`] is what `helm template` prints.
#![forbid(unsafe_code)]

pub mod action;
pub mod manifest;
pub mod render;
pub mod values;
