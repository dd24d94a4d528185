//! Every output of every command, with everything that can be in the file's place: what a command writes is
//! whole, or everything is as it was before; and what is no regular file is still there afterwards.
//!
//! `cargo test --test recorded outputs/` tries what every user may make. `cargo xtask outputs` runs the same as root, with
//! devices, mounts, immutable files and full disks, on a `/dev` of its own.

mod commands;
mod places;
mod trial;

pub(crate) use trial::trials;
