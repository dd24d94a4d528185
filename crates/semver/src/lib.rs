//! Versions and constraints as Masterminds' semver decides them.
