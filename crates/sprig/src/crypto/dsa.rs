//! DSA keys with 2048 and 256 bits (Go's `crypto/dsa`, Sprig's `DSAKeyFormat`). They are only
//! written and read: nothing signs with them.

use super::der::{self, Reader};
use super::prime::{self, Search};
use crypto_bigint::modular::{FixedMontyForm, FixedMontyParams};
use crypto_bigint::{NonZero, Odd, U256, U2048};
use gostd::host::Host;

/// p, q, g, y and x, highest byte first.
pub(super) struct Numbers([Vec<u8>; 5]);

impl Numbers {
    pub(super) fn to_der(&self) -> Vec<u8> {
        let mut body = der::integer(&[0]);
        for number in &self.0 {
            body.extend(der::integer(number));
        }
        der::element(der::SEQUENCE, &body)
    }

    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let mut inner = Reader(bytes).read(der::SEQUENCE)?;
        inner.small()?;
        let mut number = || inner.integer().map(|(_, bytes)| bytes.to_vec());
        Some(Numbers([
            number()?,
            number()?,
            number()?,
            number()?,
            number()?,
        ]))
    }
}

/// The number of new beginnings before giving up on the source of randomness.
const ATTEMPTS: usize = 100;

/// New parameters, and a key for them.
pub(super) fn generate(host: &dyn Host) -> Option<Numbers> {
    let (p, q) = (0..ATTEMPTS).find_map(|_| primes(host))?;
    let params = FixedMontyParams::new_vartime(Odd::new(p).into_option()?);
    let power = |base: &U2048, exponent: &U2048| {
        FixedMontyForm::new(base, &params).pow(exponent).retrieve()
    };
    let wide = NonZero::new(q.resize::<{ U2048::LIMBS }>()).into_option()?;
    let cofactor = p.wrapping_sub(&U2048::ONE).div_rem_vartime(&wide).0;
    let mut base = U2048::from_u32(2);
    let mut generator = power(&base, &cofactor);
    while generator == U2048::ONE {
        base = base.wrapping_add(&U2048::ONE);
        generator = power(&base, &cofactor);
    }
    let secret = (0..ATTEMPTS).find_map(|_| {
        let secret = random(host);
        (secret != U256::ZERO && secret < q).then_some(secret)
    })?;
    let public = power(&generator, &secret.resize());
    let bytes = |n: &U2048| n.to_be_bytes().as_ref().to_vec();
    Some(Numbers([
        bytes(&p),
        bytes(&q.resize()),
        bytes(&generator),
        bytes(&public),
        bytes(&secret.resize()),
    ]))
}

/// A prime q of 256 bits, and a prime p of 2048 for which q divides p - 1.
fn primes(host: &dyn Host) -> Option<(U2048, U256)> {
    let start = random(host) | U256::ONE | U256::ONE.shl_vartime(255);
    let search = [Search::new(start, U256::from_u32(2))];
    prime::run(&search);
    let [q] = search.map(|search| search.prime());
    let q = q.filter(|q| q.bits_vartime() == 256)?;

    let mut bytes = [0; U2048::BYTES];
    host.random(&mut bytes);
    let start = U2048::from_be_slice(&bytes) | U2048::ONE.shl_vartime(2047);
    let step = q.resize::<{ U2048::LIMBS }>().shl_vartime(1);
    let excess = start.rem_vartime(&NonZero::new(step).into_option()?);
    let start = start.wrapping_sub(&excess).wrapping_add(&U2048::ONE);
    let search = [Search::new(start, step)];
    prime::run(&search);
    let [p] = search.map(|search| search.prime());
    Some((p.filter(|p| p.bits_vartime() == 2048)?, q))
}

fn random(host: &dyn Host) -> U256 {
    let mut bytes = [0; U256::BYTES];
    host.random(&mut bytes);
    U256::from_be_slice(&bytes)
}
