//! The `regex…` functions (Go's package `regexp`). Those without `must` panic on a bad pattern, but
//! for `regexMatch`, which then finds nothing.

use crate::text::ITEM;
use gostd::regexp::{self, Regexp, quote_meta};
use gostd::{GoType, List, Text, Value, strconv};
use gotemplate::func::{Int, Strings};
use gotemplate::{ArgumentUse, Call, Error, FunctionTable, Uses};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add(
        "regexMatch",
        |call: &mut Call<'_, '_>, pattern: Text, text: Text| match compiled(&pattern) {
            Ok(regexp) => is_match(call, &regexp, &text),
            Err(_) => Ok(false),
        },
    );
    table.add(
        "mustRegexMatch",
        |call: &mut Call<'_, '_>, pattern: Text, text: Text| {
            let regexp = compile(&pattern)?;
            is_match(call, &regexp, &text)
        },
    );
    table.add("regexQuoteMeta", |text: Text| quote_meta(text.as_bytes()));
    for (prefix, compile) in [(false, must_compile as Compile), (true, compile)] {
        let name = |plain, must| if prefix { must } else { plain };
        table.add(
            name("regexFind", "mustRegexFind"),
            move |call: &mut Call<'_, '_>, pattern: Text, text: Text| {
                let regexp = charged(call, compile(&pattern)?, &text)?;
                let first = regexp.find(text.as_bytes());
                Ok::<_, Error>(first.map_or_else(Text::default, |range| part(&text, range)))
            },
        );
        table.add(
            name("regexFindAll", "mustRegexFindAll"),
            move |call: &mut Call<'_, '_>, pattern: Text, text: Text, Int(count): Int| {
                let regexp = charged(call, compile(&pattern)?, &text)?;
                let ranges = within_room(call, count, |n| regexp.find_all(text.as_bytes(), n))?;
                let parts = ranges.into_iter().map(|range| part(&text, range));
                Ok::<_, Error>(strings(parts))
            },
        );
        table.add(
            name("regexReplaceAll", "mustRegexReplaceAll"),
            move |call: &mut Call<'_, '_>, pattern: Text, text: Text, template: Text| {
                let regexp = charged(call, compile(&pattern)?, &text)?;
                Ok::<_, Error>(regexp.replace_all(text.as_bytes(), template.as_bytes())?)
            },
        );
        table.add(
            name("regexReplaceAllLiteral", "mustRegexReplaceAllLiteral"),
            move |call: &mut Call<'_, '_>, pattern: Text, text: Text, new: Text| {
                let regexp = charged(call, compile(&pattern)?, &text)?;
                Ok::<_, Error>(regexp.replace_all_literal(text.as_bytes(), new.as_bytes())?)
            },
        );
        table.add(
            name("regexSplit", "mustRegexSplit"),
            move |call: &mut Call<'_, '_>, pattern: Text, text: Text, Int(count): Int| {
                let regexp = charged(call, compile(&pattern)?, &text)?;
                let parts = within_room(call, count, |n| regexp.split(text.as_bytes(), n))?;
                let parts = parts.into_iter().map(Text::from);
                Ok::<_, Error>(match count {
                    0 => strings(parts),
                    // Go makes the slice before it looks what there is to put into it.
                    _ => Strings(List::of(GoType::String, parts.map(Value::Str).collect())),
                })
            },
        );
    }
    table.declare_uses(USES);
}

const USES: Uses = &[(
    ArgumentUse::Text,
    &[
        "regexReplaceAll",
        "regexReplaceAllLiteral",
        "regexMatch",
        "regexFind",
        "regexSplit",
    ],
)];

/// The expression, when the search of a text is charged.
fn charged(call: &mut Call<'_, '_>, regexp: Rc<Regexp>, text: &Text) -> Result<Rc<Regexp>, Error> {
    call.budget().steps(regexp.steps(text.len()))?;
    Ok(regexp)
}

fn is_match(call: &mut Call<'_, '_>, regexp: &Regexp, text: &Text) -> Result<bool, Error> {
    call.budget().steps(regexp.steps(text.len()))?;
    Ok(regexp.is_match(text.as_bytes()))
}

/// At most so many parts of a text, where a negative count means all; fails where these are more than there is
/// memory for.
fn within_room<T>(
    call: &mut Call<'_, '_>,
    count: i64,
    parts: impl FnOnce(i64) -> Vec<T>,
) -> Result<Vec<T>, Error> {
    let most = call.budget().free() / ITEM;
    let limit = i64::try_from(most + 1).unwrap_or(i64::MAX);
    let parts = match count {
        count if count < 0 || count > limit => parts(limit),
        count => parts(count),
    };
    call.budget().steps(parts.len() as u64)?;
    match parts.len() > most {
        true => Err(call.budget().memory_exceeded().into()),
        false => Ok(parts),
    }
}

fn part(text: &Text, range: std::ops::Range<usize>) -> Text {
    text.as_bytes().get(range).unwrap_or_default().into()
}

/// A `[]string`; where there is nothing to put into it, Go leaves it nil.
fn strings(parts: impl Iterator<Item = Text>) -> Strings {
    let items: Vec<Value> = parts.map(Value::Str).collect();
    Strings(match items.is_empty() {
        true => List::nil(GoType::String),
        false => List::of(GoType::String, items),
    })
}

type Compile = fn(&Text) -> Result<Rc<Regexp>, Error>;

/// `regexp.Compile`
fn compile(pattern: &Text) -> Result<Rc<Regexp>, Error> {
    compiled(pattern).map_err(|e| Error::new(e.to_string()))
}

/// `regexp.MustCompile`
fn must_compile(pattern: &Text) -> Result<Rc<Regexp>, Error> {
    compiled(pattern).map_err(|error| {
        let bytes = pattern.as_bytes();
        let quoted = match strconv::can_backquote(bytes) {
            true => format!("`{pattern}`"),
            false => strconv::quote(bytes),
        };
        Error::new(format!("regexp: Compile({quoted}): {error}"))
    })
}

/// The number of patterns that a thread keeps compiled.
const CACHE_SIZE: usize = 256;

/// The number of bytes that these may take, but for the last few.
const CACHE_BYTES: usize = 32 << 20;

thread_local! {
    static CACHE: RefCell<HashMap<Text, Rc<Regexp>>> = RefCell::default();
}

/// Returns true if the patterns of a cache take too much memory; a few may.
fn is_large(cache: &HashMap<Text, Rc<Regexp>>) -> bool {
    cache.len() >= 8 && cache.values().map(|r| r.memory_usage()).sum::<usize>() > CACHE_BYTES
}

/// The compiled pattern: charts use the same few again and again.
fn compiled(pattern: &Text) -> Result<Rc<Regexp>, regexp::Error> {
    if let Some(regexp) = CACHE.with_borrow(|cache| cache.get(pattern).cloned()) {
        return Ok(regexp);
    }
    let regexp = Rc::new(Regexp::compile(pattern.as_bytes())?);
    CACHE.with_borrow_mut(|cache| {
        if cache.len() >= CACHE_SIZE || is_large(cache) {
            cache.clear();
        }
        cache.insert(pattern.clone(), Rc::clone(&regexp));
    });
    Ok(regexp)
}
