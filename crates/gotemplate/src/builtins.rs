//! text/template's own functions (`funcs.go`).

mod compare;
mod escape;
mod index;

use crate::argument_use::{ArgumentUse, Uses};
use crate::error::Error;
use crate::exec::Reflects;
use crate::func::{ParamType, Reads, Signature};
use crate::reflect::Reflect;
use gostd::types::IntType;
use gostd::{GoType, Value};
use smallvec::SmallVec;

/// A function that text/template brings itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Builtin {
    And,
    Call,
    Html,
    Index,
    Slice,
    Js,
    Len,
    Not,
    Or,
    Print,
    Printf,
    Println,
    UrlQuery,
    Eq,
    Ge,
    Gt,
    Le,
    Lt,
    Ne,
}

pub(crate) const USES: Uses = &[
    (
        ArgumentUse::Test,
        &["not", "len", "eq", "ne", "lt", "le", "gt", "ge"],
    ),
    (ArgumentUse::Pass, &["and", "or"]),
    (ArgumentUse::Index, &["index"]),
    (ArgumentUse::Format, &["printf"]),
    (ArgumentUse::Join, &["print"]),
    (ArgumentUse::Text, &["println", "urlquery", "html", "js"]),
];

pub(crate) const MISSING_AS_TEXT: &[&str] = &["print", "printf", "println"];

pub(crate) const NEEDS_VALUE: &[&str] = &["print", "printf", "println", "urlquery"];

impl Builtin {
    /// Every one with its name in templates.
    pub(crate) const ALL: &'static [(&'static str, Builtin)] = &[
        ("and", Builtin::And),
        ("call", Builtin::Call),
        ("html", Builtin::Html),
        ("index", Builtin::Index),
        ("slice", Builtin::Slice),
        ("js", Builtin::Js),
        ("len", Builtin::Len),
        ("not", Builtin::Not),
        ("or", Builtin::Or),
        ("print", Builtin::Print),
        ("printf", Builtin::Printf),
        ("println", Builtin::Println),
        ("urlquery", Builtin::UrlQuery),
        ("eq", Builtin::Eq),
        ("ge", Builtin::Ge),
        ("gt", Builtin::Gt),
        ("le", Builtin::Le),
        ("lt", Builtin::Lt),
        ("ne", Builtin::Ne),
    ];

    pub(crate) fn signature(self) -> Signature {
        use ParamType::{Go, Reflect};
        let any = Go(GoType::Interface);
        let (params, variadic, result): (&[ParamType], bool, ParamType) = match self {
            Builtin::And | Builtin::Or => (&[Reflect, Reflect], true, Reflect),
            Builtin::Call | Builtin::Index | Builtin::Slice => (&[Reflect, Reflect], true, Reflect),
            Builtin::Html | Builtin::Js | Builtin::UrlQuery => (&[any], true, Go(GoType::String)),
            Builtin::Print | Builtin::Println => (&[any], true, Go(GoType::String)),
            Builtin::Printf => (&[Go(GoType::String), any], true, Go(GoType::String)),
            Builtin::Len => (&[Reflect], false, Go(GoType::INT)),
            Builtin::Not => (&[Reflect], false, Go(GoType::Bool)),
            Builtin::Eq => (&[Reflect, Reflect], true, Go(GoType::Bool)),
            Builtin::Ne | Builtin::Lt | Builtin::Le | Builtin::Gt | Builtin::Ge => {
                (&[Reflect, Reflect], false, Go(GoType::Bool))
            }
        };
        Signature {
            params: SmallVec::from_slice(params),
            variadic,
            result,
        }
    }

    pub(crate) fn reads(self) -> Reads {
        match self {
            Builtin::And | Builtin::Or | Builtin::Not | Builtin::Len => Reads::Reported,
            _ => Reads::Whole,
        }
    }

    /// Calls the function. `callee` is the first argument as written, which `call` names in its
    /// errors. `and` and `or` never come here: they are evaluated argument by argument.
    pub(crate) fn call(self, args: Reflects, callee: Option<String>) -> Result<Reflect, Error> {
        let bool = |b| Ok(Reflect::own(Value::Bool(b)));
        let string = |bytes: Vec<u8>| Ok(Reflect::own(Value::Str(bytes.into())));
        let mut args = args.into_iter();
        let mut next = || args.next().unwrap_or_default();
        match self {
            Builtin::And | Builtin::Or => Ok(next()),
            Builtin::Call => Err(call(next(), callee)),
            Builtin::Not => bool(!next().value.truth()),
            Builtin::Len => index::len(next()),
            Builtin::Eq => bool(compare::eq(next(), args)?),
            Builtin::Ne => bool(!compare::eq(next(), args)?),
            Builtin::Lt => bool(compare::lt(&next(), &next())?),
            Builtin::Le => bool(compare::le(&next(), &next())?),
            Builtin::Gt => bool(!compare::le(&next(), &next())?),
            Builtin::Ge => bool(!compare::lt(&next(), &next())?),
            Builtin::Index => index::index(next(), args),
            Builtin::Slice => index::slice(next(), args.collect()),
            Builtin::Print => string(print(&values(args))?),
            Builtin::Println => string(gostd::fmt::sprintln(&values(args)).map_err(text)?),
            Builtin::Printf => {
                let format = next().value;
                let format = format.as_text().cloned().unwrap_or_default();
                let args = values(args);
                string(gostd::fmt::sprintf(format.as_bytes(), &args).map_err(text)?)
            }
            Builtin::Html => string(escape::html(&joined(args)?)),
            Builtin::Js => string(escape::js(&joined(args)?)),
            Builtin::UrlQuery => string(escape::url_query(&joined(args)?)),
        }
    }
}

fn text(error: impl std::fmt::Display) -> Error {
    Error::new(error.to_string())
}

fn values(args: impl Iterator<Item = Reflect>) -> Vec<Value> {
    args.map(|a| a.value).collect()
}

fn print(values: &[Value]) -> Result<Vec<u8>, Error> {
    gostd::fmt::sprint(values).map_err(text)
}

/// The text of an escaper's arguments (Go's `evalArgs`): a lone string as it is, everything else
/// as `print` has it.
fn joined(args: impl Iterator<Item = Reflect>) -> Result<Vec<u8>, Error> {
    let values = values(args);
    match values.as_slice() {
        [Value::Str(text)] => Ok(text.as_bytes().to_vec()),
        // Pointers print as what they point at, and no value as "<no value>".
        _ => {
            let operands = values.into_iter().map(|value| match value {
                Value::Ptr(data) if !prints_itself(&Value::Ptr(data.clone())) => {
                    Value::Struct(data)
                }
                Value::Nil => Value::from("<no value>"),
                other => other,
            });
            print(&operands.collect::<Vec<_>>())
        }
    }
}

/// No value that templates can reach is a function: `call` can only fail.
fn call(callee: Reflect, name: Option<String>) -> Error {
    if !callee.is_valid() || callee.is_nil_interface() {
        return Error::new("call of nil");
    }
    let go_type = callee.value.type_name();
    let name = name.unwrap_or_else(|| match &callee.value {
        Value::Str(text) => text.to_string(),
        _ => format!("<{go_type} Value>"),
    });
    Error::new(format!("non-function {name} of type {go_type}"))
}

/// Returns true if a pointer is an `error` or a `fmt.Stringer`.
pub(crate) fn prints_itself(pointer: &Value) -> bool {
    let has = |name| pointer.method(name).is_some();
    has("Error") || has("String")
}

/// A value as Go's `%v` prints it, for error texts.
pub(crate) fn value_text(value: &Value) -> String {
    let mut bytes = Vec::new();
    match gostd::fmt::print_value(&mut bytes, value) {
        Ok(()) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) => error.to_string(),
    }
}

/// Go's `Uint8`-typed value of a byte.
fn byte(b: u8) -> Value {
    Value::Int(IntType::Uint8, i64::from(b))
}
