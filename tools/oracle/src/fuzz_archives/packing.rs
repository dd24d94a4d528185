//! The ends of a tar stream, and its compression.

use std::io::Write;

use fastrand::Rng;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};

/// Ends the stream, mostly as it should.
pub(super) fn end(bytes: &mut Vec<u8>, rng: &mut Rng) {
    let zeros = match rng.u8(0..10) {
        0 => 0,
        1 => 512,
        2 => 700,
        3 => 10 << 10,
        _ => 1024,
    };
    bytes.resize(bytes.len() + zeros, 0);
    match rng.u8(0..12) {
        0 => bytes.truncate(rng.usize(0..bytes.len())),
        1 => bytes.extend(b"behind the end"),
        2 => bytes.extend(vec![b'x'; 600]),
        _ => {}
    }
}

/// Packs the stream, mostly in one member without a mistake.
pub(super) fn gzip(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut packed = match rng.u8(0..8) {
        0 => {
            let (first, second) = bytes.split_at(rng.usize(0..=bytes.len()));
            [member(first, rng), member(second, rng)].concat()
        }
        _ => member(bytes, rng),
    };
    match rng.u8(0..16) {
        0 => packed.truncate(rng.usize(0..packed.len())),
        1 => {
            let at = rng.usize(0..packed.len());
            packed[at] ^= 1 << rng.u8(0..8);
        }
        // The checksum and the length.
        2 => {
            let at = packed.len() - 1 - rng.usize(0..8);
            packed[at] ^= 1;
        }
        3 => packed.extend(b"\0\0\0\0"),
        4 => packed.extend(b"behind the end"),
        5 => {
            let at = rng.usize(0..10);
            packed[at] = rng.u8(..);
        }
        _ => {}
    }
    packed
}

fn member(bytes: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut header = GzBuilder::new();
    if rng.u8(0..4) == 0 {
        header = header
            .filename("demo.tar")
            .comment("a comment")
            .extra(vec![1, 2, 3]);
    }
    let mut encoder: GzEncoder<Vec<u8>> = header.write(Vec::new(), Compression::fast());
    // Writing into memory does not fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}
