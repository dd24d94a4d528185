//! Maps, slices, structs and pointers, and values that print themselves with a `String` method.

use super::printer::{Printer, Subject};
use super::{FormatError, MAX_DEPTH};
use crate::list::List;
use crate::map::Map;
use crate::types::{GoType, Method};
use crate::unicode;
use crate::value::{Struct, Value};

/// The address that pointers, maps and slices print. Go's differ from run to run; this one is
/// always the same.
const ADDRESS: u64 = 0xc0_0001_2000;

impl Printer<'_> {
    /// Go's `printValue`: a value at `depth` inside an operand, 0 being the operand itself.
    /// `exported` is false inside unexported struct fields, whose methods Go does not call.
    pub(super) fn value(
        &mut self,
        value: &Value,
        verb: char,
        depth: u32,
        exported: bool,
    ) -> Result<(), FormatError> {
        let inner = Subject::Inner(value);
        match value {
            Value::Nil => self.str("<nil>"),
            Value::Bool(_)
            | Value::Int(..)
            | Value::Float64(_)
            | Value::Complex128(_)
            | Value::Str(_) => return self.scalar(value, verb, inner),
            Value::Bytes(bytes) => {
                return self.bytes(bytes, verb, "[]uint8");
            }
            Value::Map(map) => return self.map(map, value, verb, depth, exported),
            Value::List(list) => return self.list(list, value, verb, depth, exported),
            Value::Named(_) | Value::Struct(_) | Value::Ptr(_) => {
                if depth > 0 && exported && self.method_text(value, verb, inner)? {
                    return Ok(());
                }
                return self.described(value, verb, depth, exported);
            }
        }
        Ok(())
    }

    /// A value whose type is described: named, struct or pointer.
    fn described(
        &mut self,
        value: &Value,
        verb: char,
        depth: u32,
        exported: bool,
    ) -> Result<(), FormatError> {
        match value {
            Value::Named(named) => match &named.value {
                Value::Map(map) => self.map(map, value, verb, depth, exported),
                Value::List(list) => self.list(list, value, verb, depth, exported),
                Value::Bytes(bytes) => self.bytes(bytes, verb, named.named_type.name),
                scalar => self.scalar(scalar, verb, Subject::Inner(value)),
            },
            Value::Struct(data) => self.structure(data, verb, depth, exported),
            Value::Ptr(data) if depth == 0 => {
                self.out.push(b'&');
                self.structure(data, verb, depth + 1, exported)
            }
            _ => self.pointer(value, verb, Subject::Inner(value)),
        }
    }

    /// A value in a place of a static type, which tells what its nil looks like.
    fn element(
        &mut self,
        value: &Value,
        place: GoType,
        verb: char,
        depth: u32,
        exported: bool,
    ) -> Result<(), FormatError> {
        match (value, place) {
            (Value::Nil, GoType::Interface) if self.spec.sharp_v => self.str("interface {}(nil)"),
            (Value::Nil, GoType::Named(name)) if name.starts_with('*') => {
                return self.nil_pointer(name, verb);
            }
            _ => return self.value(value, verb, depth, exported),
        }
        Ok(())
    }

    /// The opening of a map or slice; false where a nil one under `%#v` ends there.
    fn open(
        &mut self,
        value: &Value,
        nil: bool,
        depth: u32,
        plain: &str,
    ) -> Result<bool, FormatError> {
        if depth > MAX_DEPTH {
            return Err(FormatError::TooDeep);
        }
        self.check_length()?;
        if !self.spec.sharp_v {
            self.str(plain);
            return Ok(true);
        }
        self.str(&value.type_name());
        self.str(if nil { "(nil)" } else { "{" });
        Ok(!nil)
    }

    fn separator(&mut self, index: usize) {
        match (index, self.spec.sharp_v) {
            (0, _) => {}
            (_, true) => self.str(", "),
            (_, false) => self.out.push(b' '),
        }
    }

    fn map(
        &mut self,
        map: &Map,
        value: &Value,
        verb: char,
        depth: u32,
        exported: bool,
    ) -> Result<(), FormatError> {
        if !self.open(value, map.is_nil(), depth, "map[")? {
            return Ok(());
        }
        let place = map.element();
        for (index, (key, entry)) in map.borrow().iter().enumerate() {
            self.separator(index);
            if !self.string(key.as_bytes(), verb) {
                let key = Value::Str(key.clone());
                self.bad_verb(verb, Subject::Inner(&key))?;
            }
            self.out.push(b':');
            self.element(&entry.value, place, verb, depth + 1, exported)?;
            self.check_length()?;
        }
        self.out.push(if self.spec.sharp_v { b'}' } else { b']' });
        Ok(())
    }

    fn list(
        &mut self,
        list: &List,
        value: &Value,
        verb: char,
        depth: u32,
        exported: bool,
    ) -> Result<(), FormatError> {
        if !self.open(value, list.is_nil(), depth, "[")? {
            return Ok(());
        }
        let place = list.element();
        for (index, item) in list.borrow().iter().enumerate() {
            self.separator(index);
            self.element(item, place, verb, depth + 1, exported)?;
            self.check_length()?;
        }
        self.out.push(if self.spec.sharp_v { b'}' } else { b']' });
        Ok(())
    }

    fn structure(
        &mut self,
        data: &Struct,
        verb: char,
        depth: u32,
        exported: bool,
    ) -> Result<(), FormatError> {
        if depth > MAX_DEPTH {
            return Err(FormatError::TooDeep);
        }
        if self.spec.sharp_v {
            self.str(data.struct_type.name);
        }
        self.out.push(b'{');
        let fields = data.struct_type.fields.iter().zip(&data.fields);
        for (index, (field, value)) in fields.enumerate() {
            self.separator(index);
            if self.spec.plus_v || self.spec.sharp_v {
                self.str(field.name);
                self.out.push(b':');
            }
            let exported = exported && field.name.starts_with(|c: char| c.is_uppercase());
            self.element(value, field.go_type, verb, depth + 1, exported)?;
        }
        self.out.push(b'}');
        Ok(())
    }

    /// The address of a map, slice or pointer (Go's `fmtPointer`).
    #[inline(never)]
    pub(super) fn pointer(
        &mut self,
        value: &Value,
        verb: char,
        subject: Subject<'_>,
    ) -> Result<(), FormatError> {
        let address = match value.underlying() {
            Value::Map(map) if map.is_nil() => 0,
            Value::List(list) if list.is_nil() => 0,
            Value::Bytes(bytes) if bytes.is_nil() => 0,
            Value::Map(_) | Value::List(_) | Value::Bytes(_) | Value::Ptr(_) => ADDRESS,
            _ => return self.bad_verb(verb, subject),
        };
        match verb {
            'v' if self.spec.sharp_v => {
                self.out.push(b'(');
                self.str(&value.type_name());
                self.str(")(");
                self.hexadecimal_0x(address);
                self.out.push(b')');
            }
            'v' | 'p' => self.hexadecimal_with(address, !self.spec.sharp),
            _ => return self.address_number(address, verb, subject),
        }
        Ok(())
    }

    /// A nil pointer of the named type.
    #[inline(never)]
    pub(super) fn nil_pointer(&mut self, name: &str, verb: char) -> Result<(), FormatError> {
        match verb {
            'v' if self.spec.sharp_v => {
                self.out.push(b'(');
                self.str(name);
                self.str(")(nil)");
                Ok(())
            }
            'v' => {
                self.pad(b"<nil>");
                Ok(())
            }
            _ => self.address_number(0, verb, Subject::NilPointer(name)),
        }
    }

    fn address_number(
        &mut self,
        address: u64,
        verb: char,
        subject: Subject<'_>,
    ) -> Result<(), FormatError> {
        let base = match verb {
            'b' => 2,
            'o' => 8,
            'd' => 10,
            'x' | 'X' => 16,
            _ => return self.bad_verb(verb, subject),
        };
        self.number(address.cast_signed(), false, base, verb);
        Ok(())
    }

    /// Go's `handleMethods`: lets the value print itself where the verb takes a string. False
    /// where it has no such method.
    #[inline(never)]
    pub(super) fn method_text(
        &mut self,
        value: &Value,
        verb: char,
        subject: Subject<'_>,
    ) -> Result<bool, FormatError> {
        if self.complaining {
            return Ok(false);
        }
        if verb == 'w' {
            self.bad_verb(verb, subject)?;
            return Ok(true);
        }
        let names: &[&str] = match verb {
            _ if self.spec.sharp_v => &["GoString"],
            'v' | 's' | 'x' | 'X' | 'q' => &["Error", "String"],
            _ => return Ok(false),
        };
        let Some((method, receiver)) = names.iter().find_map(|name| text_method(value, name))
        else {
            return Ok(false);
        };
        match (method.call)(receiver, &[]) {
            Ok(text) => {
                let text = text.as_text().cloned().unwrap_or_default();
                if self.spec.sharp_v {
                    self.plain_text(text.as_bytes());
                } else {
                    self.string(text.as_bytes(), verb);
                }
            }
            Err(panic) => self.panicked(verb, method.name, &panic.to_string()),
        }
        Ok(true)
    }

    /// `%!v(PANIC=String method: …)`: a method gave up.
    fn panicked(&mut self, verb: char, method: &str, panic: &str) {
        let spec = std::mem::take(&mut self.spec);
        self.str("%!");
        unicode::push_rune(self.out, verb);
        self.str("(PANIC=");
        self.str(method);
        self.str(" method: ");
        self.str(panic);
        self.out.push(b')');
        // Go restores the flags, not the numbers: a width or precision is 0 from here on.
        self.spec = spec;
        self.spec.width = spec.width.map(|_| 0);
        self.spec.precision = spec.precision.map(|_| 0);
    }
}

/// The method called `name` that takes nothing and gives a string, with its receiver: the value or
/// a struct embedded in it.
fn text_method<'v>(value: &'v Value, name: &str) -> Option<(&'static Method, &'v Value)> {
    let addressable = !matches!(value, Value::Struct(_));
    promoted_method(value, name, addressable)
}

fn promoted_method<'v>(
    value: &'v Value,
    name: &str,
    addressable: bool,
) -> Option<(&'static Method, &'v Value)> {
    let is_method = |m: &&Method| m.name == name && (addressable || !m.pointer);
    if let Some(method) = value.methods().iter().find(is_method) {
        let suits = method.params.is_empty() && method.result == GoType::String;
        return suits.then_some((method, value));
    }
    let (Value::Struct(data) | Value::Ptr(data)) = value else {
        return None;
    };
    let fields = data.struct_type.fields.iter().zip(&data.fields);
    fields
        .filter(|(field, _)| field.embedded)
        .find_map(|(_, embedded)| {
            let addressable = addressable || matches!(embedded, Value::Ptr(_));
            promoted_method(embedded, name, addressable)
        })
}
