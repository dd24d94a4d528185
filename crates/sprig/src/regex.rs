//! The `regex…` functions (Go's package `regexp`). Those without `must` panic on a bad pattern, but
//! for `regexMatch`, which then finds nothing.

use gostd::regexp::{self, Regexp, quote_meta};
use gostd::{GoType, List, Text, Value, strconv};
use gotemplate::func::Strings;
use gotemplate::{Error, FunctionTable};
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

pub(crate) fn register(table: &mut FunctionTable) {
    table.add("regexMatch", |pattern: Text, text: Text| {
        compiled(&pattern).is_ok_and(|regexp| regexp.is_match(text.as_bytes()))
    });
    table.add("mustRegexMatch", |pattern: Text, text: Text| {
        compiled(&pattern)
            .map(|regexp| regexp.is_match(text.as_bytes()))
            .map_err(|e| Error::new(e.to_string()))
    });
    table.add("regexQuoteMeta", |text: Text| quote_meta(text.as_bytes()));
    for (prefix, compile) in [(false, must_compile as Compile), (true, compile)] {
        let name = |plain, must| if prefix { must } else { plain };
        table.add(
            name("regexFind", "mustRegexFind"),
            move |pattern: Text, text: Text| {
                let found = compile(&pattern)?.find(text.as_bytes());
                Ok::<_, Error>(found.map_or_else(Text::default, |range| part(&text, range)))
            },
        );
        table.add(
            name("regexFindAll", "mustRegexFindAll"),
            move |pattern: Text, text: Text, count: isize| {
                let found = compile(&pattern)?.find_all(text.as_bytes(), count as i64);
                let parts = found.into_iter().map(|range| part(&text, range));
                Ok::<_, Error>(strings(parts))
            },
        );
        table.add(
            name("regexReplaceAll", "mustRegexReplaceAll"),
            move |pattern: Text, text: Text, template: Text| {
                let regexp = compile(&pattern)?;
                Ok::<_, Error>(regexp.replace_all(text.as_bytes(), template.as_bytes()))
            },
        );
        table.add(
            name("regexReplaceAllLiteral", "mustRegexReplaceAllLiteral"),
            move |pattern: Text, text: Text, new: Text| {
                let regexp = compile(&pattern)?;
                Ok::<_, Error>(regexp.replace_all_literal(text.as_bytes(), new.as_bytes()))
            },
        );
        table.add(
            name("regexSplit", "mustRegexSplit"),
            move |pattern: Text, text: Text, count: isize| {
                let parts = compile(&pattern)?;
                let parts = parts.split(text.as_bytes(), count as i64);
                let parts = parts.into_iter().map(Text::from);
                Ok::<_, Error>(match count {
                    0 => strings(parts),
                    // Go makes the slice before it looks what there is to put into it.
                    _ => Strings(List::of(GoType::String, parts.map(Value::Str).collect())),
                })
            },
        );
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

/// How many patterns a thread keeps compiled.
const CACHE_SIZE: usize = 256;

thread_local! {
    static CACHE: RefCell<HashMap<Text, Rc<Regexp>>> = RefCell::default();
}

/// The compiled pattern: charts use the same few again and again.
fn compiled(pattern: &Text) -> Result<Rc<Regexp>, regexp::Error> {
    if let Some(known) = CACHE.with_borrow(|cache| cache.get(pattern).cloned()) {
        return Ok(known);
    }
    let regexp = Rc::new(Regexp::compile(pattern.as_bytes())?);
    CACHE.with_borrow_mut(|cache| {
        if cache.len() >= CACHE_SIZE {
            cache.clear();
        }
        cache.insert(pattern.clone(), Rc::clone(&regexp));
    });
    Ok(regexp)
}
