//! Each target with a few thousand small changes of its first inputs: what a fuzzer does for hours,
//! for a second.

use fastrand::Rng;
use fuzz_targets::TARGETS;

/// Inputs of one target.
const ROUNDS: u64 = 2_000;

#[test]
fn no_target_panics() {
    std::thread::scope(|scope| {
        for ((name, target), seeds) in TARGETS {
            scope.spawn(move || {
                for round in 0..ROUNDS {
                    let mut rng = Rng::with_seed(round);
                    let seed = rng.choice(*seeds).copied().unwrap_or_default();
                    let input = changed(seed.as_bytes(), &mut rng);
                    let caught = std::panic::catch_unwind(|| target(&input));
                    assert!(
                        caught.is_ok(),
                        "{name}: {:?}",
                        String::from_utf8_lossy(&input)
                    );
                }
            });
        }
    });
}

/// The input with a few bytes deleted, doubled, replaced or inserted.
fn changed(seed: &[u8], rng: &mut Rng) -> Vec<u8> {
    let mut bytes = seed.to_vec();
    for _ in 0..rng.usize(0..=6) {
        let at = rng.usize(0..=bytes.len());
        let end = (at + rng.usize(0..8)).min(bytes.len());
        let part: Vec<u8> = bytes.get(at..end).unwrap_or_default().to_vec();
        let odd = rng.choice(
            b"\0\t\n\r \"'`(){}[]<>|&*!%@#$^-+=.,:;?\\/~0123456789abxyzEN\x7f\x80\xc3\xe2\xff",
        );
        let with = match rng.u32(0..4) {
            0 => Vec::new(),
            1 => [part.as_slice(), &part].concat(),
            2 => vec![odd.copied().unwrap_or(0)],
            _ => [&[odd.copied().unwrap_or(0)], part.as_slice()].concat(),
        };
        bytes.splice(at..end, with);
    }
    bytes
}
