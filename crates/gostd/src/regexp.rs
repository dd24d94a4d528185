//! Package `regexp`: RE2 syntax and leftmost-first matching in linear time, with Go's rules for empty
//! matches, replacement templates and error texts.
//!
//! An own parser reads Go's syntax ([`parse`]) and builds the expression for `regex-automata`, which
//! matches; what is too large for it goes to an own [`machine`], and so do the first texts, since it is made
//! in no time. Where plain Rust regexes differ (ASCII `\d \w \s \b`, `\Q…\E`, octal escapes, repeat
//! limits, literal `{`, case folding by Unicode 15), the parser decides as Go does.
//!
//! Texts are bytes. An invalid byte counts as U+FFFD, so a text with such bytes is searched in a
//! valid copy ([`haystack`]) and offsets are brought back.

mod class;
mod error;
mod haystack;
mod machine;
mod parse;
mod template;

use crate::limits::{Exceeded, LIMITS};
use std::ops::Range;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use regex_automata::meta;
use regex_automata::util::primitives::NonMaxUsize;
use regex_automata::{Anchored, Input};
use regex_syntax::hir::Hir;

pub use error::{Error, ErrorCode, must_compile_text};

use haystack::Haystack;
use machine::Machine;

/// Texts up to this length are matched without lazy automata, whose set-up would cost more than they save.
const SHORT: usize = 2048;

/// The number of bytes that an expression searches before it is worth an automaton: one for `[^/]+` takes a tenth of a
/// millisecond to make, and templates match most expressions a few times only.
const FEW: usize = 512;

/// Up to this many steps, a machine is fast enough for [`FEW`] bytes.
const SMALL: usize = 256;

/// The number of threads that can search with one automaton without making and dropping its scratch space. By itself
/// `regex-automata` reads a dozen system files to find out how many cores there are.
const SEARCHES: usize = 4;

/// Bytes an automaton may take. Beyond, and Go allows much more, [`machine`] matches.
const SIZE_LIMIT: usize = LIMITS.regexp_bytes;

/// Bytes that may be needed while matching, about: each state of an automaton has a slot for each group.
const SLOT_LIMIT: usize = LIMITS.regexp_slots;

/// The offsets of a match and its groups; `None` for a group that did not take part.
pub type Groups = Vec<Option<Range<usize>>>;

/// `*regexp.Regexp`: a compiled expression. It can be shared between threads.
#[derive(Debug)]
pub struct Regexp {
    pattern: Box<[u8]>,
    names: Box<[Box<str>]>,
    hir: Hir,
    machine: OnceLock<Machine>,
    /// The automaton for short texts; none where it would be too large.
    short: OnceLock<Option<meta::Regex>>,
    /// The one for long texts.
    long: OnceLock<Option<meta::Regex>>,
    /// Bytes searched so far, up to [`FEW`] and a little more.
    searched: AtomicUsize,
}

/// The engine that an expression searches a text with.
#[derive(Clone, Copy)]
enum Engine<'r> {
    Automaton(&'r meta::Regex),
    Machine(&'r Machine),
}

fn build(hir: &Hir, groups: usize, lazy_automata: bool) -> Option<meta::Regex> {
    let config = meta::Config::new()
        .nfa_size_limit(Some(SIZE_LIMIT.min(SLOT_LIMIT / (2 * groups.max(1)))))
        .hybrid(lazy_automata)
        .dfa(lazy_automata)
        .onepass(lazy_automata)
        .pool_capacity(SEARCHES);
    meta::Builder::new()
        .configure(config)
        .build_from_hir(hir)
        .ok()
}

impl Regexp {
    /// `regexp.Compile`.
    ///
    /// # Errors
    /// Go's `error parsing regexp: …` with the offending part of the pattern.
    pub fn compile(pattern: impl AsRef<[u8]>) -> Result<Self, Error> {
        let pattern = pattern.as_ref();
        let parsed = parse::parse(pattern)?;
        Ok(Self {
            pattern: pattern.into(),
            names: parsed.names,
            hir: parsed.hir,
            machine: OnceLock::new(),
            short: OnceLock::new(),
            long: OnceLock::new(),
            searched: AtomicUsize::new(0),
        })
    }

    /// `String`: the pattern as it was given.
    pub fn pattern(&self) -> &[u8] {
        &self.pattern
    }

    /// `NumSubexp`: how many capturing groups the pattern has.
    pub fn num_subexp(&self) -> usize {
        self.names.len() - 1
    }

    /// `SubexpNames`: the groups' names, empty for those without; the first stands for the whole match.
    pub fn subexp_names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    /// Bytes that what was made for matching takes, about.
    pub fn memory_usage(&self) -> usize {
        let automata = [&self.short, &self.long].map(|cell| cell.get().and_then(Option::as_ref));
        let automata = automata
            .into_iter()
            .flatten()
            .map(meta::Regex::memory_usage);
        let machine = self.machine.get().map_or(0, |machine| machine.size() * 48);
        self.pattern.len() + automata.sum::<usize>() + machine
    }

    /// The cost of searching a text of this length, in steps of a [`crate::limits::Budget`], beside its length: large
    /// expressions follow many alternatives at once.
    pub fn steps(&self, length: usize) -> u64 {
        if length <= FEW {
            return 0;
        }
        // An automaton mostly has them all in one state.
        let alternatives_per_step = match self.engine(length) {
            Engine::Machine(_) => 16,
            Engine::Automaton(_) => 1024,
        };
        let size = self.machine().size() as u64;
        (length as u64).saturating_mul(size) / alternatives_per_step
    }

    /// The engine for a text of this length.
    fn engine(&self, length: usize) -> Engine<'_> {
        let searched = self.searched.load(Ordering::Relaxed);
        if searched.saturating_add(length) <= FEW {
            let machine = self.machine();
            if machine.size() <= SMALL {
                // One count more or less does not matter: both engines give the same answers.
                self.searched
                    .store(searched + length + 1, Ordering::Relaxed);
                return Engine::Machine(machine);
            }
        }
        let build = |lazy_automata| build(&self.hir, self.names.len(), lazy_automata);
        let short = || self.short.get_or_init(|| build(false)).as_ref();
        let automaton = match length <= SHORT {
            true => short(),
            false => self
                .long
                .get_or_init(|| build(true))
                .as_ref()
                .or_else(short),
        };
        match automaton {
            Some(automaton) => Engine::Automaton(automaton),
            None => Engine::Machine(self.machine()),
        }
    }

    fn machine(&self) -> &Machine {
        self.machine.get_or_init(|| Machine::new(&self.hir))
    }

    /// `Match`: whether the text holds a match.
    pub fn is_match(&self, text: &[u8]) -> bool {
        let haystack = Haystack::new(text);
        match self.engine(haystack.text().len()) {
            Engine::Automaton(automaton) => automaton.is_match(Input::new(haystack.text())),
            Engine::Machine(machine) => machine.find(haystack.text(), 0, &mut [None; 2]),
        }
    }

    /// `FindIndex`: the leftmost match.
    pub fn find(&self, text: &[u8]) -> Option<Range<usize>> {
        let haystack = Haystack::new(text);
        let groups = Search::new(self, &haystack, false).run(0)?;
        Some(haystack.original(groups))
    }

    /// `FindSubmatchIndex`: the leftmost match and its groups.
    pub fn find_submatch(&self, text: &[u8]) -> Option<Groups> {
        let haystack = Haystack::new(text);
        let mut search = Search::new(self, &haystack, true);
        search.run(0)?;
        Some(search.groups(&haystack))
    }

    /// `FindAllIndex`: the successive matches without overlaps, at most `n` of them; a negative `n`
    /// means all. An empty match next to the match before it is left out.
    pub fn find_all(&self, text: &[u8], n: i64) -> Vec<Range<usize>> {
        let haystack = Haystack::new(text);
        let mut ranges = Vec::new();
        self.each_match(&haystack, n, false, |search| ranges.extend(search.whole()));
        ranges.into_iter().map(|m| haystack.original(m)).collect()
    }

    /// `FindAllSubmatchIndex`: as [`Regexp::find_all`], with groups.
    pub fn find_all_submatch(&self, text: &[u8], n: i64) -> Vec<Groups> {
        let haystack = Haystack::new(text);
        let mut matches = Vec::new();
        self.each_match(&haystack, n, true, |search| {
            matches.push(search.groups(&haystack))
        });
        matches
    }

    fn each_match(&self, haystack: &Haystack, n: i64, groups: bool, mut give: impl FnMut(&Search)) {
        let end = haystack.text().len();
        let mut left = u64::try_from(n).unwrap_or(u64::MAX);
        let mut search = Search::new(self, haystack, groups);
        let mut previous_end = None;
        let mut at = 0;
        while left > 0 && at <= end {
            let Some(groups) = search.run(at) else { break };
            let beside_previous = groups.is_empty() && previous_end == Some(groups.start);
            at = if groups.end == at {
                haystack.next_rune(at)
            } else {
                groups.end
            };
            previous_end = Some(groups.end);
            if !beside_previous {
                give(&search);
                left -= 1;
            }
        }
    }

    /// `ReplaceAll`: replaces each match by the template, in which `$1`, `${1}`, `$name` and `${name}`
    /// stand for groups and `$$` for a dollar. A name is as long as possible: `$1W` is group `1W`.
    ///
    /// # Errors
    /// [`Exceeded::Text`].
    pub fn replace_all(&self, text: &[u8], template: &[u8]) -> Result<Vec<u8>, Exceeded> {
        if !template.contains(&b'$') {
            return self.replace_all_literal(text, template);
        }
        let parts = template::parse(template, &self.names);
        let haystack = Haystack::new(text);
        self.replace(&haystack, true, |out, search| {
            for part in &parts {
                match part {
                    template::Part::Text(literal) => out.extend_from_slice(literal),
                    template::Part::Groups(indexes) => {
                        let range = indexes.iter().find_map(|group| search.group(*group));
                        let range = range
                            .map(|m| haystack.original(m))
                            .and_then(|m| text.get(m));
                        out.extend_from_slice(range.unwrap_or_default());
                    }
                }
            }
        })
    }

    /// `ReplaceAllLiteral`: replaces each match by the text as it is.
    ///
    /// # Errors
    /// [`Exceeded::Text`].
    pub fn replace_all_literal(
        &self,
        text: &[u8],
        replacement: &[u8],
    ) -> Result<Vec<u8>, Exceeded> {
        self.replace(&Haystack::new(text), false, |out, _| {
            out.extend_from_slice(replacement)
        })
    }

    fn replace(
        &self,
        haystack: &Haystack,
        groups: bool,
        give: impl Fn(&mut Vec<u8>, &Search),
    ) -> Result<Vec<u8>, Exceeded> {
        let source = haystack.source();
        let between = |from, to| source.get(haystack.original(from..to)).unwrap_or_default();
        let end = haystack.text().len();
        let mut out = Vec::with_capacity(source.len());
        let mut search = Search::new(self, haystack, groups);
        let mut last_end = 0;
        let mut at = 0;
        while at <= end {
            let Some(groups) = search.run(at) else { break };
            out.extend_from_slice(between(last_end, groups.start));
            // An empty match right after another match is not replaced.
            if groups.end > last_end || groups.start == 0 {
                give(&mut out, &search);
                Exceeded::check_text(Some(out.len()))?;
            }
            last_end = groups.end;
            at = groups.end.max(haystack.next_rune(at));
        }
        out.extend_from_slice(between(last_end, end));
        Ok(out)
    }

    /// `Split`: the parts between matches, at most `n` of them; a negative `n` means all, 0 none.
    pub fn split<'t>(&self, text: &'t [u8], n: i64) -> Vec<&'t [u8]> {
        if n == 0 {
            return Vec::new();
        }
        if !self.pattern.is_empty() && text.is_empty() {
            return vec![text];
        }
        let mut parts = Vec::new();
        let (mut begin, mut end) = (0, 0);
        for range in self.find_all(text, n) {
            if n > 0 && parts.len() as i64 >= n - 1 {
                break;
            }
            end = range.start;
            if range.end != 0 {
                parts.extend(text.get(begin..end));
            }
            begin = range.end;
        }
        if end != text.len() {
            parts.extend(text.get(begin..));
        }
        parts
    }
}

/// A search over one text that keeps the slots of its last match.
struct Search<'a> {
    engine: Engine<'a>,
    text: &'a [u8],
    slots: Vec<Option<NonMaxUsize>>,
    count: usize,
}

impl<'a> Search<'a> {
    fn new(regexp: &'a Regexp, haystack: &'a Haystack, groups: bool) -> Self {
        let count = if groups { regexp.names.len() } else { 1 };
        let text = haystack.text();
        Self {
            engine: regexp.engine(text.len()),
            text,
            slots: vec![None; 2 * count],
            count,
        }
    }

    /// The leftmost match from `at` on; what lies before counts for `^` and `\b`.
    fn run(&mut self, at: usize) -> Option<Range<usize>> {
        match self.engine {
            Engine::Automaton(automaton) => {
                self.slots.fill(None);
                let input = Input::new(self.text).range(at..).anchored(Anchored::No);
                automaton.search_slots(&input, &mut self.slots)?;
            }
            Engine::Machine(machine) => {
                let mut groups = vec![None; self.slots.len()];
                if !machine.find(self.text, at, &mut groups) {
                    return None;
                }
                self.slots = groups
                    .into_iter()
                    .map(|slot| slot.and_then(NonMaxUsize::new))
                    .collect();
            }
        }
        self.whole()
    }

    fn group(&self, index: usize) -> Option<Range<usize>> {
        let start = (*self.slots.get(2 * index)?)?.get();
        let end = (*self.slots.get(2 * index + 1)?)?.get();
        Some(start..end)
    }

    fn whole(&self) -> Option<Range<usize>> {
        self.group(0)
    }

    fn groups(&self, haystack: &Haystack) -> Groups {
        (0..self.count)
            .map(|i| Some(haystack.original(self.group(i)?)))
            .collect()
    }
}

/// `regexp.QuoteMeta`: the text with a backslash before each character that means something in a pattern.
pub fn quote_meta(text: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len() + 8);
    for &b in text {
        if br"\.+*?()|[]{}^$".contains(&b) {
            out.push(b'\\');
        }
        out.push(b);
    }
    out
}

#[cfg(test)]
mod tests;
