//! What functions make of values.

use super::{COMPARISONS, Interpreter, LONGEST_LIST};
use crate::value_flow::Flags;
use crate::value_flow::store::{AbstractValue, Constructed, Key, TextId, UNKNOWN, ValueSetId};
use gotemplate::ArgumentUse;
use std::collections::BTreeMap;

impl Interpreter<'_> {
    pub(super) fn function(
        &mut self,
        name: &str,
        arguments: &[ValueSetId],
        site: usize,
    ) -> ValueSetId {
        let all = |interpreter: &mut Self, arguments: &[ValueSetId]| {
            interpreter.store.join_all(arguments.iter().copied())
        };
        match (self.uses.of(name), arguments) {
            (ArgumentUse::Kind, _) => {
                self.kind(arguments);
                self.any
            }
            (ArgumentUse::Test, _) => {
                if COMPARISONS.contains(&name) {
                    self.compare(arguments);
                }
                UNKNOWN
            }
            (ArgumentUse::Pass, _) => all(self, arguments),
            (ArgumentUse::Required, [.., value]) => *value,
            (ArgumentUse::Ternary, [yes, no, _]) => self.store.join(*yes, *no),
            (ArgumentUse::Index, [of, keys @ ..]) => self.index(*of, keys),
            (ArgumentUse::HasKey, [of, keys @ ..]) => {
                self.index(*of, keys);
                UNKNOWN
            }
            (ArgumentUse::Dig, [keys @ .., default, of]) => {
                let value = self.index(*of, keys);
                self.store.join(value, *default)
            }
            (ArgumentUse::Pluck, [key, maps @ ..]) => {
                let of = all(self, maps);
                let rest = self.index(of, &[*key]);
                self.rest(site, rest)
            }
            (ArgumentUse::Pick, [of, keys @ ..]) => self.pick(*of, keys, site),
            (ArgumentUse::Set, [of, key, value]) => {
                for key in self.keys(*key) {
                    self.store.put(*of, key, *value);
                }
                *of
            }
            (ArgumentUse::Merge, [into, from @ ..]) => {
                for from in from {
                    self.store.merge(*into, *from);
                }
                let sources = all(self, from);
                let merged = self.sources(site, sources);
                self.store.join(*into, merged)
            }
            (ArgumentUse::Copy, [of]) => self.sources(site, *of),
            (ArgumentUse::Dict, pairs) => self.dict(pairs, site),
            (ArgumentUse::List, items) => self.items(site, items.to_vec()),
            (ArgumentUse::Append, [list, value]) => match (self.store.items(*list), name) {
                (Some(items), "append" | "push" | "mustAppend" | "mustPush") => {
                    let mut items = items.to_vec();
                    items.push(*value);
                    self.items(site, items)
                }
                _ => {
                    let rest = self.store.elements(*list);
                    let rest = self.store.join(rest, *value);
                    self.rest(site, rest)
                }
            },
            (ArgumentUse::Concat, lists) => {
                let sets = lists.iter().map(|list| self.store.items(*list));
                if let Some(items) = sets.collect::<Option<Vec<_>>>() {
                    let items = items.concat();
                    return self.items(site, items);
                }
                let lists = all(self, lists);
                let rest = self.store.elements(lists);
                self.rest(site, rest)
            }
            (ArgumentUse::Item, [list]) => self.store.elements(*list),
            (ArgumentUse::Items, [list]) if name == "reverse" => match self.store.items(*list) {
                Some(items) => {
                    let items = items.iter().rev().copied().collect();
                    self.items(site, items)
                }
                None => *list,
            },
            (ArgumentUse::Items, _) => {
                let lists = all(self, arguments);
                let atoms = self.store.atoms(lists).to_vec();
                match atoms
                    .iter()
                    .any(|atom| matches!(atom, AbstractValue::Constructed(_)))
                {
                    true => {
                        let rest = self.store.elements(lists);
                        self.rest(site, rest)
                    }
                    false => lists,
                }
            }
            (ArgumentUse::Keys, maps) => {
                let maps = all(self, maps);
                self.store.flag_maps(maps, Flags::KEYS);
                let any = self.any;
                self.rest(site, any)
            }
            (ArgumentUse::Values, [map]) => {
                self.store.flag_maps(*map, Flags::KEYS);
                let rest = self.store.elements(*map);
                self.rest(site, rest)
            }
            (ArgumentUse::Include, [name, argument]) => self.include(*name, *argument),
            (ArgumentUse::Template, [text, dot]) => self.template(*text, *dot),
            (ArgumentUse::Encode, [value]) if *value != UNKNOWN => {
                self.store.one(AbstractValue::Encoded(*value))
            }
            (ArgumentUse::Decode, [text]) => self.decode(*text),
            (ArgumentUse::Format, [format, values @ ..]) => self.format(*format, values),
            (ArgumentUse::Join, values) => self.concatenate(values),
            (ArgumentUse::Split, [separator, text]) => {
                self.split(*separator, *text, name == "split", site)
            }
            (ArgumentUse::Text | ArgumentUse::Encode, _) => {
                arguments.iter().for_each(|set| self.store.print(*set));
                self.any
            }
            _ => {
                arguments.iter().for_each(|set| self.store.use_whole(*set));
                UNKNOWN
            }
        }
    }

    fn rest(&mut self, site: usize, rest: ValueSetId) -> ValueSetId {
        let container = Constructed {
            rest,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    fn sources(&mut self, site: usize, sources: ValueSetId) -> ValueSetId {
        if sources == UNKNOWN {
            return UNKNOWN;
        }
        let container = Constructed {
            sources,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    fn items(&mut self, site: usize, items: Vec<ValueSetId>) -> ValueSetId {
        if items.len() > LONGEST_LIST {
            let rest = self.store.join_all(items);
            return self.rest(site, rest);
        }
        let container = Constructed {
            items: Some(items),
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    /// The keys that a value may mean; none of them for any.
    fn keys(&mut self, key: ValueSetId) -> Vec<Option<TextId>> {
        let keys = self.store.atoms(key).iter().map(|atom| match atom {
            AbstractValue::Text(text) => Some(*text),
            _ => None,
        });
        let mut keys: Vec<Option<TextId>> = keys.collect();
        if keys.is_empty() {
            keys.push(None);
        }
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    fn dict(&mut self, pairs: &[ValueSetId], site: usize) -> ValueSetId {
        let (mut fields, mut rest) = (BTreeMap::new(), UNKNOWN);
        for pair in pairs.chunks(2) {
            let [key, value] = pair else { continue };
            match *self.keys(*key) {
                [Some(key)] => drop(fields.insert(key, *value)),
                _ => rest = self.store.join(rest, *value),
            }
        }
        let container = Constructed {
            fields,
            rest,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    fn pick(&mut self, of: ValueSetId, keys: &[ValueSetId], site: usize) -> ValueSetId {
        let (mut fields, mut rest) = (BTreeMap::new(), UNKNOWN);
        for key in keys {
            let value = self.index(of, &[*key]);
            match *self.keys(*key) {
                [Some(key)] => drop(fields.insert(key, value)),
                _ => rest = self.store.join(rest, value),
            }
        }
        let container = Constructed {
            fields,
            rest,
            ..Constructed::default()
        };
        self.store.make(site, container)
    }

    /// The value under keys, one below the other.
    fn index(&mut self, of: ValueSetId, keys: &[ValueSetId]) -> ValueSetId {
        let mut value = of;
        for key in keys {
            let atoms = self.store.atoms(*key).to_vec();
            if atoms.is_empty() {
                value = self.store.under(value, Key::Dynamic);
                continue;
            }
            let mut result = UNKNOWN;
            for atom in atoms {
                let part = match atom {
                    AbstractValue::Text(text) => self.store.key(value, text),
                    AbstractValue::Number => self.store.elements(value),
                    AbstractValue::Pattern(pattern) => {
                        self.store.under(value, Key::Pattern(pattern))
                    }
                    _ => self.store.under(value, Key::Dynamic),
                };
                result = self.store.join(result, part);
            }
            value = result;
        }
        value
    }

    /// A value that is compared with a constant is no map or list.
    fn compare(&mut self, arguments: &[ValueSetId]) {
        let is_constant = |set: &ValueSetId| {
            let atoms = self.store.atoms(*set);
            matches!(atoms, [AbstractValue::Text(_) | AbstractValue::Number])
        };
        if arguments.iter().any(is_constant) {
            for argument in arguments {
                self.store.flag_all(*argument, Flags::COMPARED);
            }
        }
    }

    /// `kindIs "map" value`, `typeOf value`: what is asked for is a constant, if anything is.
    fn kind(&mut self, arguments: &[ValueSetId]) {
        let constant = arguments
            .first()
            .and_then(|first| self.store.constant(*first));
        let flags = match constant.filter(|_| arguments.len() > 1) {
            Some("string") => Flags::IS_TEXT,
            Some("map" | "map[string]interface {}" | "map[string]any") => Flags::IS_MAP,
            Some("slice" | "[]interface {}" | "[]any") => Flags::IS_LIST,
            Some(_) => Flags::IS_OTHER,
            None => Flags::KINDS,
        };
        for argument in arguments {
            self.store.flag_all(*argument, flags);
        }
    }
}
