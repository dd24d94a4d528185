//! Large primes for keys, found several times faster than Go finds them.
//!
//! From a random start, candidates in an arithmetic progression are sieved by small primes; those
//! left are tried by one exponentiation to the base 2 each, on all cores. The first that passes is
//! confirmed by a Baillie-PSW test. The result depends on the start alone, not on the timing of the
//! threads.

use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{CheckedAdd, Odd, Uint};
use crypto_primes::Flavor;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Sieving goes up to here: more costs as much as the exponentiations that it saves.
const SIEVE_LIMIT: usize = 1 << 16;

/// Candidates of one search. Among so many of 2048 bits, one in a million times none is prime.
const CANDIDATES: usize = 1 << 14;

/// More threads than this would mostly try candidates beyond the first prime.
#[cfg(feature = "parallel")]
const MAX_THREADS: usize = 16;

/// The public exponent of RSA keys; a prime itself.
pub(super) const RSA_EXPONENT: u32 = 65_537;

/// A search for the first prime of an arithmetic progression.
pub(super) struct Search<const LIMBS: usize> {
    start: Uint<LIMBS>,
    step: Uint<LIMBS>,
    /// Multiples of `step` that are left after sieving, in order.
    offsets: Vec<u32>,
    next: AtomicUsize,
    first_index: AtomicUsize,
}

impl<const LIMBS: usize> Search<LIMBS> {
    /// Sieves `start`, `start + step` and so on. `start` must be odd and `step` even.
    pub(super) fn new(start: Uint<LIMBS>, step: Uint<LIMBS>) -> Self {
        let mut composite = vec![false; CANDIDATES];
        let (starts, steps) = (digits(&start), digits(&step));
        for pair in small_primes().chunks(2) {
            let product: u32 = pair.iter().product();
            let (start, step) = (remainder(&starts, product), remainder(&steps, product));
            for prime in pair {
                strike(&mut composite, start % prime, step % prime, *prime);
            }
        }
        let left = composite.iter().enumerate().filter(|(_, c)| !**c);
        Search {
            start,
            step,
            offsets: left.map(|(offset, _)| offset as u32).collect(),
            next: AtomicUsize::new(0),
            first_index: AtomicUsize::new(usize::MAX),
        }
    }

    /// The first prime, after [`run`].
    pub(super) fn prime(&self) -> Option<Uint<LIMBS>> {
        let index = self.first_index.load(Ordering::Relaxed);
        let prime = self.candidate(index)?;
        crypto_primes::is_prime(Flavor::Any, &prime).then_some(prime)
    }

    fn candidate(&self, index: usize) -> Option<Uint<LIMBS>> {
        let offset = Uint::<1>::from_u32(*self.offsets.get(index)?);
        let distance = self.step.wrapping_mul(&offset);
        self.start.checked_add(&distance).into_option()
    }

    /// Tries candidates until one before all untried ones has passed.
    fn work(&self) {
        loop {
            let index = self.next.fetch_add(1, Ordering::Relaxed);
            if index >= self.first_index.load(Ordering::Relaxed) {
                return;
            }
            let Some(candidate) = self.candidate(index) else {
                return;
            };
            if passes_fermat(candidate) {
                self.first_index.fetch_min(index, Ordering::Relaxed);
            }
        }
    }
}

/// Completes all searches, on as many threads as there are cores.
// Keys take seconds on one core. Where there are no threads to be had, this one does it all.
#[cfg(feature = "parallel")]
#[allow(clippy::disallowed_methods, clippy::disallowed_types)]
pub(super) fn run<const LIMBS: usize>(searches: &[Search<LIMBS>]) {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        let work = |first: usize| {
            let (before, rest) = searches.split_at(first % searches.len().max(1));
            rest.iter().chain(before).for_each(Search::work);
        };
        for first in 1..threads.min(MAX_THREADS) {
            let _ = std::thread::Builder::new().spawn_scoped(scope, move || work(first));
        }
        work(0);
    });
}

/// Completes all searches.
#[cfg(not(feature = "parallel"))]
pub(super) fn run<const LIMBS: usize>(searches: &[Search<LIMBS>]) {
    searches.iter().for_each(Search::work);
}

/// Returns true if 2 to the power of n - 1 is 1 modulo the odd number n: so it is for primes, and for
/// hardly any other number.
fn passes_fermat<const LIMBS: usize>(n: Uint<LIMBS>) -> bool {
    let Some(odd) = Odd::new(n).into_option() else {
        return false;
    };
    let params = FixedMontyParams::new_vartime(odd);
    let one = FixedMontyForm::one(&params);
    let exponent = n.wrapping_sub(&Uint::ONE);
    let mut power = one;
    for bit in (0..exponent.bits_vartime()).rev() {
        power = power.square();
        if exponent.bit_vartime(bit) {
            power = power.double();
        }
    }
    power.as_montgomery() == one.as_montgomery()
}

/// Marks the multiples of `prime` among the candidates, given start and step modulo `prime`.
fn strike(composite: &mut [bool], start: u32, step: u32, prime: u32) {
    let Some(inverse) = inverse(step, prime) else {
        return;
    };
    let modulus = u64::from(prime);
    let first = u64::from(prime - start) * u64::from(inverse) % modulus;
    let multiples = composite.iter_mut().skip(first as usize);
    multiples.step_by(prime as usize).for_each(|c| *c = true);
}

/// The inverse of `a` modulo a prime.
fn inverse(a: u32, prime: u32) -> Option<u32> {
    let (mut old, mut rest) = (i64::from(prime), i64::from(a));
    let (mut old_factor, mut factor) = (0i64, 1i64);
    while rest != 0 {
        let quotient = old / rest;
        (old, rest) = (rest, old - quotient * rest);
        (old_factor, factor) = (factor, old_factor - quotient * factor);
    }
    (old == 1).then(|| old_factor.rem_euclid(i64::from(prime)) as u32)
}

/// 32 bits a piece, the highest first.
fn digits<const LIMBS: usize>(number: &Uint<LIMBS>) -> Vec<u32> {
    let bits = crypto_bigint::Word::BITS;
    let words = number.as_words().iter().rev();
    let halves = words.flat_map(|word| {
        (0..bits / 32)
            .rev()
            .map(move |half| (word >> (32 * half)) as u32)
    });
    halves.collect()
}

fn remainder(digits: &[u32], divisor: u32) -> u32 {
    let divisor = u64::from(divisor);
    let step = |rest: u64, digit: &u32| (rest << 32 | u64::from(*digit)) % divisor;
    digits.iter().fold(0, step) as u32
}

/// The odd primes below the limit.
fn small_primes() -> &'static [u32] {
    static PRIMES: OnceLock<Vec<u32>> = OnceLock::new();
    PRIMES.get_or_init(|| {
        let mut composite = vec![false; SIEVE_LIMIT];
        let mut primes = Vec::new();
        for n in (3..SIEVE_LIMIT).step_by(2) {
            if !composite.get(n).copied().unwrap_or(true) {
                primes.push(n as u32);
                let multiples = composite.iter_mut().skip(n * n);
                multiples.step_by(2 * n).for_each(|c| *c = true);
            }
        }
        primes
    })
}
