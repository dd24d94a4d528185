//! Whole templates: texts, actions, blocks, definitions, and now and then a slip of the pen.

use std::fmt::Write;

use fastrand::Rng;

use super::expressions::Expressions;
use super::flavours::{Flavour, Functions};
use super::pools;

/// A template, and the values it is rendered with.
pub(super) fn template(functions: &Functions, rng: Rng) -> (String, String) {
    let mut statements = Statements {
        expressions: Expressions::new(functions, rng),
        text: String::new(),
        loops: 0,
        defined: 0,
    };
    let count = statements.rng().usize(1..=4);
    statements.list(count, 3);
    let Statements {
        mut expressions,
        mut text,
        ..
    } = statements;
    if expressions.rng.u32(0..15) == 0 {
        slip(&mut text, &mut expressions.rng);
    }
    let mut values = pools::VALUES.to_owned();
    if expressions.rng.u32(0..3) == 0 {
        let yaml = pools::literal(Flavour::Key, &mut expressions.rng).replace('`', "\"");
        let _ = writeln!(
            values,
            "random: {{k: {yaml}, f: {}}}",
            expressions.rng.f64()
        );
    }
    (text, values)
}

struct Statements<'f> {
    expressions: Expressions<'f>,
    text: String,
    loops: u32,
    defined: u32,
}

impl Statements<'_> {
    fn rng(&mut self) -> &mut Rng {
        &mut self.expressions.rng
    }

    fn list(&mut self, count: usize, depth: u32) {
        let scope = self.expressions.variables.len();
        for _ in 0..count {
            self.plain();
            self.statement(depth);
        }
        self.plain();
        self.expressions.variables.truncate(scope);
    }

    fn plain(&mut self) {
        let text = self.rng().choice([
            "", "", "", " ", "\n", "x", "\n  - ", "}}", "é", "{ x", "\t\n",
        ]);
        self.text.push_str(text.unwrap_or_default());
    }

    /// `{{ … }}` with any trim markers.
    fn action(&mut self, inner: &str) {
        let open = self
            .rng()
            .choice(["{{ ", "{{ ", "{{", "{{- ", "{{-\n"])
            .unwrap_or("{{ ");
        let close = self
            .rng()
            .choice([" }}", " }}", "}}", " -}}"])
            .unwrap_or(" }}");
        // A number right behind `-` would be negative, a word right behind it a mistake.
        self.text.push_str(open);
        self.text.push_str(inner);
        self.text.push_str(close);
    }

    fn statement(&mut self, depth: u32) {
        let kind = if depth == 0 { 0 } else { self.rng().u32(0..16) };
        match kind {
            8 => self.conditional("if", depth),
            9 => self.conditional("with", depth),
            10 | 11 => self.range(depth),
            12 => self.assignment(),
            13 => self.definition(depth),
            14 => {
                let text = self.rng().choice(["/* c */", "/**/", "/* a\nb */"]);
                let comment = text.unwrap_or_default();
                let open = self.rng().choice(["{{", "{{- "]).unwrap_or("{{");
                let _ = write!(self.text, "{open}{comment}}}}}");
            }
            15 if self.loops > 0 => {
                let word = self.rng().choice(["break", "continue"]).unwrap_or("break");
                self.action(word);
            }
            _ => {
                let flavour = self.rng().choice([
                    Flavour::Any,
                    Flavour::Text,
                    Flavour::Bool,
                    Flavour::Number,
                ]);
                let pipeline = self
                    .expressions
                    .pipeline(flavour.unwrap_or(Flavour::Any), 2);
                self.action(&pipeline);
            }
        }
    }

    fn conditional(&mut self, word: &str, depth: u32) {
        let scope = self.expressions.variables.len();
        let condition = self.condition();
        self.action(&format!("{word} {condition}"));
        let inside = self.expressions.inside;
        self.expressions.inside |= word == "with";
        self.list(1, depth - 1);
        if self.rng().u32(0..3) == 0 {
            let condition = self.condition();
            self.action(&format!("else {word} {condition}"));
            self.list(1, depth - 1);
        }
        self.expressions.inside = inside;
        if self.rng().u32(0..3) == 0 {
            self.action("else");
            self.list(1, depth - 1);
        }
        self.action("end");
        self.expressions.variables.truncate(scope);
    }

    fn condition(&mut self) -> String {
        let pipeline = self.expressions.pipeline(Flavour::Bool, 1);
        match self.rng().u32(0..4) {
            0 => {
                let name = self.variable();
                format!("{name} := {pipeline}")
            }
            _ => pipeline,
        }
    }

    fn range(&mut self, depth: u32) {
        let scope = self.expressions.variables.len();
        let flavour = self.rng().choice([
            Flavour::List,
            Flavour::List,
            Flavour::Map,
            Flavour::Small,
            Flavour::Text,
        ]);
        let over = self
            .expressions
            .operand(flavour.unwrap_or(Flavour::List), 1);
        let names = match self.rng().u32(0..4) {
            0 => {
                let item = self.variable();
                format!("{item} := ")
            }
            1 | 2 => {
                let (key, item) = (self.variable(), self.variable());
                format!("{key}, {item} := ")
            }
            _ => String::new(),
        };
        self.action(&format!("range {names}{over}"));
        let inside = std::mem::replace(&mut self.expressions.inside, true);
        self.loops += 1;
        self.list(1, depth - 1);
        self.loops -= 1;
        self.expressions.inside = inside;
        if self.rng().u32(0..4) == 0 {
            self.action("else");
            self.list(1, depth - 1);
        }
        self.action("end");
        self.expressions.variables.truncate(scope);
    }

    fn variable(&mut self) -> String {
        let name = self
            .rng()
            .choice(["$a", "$b", "$v", "$key", "$é"])
            .unwrap_or("$a")
            .to_owned();
        self.expressions.variables.push(name.clone());
        name
    }

    fn assignment(&mut self) {
        let pipeline = self.expressions.pipeline(Flavour::Any, 1);
        if self.rng().bool() || self.expressions.variables.is_empty() {
            let name = self.variable();
            self.action(&format!("{name} := {pipeline}"));
        } else {
            let variables = self.expressions.variables.clone();
            let name = self.rng().choice(variables).unwrap_or_default();
            self.action(&format!("{name} = {pipeline}"));
        }
    }

    fn definition(&mut self, depth: u32) {
        let data = self.expressions.operand(Flavour::Any, 1);
        match self.rng().u32(0..4) {
            0 => {
                let name = self
                    .rng()
                    .choice(pools::TEMPLATES)
                    .copied()
                    .unwrap_or_default();
                let data = if self.rng().bool() {
                    format!(" {data}")
                } else {
                    String::new()
                };
                self.action(&format!("template \"{name}\"{data}"));
            }
            1 => {
                let mut inner = String::new();
                std::mem::swap(&mut inner, &mut self.text);
                self.list(1, depth - 1);
                std::mem::swap(&mut inner, &mut self.text);
                if !inner.contains('`') {
                    self.action(&format!("tpl `{inner}` $"));
                }
            }
            kind => {
                self.defined += 1;
                let name = if self.rng().u32(0..4) == 0 {
                    "inner".to_owned()
                } else {
                    format!("d{}", self.defined)
                };
                if kind == 2 {
                    self.action(&format!("block \"{name}\" {data}"));
                } else {
                    self.action(&format!("define \"{name}\""));
                }
                let variables = std::mem::take(&mut self.expressions.variables);
                let inside = std::mem::replace(&mut self.expressions.inside, true);
                let loops = std::mem::take(&mut self.loops);
                self.list(1, depth - 1);
                self.expressions.variables = variables;
                self.expressions.inside = inside;
                self.loops = loops;
                self.action("end");
                if kind == 3 {
                    self.action(&format!("include \"{name}\" {data}"));
                }
            }
        }
    }
}

/// Deletes, doubles or inserts something somewhere.
fn slip(text: &mut String, rng: &mut Rng) {
    let mut characters: Vec<char> = text.chars().collect();
    for _ in 0..rng.usize(1..=2) {
        if characters.is_empty() {
            return;
        }
        let at = rng.usize(0..characters.len());
        match rng.u32(0..3) {
            0 => drop(characters.remove(at)),
            1 => {
                if let Some(&character) = characters.get(at) {
                    characters.insert(at, character);
                }
            }
            _ => {
                let odd = [
                    '"', '`', '\'', '(', ')', '|', '.', '$', '{', '}', '-', ':', '=', ',', '\\',
                    '\n', '%', '\0', '1', 'e', '𝒳',
                ];
                characters.insert(at, rng.choice(odd).unwrap_or('.'));
            }
        }
    }
    *text = characters.into_iter().collect();
}
