//! The table of functions, and the conversion of Go arguments and results to and from Rust types.
//!
//! A template function is a plain Rust function. Its parameter types say what Go's signature would:
//! `Text` is `string`, [`Int`] is `int`, `i64` is `int64`, [`Value`] is `interface {}`, [`Rest`] is
//! a variadic tail. The executor checks arguments against that signature with Go's own error texts
//! before the function runs.

use crate::argument_use::{ArgumentUse, Uses};
use crate::ast::FuncId;
use crate::builtins::{self, Builtin};
use crate::error::Error;
use crate::exec::Call;
use gostd::types::IntType;
use gostd::{GoType, List, Map, Text, Value};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Evaluated arguments of a call, each already of its parameter's type.
pub type Arguments = SmallVec<[Value; 4]>;

type Body = Box<dyn Fn(&mut Call<'_, '_>, Arguments) -> Result<Value, Error> + Send + Sync>;

/// A function that templates can call.
pub struct Function {
    /// The name in templates.
    pub name: &'static str,
    /// Its parameters and its result.
    pub signature: Signature,
    /// The parts of its arguments that it looks at.
    pub reads: Reads,
    /// The cost of a call.
    pub cost: Cost,
    pub(crate) body: FunctionBody,
}

pub(crate) enum FunctionBody {
    Builtin(Builtin),
    Host(Body),
}

/// The parts of a map or list argument that a function looks at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reads {
    /// Possibly all of it.
    Whole,
    /// Nothing, or single keys that it reports itself through [`Call::observe_read`].
    Reported,
}

/// The cost of a function call, in steps of the render's [`gostd::limits::Budget`]. A function whose work
/// depends on more than the length of its texts charges that itself ([`Call::budget`]).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Steps of each call.
    pub steps: u64,
    /// The number of bytes, of its texts and of the one that it makes, that it gets through in a step.
    pub bytes_per_step: u64,
}

impl Cost {
    /// Texts are searched or copied.
    pub const COPIES: Cost = Cost {
        steps: 1,
        bytes_per_step: 256,
    };
    /// Texts are digested.
    pub const DIGESTS: Cost = Cost {
        steps: 1,
        bytes_per_step: 16,
    };
    /// Texts are parsed, or otherwise cost work for each byte.
    pub const PARSES: Cost = Cost {
        steps: 1,
        bytes_per_step: 8,
    };

    /// Texts are made letter by letter, each with much work.
    pub const WRITES: Cost = Cost {
        steps: 1,
        bytes_per_step: 4,
    };

    /// The work of so many steps, whatever the arguments.
    pub const fn of_steps(steps: u64) -> Cost {
        Cost {
            steps,
            ..Cost::COPIES
        }
    }
}

/// A Go function's parameters and result.
#[derive(Clone, Debug)]
pub struct Signature {
    /// Types of the parameters; the last one is the element type of the tail when `variadic`.
    pub params: SmallVec<[ParamType; 4]>,
    /// True if the last parameter takes any number of arguments.
    pub variadic: bool,
    /// Type of the (first) result.
    pub result: ParamType,
}

/// A parameter's type.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamType {
    /// `reflect.Value`: takes anything, also no value at all. Only text/template's own functions
    /// have such parameters.
    Reflect,
    /// A Go type.
    Go(GoType),
}

/// All functions of a template set.
pub struct FunctionTable {
    names: Arc<FunctionNames>,
    functions: Vec<Function>,
    /// Lists that the functions' modules declare.
    uses: Vec<Uses>,
    missing_as_text: Vec<&'static [&'static str]>,
    needs_value: Vec<&'static [&'static str]>,
}

/// The meaning of the names in a [`FunctionTable`]: all that parsing asks for. A clone is another
/// table's.
pub struct FunctionNames {
    id: u64,
    names: FxHashMap<&'static str, FuncId>,
}

impl FunctionNames {
    fn new(names: FxHashMap<&'static str, FuncId>) -> Self {
        static TABLES: AtomicU64 = AtomicU64::new(0);
        FunctionNames {
            id: TABLES.fetch_add(1, Ordering::Relaxed),
            names,
        }
    }

    /// A number that tells this table from every other: parsed templates refer to the functions of
    /// one table by number.
    pub fn id(&self) -> u64 {
        self.id
    }

    /// The meaning of a name in a template.
    pub fn resolve(&self, name: &str) -> Option<FuncId> {
        self.names.get(name).copied()
    }
}

impl Clone for FunctionNames {
    fn clone(&self) -> Self {
        FunctionNames::new(self.names.clone())
    }
}

impl FunctionTable {
    /// A table with text/template's own functions.
    pub fn new() -> Self {
        let mut table = FunctionTable {
            names: Arc::new(FunctionNames::new(FxHashMap::default())),
            functions: Vec::new(),
            uses: vec![builtins::USES],
            missing_as_text: vec![builtins::MISSING_AS_TEXT],
            needs_value: vec![builtins::NEEDS_VALUE],
        };
        for (name, builtin) in Builtin::ALL {
            table.put(Function {
                name,
                signature: builtin.signature(),
                reads: builtin.reads(),
                cost: Cost::COPIES,
                body: FunctionBody::Builtin(*builtin),
            });
        }
        let letters = ["html", "js", "print", "printf", "println", "urlquery"];
        table.set_cost(Cost::PARSES, &letters);
        table
    }

    /// Adds a function, in place of any other of its name.
    pub fn add<M>(&mut self, name: &'static str, function: impl IntoFunction<M>) {
        self.add_reading(name, Reads::Whole, function);
    }

    /// Adds a function that reports the keys it reads, or that reads nothing.
    pub fn add_reading<M>(
        &mut self,
        name: &'static str,
        reads: Reads,
        function: impl IntoFunction<M>,
    ) {
        let (signature, body) = function.into_function();
        self.put(Function {
            name,
            signature,
            reads,
            cost: Cost::COPIES,
            body: FunctionBody::Host(body),
        });
    }

    /// Says what functions of this table cost that do more than search or copy their texts.
    pub fn set_cost(&mut self, cost: Cost, names: &[&str]) {
        for name in names {
            let id = self.names.resolve(name).map(|id| id.0 as usize);
            let function = id.and_then(|id| self.functions.get_mut(id));
            debug_assert!(function.is_some(), "{name} is to be added first");
            if let Some(function) = function {
                function.cost = cost;
            }
        }
    }

    /// Says what functions do with their arguments; that of all others is [`ArgumentUse::Whole`]. A function `mustX`
    /// does what `x` does.
    pub fn declare_uses(&mut self, uses: Uses) {
        self.uses.push(uses);
    }

    /// All declared uses, by function.
    pub fn uses(&self) -> impl Iterator<Item = (&'static str, ArgumentUse)> {
        let uses = self.uses.iter().flat_map(|uses| uses.iter());
        uses.flat_map(|(argument_use, names)| names.iter().map(|name| (*name, *argument_use)))
    }

    /// Says which functions make a text of a missing value: `""`, `<nil>`, `null`. Others fail, ask whether there is
    /// a value, or pass it on.
    pub fn declare_missing_as_text(&mut self, names: &'static [&'static str]) {
        self.missing_as_text.push(names);
    }

    /// Returns true if a function makes a text of a missing value.
    pub fn takes_missing_as_text(&self, name: &str) -> bool {
        self.missing_as_text
            .iter()
            .any(|names| names.contains(&name))
    }

    /// Says which functions work on a value as if it were there: given a missing one, a template is likely wrong.
    pub fn declare_needs_value(&mut self, names: &'static [&'static str]) {
        self.needs_value.push(names);
    }

    /// Returns true if a function works on a value as if it were there.
    pub fn needs_value(&self, name: &str) -> bool {
        self.needs_value.iter().any(|names| names.contains(&name))
    }

    /// Takes a function out: templates that name it do not parse any more.
    pub fn remove(&mut self, name: &str) {
        self.names_mut().names.remove(name);
    }

    /// The meaning of the names of the functions. What was parsed with names that others still have is not of
    /// this table any more when functions are added or taken out.
    pub fn names(&self) -> &Arc<FunctionNames> {
        &self.names
    }

    /// The meaning of a name in a template.
    pub fn resolve(&self, name: &str) -> Option<FuncId> {
        self.names.resolve(name)
    }

    /// All functions by name, in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = &Function> {
        self.names.names.values().filter_map(|id| self.get(*id))
    }

    pub(crate) fn get(&self, id: FuncId) -> Option<&Function> {
        self.functions.get(id.0 as usize)
    }

    fn put(&mut self, function: Function) {
        let id = FuncId(self.functions.len() as u32);
        self.names_mut().names.insert(function.name, id);
        self.functions.push(function);
    }

    fn names_mut(&mut self) -> &mut FunctionNames {
        Arc::make_mut(&mut self.names)
    }
}

impl Default for FunctionTable {
    fn default() -> Self {
        FunctionTable::new()
    }
}

impl std::fmt::Debug for FunctionNames {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.names.keys()).finish()
    }
}

impl std::fmt::Debug for FunctionTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.names.fmt(f)
    }
}

/// A Rust type that a parameter can have.
pub trait Param: Sized {
    /// The Go type that templates see.
    const TYPE: GoType;

    /// The argument as this type. The executor has checked that it is one; nil stands for the zero
    /// value of a type that can be nil.
    fn from_value(value: Value) -> Option<Self>;
}

/// A Rust type that a result can have.
pub trait Return {
    /// The Go type that templates see.
    const TYPE: GoType;

    /// The result as a value; an error stands for Go's second result or for a panic.
    fn into_result(self) -> Result<Value, Error>;
}

/// Go's `int`, which has 64 bits on every machine that a Helm runs on, whatever the one has that this is built for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Int(pub i64);

/// The variadic tail of a function's arguments.
#[derive(Debug)]
pub struct Rest<T>(pub Vec<T>);

macro_rules! param {
    ($rust:ty, $go:expr, $pattern:pat => $value:expr) => {
        impl Param for $rust {
            const TYPE: GoType = $go;

            fn from_value(value: Value) -> Option<Self> {
                match value {
                    $pattern => Some($value),
                    _ => None,
                }
            }
        }
    };
}

param!(bool, GoType::Bool, Value::Bool(b) => b);
param!(Text, GoType::String, Value::Str(text) => text);
param!(Int, GoType::INT, Value::Int(_, n) => Int(n));
param!(i64, GoType::INT64, Value::Int(_, n) => n);
param!(u32, GoType::Int(IntType::Uint32), Value::Int(_, n) => n as u32);
param!(f64, GoType::Float64, Value::Float64(f) => f);

impl Param for Value {
    const TYPE: GoType = GoType::Interface;

    fn from_value(value: Value) -> Option<Self> {
        Some(value)
    }
}

impl Param for Map {
    const TYPE: GoType = GoType::MAP;

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Nil => Some(Map::nil(GoType::Interface)),
            other => other.as_map().cloned(),
        }
    }
}

impl Param for List {
    const TYPE: GoType = GoType::LIST;

    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Nil => Some(List::nil(GoType::Interface)),
            other => other.as_list().cloned(),
        }
    }
}

macro_rules! returns {
    ($rust:ty, $go:expr, $self:ident => $value:expr) => {
        impl Return for $rust {
            const TYPE: GoType = $go;

            fn into_result($self) -> Result<Value, Error> {
                Ok($value)
            }
        }
    };
}

returns!(Value, GoType::Interface, self => self);
returns!(bool, GoType::Bool, self => Value::Bool(self));
returns!(Text, GoType::String, self => Value::Str(self));
returns!(String, GoType::String, self => Value::Str(self.into()));
returns!(&'static str, GoType::String, self => Value::Str(self.into()));
returns!(Vec<u8>, GoType::String, self => Value::Str(self.into()));
returns!(Int, GoType::INT, self => Value::int(self.0));
returns!(i64, GoType::INT64, self => Value::int64(self));
returns!(f64, GoType::Float64, self => Value::Float64(self));
returns!(Map, GoType::MAP, self => Value::Map(self));
returns!(List, GoType::LIST, self => Value::List(self));

/// A result of type `[]string`.
#[derive(Debug)]
pub struct Strings(pub List);

returns!(Strings, GoType::STRINGS, self => Value::List(self.0));

impl<T: Return, E: Into<Error>> Return for Result<T, E> {
    const TYPE: GoType = T::TYPE;

    fn into_result(self) -> Result<Value, Error> {
        self.map_err(Into::into).and_then(Return::into_result)
    }
}

/// A Rust function that can be registered.
pub trait IntoFunction<Marker> {
    /// The Go signature, and the function over untyped arguments.
    fn into_function(self) -> (Signature, Body);
}

fn take<P: Param>(arguments: &mut smallvec::IntoIter<[Value; 4]>) -> Result<P, Error> {
    // The executor has checked number and types, so neither step fails.
    let value = arguments.next().unwrap_or_default();
    let actual = value.type_name();
    P::from_value(value).ok_or_else(|| Error::new(format!("internal: {actual} is not {}", P::TYPE)))
}

fn take_rest<P: Param>(arguments: smallvec::IntoIter<[Value; 4]>) -> Rest<P> {
    Rest(arguments.filter_map(P::from_value).collect())
}

macro_rules! into_function {
    ($($param:ident)*) => {
        into_function!(@plain $($param)*);
        into_function!(@call $($param)*);
        into_function!(@rest $($param)*);
        into_function!(@call_rest $($param)*);
    };
    (@plain $($param:ident)*) => {
        impl<F, R, $($param),*> IntoFunction<fn($($param),*) -> R> for F
        where F: Fn($($param),*) -> R + Send + Sync + 'static, R: Return, $($param: Param),*
        {
            #[allow(non_snake_case, unused_mut, unused_variables)]
            fn into_function(self) -> (Signature, Body) {
                let signature = signature::<R>(&[$($param::TYPE),*], false);
                (signature, Box::new(move |_call, arguments| {
                    let mut arguments = arguments.into_iter();
                    $(let $param = take::<$param>(&mut arguments)?;)*
                    self($($param),*).into_result()
                }))
            }
        }
    };
    (@call $($param:ident)*) => {
        impl<F, R, $($param),*> IntoFunction<fn(&mut Call<'_, '_>, $($param),*) -> R> for F
        where F: Fn(&mut Call<'_, '_>, $($param),*) -> R + Send + Sync + 'static, R: Return, $($param: Param),*
        {
            #[allow(non_snake_case, unused_mut, unused_variables)]
            fn into_function(self) -> (Signature, Body) {
                let signature = signature::<R>(&[$($param::TYPE),*], false);
                (signature, Box::new(move |call, arguments| {
                    let mut arguments = arguments.into_iter();
                    $(let $param = take::<$param>(&mut arguments)?;)*
                    self(call, $($param),*).into_result()
                }))
            }
        }
    };
    (@rest $($param:ident)*) => {
        impl<F, R, T, $($param),*> IntoFunction<fn($($param,)* Rest<T>) -> R> for F
        where F: Fn($($param,)* Rest<T>) -> R + Send + Sync + 'static, R: Return, T: Param, $($param: Param),*
        {
            #[allow(non_snake_case, unused_mut)]
            fn into_function(self) -> (Signature, Body) {
                let signature = signature::<R>(&[$($param::TYPE,)* T::TYPE], true);
                (signature, Box::new(move |_call, arguments| {
                    let mut arguments = arguments.into_iter();
                    $(let $param = take::<$param>(&mut arguments)?;)*
                    self($($param,)* take_rest(arguments)).into_result()
                }))
            }
        }
    };
    (@call_rest $($param:ident)*) => {
        impl<F, R, T, $($param),*> IntoFunction<fn(&mut Call<'_, '_>, $($param,)* Rest<T>) -> R> for F
        where F: Fn(&mut Call<'_, '_>, $($param,)* Rest<T>) -> R + Send + Sync + 'static, R: Return, T: Param, $($param: Param),*
        {
            #[allow(non_snake_case, unused_mut)]
            fn into_function(self) -> (Signature, Body) {
                let signature = signature::<R>(&[$($param::TYPE,)* T::TYPE], true);
                (signature, Box::new(move |call, arguments| {
                    let mut arguments = arguments.into_iter();
                    $(let $param = take::<$param>(&mut arguments)?;)*
                    self(call, $($param,)* take_rest(arguments)).into_result()
                }))
            }
        }
    };
}

fn signature<R: Return>(params: &[GoType], variadic: bool) -> Signature {
    Signature {
        params: params.iter().copied().map(ParamType::Go).collect(),
        variadic,
        result: ParamType::Go(R::TYPE),
    }
}

into_function!();
into_function!(A);
into_function!(A B);
into_function!(A B C);
into_function!(A B C D);
into_function!(A B C D E);
into_function!(A B C D E G);
