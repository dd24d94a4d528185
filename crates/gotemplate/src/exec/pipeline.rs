//! Evaluation of pipelines, commands, constants and chains of fields.

use super::state::{State, element_holder};
use crate::ast::{Command, NodeRef, Operand, Pipeline, Span};
use crate::error::Error;
use crate::number::Number;
use crate::reflect::{Holder, Reflect};
use gostd::types::Field;
use gostd::value::Struct;
use gostd::{GoType, Map, Value};

impl<'a> State<'a, '_> {
    pub(super) fn eval_pipeline(
        &mut self,
        dot: &Reflect,
        pipe: &'a Pipeline,
    ) -> Result<Reflect, Error> {
        self.node = NodeRef::Pipeline(pipe);
        let mut value = None;
        for command in &pipe.cmds {
            let result = self.eval_command(dot, command, value)?;
            value = Some(result.unboxed());
        }
        let value = value.unwrap_or_default();
        for variable in &pipe.decl {
            let name = variable.idents.first().map_or("", |s| s);
            if pipe.is_assign {
                self.set_variable(name, value.clone())?;
            } else {
                self.push(name, value.clone());
            }
            if self.has_watched_uses() {
                self.observe_assignment(name);
            }
        }
        Ok(value)
    }

    /// `last` is the value piped in from the command before.
    fn eval_command(
        &mut self,
        dot: &Reflect,
        command: &'a Command,
        last: Option<Reflect>,
    ) -> Result<Reflect, Error> {
        let Some((first, args)) = command.args.split_first() else {
            return Ok(Reflect::invalid());
        };
        match first {
            Operand::Field(_) | Operand::Chain(_) | Operand::Variable(_) => {
                return match self.has_watched_uses() {
                    false => self.eval_access(dot, first, args, last),
                    true => self.watch_access(dot, first, args, last),
                };
            }
            Operand::Identifier(identifier) => {
                self.node = NodeRef::Operand(first);
                return self.eval_function(dot, identifier, NodeRef::Command(command), args, last);
            }
            Operand::Pipe(pipe) => {
                self.refuse_arguments(first, args, &last)?;
                return self.eval_pipeline(dot, pipe);
            }
            _ => {}
        }
        self.node = NodeRef::Operand(first);
        self.refuse_arguments(first, args, &last)?;
        match first {
            Operand::Bool(_, value) => Ok(Reflect::own(Value::Bool(*value))),
            Operand::Dot(_) => {
                if self.has_watched_uses() {
                    self.observe_dot(dot, self.observed_progress());
                }
                Ok(dot.clone())
            }
            Operand::Number(number) => self.ideal_constant(first, number),
            Operand::String(string) => Ok(Reflect::own(Value::Str((&*string.text).into()))),
            _ => Err(self.error("nil is not a command", &[])),
        }
    }

    fn refuse_arguments(
        &mut self,
        first: &'a Operand,
        args: &[Operand],
        last: &Option<Reflect>,
    ) -> Result<(), Error> {
        if args.is_empty() && last.is_none() {
            return Ok(());
        }
        let text = self.node_text(NodeRef::Operand(first));
        Err(self.error("can't give argument to non-function %s", &[&text]))
    }

    /// The value of a constant where no type is asked for (Go's `idealConstant`).
    pub(super) fn ideal_constant(
        &mut self,
        operand: &'a Operand,
        number: &Number,
    ) -> Result<Reflect, Error> {
        self.node = NodeRef::Operand(operand);
        if let Some(complex) = number.complex {
            return Ok(Reflect::own(Value::Complex128(complex.into())));
        }
        let text = self.source(number.text);
        if let Some(float) = number.float
            && is_written_as_float(text)
        {
            return Ok(Reflect::own(Value::Float64(float)));
        }
        match (number.int, number.uint) {
            (Some(int), _) => Ok(Reflect::own(Value::int(int))),
            (None, Some(_)) => {
                let text = String::from_utf8_lossy(text).into_owned();
                Err(self.error("%s overflows int", &[&text]))
            }
            (None, None) => Ok(Reflect::invalid()),
        }
    }

    pub(super) fn source(&self, span: Span) -> &'a [u8] {
        span.of(&self.tree.text)
    }

    /// Like [`State::eval_access`], which the observer is told of.
    #[cold]
    pub(super) fn watch_access(
        &mut self,
        dot: &Reflect,
        operand: &'a Operand,
        args: &'a [Operand],
        last: Option<Reflect>,
    ) -> Result<Reflect, Error> {
        let before = self.observed_progress();
        let value = self.eval_access(dot, operand, args, last)?;
        let node = std::mem::replace(&mut self.node, NodeRef::Operand(operand));
        match operand {
            Operand::Variable(variable) => {
                if let Some(name) = variable.idents.first() {
                    self.observe_variable(name, before);
                }
            }
            Operand::Field(_) => self.observe_dot(dot, before),
            _ => {}
        }
        self.node = node;
        Ok(value)
    }

    /// A field, variable or chain, the last element of which may be a method with arguments.
    pub(super) fn eval_access(
        &mut self,
        dot: &Reflect,
        operand: &'a Operand,
        args: &'a [Operand],
        last: Option<Reflect>,
    ) -> Result<Reflect, Error> {
        self.node = NodeRef::Operand(operand);
        match operand {
            Operand::Field(field) => {
                self.eval_fields(dot, dot.clone(), operand, &field.idents, args, last)
            }
            Operand::Variable(variable) => {
                let Some((name, fields)) = variable.idents.split_first() else {
                    return Ok(Reflect::invalid());
                };
                let value = self.variable(name)?.clone();
                if fields.is_empty() {
                    self.refuse_arguments(operand, args, &last)?;
                    return Ok(value);
                }
                self.eval_fields(dot, value, operand, fields, args, last)
            }
            Operand::Chain(chain) => {
                if matches!(chain.node, Operand::Nil(_)) {
                    let text = self.node_text(NodeRef::Operand(operand));
                    return Err(self.error("indirection through explicit nil in %s", &[&text]));
                }
                let value = match &chain.node {
                    Operand::Pipe(pipe) => {
                        self.node = NodeRef::Operand(&chain.node);
                        self.eval_pipeline(dot, pipe)?
                    }
                    Operand::Identifier(identifier) => {
                        let node = NodeRef::Operand(&chain.node);
                        self.node = node;
                        self.eval_function(dot, identifier, node, &[], None)?
                    }
                    other if !self.has_watched_uses() => self.eval_access(dot, other, &[], None)?,
                    other => self.watch_access(dot, other, &[], None)?,
                };
                self.eval_fields(dot, value, operand, &chain.fields, args, last)
            }
            _ => Ok(Reflect::invalid()),
        }
    }

    fn eval_fields(
        &mut self,
        dot: &Reflect,
        mut receiver: Reflect,
        node: &'a Operand,
        names: &'a [Box<str>],
        args: &'a [Operand],
        last: Option<Reflect>,
    ) -> Result<Reflect, Error> {
        let Some((final_name, names)) = names.split_last() else {
            return Ok(receiver);
        };
        for name in names {
            receiver = self.eval_field(dot, name, node, &[], None, receiver)?;
        }
        self.eval_field(dot, final_name, node, args, last, receiver)
    }

    fn eval_field(
        &mut self,
        dot: &Reflect,
        name: &'a str,
        node: &'a Operand,
        args: &'a [Operand],
        last: Option<Reflect>,
        receiver: Reflect,
    ) -> Result<Reflect, Error> {
        if !receiver.is_valid() {
            return Ok(Reflect::invalid());
        }
        if receiver.is_nil_interface() {
            let type_name = receiver.static_type();
            return Err(self.error("nil pointer evaluating %s.%s", &[&type_name, &name]));
        }
        // A map of the plain kind has no methods: the commonest case goes first.
        if let Value::Map(map) = &receiver.value {
            return self.eval_key(map, name, args, &last);
        }
        let method = match &receiver.value {
            Value::Struct(data) if receiver.holder == Holder::Addressable => {
                Value::Ptr(data.clone()).method(name)
            }
            other => other.method(name),
        };
        if let Some(method) = method {
            return self.eval_method(dot, method, node, args, last, receiver.value);
        }
        match receiver.value.underlying() {
            Value::Map(map) => self.eval_key(map, name, args, &last),
            Value::Struct(data) | Value::Ptr(data) => {
                let Some((field, value)) = promoted_field(data, name) else {
                    return Err(self.no_field(name, &receiver));
                };
                if !name.starts_with(char::is_uppercase) {
                    let type_name = receiver.static_type();
                    return Err(self.error(
                        "%s is an unexported field of struct type %s",
                        &[&name, &type_name],
                    ));
                }
                if !args.is_empty() || last.is_some() {
                    return Err(self.error(
                        "%s has arguments but cannot be invoked as function",
                        &[&name],
                    ));
                }
                let addressable = matches!(receiver.value, Value::Ptr(_))
                    || receiver.holder == Holder::Addressable;
                let holder = match (field.go_type, value) {
                    (GoType::Interface, _) => Holder::Interface,
                    (_, Value::Struct(_)) if addressable => Holder::Addressable,
                    _ => Holder::Own,
                };
                let value = value.clone();
                if self.has_watched_uses() {
                    self.observe_member(&receiver.value, name, &[]);
                }
                Ok(Reflect { value, holder })
            }
            _ => Err(self.no_field(name, &receiver)),
        }
    }

    #[cold]
    fn no_field(&self, name: &str, receiver: &Reflect) -> Error {
        let type_name = receiver.static_type();
        self.error("can't evaluate field %s in type %s", &[&name, &type_name])
    }

    fn eval_key(
        &mut self,
        map: &Map,
        name: &str,
        args: &[Operand],
        last: &Option<Reflect>,
    ) -> Result<Reflect, Error> {
        if !args.is_empty() || last.is_some() {
            return Err(self.error("%s is not a method but has arguments", &[&name]));
        }
        if self.run.observer.is_some() {
            self.observe_read(map, name.as_bytes());
        }
        let value = match map.get(name.as_bytes()) {
            Some(value) => value,
            None => zero(map.element()),
        };
        let holder = element_holder(map.element());
        Ok(Reflect { value, holder })
    }

    #[cold]
    pub(super) fn observe_read(&mut self, map: &Map, key: &[u8]) {
        let at = self.observed_at();
        if let Some(observer) = self.run.observer.as_deref_mut() {
            let origin = map.entry(key).map(|e| e.origin);
            observer.read(map, key, origin, at);
        }
    }
}

/// Go's zero value of a type, as a missing map key gives it.
pub(crate) fn zero(go_type: GoType) -> Value {
    match go_type {
        GoType::Interface | GoType::Named(_) => Value::Nil,
        GoType::Bool => Value::Bool(false),
        GoType::String => Value::Str(gostd::Text::default()),
        GoType::Int(int) => Value::Int(int, 0),
        GoType::Float64 => Value::Float64(0.0),
        GoType::Complex128 => Value::Complex128((0.0, 0.0).into()),
        GoType::BYTES => Value::Bytes(gostd::Text::nil()),
        GoType::Slice(element) => Value::List(gostd::List::nil(*element)),
        GoType::Map(element) => Value::Map(Map::nil(*element)),
    }
}

/// The field of a struct, or of a struct embedded in it.
fn promoted_field<'s>(data: &'s Struct, name: &str) -> Option<(&'static Field, &'s Value)> {
    if let Some(field) = data.field(name) {
        return Some(field);
    }
    let pairs = data.struct_type.fields.iter().zip(&data.fields);
    pairs
        .filter(|(field, _)| field.embedded)
        .find_map(|(_, value)| match value {
            Value::Struct(inner) | Value::Ptr(inner) => promoted_field(inner, name),
            _ => None,
        })
}

/// Returns true if a constant is a float64 where no type is asked for: `1e3` and `1.` are, `0x1e` is not.
fn is_written_as_float(text: &[u8]) -> bool {
    let has = |set: &[u8]| text.iter().any(|b| set.contains(b));
    let hex = matches!(text, [b'0', b'x' | b'X', _, ..]) && !has(b"pP");
    !hex && text.first() != Some(&b'\'') && has(b".eEpP")
}
