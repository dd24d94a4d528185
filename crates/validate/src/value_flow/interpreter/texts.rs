//! Values as texts: names of templates, texts that are executed, and texts that are put together.

use super::{Interpreter, LONGEST_TEXT, MOST_TEXTS};
use crate::value_flow::store::{AbstractValue, Constructed, UNKNOWN, ValueSetId};
use gotemplate::ast::{List, Node, Operand, Pipeline};
use rustc_hash::FxHashSet;
use std::collections::BTreeMap;

impl Interpreter<'_> {
    pub(super) fn include(&mut self, name: ValueSetId, argument: ValueSetId) -> ValueSetId {
        let atoms = self.store.atoms(name).to_vec();
        let mut result = UNKNOWN;
        let mut is_unknown = atoms.is_empty();
        for atom in atoms {
            let (text, is_pattern) = match atom {
                AbstractValue::Text(text) => (text, false),
                AbstractValue::Pattern(text) => (text, true),
                _ => {
                    is_unknown = true;
                    continue;
                }
            };
            let text = self.store.text_of(text).to_owned();
            let output = match is_pattern {
                false => self.call_by_name(&text, argument),
                true => {
                    let templates = self.matching(&text);
                    self.call_all(&templates, argument)
                }
            };
            result = self.store.join(result, output);
        }
        if is_unknown {
            let templates = self.matching("*");
            let output = self.call_all(&templates, argument);
            result = self.store.join(result, output);
        }
        match result {
            UNKNOWN => self.any,
            result => result,
        }
    }

    pub(super) fn template(&mut self, text: ValueSetId, dot: ValueSetId) -> ValueSetId {
        let atoms = self.store.atoms(text).to_vec();
        if !atoms.is_empty()
            && atoms
                .iter()
                .all(|atom| matches!(atom, AbstractValue::Encoded(_)))
        {
            self.tpl_contexts.insert(dot);
            return text;
        }
        let mut result = UNKNOWN;
        for atom in &atoms {
            if let AbstractValue::Text(text) = atom {
                let text = self.store.text_of(*text).to_owned();
                if let Some(tree) = self.parse(&text) {
                    let output = self.tree(&tree, dot);
                    result = self.store.join(result, output);
                }
                continue;
            }
            let one = self.store.one(*atom);
            self.store.print(one);
            self.tpl_contexts.insert(dot);
        }
        if atoms.is_empty() {
            self.tpl_contexts.insert(dot);
        }
        match result {
            UNKNOWN => self.any,
            result => result,
        }
    }

    /// The value that was encoded; of a text that holds more, all is used.
    pub(super) fn decode(&mut self, text: ValueSetId) -> ValueSetId {
        let atoms = self.store.atoms(text).to_vec();
        let encoded = atoms.iter().map(|atom| match atom {
            AbstractValue::Encoded(inner) => Some(*inner),
            _ => None,
        });
        match encoded.collect::<Option<Vec<ValueSetId>>>() {
            Some(inner) => self.store.join_all(inner),
            None => {
                self.store.print(text);
                UNKNOWN
            }
        }
    }

    /// The texts that a value may be as part of a text.
    fn part(&mut self, value: ValueSetId) -> Vec<String> {
        self.store.print(value);
        let texts = self.store.texts(value);
        texts.unwrap_or_else(|| vec!["*".into()])
    }

    pub(super) fn format(&mut self, format: ValueSetId, values: &[ValueSetId]) -> ValueSetId {
        let parts: Vec<Vec<String>> = values.iter().map(|value| self.part(*value)).collect();
        let Some(format) = self.store.constant(format).map(str::to_owned) else {
            self.store.print(format);
            return self.any;
        };
        let mut pieces = format.split('%');
        let mut texts = vec![pieces.next().unwrap_or_default().to_owned()];
        let mut parts = parts.into_iter();
        for piece in pieces {
            let Some(rest) = piece.strip_prefix(['s', 'v']) else {
                return self.any;
            };
            texts = product(&texts, &parts.next().unwrap_or_default());
            texts.iter_mut().for_each(|text| text.push_str(rest));
        }
        self.put_together(&texts)
    }

    pub(super) fn concatenate(&mut self, values: &[ValueSetId]) -> ValueSetId {
        let mut texts = vec![String::new()];
        for value in values {
            texts = product(&texts, &self.part(*value));
        }
        self.put_together(&texts)
    }

    fn put_together(&mut self, texts: &[String]) -> ValueSetId {
        let fits = |text: &String| text.len() <= LONGEST_TEXT;
        match !texts.is_empty() && texts.len() <= MOST_TEXTS && texts.iter().all(fits) {
            true => self.store.any_of(texts),
            false => self.any,
        }
    }

    /// A list of the parts of each text that a value may be; `split` gives a map of them.
    pub(super) fn split(
        &mut self,
        separator: ValueSetId,
        text: ValueSetId,
        is_map: bool,
        site: usize,
    ) -> ValueSetId {
        let separator = self.store.constant(separator).map(str::to_owned);
        let texts = self.store.texts(text);
        let texts = texts.filter(|texts| texts.iter().all(|text| !text.contains('*')));
        let Some((separator, texts)) = separator.zip(texts) else {
            self.store.print(text);
            return UNKNOWN;
        };
        let mut lists = UNKNOWN;
        for text in texts {
            let (mut items, mut fields) = (Vec::new(), BTreeMap::new());
            for (at, part) in text.split(&*separator).enumerate() {
                let part = self.store.text(part);
                let part = self.store.one(AbstractValue::Text(part));
                items.push(part);
                if is_map {
                    fields.insert(self.store.text(&format!("_{at}")), part);
                }
            }
            let container = Constructed {
                fields,
                items: Some(items),
                ..Constructed::default()
            };
            let list = self.store.make(site, container);
            lists = self.store.join(lists, list);
        }
        lists
    }
}

/// Each text before each other one.
fn product(before: &[String], after: &[String]) -> Vec<String> {
    let all = before
        .iter()
        .take(MOST_TEXTS + 1)
        .flat_map(|before| after.iter().map(move |after| format!("{before}{after}")));
    all.collect()
}

/// Returns true if a text is what a pattern with `*` for any text says.
pub(in crate::value_flow) fn matches(pattern: &[u8], text: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut last = None;
    for part in parts {
        if let Some(part) = last.replace(part) {
            let Some(at) = memchr::memmem::find(rest, part) else {
                return false;
            };
            rest = rest.get(at + part.len()..).unwrap_or_default();
        }
    }
    last.map_or(rest.is_empty(), |last: &[u8]| rest.ends_with(last))
}

/// The texts in a tree that are constants.
pub(in crate::value_flow) fn constants<'t>(list: &'t List, strings: &mut FxHashSet<&'t [u8]>) {
    for node in &list.nodes {
        match node {
            Node::Action(action) => in_pipeline(&action.pipe, strings),
            Node::If(branch) | Node::With(branch) | Node::Range(branch) => {
                in_pipeline(&branch.pipe, strings);
                constants(&branch.list, strings);
                branch
                    .else_list
                    .iter()
                    .for_each(|list| constants(list, strings));
            }
            Node::Template(call) => call.pipe.iter().for_each(|pipe| in_pipeline(pipe, strings)),
            Node::Text { .. } | Node::Break(_) | Node::Continue(_) => {}
        }
    }
}

fn in_pipeline<'t>(pipe: &'t Pipeline, strings: &mut FxHashSet<&'t [u8]>) {
    for operand in pipe.cmds.iter().flat_map(|command| &command.args) {
        in_operand(operand, strings);
    }
}

fn in_operand<'t>(operand: &'t Operand, strings: &mut FxHashSet<&'t [u8]>) {
    match operand {
        Operand::String(string) => drop(strings.insert(&string.text)),
        Operand::Pipe(pipe) => in_pipeline(pipe, strings),
        Operand::Chain(chain) => in_operand(&chain.node, strings),
        _ => {}
    }
}
