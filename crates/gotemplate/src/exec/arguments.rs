//! Calls of functions and methods: counting, checking and converting arguments as Go's reflection
//! does.

use super::call::Call;
use super::pipeline::zero;
use super::state::State;
use crate::ast::{Identifier, NodeRef, Operand};
use crate::builtins::Builtin;
use crate::error::Error;
use crate::func::{Arguments, Cost, FunctionBody, ParamType, Reads};
use crate::line_origins;
use crate::number::Number;
use crate::observe::{Receiver, Site};
use crate::reflect::{Holder, Reflect};
use gostd::errors::ERROR;
use gostd::types::{IntType, Method};
use gostd::{GoType, List, Text, Value};
use smallvec::SmallVec;

/// Steps that a call of a method costs.
const METHOD_STEPS: u64 = 100;

/// The number of bytes of a text that a method makes in a step: some read files, others write YAML.
const METHOD_BYTES_PER_STEP: u64 = 64;

/// Arguments that still carry their static types.
pub(crate) type Reflects = SmallVec<[Reflect; 4]>;

impl<'a> State<'a, '_> {
    pub(super) fn eval_function(
        &mut self,
        dot: &Reflect,
        identifier: &'a Identifier,
        node: NodeRef<'a>,
        args: &'a [Operand],
        last: Option<Reflect>,
    ) -> Result<Reflect, Error> {
        let functions = self.run.functions;
        let name = &*identifier.name;
        let Some(function) = functions.get(identifier.func) else {
            return Err(self.error("%q is not a defined function", &[&name]));
        };
        let signature = &function.signature;
        self.check_count(name, &signature.params, signature.variadic, args, &last)?;
        if let FunctionBody::Builtin(Builtin::And | Builtin::Or) = function.body {
            let stop_at = matches!(function.body, FunctionBody::Builtin(Builtin::Or));
            return self.eval_logic(dot, stop_at, args, last);
        }
        let (params, variadic) = (&signature.params, signature.variadic);
        let result = match &function.body {
            FunctionBody::Builtin(builtin) => {
                let evaluated: Reflects =
                    self.eval_arguments(dot, params, variadic, args, last, |a| a)?;
                if self.run.observer.is_some() {
                    let argument = |n: usize| evaluated.get(n).map(|a| &a.value);
                    self.observe_nils(name, node, args, argument);
                }
                if let Builtin::Index = builtin {
                    self.observe_index(&evaluated);
                } else if function.reads == Reads::Whole && self.run.observer.is_some() {
                    evaluated.iter().for_each(|a| self.observe_whole(&a.value));
                }
                let texts = evaluated.iter().map(|a| text_len(&a.value)).sum();
                self.charge(function.cost, function.reads, texts, node)?;
                let callee = match builtin {
                    Builtin::Call => args.first().map(|a| self.node_text(NodeRef::Operand(a))),
                    _ => None,
                };
                builtin.call(evaluated, callee)
            }
            FunctionBody::Host(body) => {
                let evaluated: Arguments =
                    self.eval_arguments(dot, params, variadic, args, last, |a| a.value)?;
                let texts = evaluated.iter().map(text_len).sum();
                self.charge(function.cost, function.reads, texts, node)?;
                let (mut at, mut sources) = (Site::default(), None);
                if self.run.observer.is_some() || self.run.track_lines {
                    (at, sources) = self.watch_call(name, node, args, &evaluated);
                    if function.reads == Reads::Whole {
                        evaluated.iter().for_each(|v| self.observe_whole(v));
                    }
                }
                let set = self.set;
                let mut call = Call {
                    run: self.run,
                    set,
                    at,
                };
                body(&mut call, evaluated).map(|value| Reflect {
                    value: match sources {
                        None => value,
                        Some(sources) => line_origins::propagate_lines(value, &sources),
                    },
                    holder: result_holder(signature.result),
                })
            }
        };
        let charged = match &result {
            Ok(result) => {
                let bytes_per_step = function.cost.bytes_per_step;
                let bytes = text_len(&result.value);
                self.run.budget.result(bytes, bytes_per_step)
            }
            Err(_) => Ok(()),
        };
        let result = match charged {
            Ok(()) => result,
            Err(exceeded) => Err(exceeded.into()),
        };
        result.map_err(|cause| {
            self.node = node;
            self.error_calling(name, cause)
        })
    }

    /// Charges a call of a function with texts of so many bytes.
    #[inline]
    fn charge(
        &mut self,
        cost: Cost,
        reads: Reads,
        texts: usize,
        node: NodeRef<'a>,
    ) -> Result<(), Error> {
        let steps = match reads {
            Reads::Reported => cost.steps,
            Reads::Whole => cost.steps + texts as u64 / cost.bytes_per_step,
        };
        self.run.budget.steps(steps).map_err(|error| {
            self.node = node;
            self.exceeded(error)
        })
    }

    /// Notes the place of a function call, and its arguments that know their template lines.
    #[cold]
    fn watch_call(
        &mut self,
        name: &str,
        node: NodeRef<'a>,
        args: &[Operand],
        evaluated: &Arguments,
    ) -> (Site, Option<Vec<Text>>) {
        self.observe_nils(name, node, args, |n| evaluated.get(n));
        // Who looks on changes nothing: errors are blamed on the node that comes after.
        let before = std::mem::replace(&mut self.node, node);
        let sources = evaluated.iter().filter_map(Value::as_text);
        let sources: Vec<Text> = sources.filter(|t| t.lines().is_some()).cloned().collect();
        let at = match self.run.track_lines {
            true => self.site(),
            false => self.observed_at(),
        };
        self.node = before;
        (at, (!sources.is_empty()).then_some(sources))
    }

    /// Tells the observer of the arguments that are no values; the last one may be piped in.
    #[cold]
    fn observe_nils<'v>(
        &mut self,
        name: &str,
        node: NodeRef<'a>,
        args: &[Operand],
        argument_at: impl Fn(usize) -> Option<&'v Value>,
    ) {
        let is_nil = |n: &usize| matches!(argument_at(*n), Some(Value::Nil));
        if self.run.observer.is_none()
            || !self.is_printing()
            || !(0..=args.len()).any(|n| is_nil(&n))
            || !self.run.functions.takes_missing_as_text(name)
        {
            return;
        }
        let before = self.node;
        self.node = node;
        for n in (0..=args.len()).filter(is_nil) {
            // What is piped in has no node of its own.
            let action = self.statement.map_or(node, NodeRef::Node);
            let argument = args.get(n).map_or(action, NodeRef::Operand);
            self.observe_missing(Receiver::Given(name), argument);
        }
        self.node = before;
    }

    pub(super) fn eval_method(
        &mut self,
        dot: &Reflect,
        method: &'static Method,
        node: &'a Operand,
        args: &'a [Operand],
        last: Option<Reflect>,
        receiver: Value,
    ) -> Result<Reflect, Error> {
        let params: SmallVec<[ParamType; 4]> =
            method.params.iter().copied().map(ParamType::Go).collect();
        self.check_count(method.name, &params, method.variadic, args, &last)?;
        if let Some(misfit) = method.misfit() {
            return Err(self.error("%s", &[&misfit]));
        }
        let evaluated: Arguments =
            self.eval_arguments(dot, &params, method.variadic, args, last, |a| a.value)?;
        self.observe_whole(&receiver);
        if self.has_watched_uses() {
            self.observe_member(&receiver, method.name, &evaluated);
        }
        let budget = &self.run.budget;
        let result = (method.call)(&receiver, &evaluated);
        let result = result.map_err(|error| error.to_string()).and_then(|value| {
            // A method may look through all files of a chart.
            let texts: usize = evaluated.iter().map(text_len).sum();
            let items = value.as_list().map_or(0, List::len);
            budget.steps(METHOD_STEPS + texts as u64 + items as u64 / 2)?;
            budget.result(text_len(&value), METHOD_BYTES_PER_STEP)?;
            Ok(value)
        });
        match result {
            Ok(value) => Ok(Reflect {
                value,
                holder: result_holder(ParamType::Go(method.result)),
            }),
            Err(text) => {
                self.node = NodeRef::Operand(node);
                let name = method.name;
                Err(self.error_calling(name, Error::new(text)))
            }
        }
    }

    fn check_count(
        &mut self,
        name: &str,
        params: &[ParamType],
        variadic: bool,
        args: &[Operand],
        last: &Option<Reflect>,
    ) -> Result<(), Error> {
        let count = args.len() + usize::from(last.is_some());
        let want = params.len();
        if variadic && count + 1 < want {
            let (want, got) = (want - 1, args.len());
            return Err(self.error(
                "wrong number of args for %s: want at least %d got %d",
                &[&name, &want, &got],
            ));
        }
        if !variadic && count != want {
            return Err(self.error(
                "wrong number of args for %s: want %d got %d",
                &[&name, &want, &count],
            ));
        }
        Ok(())
    }

    /// `and` stops at the first false argument, `or` at the first true one.
    fn eval_logic(
        &mut self,
        dot: &Reflect,
        stop_at: bool,
        args: &'a [Operand],
        last: Option<Reflect>,
    ) -> Result<Reflect, Error> {
        let mut value = Reflect::invalid();
        for arg in args {
            value = self.eval_argument(dot, ParamType::Reflect, arg)?;
            if value.value.truth() == stop_at {
                return Ok(value);
            }
        }
        Ok(last.unwrap_or(value))
    }

    fn observe_index(&mut self, arguments: &[Reflect]) {
        if self.run.observer.is_none() {
            return;
        }
        let Some((item, keys)) = arguments.split_first() else {
            return;
        };
        let mut value = item.value.clone();
        for key in keys {
            let (Some(map), Some(key)) = (value.as_map().cloned(), key.value.as_text().cloned())
            else {
                return self.observe_whole(&value);
            };
            self.observe_read(&map, key.as_bytes());
            value = map.get(key.as_bytes()).unwrap_or_default();
        }
    }

    /// The arguments of a function, checked, with of each what `part` takes.
    fn eval_arguments<T>(
        &mut self,
        dot: &Reflect,
        params: &[ParamType],
        variadic: bool,
        args: &'a [Operand],
        last: Option<Reflect>,
        part: impl Fn(Reflect) -> T,
    ) -> Result<SmallVec<[T; 4]>, Error> {
        let param = |n: usize| match variadic {
            true => params.get(n).or(params.last()),
            false => params.get(n),
        };
        let mut evaluated = SmallVec::with_capacity(args.len() + 1);
        for (n, arg) in args.iter().enumerate() {
            let param = param(n).copied().unwrap_or(ParamType::Reflect);
            evaluated.push(part(self.eval_argument(dot, param, arg)?));
        }
        if let Some(last) = last {
            let param = param(args.len()).copied().unwrap_or(ParamType::Reflect);
            evaluated.push(part(self.validate(last, param)?));
        }
        Ok(evaluated)
    }

    fn eval_argument(
        &mut self,
        dot: &Reflect,
        param: ParamType,
        arg: &'a Operand,
    ) -> Result<Reflect, Error> {
        self.node = NodeRef::Operand(arg);
        match arg {
            Operand::Dot(_) => {
                if self.has_watched_uses() {
                    self.observe_dot(dot, self.observed_progress());
                }
                return self.validate(dot.clone(), param);
            }
            Operand::Nil(_) => return self.nil_argument(param),
            Operand::Field(_) | Operand::Variable(_) | Operand::Chain(_) => {
                let value = match self.has_watched_uses() {
                    false => self.eval_access(dot, arg, &[], None)?,
                    true => self.watch_access(dot, arg, &[], None)?,
                };
                return self.validate(value, param);
            }
            Operand::Pipe(pipe) => {
                let value = self.eval_pipeline(dot, pipe)?;
                return self.validate(value, param);
            }
            Operand::Identifier(identifier) => {
                let node = NodeRef::Operand(arg);
                let value = self.eval_function(dot, identifier, node, &[], None)?;
                return self.validate(value, param);
            }
            Operand::Bool(..) | Operand::Number(_) | Operand::String(_) => {}
        }
        let expected = match (param, arg) {
            (ParamType::Reflect | ParamType::Go(GoType::Interface), _) => {
                return self.constant(arg);
            }
            (ParamType::Go(GoType::Bool), Operand::Bool(..)) => return self.constant(arg),
            (ParamType::Go(GoType::String), Operand::String(_)) => return self.constant(arg),
            (ParamType::Go(go_type), Operand::Number(number)) => {
                match typed_constant(go_type, number) {
                    Some(value) => return Ok(Reflect::own(value)),
                    None => expected_name(go_type),
                }
            }
            (ParamType::Go(go_type), _) => expected_name(go_type),
        };
        let text = self.node_text(NodeRef::Operand(arg));
        match (expected, param) {
            (Some(expected), _) => {
                Err(self.error(&format!("expected {expected}; found %s"), &[&text]))
            }
            (None, ParamType::Go(go_type)) => {
                Err(self.error("can't handle %s for arg of type %s", &[&text, &go_type]))
            }
            (None, ParamType::Reflect) => self.constant(arg),
        }
    }

    fn constant(&mut self, arg: &'a Operand) -> Result<Reflect, Error> {
        match arg {
            Operand::Bool(_, value) => Ok(Reflect::own(Value::Bool(*value))),
            Operand::Number(number) => self.ideal_constant(arg, number),
            Operand::String(string) => Ok(Reflect::own(Value::Str((&*string.text).into()))),
            _ => Ok(Reflect::invalid()),
        }
    }

    fn nil_argument(&mut self, param: ParamType) -> Result<Reflect, Error> {
        match param {
            ParamType::Reflect => Ok(Reflect::invalid()),
            ParamType::Go(go_type) if go_type.nilable() => Ok(nil_of(go_type)),
            ParamType::Go(go_type) => Err(self.error("cannot assign nil to %s", &[&go_type])),
        }
    }

    /// The value as an argument of the parameter's type (Go's `validateType`).
    fn validate(&mut self, value: Reflect, param: ParamType) -> Result<Reflect, Error> {
        let ParamType::Go(go_type) = param else {
            return Ok(value);
        };
        if !value.is_valid() {
            return match go_type.nilable() {
                true => Ok(nil_of(go_type)),
                false => Err(self.error("invalid value; expected %s", &[&go_type])),
            };
        }
        if go_type == GoType::Interface {
            return Ok(Reflect::boxed(value.value));
        }
        if !value.is_nil_interface()
            && let Some(assigned) = assign(&value, go_type)
        {
            return Ok(Reflect::own(assigned));
        }
        let got = match value.is_nil_interface() {
            true => value.static_type(),
            false => value.value.type_name(),
        };
        Err(self.error(
            "wrong type for value; expected %s; got %s",
            &[&go_type, &got],
        ))
    }
}

/// The bytes of a text; nothing for any other value.
fn text_len(value: &Value) -> usize {
    match value {
        Value::Str(text) | Value::Bytes(text) => text.len(),
        _ => 0,
    }
}

fn nil_of(go_type: GoType) -> Reflect {
    match go_type {
        GoType::Interface => Reflect::boxed(Value::Nil),
        other => Reflect::own(zero(other)),
    }
}

fn result_holder(result: ParamType) -> Holder {
    match result {
        ParamType::Go(GoType::Interface) => Holder::Interface,
        ParamType::Go(ERROR) => Holder::Error,
        _ => Holder::Own,
    }
}

/// The value as it is assigned to a variable of the type, where Go allows that.
fn assign(value: &Reflect, go_type: GoType) -> Option<Value> {
    let plain = value.value.underlying();
    let is_named_type = matches!(value.value, Value::Named(_));
    let fits = match (go_type, plain) {
        (GoType::Bool, Value::Bool(_)) => !is_named_type,
        (GoType::String, Value::Str(_)) => !is_named_type,
        (GoType::Int(want), Value::Int(have, _)) => !is_named_type && want == *have,
        (GoType::Float64, Value::Float64(_)) => !is_named_type,
        (GoType::Complex128, Value::Complex128(_)) => !is_named_type,
        // A named map or slice type is assignable to the unnamed one it is made of.
        (GoType::Map(element), Value::Map(map)) => map.element() == *element,
        (GoType::BYTES, Value::Bytes(_)) => true,
        (GoType::Slice(element), Value::List(list)) => list.element() == *element,
        (GoType::Named(name), _) => return assign_named(value, name),
        _ => false,
    };
    fits.then(|| plain.clone())
}

fn assign_named(value: &Reflect, name: &str) -> Option<Value> {
    if value.value.type_name() == name {
        return Some(value.value.clone());
    }
    match (&value.value, name.strip_prefix('*')) {
        (Value::Ptr(data), None) if data.struct_type.name == name => {
            Some(Value::Struct(data.clone()))
        }
        (Value::Struct(data), Some(pointee))
            if data.struct_type.name == pointee && value.holder == Holder::Addressable =>
        {
            Some(Value::Ptr(data.clone()))
        }
        _ => None,
    }
}

/// The one named number type that methods take: constants may stand for it.
const DURATION: &str = "time.Duration";

/// A number written where a parameter of the type stands; too large ones wrap as in Go.
fn typed_constant(go_type: GoType, number: &Number) -> Option<Value> {
    match go_type {
        GoType::Int(int) if int.signed() => {
            let n = number.int?;
            let n = match int {
                IntType::Int8 => i64::from(n as i8),
                IntType::Int16 => i64::from(n as i16),
                IntType::Int32 => i64::from(n as i32),
                _ => n,
            };
            Some(Value::Int(int, n))
        }
        GoType::Int(int) => {
            let n = number.uint?;
            let n = match int {
                IntType::Uint8 => u64::from(n as u8),
                IntType::Uint16 => u64::from(n as u16),
                IntType::Uint32 => u64::from(n as u32),
                _ => n,
            };
            Some(Value::Int(int, n as i64))
        }
        GoType::Float64 => Some(Value::Float64(number.float?)),
        GoType::Complex128 => Some(Value::Complex128(number.complex?.into())),
        GoType::Named(DURATION) => Some(Value::int64(number.int?)),
        _ => None,
    }
}

/// Go's word for the constant it expected; nothing for types that have no constants.
fn expected_name(go_type: GoType) -> Option<&'static str> {
    match go_type {
        GoType::Bool => Some("bool"),
        GoType::String => Some("string"),
        GoType::Int(int) if int.signed() => Some("integer"),
        GoType::Named(DURATION) => Some("integer"),
        GoType::Int(_) => Some("unsigned integer"),
        GoType::Float64 => Some("float"),
        GoType::Complex128 => Some("complex"),
        _ => None,
    }
}
