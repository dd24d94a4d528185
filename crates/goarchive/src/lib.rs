//! Packed archives as Go's `compress/gzip` and `archive/tar` read and write them, with Go's errors.
//!
//! [`Packer`] writes one, to the byte. [`Gzip`] unpacks, [`Archive`] gives the entries of what was unpacked. What other readers of such archives
//! accept and Go refuses, or the other way round, decides whether a chart can be loaded: sizes in headers of
//! their own, numbers in two notations, files with holes, four formats that overlap.
//!
//! Nothing is allocated for what a header claims before there is a limit on it.

mod deflate;
mod error;
mod gzip;
mod inflate;
mod pack;
mod tar;

pub use deflate::Deflate;
pub use error::GzipError;
pub use gzip::Gzip;
pub use pack::Packer;
pub use tar::{Archive, Entry, Error};
