//! Archives that real Helm packed (`scripts/record-packages.py`), unpacked and packed again: the same bytes.

#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::io::Read;

use flate2::read::GzDecoder;
use goarchive::Packer;

fn assert_packed_alike(archive: &[u8]) {
    let mut gzip = GzDecoder::new(archive);
    let mut stream = Vec::new();
    gzip.read_to_end(&mut stream).unwrap();
    let header = gzip.header().unwrap();
    let comment = std::str::from_utf8(header.comment().unwrap()).unwrap();
    let mut packer = Packer::new(header.extra().unwrap(), comment);
    for entry in tar::Archive::new(&stream[..]).entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut modified = entry.header().mtime().unwrap() as i64;
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            if record.key() == Ok("mtime") {
                modified = record.value().unwrap().parse().unwrap();
            }
        }
        let mut contents = Vec::new();
        entry.read_to_end(&mut contents).unwrap();
        packer.add(&entry.path_bytes(), modified, &contents);
    }
    assert!(packer.finish() == archive);
}

#[test]
fn names_and_times_that_need_extended_headers() {
    assert_packed_alike(include_bytes!("../testdata/names.tgz"));
}

#[test]
fn contents_that_are_compressed_in_every_way() {
    assert_packed_alike(include_bytes!("../testdata/blocks.tgz"));
}

#[test]
fn what_is_compressed_unpacks_however_it_was_written() {
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..200 {
        let letters = [2, 5, 60, 256][random.usize(..4)];
        let contents: Vec<u8> = (0..random.usize(..100_000))
            .map(|_| random.usize(..letters) as u8)
            .collect();
        let mut deflate = goarchive::Deflate::default();
        let mut rest = &contents[..];
        while !rest.is_empty() {
            let (write, after) = rest.split_at(random.usize(1..=rest.len().min(70_000)));
            deflate.write(write);
            rest = after;
        }
        let mut unpacked = Vec::new();
        let stream = deflate.finish();
        let mut decoder = flate2::read::DeflateDecoder::new(&stream[..]);
        decoder.read_to_end(&mut unpacked).unwrap();
        assert!(unpacked == contents);
    }
}
