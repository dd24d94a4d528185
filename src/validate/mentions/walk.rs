//! Following values through a template's tree.

use super::{Mentions, Symbol, context_name, dot_name, key_name, made_name, values_name};
use gotemplate::ast::{Branch, Command, List, Node, Operand, Pipeline, Tree};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// What a function makes of its arguments.
enum Use {
    /// It looks at what kind of value there is.
    Kind,
    /// It looks at whether there is a value, or compares it.
    Test,
    /// It gives (some of) them back, or puts them into something.
    Pass,
    /// The keys that follow the first argument are read of it, and of each other.
    Index,
    /// The same with a single key; nothing comes of it.
    HasKey,
    /// `dig "a" "b" default map`.
    Dig,
    /// `pluck "a" map…`.
    Pluck,
    /// Keys to leave in, or out.
    Pick,
    Set,
    Dict,
    Include,
    /// It makes a text, of which its arguments are parts.
    Build,
    /// Everything else: it may look at all of them.
    Whole,
}

fn use_of(function: &str) -> Use {
    match function {
        "kindIs" | "kindOf" | "typeIs" | "typeOf" | "typeIsLike" => Use::Kind,
        "empty" | "not" | "len" | "eq" | "ne" | "lt" | "le" | "gt" | "ge" | "all" | "any" => {
            Use::Test
        }
        "default" | "coalesce" | "ternary" | "and" | "or" | "required" | "list" | "tuple"
        | "deepCopy" | "mustDeepCopy" | "merge" | "mustMerge" | "mergeOverwrite"
        | "mustMergeOverwrite" | "first" | "mustFirst" | "last" | "mustLast" | "rest"
        | "mustRest" | "initial" | "mustInitial" | "append" | "mustAppend" | "push"
        | "mustPush" | "prepend" | "mustPrepend" | "concat" | "uniq" | "mustUniq" | "without"
        | "mustWithout" | "compact" | "mustCompact" | "reverse" | "mustReverse" | "slice"
        | "mustSlice" | "omit" | "unset" => Use::Pass,
        "index" | "get" => Use::Index,
        "hasKey" => Use::HasKey,
        "dig" => Use::Dig,
        "pluck" => Use::Pluck,
        "pick" => Use::Pick,
        "set" => Use::Set,
        "dict" => Use::Dict,
        "include" => Use::Include,
        "printf"
        | "print"
        | "println"
        | "cat"
        | "join"
        | "replace"
        | "nospace"
        | "lower"
        | "upper"
        | "title"
        | "untitle"
        | "camelcase"
        | "kebabcase"
        | "snakecase"
        | "tpl"
        | "trimSuffix"
        | "trimPrefix"
        | "trim"
        | "trimAll"
        | "trunc"
        | "substr"
        | "regexReplaceAll"
        | "mustRegexReplaceAll"
        | "quote"
        | "squote" => Use::Build,
        _ => Use::Whole,
    }
}

/// What an operand or pipeline may be.
#[derive(Clone, Default)]
struct Known {
    symbols: Vec<Symbol>,
    /// The text, of a constant.
    constant: Option<Box<str>>,
    /// Whether it is a text that the template makes.
    built: bool,
}

impl Known {
    fn built() -> Known {
        Known {
            built: true,
            ..Known::default()
        }
    }

    fn or(&mut self, other: &Known) {
        for symbol in &other.symbols {
            if !self.symbols.contains(symbol) {
                self.symbols.push(*symbol);
            }
        }
        self.built |= other.built;
    }
}

struct Walk<'m> {
    mentions: &'m mut Mentions,
    /// The chart's path of names.
    chart: &'m str,
    dot: Known,
    /// Variables of one template: what any of their assignments makes them.
    variables: FxHashMap<Box<str>, Known>,
}

/// Adds what a file's templates name; the first tree is the file's own text.
pub(super) fn trees(mentions: &mut Mentions, trees: &[Arc<Tree>], path: &str, chart: &str) {
    for tree in trees {
        let dot = match *tree.name == *path.as_bytes() {
            true => mentions.symbol(&context_name(chart)),
            false => mentions.symbol(&dot_name(&tree.name)),
        };
        mentions.owners.insert(dot, chart.into());
        let dot = Known {
            symbols: vec![dot],
            ..Known::default()
        };
        let variables = FxHashMap::from_iter([("$".into(), dot.clone())]);
        let mut walk = Walk {
            mentions,
            chart,
            dot,
            variables,
        };
        // Twice: in a loop, what is assigned last is read first.
        walk.list(&tree.root);
        walk.list(&tree.root);
    }
}

impl Walk<'_> {
    fn list(&mut self, list: &List) {
        for node in &list.nodes {
            match node {
                Node::Text { .. } | Node::Break(_) | Node::Continue(_) => {}
                Node::Action(action) => {
                    let value = self.pipeline(&action.pipe);
                    if action.pipe.decl.is_empty() {
                        self.whole(&value);
                    }
                }
                Node::If(branch) => {
                    self.pipeline(&branch.pipe);
                    self.arms(branch, None);
                }
                Node::With(branch) => {
                    let value = self.pipeline(&branch.pipe);
                    self.arms(branch, Some(value));
                }
                Node::Range(branch) => {
                    let value = self.pipeline(&branch.pipe);
                    self.whole(&value);
                    self.arms(branch, Some(value));
                }
                Node::Template(call) => {
                    let argument = call.pipe.as_ref().map(|pipe| self.pipeline(pipe));
                    self.call(&call.name, &argument.unwrap_or_default());
                }
            }
        }
    }

    fn arms(&mut self, branch: &Branch, dot: Option<Known>) {
        let outer = self.dot.clone();
        if let Some(dot) = dot {
            self.dot = dot;
        }
        self.list(&branch.list);
        self.dot = outer;
        if let Some(list) = &branch.else_list {
            self.list(list);
        }
    }

    fn pipeline(&mut self, pipe: &Pipeline) -> Known {
        let mut value: Option<Known> = None;
        for command in &pipe.cmds {
            value = Some(self.command(command, value));
        }
        let value = value.unwrap_or_default();
        for variable in &pipe.decl {
            if let Some(name) = variable.idents.first() {
                self.variables.entry(name.clone()).or_default().or(&value);
            }
        }
        value
    }

    fn command(&mut self, command: &Command, last: Option<Known>) -> Known {
        let Some((head, rest)) = command.args.split_first() else {
            return Known::default();
        };
        let Operand::Identifier(function) = head else {
            // Only methods take arguments: nothing is known of those.
            let value = self.operand(head);
            for argument in rest {
                let argument = self.operand(argument);
                self.whole(&argument);
            }
            if let Some(last) = last {
                self.whole(&last);
            }
            return value;
        };
        let mut arguments: Vec<Known> = rest.iter().map(|arg| self.operand(arg)).collect();
        arguments.extend(last);
        self.function(&function.name, &arguments)
    }

    fn function(&mut self, name: &str, arguments: &[Known]) -> Known {
        let all = |arguments: &[Known]| {
            let mut all = Known::default();
            arguments.iter().for_each(|argument| all.or(argument));
            all
        };
        match (use_of(name), arguments) {
            (Use::Kind, _) => {
                let asked = all(arguments).symbols;
                self.mentions.kinds.extend(asked);
                Known::default()
            }
            (Use::Test, _) => Known::default(),
            (Use::Pass, _) => all(arguments),
            (Use::Index, [of, keys @ ..]) => self.index(of, keys),
            (Use::HasKey, [of, keys @ ..]) => {
                self.index(of, keys);
                Known::default()
            }
            (Use::Dig, [keys @ .., default, of]) => {
                let mut value = self.index(of, keys);
                value.or(default);
                value
            }
            (Use::Pluck, [key, of @ ..]) => {
                let of = all(of);
                self.index(&of, std::slice::from_ref(key))
            }
            (Use::Pick, [of, keys @ ..]) => {
                for key in keys {
                    self.index(of, std::slice::from_ref(key));
                }
                Known::default()
            }
            (Use::Set, [of, key, value]) => {
                self.put(key, value);
                all(&[of.clone(), value.clone()])
            }
            (Use::Dict, pairs) => {
                for pair in pairs.chunks(2) {
                    if let [key, value] = pair {
                        self.put(key, value);
                    }
                }
                all(pairs)
            }
            (Use::Include, [template, argument]) => {
                match &template.constant {
                    Some(name) => self.call(name.as_bytes(), argument),
                    None => self.whole(argument),
                }
                Known::built()
            }
            (Use::Build, _) => {
                arguments.iter().for_each(|argument| self.whole(argument));
                Known::built()
            }
            _ => {
                arguments.iter().for_each(|argument| self.whole(argument));
                Known::default()
            }
        }
    }

    /// What is under keys, one below the other.
    fn index(&mut self, of: &Known, keys: &[Known]) -> Known {
        let mut value = of.clone();
        for key in keys {
            match &key.constant {
                Some(key) => value = self.key(&value, key),
                // A key with parts that are not known may be any.
                None if key.built => self.whole(&value),
                None => {
                    self.mentions.dynamic.extend(&value.symbols);
                    value = Known::default();
                }
            }
        }
        value
    }

    fn key(&mut self, of: &Known, key: &str) -> Known {
        let mut found = Known::default();
        for symbol in &of.symbols {
            let next = match (key, self.mentions.symbols.get_index(*symbol)) {
                ("Values", Some(name)) => values_name(name),
                _ => {
                    self.mentions.reads.insert((*symbol, key.into()));
                    key_name(self.chart, key)
                }
            };
            let next = self.mentions.symbol(&next);
            if key != "Values" {
                let made = self.mentions.symbol(&made_name(key));
                self.mentions.flow(made, next);
            }
            let symbols = vec![next];
            found.or(&Known {
                symbols,
                ..Known::default()
            });
        }
        found
    }

    /// A value becomes what has this key.
    fn put(&mut self, key: &Known, value: &Known) {
        let Some(key) = &key.constant else {
            return self.whole(value);
        };
        let to = self.mentions.symbol(&made_name(key));
        for from in &value.symbols {
            self.mentions.flow(*from, to);
        }
    }

    fn call(&mut self, template: &[u8], argument: &Known) {
        let to = self.mentions.symbol(&dot_name(template));
        for from in &argument.symbols {
            self.mentions.flow(*from, to);
        }
    }

    fn whole(&mut self, value: &Known) {
        self.mentions.wholes.extend(&value.symbols);
    }

    fn operand(&mut self, operand: &Operand) -> Known {
        match operand {
            Operand::Dot(_) => self.dot.clone(),
            Operand::Field(field) => {
                let dot = self.dot.clone();
                self.fields(dot, &field.idents)
            }
            Operand::Variable(variable) => {
                let Some((name, fields)) = variable.idents.split_first() else {
                    return Known::default();
                };
                let value = self.variables.get(name).cloned().unwrap_or_default();
                self.fields(value, fields)
            }
            Operand::Chain(chain) => {
                let value = self.operand(&chain.node);
                self.fields(value, &chain.fields)
            }
            Operand::Pipe(pipe) => self.pipeline(pipe),
            Operand::String(string) => {
                self.mentions.add_text(&string.text, self.chart, true);
                let text = std::str::from_utf8(&string.text).ok();
                Known {
                    constant: text.map(Into::into),
                    ..Known::default()
                }
            }
            Operand::Identifier(function) => self.function(&function.name, &[]),
            Operand::Nil(_) | Operand::Bool(..) | Operand::Number(_) => Known::default(),
        }
    }

    fn fields(&mut self, value: Known, fields: &[Box<str>]) -> Known {
        let mut value = value;
        for field in fields {
            value = self.key(&value, field);
        }
        value
    }
}
