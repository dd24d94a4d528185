//! Operands and calls: mostly of the right type, now and then of any other.

use fastrand::Rng;

use super::flavours::{Flavour, Function, Functions};
use super::{formats, pools};

/// The materials of expressions.
pub(super) struct Expressions<'f> {
    pub(super) rng: Rng,
    functions: &'f Functions,
    /// Variables in scope.
    pub(super) variables: Vec<String>,
    /// True if dot may be something else than the context.
    pub(super) inside: bool,
}

const FLAVOURS: &[Flavour] = &[
    Flavour::Text,
    Flavour::Key,
    Flavour::Pattern,
    Flavour::Layout,
    Flavour::Duration,
    Flavour::Yaml,
    Flavour::Json,
    Flavour::Toml,
    Flavour::Url,
    Flavour::Path,
    Flavour::Version,
    Flavour::Constraint,
    Flavour::Int,
    Flavour::Small,
    Flavour::Number,
    Flavour::Bool,
    Flavour::List,
    Flavour::Map,
    Flavour::Time,
    Flavour::Nil,
    Flavour::Any,
];

/// Methods, called on what they belong to.
const METHODS: &[&str] = &[
    "$.Files.Get \"a.txt\"",
    "$.Files.Get \"missing\"",
    "$.Files.Lines \"a.txt\"",
    "($.Files.Glob \"conf/*\").AsConfig",
    "($.Files.Glob \"**\").AsSecrets",
    "$.Files.GetBytes \"conf/c.bin\"",
    "$.Values.AsMap",
    "$.Values.YAML",
    "$.Values.Table \"map\"",
    "$.Values.Table \"text\"",
    "$.Values.PathValue \"map.c.d\"",
    "$.Values.PathValue \"x\"",
    "$.Capabilities.APIVersions.Has \"apps/v1\"",
    "$.Capabilities.KubeVersion",
    "$.Capabilities.KubeVersion.Minor",
    "(semver \"1.2.3-a.1+b\").Major",
    "(semver \"1.2.3-a.1\").Prerelease",
    "(semver \"v1.2\").Original",
    "(semver \"1.2.3\").IncMinor",
    "(semver \"1.2.3\").String",
    "semver \"1.x\"",
    "semver \"1.2.3\"",
    "(toDate \"2006-01-02\" \"2020-02-29\").Year",
    "(toDate \"2006-01-02\" \"2020-02-29\").Weekday",
    "(toDate \"2006-01-02\" \"2020-02-29\").Format \"Jan 2\"",
    "(toDate \"2006-01-02\" \"2020-02-29\").AddDate 0 1 0",
    "(toDate \"2006-01-02\" \"2020-02-29\").Unix",
    "(toDate \"2006-01-02\" \"2020-02-29\").YearDay",
    "$.Chart.Name",
    "$.Chart.Nope",
    "$.Release",
    "$.Template.Name",
    "$.Files.Nope",
    "$.Values.map.c.e.f",
    "$.Values.list.x",
    "$.Values.text.x",
    "$.Values.nothing.x",
    "$.Chart.IsRoot",
    "$.Subcharts",
];

impl<'f> Expressions<'f> {
    pub(super) fn new(functions: &'f Functions, rng: Rng) -> Self {
        Expressions {
            rng,
            functions,
            variables: Vec::new(),
            inside: false,
        }
    }

    /// A pipeline that gives something of a flavour, if all goes well.
    pub(super) fn pipeline(&mut self, flavour: Flavour, depth: u32) -> String {
        let mut text = match self.rng.u32(0..10) {
            0..=5 => self.call_of(flavour, depth),
            6 => self.printf(depth),
            7 => self.rng.choice(METHODS).copied().unwrap_or(".").to_owned(),
            _ => self.operand(flavour, depth),
        };
        while self.rng.u32(0..4) == 0 {
            text = format!("{text} | {}", self.piped(depth));
        }
        text
    }

    /// An expression that may stand as an argument.
    pub(super) fn operand(&mut self, kind: Flavour, depth: u32) -> String {
        let flavour = match self.rng.u32(0..40) {
            0 => self.rng.choice(FLAVOURS).copied().unwrap_or(Flavour::Any),
            _ => kind,
        };
        // What makes values grow, or becomes "now" when it is no time, gets nothing else.
        let strict = matches!(kind, Flavour::Small | Flavour::Time);
        let flavour = if strict { kind } else { flavour };
        match self.rng.u32(0..12) {
            0..=4 => pools::literal(flavour, &mut self.rng),
            5..=8 => match self.rng.choice(pools::paths(flavour)) {
                Some(path) if self.inside || self.rng.u32(0..4) == 0 => format!("$.{path}"),
                Some(path) => format!(".{path}"),
                None => pools::literal(flavour, &mut self.rng),
            },
            9 if !strict && !self.variables.is_empty() => self
                .rng
                .choice(&self.variables)
                .cloned()
                .unwrap_or_default(),
            9 if !strict && self.inside => ".".to_owned(),
            _ if depth > 0 && !strict => format!("({})", self.call_of(flavour, depth - 1)),
            _ => pools::literal(flavour, &mut self.rng),
        }
    }

    /// A call whose result is of a flavour, as far as the signature tells.
    fn call_of(&mut self, flavour: Flavour, depth: u32) -> String {
        let functions = self.functions;
        for _ in 0..6 {
            let Some(function) = self.rng.choice(&functions.0) else {
                break;
            };
            if function.result == flavour
                || function.result == Flavour::Any
                || flavour == Flavour::Any
            {
                return self.call(function, depth, 0);
            }
        }
        self.printf(depth)
    }

    /// A call after `|`, which lacks its last argument.
    fn piped(&mut self, depth: u32) -> String {
        let functions = self.functions;
        match self.rng.choice(&functions.0) {
            // What comes down the pipe may be no time, or no small number.
            Some(function)
                if !function
                    .params
                    .iter()
                    .any(|p| matches!(p, Flavour::Time | Flavour::Small)) =>
            {
                self.call(function, depth, 1)
            }
            _ => "toString".to_owned(),
        }
    }

    fn call(&mut self, function: &Function, depth: u32, arguments: usize) -> String {
        match function.name {
            "printf" => return self.printf(depth),
            "include" => {
                let name = self
                    .rng
                    .choice(pools::TEMPLATES)
                    .copied()
                    .unwrap_or_default();
                let data = self.operand(Flavour::Any, 0);
                return if arguments > 0 {
                    format!("include \"{name}\"")
                } else {
                    format!("include \"{name}\" {data}")
                };
            }
            _ => {}
        }
        let mut count = function.params.len();
        if function.variadic && !function.params.is_empty() {
            count = (count + self.rng.usize(0..=3)).saturating_sub(1);
        }
        if self.rng.u32(0..60) == 0 && !function.params.contains(&Flavour::Time) {
            count = self.rng.usize(0..=4);
        }
        let mut text = function.name.to_owned();
        for position in 0..count.saturating_sub(arguments) {
            let flavour = function.params.get(position).or(function.params.last());
            let operand = self.operand(flavour.copied().unwrap_or(Flavour::Any), depth);
            text.push(' ');
            text.push_str(&operand);
        }
        text
    }

    fn printf(&mut self, depth: u32) -> String {
        let format = formats::format(&mut self.rng);
        let mut text = format!("printf \"{format}\"");
        for _ in 0..self.rng.usize(0..=4) {
            let flavour = self.rng.choice(FLAVOURS).copied().unwrap_or(Flavour::Any);
            // A width or precision may take any of them: none is large.
            let flavour =
                if matches!(flavour, Flavour::Int | Flavour::Number) && format.contains('*') {
                    Flavour::Small
                } else {
                    flavour
                };
            text.push(' ');
            let operand = self.operand(flavour, depth.min(1));
            // With other verbs, a time shows the address of its zone.
            if operand.contains("toDate") && format.contains(|c| "bcdeEfFgGoOqtUwxXz!".contains(c))
            {
                text.push_str("1.5");
            } else {
                text.push_str(&operand);
            }
        }
        text
    }
}
