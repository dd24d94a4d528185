//! `split`, `splitn`, `splitList` (Go's `strings.Split` and `SplitN`).

use crate::text::ITEM;
use gostd::limits::{Budget, Exceeded};
use gostd::map::{Entries, Entry};
use gostd::{GoType, List, Map, Origin, Text, Value, unicode};
use gotemplate::func::{Int, Return, Strings};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};
use memchr::memmem;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add(
        "split",
        |call: &mut Call<'_, '_>, separator: Text, text: Text| {
            Numbered::new(&separator, &text, usize::MAX, call.budget())
        },
    );
    table.add(
        "splitn",
        |call: &mut Call<'_, '_>, separator: Text, Int(count): Int, text: Text| {
            // A negative count means all parts.
            let count = usize::try_from(count).unwrap_or(usize::MAX);
            Numbered::new(&separator, &text, count, call.budget())
        },
    );
    table.add(
        "splitList",
        |call: &mut Call<'_, '_>, separator: Text, text: Text| {
            let budget = call.budget();
            let most = budget.free() / ITEM;
            let parts = split(&separator, &text, most.saturating_add(1));
            check_parts(parts.len(), most, budget)?;
            let parts = parts.into_iter().map(|part| Value::Str(part.into()));
            Ok::<_, Error>(Strings(List::of(GoType::String, parts.collect())))
        },
    );
    table.declare_uses(USES);
}

const USES: Uses = &[
    (ArgumentUse::Split, &["splitList", "split"]),
    (ArgumentUse::Text, &["splitn"]),
];

/// At most `count` parts of the text, the last one being what is left. An empty separator parts
/// the runes.
fn split<'t>(separator: &Text, text: &'t Text, count: usize) -> Vec<&'t [u8]> {
    let bytes = text.as_bytes();
    if count == 0 || (separator.is_empty() && bytes.is_empty()) {
        return Vec::new();
    }
    let (mut parts, mut start) = (Vec::new(), 0);
    let mut cut = |at: usize, width: usize| {
        parts.push(bytes.get(start..at).unwrap_or_default());
        start = at + width;
    };
    if separator.is_empty() {
        let inner = unicode::runes(bytes).skip(1).take(count - 1);
        inner.for_each(|(at, _)| cut(at, 0));
    } else {
        let positions = memmem::find_iter(bytes, separator.as_bytes()).take(count - 1);
        positions.for_each(|at| cut(at, separator.len()));
    }
    parts.push(bytes.get(start..).unwrap_or_default());
    parts
}

/// Charges so many parts; fails when there are more than there is memory for.
fn check_parts(count: usize, most: usize, budget: &Budget) -> Result<(), Exceeded> {
    budget.steps(count as u64)?;
    match count > most {
        true => Err(budget.memory_exceeded()),
        false => Ok(()),
    }
}

/// A `map[string]string` of parts under `_0`, `_1`, ….
struct Numbered(Map);

impl Numbered {
    fn new(separator: &Text, text: &Text, count: usize, budget: &Budget) -> Result<Self, Error> {
        // Each part has a key.
        let most = budget.free() / (2 * ITEM + Map::ENTRY);
        let parts = split(separator, text, count.min(most.saturating_add(1)));
        check_parts(parts.len(), most, budget)?;
        let entry = |(number, part): (usize, &&[u8])| {
            let value = Value::Str((*part).into());
            let origin = Origin::COMPUTED;
            (Text::from(format!("_{number}")), Entry { value, origin })
        };
        let entries: Entries = parts.iter().enumerate().map(entry).collect();
        Ok(Numbered(Map::from_entries(GoType::String, entries)))
    }
}

impl Return for Numbered {
    const TYPE: GoType = GoType::Map(&GoType::String);

    fn into_result(self) -> Result<Value, Error> {
        Ok(Value::Map(self.0))
    }
}
