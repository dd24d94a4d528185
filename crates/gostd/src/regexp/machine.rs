//! A matcher that is made at once and stays small: runes against a program. It serves patterns whose
//! automaton would be too large, and those that are used a few times only.
//!
//! Go keeps a class as one instruction, so `\pL{1000}` costs it little; an automaton over UTF-8 needs
//! hundreds of states for each copy. Here a class is one instruction too. All alternatives are followed
//! at once, in order of priority, so that time grows with text times program (Pike's method).

use std::borrow::Cow;
use std::collections::HashMap;
use std::rc::Rc;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind, Look, Repetition};

use crate::unicode::decode_rune;

#[derive(Debug)]
enum Step {
    Rune(char),
    Class(usize),
    /// Goes on at the first place, and with lower priority at the second.
    Split(usize, usize),
    Jump(usize),
    Save(usize),
    Look(Look),
    Fail,
    Match,
}

/// A compiled program.
#[derive(Debug)]
pub(super) struct Machine {
    program: Vec<Step>,
    classes: Vec<Members>,
}

/// The characters of a class, the ASCII ones as bits.
#[derive(Debug)]
struct Members {
    ascii: u128,
    all: ClassUnicode,
}

impl Members {
    fn new(all: ClassUnicode) -> Self {
        let mut ascii = 0;
        for range in all.ranges().iter().take_while(|r| r.start().is_ascii()) {
            for c in range.start()..=range.end().min('\x7f') {
                ascii |= 1 << u32::from(c);
            }
        }
        Members { ascii, all }
    }

    fn contains(&self, c: char) -> bool {
        match c.is_ascii() {
            true => self.ascii >> u32::from(c) & 1 == 1,
            false => contains(&self.all, c),
        }
    }
}

type Slots = Rc<[Option<usize>]>;

impl Machine {
    /// Compiles an expression whose size the parser has limited.
    pub(super) fn new(hir: &Hir) -> Self {
        let mut compiler = Compiler {
            program: Vec::new(),
            classes: Vec::new(),
            class_indexes: HashMap::new(),
            alike: HashMap::new(),
        };
        compiler.add(hir);
        compiler.program.push(Step::Match);
        Self {
            program: compiler.program,
            classes: compiler.classes,
        }
    }

    /// The number of steps that the program has.
    pub(super) fn size(&self) -> usize {
        self.program.len()
    }

    /// The leftmost match from `at` on in a text of valid UTF-8. Fills the slots, two for each group,
    /// the whole match first; false where there is none.
    pub(super) fn find(&self, text: &[u8], at: usize, slots: &mut [Option<usize>]) -> bool {
        let mut current = Threads::new(self.program.len());
        let mut next = Threads::new(self.program.len());
        let empty: Slots = vec![None; slots.len()].into();
        let mut best: Option<Slots> = None;
        let mut at = at;
        loop {
            if best.is_none() {
                let mut begun = empty.to_vec();
                set(&mut begun, 0, at);
                self.follow(0, begun.into(), text, at, &mut current);
            } else if current.list.is_empty() {
                break;
            }
            let (c, width) = decode_rune(text.get(at..).unwrap_or_default());
            for (place, saved) in current.list.drain(..) {
                let taken = match self.program.get(place) {
                    Some(Step::Match) => {
                        let mut ended = saved.to_vec();
                        set(&mut ended, 1, at);
                        best = Some(ended.into());
                        // Threads of lower priority do not count any more.
                        break;
                    }
                    Some(Step::Rune(rune)) => *rune == c,
                    Some(Step::Class(index)) => self
                        .classes
                        .get(*index)
                        .is_some_and(|class| class.contains(c)),
                    _ => false,
                };
                if taken && width > 0 {
                    self.follow(place + 1, saved, text, at + width, &mut next);
                }
            }
            if at >= text.len() {
                break;
            }
            std::mem::swap(&mut current, &mut next);
            next.clear();
            at += width;
        }
        match best {
            Some(groups) => {
                slots.copy_from_slice(&groups);
                true
            }
            None => false,
        }
    }

    /// Adds the threads that can be reached from a place without reading a rune, in order of priority.
    fn follow(&self, place: usize, saved: Slots, text: &[u8], at: usize, threads: &mut Threads) {
        // Most steps read a rune: they need not wait for others.
        if let Some(Step::Rune(_) | Step::Class(_) | Step::Match) = self.program.get(place) {
            if threads.visit(place) {
                threads.list.push((place, saved));
            }
            return;
        }
        threads.pending.push((place, saved));
        while let Some((place, saved)) = threads.pending.pop() {
            if !threads.visit(place) {
                continue;
            }
            match self.program.get(place) {
                Some(Step::Jump(to)) => threads.pending.push((*to, saved)),
                Some(Step::Split(first, second)) => {
                    threads.pending.push((*second, saved.clone()));
                    threads.pending.push((*first, saved));
                }
                Some(Step::Save(slot)) if *slot < saved.len() => {
                    let mut changed = saved.to_vec();
                    set(&mut changed, *slot, at);
                    threads.pending.push((place + 1, changed.into()));
                }
                Some(Step::Save(_)) => threads.pending.push((place + 1, saved)),
                Some(Step::Look(look)) if holds(*look, text, at) => {
                    threads.pending.push((place + 1, saved))
                }
                Some(Step::Look(_) | Step::Fail) | None => {}
                Some(Step::Rune(_) | Step::Class(_) | Step::Match) => {
                    threads.list.push((place, saved))
                }
            }
        }
    }
}

fn set(slots: &mut [Option<usize>], slot: usize, at: usize) {
    if let Some(slot) = slots.get_mut(slot) {
        *slot = Some(at);
    }
}

fn contains(class: &ClassUnicode, c: char) -> bool {
    let ranges = class.ranges();
    let after = ranges.partition_point(|range| range.start() <= c);
    after
        .checked_sub(1)
        .and_then(|last| ranges.get(last))
        .is_some_and(|range| c <= range.end())
}

fn holds(look: Look, text: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|last| text.get(last));
    let after = text.get(at);
    let is_word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    match look {
        Look::Start => before.is_none(),
        Look::End => after.is_none(),
        Look::StartLF => before.is_none_or(|b| *b == b'\n'),
        Look::EndLF => after.is_none_or(|b| *b == b'\n'),
        Look::WordAscii => is_word(before) != is_word(after),
        Look::WordAsciiNegate => is_word(before) == is_word(after),
        // The parser makes no others.
        _ => false,
    }
}

/// Places in the program with what they have saved, each place once.
struct Threads {
    list: Vec<(usize, Slots)>,
    /// The round in which a place was last visited.
    visited: Vec<u32>,
    round: u32,
    pending: Vec<(usize, Slots)>,
}

impl Threads {
    fn new(places: usize) -> Self {
        Self {
            list: Vec::new(),
            visited: vec![0; places],
            round: 1,
            pending: Vec::new(),
        }
    }

    fn clear(&mut self) {
        self.list.clear();
        self.round = self.round.wrapping_add(1);
        if self.round == 0 {
            self.visited.fill(0);
            self.round = 1;
        }
    }

    fn visit(&mut self, place: usize) -> bool {
        let round = self.round;
        self.visited
            .get_mut(place)
            .is_some_and(|last| std::mem::replace(last, round) != round)
    }
}

struct Compiler {
    program: Vec<Step>,
    classes: Vec<Members>,
    /// Classes by their address in the expression: repetitions compile the same one again and again.
    class_indexes: HashMap<usize, usize>,
    /// Classes by their number of ranges, to have each of them once.
    alike: HashMap<usize, Vec<usize>>,
}

impl Compiler {
    fn add(&mut self, hir: &Hir) {
        match hir.kind() {
            HirKind::Empty => {}
            HirKind::Literal(literal) => {
                let text = std::str::from_utf8(&literal.0).unwrap_or_default();
                self.program.extend(text.chars().map(Step::Rune));
            }
            HirKind::Class(class) => self.add_class(class),
            HirKind::Look(look) => self.program.push(Step::Look(*look)),
            HirKind::Repetition(repetition) => self.add_repetition(repetition),
            HirKind::Capture(capture) => {
                let slot = 2 * capture.index as usize;
                self.program.push(Step::Save(slot));
                self.add(&capture.sub);
                self.program.push(Step::Save(slot + 1));
            }
            HirKind::Concat(parts) => parts.iter().for_each(|part| self.add(part)),
            HirKind::Alternation(alternatives) => self.add_alternation(alternatives),
        }
    }

    fn add_class(&mut self, class: &Class) {
        if class.is_empty() {
            self.program.push(Step::Fail);
            return;
        }
        let address = std::ptr::from_ref(class) as usize;
        let index = match self.class_indexes.get(&address) {
            Some(index) => *index,
            None => {
                let index = self.class(match class {
                    Class::Unicode(ranges) => Cow::Borrowed(ranges),
                    Class::Bytes(ranges) => Cow::Owned(
                        ranges
                            .to_unicode_class()
                            .unwrap_or_else(ClassUnicode::empty),
                    ),
                });
                self.class_indexes.insert(address, index);
                index
            }
        };
        self.program.push(Step::Class(index));
    }

    /// The number of a class, which is added unless an equal one is there.
    fn class(&mut self, class: Cow<'_, ClassUnicode>) -> usize {
        let alike = self.alike.entry(class.ranges().len()).or_default();
        let equal = |index: &&usize| {
            let class_of_index = self.classes.get(**index);
            class_of_index.is_some_and(|other| other.all == *class)
        };
        // Expressions with very many different classes need not have each once.
        if let Some(index) = alike.iter().take(16).find(equal) {
            return *index;
        }
        let index = self.classes.len();
        alike.push(index);
        self.classes.push(Members::new(class.into_owned()));
        index
    }

    fn add_alternation(&mut self, alternatives: &[Hir]) {
        let mut ends = Vec::new();
        let Some((last, others)) = alternatives.split_last() else {
            return;
        };
        for alternative in others {
            let split = self.reserve();
            self.add(alternative);
            ends.push(self.reserve());
            self.fill(split, Step::Split(split + 1, self.program.len()));
        }
        self.add(last);
        let end = self.program.len();
        ends.into_iter()
            .for_each(|place| self.fill(place, Step::Jump(end)));
    }

    fn reserve(&mut self) -> usize {
        self.program.push(Step::Fail);
        self.program.len() - 1
    }

    fn fill(&mut self, place: usize, step: Step) {
        if let Some(reserved) = self.program.get_mut(place) {
            *reserved = step;
        }
    }

    /// `x{2,4}` is `xx(x(x)?)?`, `x{2,}` is `xx+`, and `x*` of an `x` that can be empty is `(x+)?`, which
    /// keeps the priorities as Go has them; other stars have one split for entering and repeating.
    fn add_repetition(&mut self, repetition: &Repetition) {
        let Repetition {
            min,
            max,
            greedy,
            sub,
        } = repetition;
        let split = |first, second| {
            if *greedy {
                Step::Split(first, second)
            } else {
                Step::Split(second, first)
            }
        };
        (1..*min).for_each(|_| self.add(sub));
        let Some(max) = max else {
            let skip = (*min == 0).then(|| self.reserve());
            let body = self.program.len();
            self.add(sub);
            let again = self.reserve();
            let end = self.program.len();
            let can_be_empty = sub.properties().minimum_len() == Some(0);
            match skip {
                Some(skip) if !can_be_empty => {
                    self.fill(skip, split(body, end));
                    self.fill(again, Step::Jump(skip));
                }
                Some(skip) => {
                    self.fill(skip, split(body, end));
                    self.fill(again, split(body, end));
                }
                None => self.fill(again, split(body, end)),
            }
            return;
        };
        if *min > 0 {
            self.add(sub);
        }
        let mut skips = Vec::new();
        for _ in *min..*max {
            skips.push(self.reserve());
            self.add(sub);
        }
        let end = self.program.len();
        skips
            .into_iter()
            .for_each(|skip| self.fill(skip, split(skip + 1, end)));
    }
}
