//! Random texts and numbers from the host's random bytes: `randAlphaNum`, `randInt`,
//! `shuffle`, `uuidv4`, `randBytes` ….

use crate::lines::check_len;
use gostd::host::Host;
use gostd::limits::LIMITS;
use gostd::{Text, base64, unicode};
use gotemplate::func::{Cost, Int};
use gotemplate::{Call, Error, FunctionTable};

/// The longest random text.
const MAX_RANDOM: usize = LIMITS.random_bytes;

pub(crate) fn register(table: &mut FunctionTable) {
    let mut add = |name, belongs: fn(&u8) -> bool| {
        let set: Vec<u8> = (b' '..=b'~').filter(belongs).collect();
        table.add(name, move |call: &mut Call<'_, '_>, Int(count): Int| {
            letters(call.host(), &set, count)
        });
    };
    add("randAlphaNum", u8::is_ascii_alphanumeric);
    add("randAlpha", u8::is_ascii_alphabetic);
    add("randNumeric", u8::is_ascii_digit);
    add("randAscii", |_| true);
    let letters = ["randAlphaNum", "randAlpha", "randNumeric", "randAscii"];
    let cost = |bytes_per_step| Cost {
        bytes_per_step,
        ..Cost::COPIES
    };
    table.set_cost(cost(2), &letters);
    table.add("randInt", rand_int);
    table.add("shuffle", shuffle);
    table.set_cost(cost(1), &["shuffle"]);
    table.add("randBytes", random_bytes);
    table.set_cost(Cost::WRITES, &["randBytes"]);
    table.add("uuidv4", |call: &mut Call<'_, '_>| uuid(call.host()));
}

/// A number below `count`, each as likely as any other; 0 where `count` is 0.
pub(crate) fn below(host: &dyn Host, count: u64) -> u64 {
    if count == 0 {
        return 0;
    }
    // Numbers past the last full round of `count` would favour the small ones.
    let last = u64::MAX - u64::MAX % count;
    loop {
        let mut bytes = [0; 8];
        host.random(&mut bytes);
        let number = u64::from_le_bytes(bytes);
        // A host that gives the same bytes for ever must not hang the render.
        if number < last || bytes == [0xff; 8] {
            return number % count;
        }
    }
}

/// So many letters of a set; none where the count is negative.
fn letters(host: &dyn Host, set: &[u8], count: i64) -> Result<Vec<u8>, Error> {
    let count = usize::try_from(count).unwrap_or(0);
    check_random_len(count)?;
    let letter = |_| set.get(below(host, set.len() as u64) as usize).copied();
    Ok((0..count).filter_map(letter).collect())
}

fn check_random_len(count: usize) -> Result<(), Error> {
    check_len(Some(count))?;
    match count > MAX_RANDOM {
        true => Err(Error::new(format!(
            "a random text of {count} bytes is too long"
        ))),
        false => Ok(()),
    }
}

/// A number from `min` up to, but not including, `max`.
fn rand_int(call: &mut Call<'_, '_>, Int(min): Int, Int(max): Int) -> Result<Int, Error> {
    let count = max.wrapping_sub(min);
    let Some(count) = u64::try_from(count).ok().filter(|count| *count > 0) else {
        return Err(Error::new("invalid argument to Intn"));
    };
    let offset = below(call.host(), count);
    Ok(Int(min.wrapping_add(offset as i64)))
}

/// The runes in another order.
fn shuffle(call: &mut Call<'_, '_>, text: Text) -> Vec<u8> {
    if text.as_bytes().is_ascii() {
        // A quarter of the memory to jump around in.
        let mut letters = text.as_bytes().to_vec();
        shuffle_items(call.host(), &mut letters);
        return letters;
    }
    let mut runes: Vec<char> = unicode::runes(text.as_bytes()).map(|(_, c)| c).collect();
    shuffle_items(call.host(), &mut runes);
    let mut out = Vec::with_capacity(text.len());
    runes
        .into_iter()
        .for_each(|c| unicode::push_rune(&mut out, c));
    out
}

fn shuffle_items<T>(host: &dyn Host, items: &mut [T]) {
    for last in (1..items.len()).rev() {
        let other = below(host, last as u64 + 1) as usize;
        items.swap(last, other);
    }
}

/// So many random bytes in base64.
fn random_bytes(call: &mut Call<'_, '_>, Int(count): Int) -> Result<String, Error> {
    let count = usize::try_from(count)
        .map_err(|_| Error::new("runtime error: makeslice: len out of range"))?;
    check_len(count.checked_mul(2))?;
    let mut bytes = vec![0; count];
    call.host().random(&mut bytes);
    Ok(base64::encode(&bytes))
}

/// A random UUID of RFC 4122.
fn uuid(host: &dyn Host) -> Vec<u8> {
    let mut bytes = [0; 16];
    host.random(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = crate::digests::hex(&bytes);
    let groups = [0..8, 8..12, 12..16, 16..20, 20..32];
    let groups = groups.map(|group| digits.get(group).unwrap_or_default());
    groups.join(&b'-')
}
