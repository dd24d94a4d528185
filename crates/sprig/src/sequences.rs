//! `until`, `untilStep` and `seq`: sequences of integers.

use crate::lists::charge_items;
use gostd::limits::LIMITS;
use gostd::{GoType, List, Value};
use gotemplate::func::{Cost, Int, Rest, Return};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};

/// The most numbers that a sequence may have: Go's memory is the limit of Helm.
const MAX_ITEMS: i128 = LIMITS.sequence_items as i128;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("until", |call: &mut Call<'_, '_>, Int(count): Int| {
        ints(call, 0, count, if count < 0 { -1 } else { 1 })
    });
    table.add(
        "untilStep",
        |call: &mut Call<'_, '_>, Int(start): Int, Int(stop): Int, Int(step): Int| {
            ints(call, start, stop, step)
        },
    );
    table.add("seq", seq);
    table.set_cost(Cost::PARSES, &["seq"]);
    table.declare_uses(USES);
}

const USES: Uses = &[(ArgumentUse::Text, &["until", "untilStep", "seq"])];

/// A result of type `[]int`.
struct Ints(List);

impl Return for Ints {
    const TYPE: GoType = GoType::Slice(&GoType::INT);

    fn into_result(self) -> Result<Value, Error> {
        Ok(Value::List(self.0))
    }
}

fn ints(call: &mut Call<'_, '_>, start: i64, stop: i64, step: i64) -> Result<Ints, Error> {
    let items: Vec<Value> = sequence(start, stop, step)?.map(Value::int).collect();
    charge_items(call, items.len())?;
    Ok(Ints(List::of(GoType::INT, items)))
}

/// The numbers from `start` up or down to `stop`, which is not among them; none at all where the
/// step leads away from it.
fn sequence(start: i64, stop: i64, step: i64) -> Result<impl Iterator<Item = i64>, Error> {
    let [start, stop, step] = [start, stop, step].map(|n| n as i128);
    let count = match (stop - start).signum() * step.signum() {
        1 => (stop - start + step - step.signum()) / step,
        _ => 0,
    };
    if count > MAX_ITEMS {
        return Err(Error::new(format!(
            "a sequence of {count} numbers is too long"
        )));
    }
    Ok((0..count).map(move |n| (start + n * step) as i64))
}

/// `seq end`, `seq start end` or `seq start step end`, all ends included: numbers with blanks
/// between them.
fn seq(Rest(params): Rest<Int>) -> Result<Vec<u8>, Error> {
    let (start, step, end) = match *params.iter().map(|Int(n)| *n).collect::<Vec<_>>() {
        [end] => (1, None, end),
        [start, end] => (start, None, end),
        [start, step, end] => (start, Some(step), end),
        _ => return Ok(Vec::new()),
    };
    let towards = if end < start { -1 } else { 1 };
    let step = step.unwrap_or(towards);
    let mut out = Vec::new();
    for n in sequence(start, end.wrapping_add(towards), step)? {
        if !out.is_empty() {
            out.push(b' ');
        }
        gostd::strconv::append_int(&mut out, n, 10);
    }
    Ok(out)
}
