//! Go's types as templates can see them: the kinds of reflect, the static types of parameters and
//! results, and the descriptions of named types and structs with their methods.

use crate::value::Value;
use std::borrow::Cow;
use std::fmt;

/// Go's `reflect.Kind`, for the kinds a template value can have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Kind {
    Invalid,
    Bool,
    Int(IntType),
    Float64,
    Complex128,
    String,
    Map,
    Slice,
    Struct,
    Ptr,
}

impl Kind {
    /// The name that `kindOf` prints.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Invalid => "invalid",
            Kind::Bool => "bool",
            Kind::Int(int) => int.name(),
            Kind::Float64 => "float64",
            Kind::Complex128 => "complex128",
            Kind::String => "string",
            Kind::Map => "map",
            Kind::Slice => "slice",
            Kind::Struct => "struct",
            Kind::Ptr => "ptr",
        }
    }
}

/// Go's integer types.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
#[allow(missing_docs)]
pub enum IntType {
    Int,
    Int8,
    Int16,
    Int32,
    Int64,
    Uint,
    Uint8,
    Uint16,
    Uint32,
    Uint64,
    Uintptr,
}

impl IntType {
    /// The type's name in Go.
    pub fn name(self) -> &'static str {
        match self {
            IntType::Int => "int",
            IntType::Int8 => "int8",
            IntType::Int16 => "int16",
            IntType::Int32 => "int32",
            IntType::Int64 => "int64",
            IntType::Uint => "uint",
            IntType::Uint8 => "uint8",
            IntType::Uint16 => "uint16",
            IntType::Uint32 => "uint32",
            IntType::Uint64 => "uint64",
            IntType::Uintptr => "uintptr",
        }
    }

    /// Returns true if the type has a sign.
    pub fn signed(self) -> bool {
        self.bounds().0 < 0
    }

    /// The least and greatest value.
    pub fn bounds(self) -> (i128, i128) {
        match self {
            IntType::Int8 => (i8::MIN.into(), i8::MAX.into()),
            IntType::Int16 => (i16::MIN.into(), i16::MAX.into()),
            IntType::Int32 => (i32::MIN.into(), i32::MAX.into()),
            IntType::Int | IntType::Int64 => (i64::MIN.into(), i64::MAX.into()),
            IntType::Uint8 => (0, u8::MAX.into()),
            IntType::Uint16 => (0, u16::MAX.into()),
            IntType::Uint32 => (0, u32::MAX.into()),
            IntType::Uint | IntType::Uint64 | IntType::Uintptr => (0, u64::MAX.into()),
        }
    }
}

/// A static Go type: what a parameter takes, a result has or a container holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum GoType {
    /// `interface {}`.
    Interface,
    Bool,
    String,
    Int(IntType),
    Float64,
    Complex128,
    /// A slice of the given element type.
    Slice(&'static GoType),
    /// A map from `string` to the given element type.
    Map(&'static GoType),
    /// A named type, struct or pointer to one, by its full name (`time.Time`, `*semver.Version`).
    Named(&'static str),
}

impl GoType {
    /// `int`.
    pub const INT: GoType = GoType::Int(IntType::Int);
    /// `int64`.
    pub const INT64: GoType = GoType::Int(IntType::Int64);
    /// `[]interface {}`.
    pub const LIST: GoType = GoType::Slice(&GoType::Interface);
    /// `[]string`.
    pub const STRINGS: GoType = GoType::Slice(&GoType::String);
    /// `map[string]interface {}`.
    pub const MAP: GoType = GoType::Map(&GoType::Interface);
    /// `[]uint8`.
    pub const BYTES: GoType = GoType::Slice(&GoType::Int(IntType::Uint8));

    /// The type's name as `%T` prints it.
    pub fn name(self) -> Cow<'static, str> {
        Cow::Borrowed(match self {
            GoType::Interface => "interface {}",
            GoType::Bool => "bool",
            GoType::String => "string",
            GoType::Int(int) => int.name(),
            GoType::Float64 => "float64",
            GoType::Complex128 => "complex128",
            GoType::Named(name) => name,
            GoType::Slice(GoType::Interface) => "[]interface {}",
            GoType::Slice(GoType::String) => "[]string",
            GoType::Map(GoType::Interface) => "map[string]interface {}",
            GoType::Slice(element) => return Cow::Owned(format!("[]{}", element.name())),
            GoType::Map(element) => return Cow::Owned(format!("map[string]{}", element.name())),
        })
    }

    /// Returns true if a nil of this type exists.
    pub fn nilable(self) -> bool {
        match self {
            GoType::Interface | GoType::Slice(_) | GoType::Map(_) => true,
            GoType::Named(name) => name.starts_with('*') || matches!(name, "error" | "io.Writer"),
            _ => false,
        }
    }
}

impl fmt::Display for GoType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())
    }
}

/// A method that templates can call, or that prints a value (`String`).
#[derive(Debug)]
pub struct Method {
    /// The method's Go name.
    pub name: &'static str,
    /// True if the receiver is a pointer: then a struct has the method only where it is
    /// addressable.
    pub pointer: bool,
    /// Types of the parameters, without the receiver; the last one is the element type of the rest
    /// when `variadic`.
    pub params: &'static [GoType],
    /// True if the last parameter takes any number of arguments.
    pub variadic: bool,
    /// Type of the (first) result.
    pub result: GoType,
    /// Types of further results but an error: templates refuse to call such a method.
    pub more_results: &'static [GoType],
    /// The method itself: receiver and arguments already of the declared types.
    pub call: MethodCall,
}

/// The work of a method: receiver and arguments in, what it gives out.
pub type MethodCall = fn(&Value, &[Value]) -> Result<Value, MethodError>;

/// The error that a method returned, or what it panicked with; `Display` is Go's text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MethodError(String);

impl fmt::Display for MethodError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MethodError {}

impl<T: Into<String>> From<T> for MethodError {
    fn from(text: T) -> MethodError {
        MethodError(text.into())
    }
}

impl Method {
    /// A method with a value receiver that takes a fixed number of arguments.
    pub const fn new(
        name: &'static str,
        params: &'static [GoType],
        result: GoType,
        call: MethodCall,
    ) -> Self {
        Method {
            name,
            pointer: false,
            params,
            variadic: false,
            result,
            more_results: &[],
            call,
        }
    }

    /// A method without parameters that has several results, so that no template can call it.
    pub const fn uncallable(
        name: &'static str,
        result: GoType,
        more_results: &'static [GoType],
    ) -> Self {
        Method {
            more_results,
            ..Method::new(name, &[], result, |_, _| {
                Err("internal: a method with several results".into())
            })
        }
    }

    /// The reason why templates cannot call the method, if they cannot (text/template's `goodFunc`).
    pub fn misfit(&self) -> Option<String> {
        let name = self.name;
        match self.more_results {
            [] => None,
            [second] => Some(format!(
                "invalid function signature for {name}: second return value should be error; is {second}"
            )),
            more => Some(format!(
                "function {name} has {} return values; should be 1 or 2",
                more.len() + 1
            )),
        }
    }
}

/// A named Go type over a map, slice or integer (`common.Values`, `time.Duration`).
#[derive(Debug)]
pub struct NamedType {
    /// Full name as `%T` prints it.
    pub name: &'static str,
    /// Its methods.
    pub methods: &'static [Method],
}

/// A field of a Go struct.
#[derive(Debug)]
pub struct Field {
    /// Go's field name.
    pub name: &'static str,
    /// The field's static type.
    pub go_type: GoType,
    /// The name in JSON; empty where the field is not written (`json:"-"`).
    pub json: &'static str,
    /// True if JSON leaves an empty value out.
    pub omit_empty: bool,
    /// True if the field's own fields and methods are promoted.
    pub embedded: bool,
}

impl Field {
    /// A field that JSON writes under `json`, empty or not.
    pub const fn new(name: &'static str, go_type: GoType, json: &'static str) -> Self {
        Field {
            name,
            go_type,
            json,
            omit_empty: false,
            embedded: false,
        }
    }

    /// A field that JSON leaves out when empty.
    pub const fn omit_empty(name: &'static str, go_type: GoType, json: &'static str) -> Self {
        Field {
            omit_empty: true,
            ..Field::new(name, go_type, json)
        }
    }
}

/// A Go struct type.
#[derive(Debug)]
pub struct StructType {
    /// Full name as `%T` prints it, without a `*`.
    pub name: &'static str,
    /// Exported and unexported fields in Go's order (values in the same order in the struct).
    pub fields: &'static [Field],
    /// Methods of the struct and of the pointer to it.
    pub methods: &'static [Method],
}
